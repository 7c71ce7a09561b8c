"""Engagement logs: one row per tutor session, addressed by the sidecar's own id of it."""

from collections.abc import Sequence

import frappe

from education_ai.contract import stored
from education_ai.contract.shapes import EngagementItem
from education_ai.contract.stored import STALE, STORED, TARGET_EXCLUDED, TARGET_GONE, UNCHANGED, Result
from education_ai.exclusion import excluded

DOCTYPE = "AI Engagement Log"


def write(items: Sequence[EngagementItem], epoch: str) -> list[Result]:
	"""Store a batch, set-based. No session may occur twice in it."""
	rows = _rows([item.address.session for item in items])
	students = stored.existing("Student", {item.values.student for item in items})
	left_out = excluded()
	results, updates, confirmed, new_rows = [], [], [], []
	for item in items:
		row = rows.get(item.address.session)
		content = stored.content_hash(item.values.model_dump())
		columns = {
			**item.values.model_dump(exclude={"concepts_explored"}),
			"concepts_explored": stored.text(item.values.concepts_explored),
			"content_hash": content,
		}
		if item.values.student in left_out:
			results.append(TARGET_EXCLUDED)
		elif item.values.student not in students:
			results.append(TARGET_GONE)
		elif row and row.content_hash == content:
			confirmed.append({"name": row.name, "revision": item.revision})
			results.append(UNCHANGED)
		elif row and stored.is_not_older(row, epoch, item.revision):
			results.append(STALE)
		elif row:
			updates.append({"name": row.name, "revision": item.revision, **columns})
			results.append(STORED)
		else:
			new_rows.append(
				{"session": item.address.session, **columns, "epoch": epoch, "revision": item.revision}
			)
			results.append(STORED)
	stored.update(DOCTYPE, epoch, updates, "r.modified = %(now)s")
	stored.update(DOCTYPE, epoch, confirmed)
	stored.insert(DOCTYPE, new_rows)
	return results


def _rows(sessions: list[str]) -> dict[str, frappe._dict]:
	if not sessions:
		return {}
	rows = frappe.db.sql(
		f"""select name, session, ifnull(epoch, '') as epoch, revision, content_hash
		from `tab{DOCTYPE}` where session in %s order by name for update""",
		(sorted(sessions),),
		as_dict=True,
	)
	return {row.session: row for row in rows}
