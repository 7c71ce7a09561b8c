"""Assessment insights: one row per submitted Assessment Result, updated in place."""

from collections.abc import Iterable, Sequence

import frappe
from frappe.utils import now

from education_ai.contract import stored
from education_ai.contract.shapes import AssessmentItem, WithdrawItem
from education_ai.contract.stored import STALE, STORED, TARGET_EXCLUDED, TARGET_GONE, UNCHANGED, Result
from education_ai.erasure import erase_rows
from education_ai.exclusion import excluded

DOCTYPE = "Assessment Insight"
MODIFIED = "r.modified = %(now)s"


def write(items: Sequence[AssessmentItem], epoch: str) -> list[Result]:
	"""Store a batch, set-based. No result may occur twice in it."""
	asked = {item.address.assessment_result for item in items}
	rows = _rows(asked)
	there = stored.existing("Assessment Result", asked)
	left_out = excluded()
	results, updates, confirmed, new_rows = [], [], [], []
	for item in items:
		name = item.address.assessment_result
		row = rows.get(name)
		content = stored.content_hash(item.values.model_dump())
		if item.values.student in left_out:
			results.append(TARGET_EXCLUDED)
		elif name not in there:
			results.append(TARGET_GONE)
		elif row and not row.withdrawn_on and row.content_hash == content:
			confirmed.append({"name": row.name, "revision": item.revision})
			results.append(UNCHANGED)
		elif row and stored.is_not_older(row, epoch, item.revision):
			results.append(STALE)
		elif row:
			updates.append({"name": row.name, "revision": item.revision, **_said(item, content)})
			results.append(STORED)
		else:
			new_rows.append(
				{
					"assessment_result": name,
					**_said(item, content),
					"status": "Pending",
					"epoch": epoch,
					"revision": item.revision,
				}
			)
			results.append(STORED)
	stored.update(DOCTYPE, epoch, updates, MODIFIED)
	stored.update(DOCTYPE, epoch, confirmed)
	stored.insert(DOCTYPE, new_rows)
	return results


def withdraw(items: Sequence[WithdrawItem], epoch: str) -> list[Result]:
	"""It no longer holds: hidden, and kept as long as the result is there and its pupil not left out."""
	asked = {item.address.assessment_result for item in items}
	rows = _rows(asked)
	about = _about(asked)
	left_out = excluded()
	results, ended, confirmed, never_said, gone = [], [], [], [], []
	for item in items:
		name = item.address.assessment_result
		row = rows.get(name)
		is_there = name in about and about[name]["student"] not in left_out
		if not row:
			if is_there:
				# A trace, so that an older result that is still on its way is recognised as older.
				never_said.append(
					{
						"assessment_result": name,
						**about[name],
						"withdrawn_on": now(),
						"epoch": epoch,
						"revision": item.revision,
					}
				)
			results.append(UNCHANGED)
		elif not is_there:
			# Written while the result or the pupil was being erased, unseen by what erases.
			gone.append(row.name)
			results.append(STORED)
		elif row.withdrawn_on:
			confirmed.append({"name": row.name, "revision": item.revision})
			results.append(UNCHANGED)
		elif stored.is_not_older(row, epoch, item.revision):
			results.append(STALE)
		else:
			ended.append({"name": row.name, "revision": item.revision, "withdrawn_on": now()})
			results.append(STORED)
	stored.update(DOCTYPE, epoch, ended, MODIFIED)
	stored.update(DOCTYPE, epoch, confirmed)
	stored.insert(DOCTYPE, never_said)
	if gone:
		erase_rows(DOCTYPE, {"name": ("in", gone)})
	return results


def withdraw_unsaid(epoch: str) -> None:
	"""Once everything has been said in this epoch: what was last said in another no longer holds."""
	frappe.db.sql(
		f"""update `tab{DOCTYPE}` set withdrawn_on = %(now)s, modified = %(now)s
		where withdrawn_on is null and ifnull(epoch, '') != %(epoch)s""",
		{"now": now(), "epoch": epoch},
	)


def _about(results: set[str]) -> dict[str, dict]:
	"""Whom and what these results are about; without those that are gone or written otherwise."""
	rows = frappe.db.sql(
		"select name, student, course from `tabAssessment Result` where name in %s",
		(sorted(results),),
		as_dict=True,
	)
	return {row.name: {"student": row.student, "course": row.course} for row in rows if row.name in results}


def _rows(results: Iterable[str]) -> dict[str, frappe._dict]:
	"""What is stored by result. Locked, in the order of names."""
	asked = sorted(set(results))
	if not asked:
		return {}
	rows = frappe.db.sql(
		f"""select name, assessment_result, withdrawn_on, ifnull(epoch, '') as epoch, revision, content_hash
		from `tab{DOCTYPE}` where assessment_result in %s order by name for update""",
		(asked,),
		as_dict=True,
	)
	return {row.assessment_result: row for row in rows}


def _said(item: AssessmentItem, content: str) -> dict:
	values = item.values.model_dump()
	return {
		"student": values["student"],
		"course": values["course"],
		"ai_analysis": stored.text(values["ai_analysis"]),
		"improvement_suggestions": stored.text(values["improvement_suggestions"]),
		"learning_gaps": stored.text(values["learning_gaps"]),
		"predicted_next": stored.text(values["predicted_next"]) if values["predicted_next"] else None,
		"confidence": values["confidence"],
		"model_version": values["model_version"],
		"generated_timestamp": now(),
		"withdrawn_on": None,
		"content_hash": content,
	}
