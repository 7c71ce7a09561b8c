"""Insights: one current row per target, kind and discriminator, and a chain of rows behind it.

While level and reasons stay, the row is updated in place and `history` notes each state of it; when they change, a
new row follows, so that what was said on a given day can be read back. Columns that belong to people are not touched.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import frappe
from frappe.utils import now, today

from education_ai.contract import stored
from education_ai.contract.shapes import InsightAddress, InsightItem, WithdrawItem
from education_ai.contract.stored import STALE, STORED, TARGET_EXCLUDED, TARGET_GONE, UNCHANGED, Result
from education_ai.erasure import erase_rows
from education_ai.exclusion import excluded

DOCTYPE = "AI Insight"
NEEDS_ATTENTION = "act"
MODIFIED = "r.modified = %(now)s"


class Key(NamedTuple):
	"""Where an insight belongs, in columns: a composed name would break with the first rename."""

	target_doctype: str
	target: str
	kind: str
	course: str
	student_group: str
	academic_term: str


def key_of(address: InsightAddress) -> Key:
	return Key(
		address.target_doctype,
		address.target,
		address.insight,
		address.course,
		address.student_group,
		address.academic_term,
	)


def write(items: Sequence[InsightItem], epoch: str) -> list[Result]:
	"""Store a batch, set-based. No address may occur twice in it."""
	heads = _heads(item.address for item in items)
	there = _there(key_of(item.address) for item in items)
	left_out = excluded()
	results, updates, confirmed, superseded, new_rows = [], [], [], [], []
	for item in items:
		key = key_of(item.address)
		head = heads.get(key)
		content = stored.content_hash(item.values.model_dump())
		if key.target_doctype == "Student" and key.target in left_out:
			results.append(TARGET_EXCLUDED)
		elif not there.issuperset(_named(key)):
			# Said of a name that is no more, as of a class renamed meanwhile: nobody could find it there.
			results.append(TARGET_GONE)
		elif head and head.is_current and head.content_hash == content:
			confirmed.append({"name": head.name, "revision": item.revision})
			results.append(UNCHANGED)
		elif head and stored.is_not_older(head, epoch, item.revision):
			results.append(STALE)
		elif head and head.is_current and _says(head.level, stored_reasons(head)) == _says_item(item):
			said = {**_said(item, content), "entry": _entry(item)}
			updates.append({"name": head.name, "revision": item.revision, **said})
			results.append(STORED)
		else:
			if head and head.is_current:
				superseded.append(head.name)
			new_rows.append((_new_row(item, key, content, epoch, head), head))
			results.append(STORED)
	_store(epoch, updates, confirmed, superseded, new_rows)
	return results


def withdraw(items: Sequence[WithdrawItem], epoch: str) -> list[Result]:
	"""It no longer holds: hidden, and kept as long as its pupil is there and not left out."""
	heads = _heads(item.address for item in items)
	there = _there(key_of(item.address) for item in items)
	left_out = excluded()
	results, ended, confirmed, never_said, gone = [], [], [], [], set()
	for item in items:
		key = key_of(item.address)
		head = heads.get(key)
		is_there = (key.target_doctype, key.target) in there
		is_left_out = key.target_doctype == "Student" and key.target in left_out
		if head and key.target_doctype == "Student" and (is_left_out or not is_there):
			# Written while the pupil was being erased, unseen by what erases.
			gone.add(key.target)
			results.append(STORED)
		elif not head:
			if is_there and not is_left_out:
				# A trace, so that an older result that is still on its way is recognised as older.
				never_said.append(_trace(item, key, epoch))
			results.append(UNCHANGED)
		elif not head.is_current:
			confirmed.append({"name": head.name, "revision": item.revision})
			results.append(UNCHANGED)
		elif stored.is_not_older(head, epoch, item.revision):
			results.append(STALE)
		else:
			ended.append({"name": head.name, "revision": item.revision, "withdrawn_on": now()})
			results.append(STORED)
	stored.update(DOCTYPE, epoch, ended, f"r.is_current = 0, {MODIFIED}")
	stored.update(DOCTYPE, epoch, confirmed)
	stored.insert(DOCTYPE, never_said)
	if gone:
		erase_rows(DOCTYPE, {"target_doctype": "Student", "target": ("in", sorted(gone))})
	return results


def withdraw_unsaid(epoch: str) -> None:
	"""Once everything has been said in this epoch: what was last said in another no longer holds."""
	frappe.db.sql(
		f"""update `tab{DOCTYPE}` set is_current = 0, withdrawn_on = %(now)s, modified = %(now)s
		where is_current = 1 and ifnull(epoch, '') != %(epoch)s""",
		{"now": now(), "epoch": epoch},
	)


def stored_reasons(row: dict) -> list[dict]:
	return frappe.parse_json(row["reasons"] or "[]")


def _store(
	epoch: str,
	updates: list[dict],
	confirmed: list[dict],
	superseded: list[str],
	new_rows: list[tuple[dict, frappe._dict | None]],
) -> None:
	stored.update(DOCTYPE, epoch, updates, MODIFIED)
	stored.update(DOCTYPE, epoch, confirmed)
	if superseded:
		frappe.db.sql(
			f"update `tab{DOCTYPE}` set is_current = 0, modified = %s where name in %s",
			(now(), sorted(superseded)),
		)
	quiet = []
	for row, head in new_rows:
		already = head and head.is_current and head.level == NEEDS_ATTENTION
		if row["level"] == NEEDS_ATTENTION and not already:
			# As a document, so that the site's own Notifications and Assignment Rules see it.
			frappe.get_doc({"doctype": DOCTYPE, **row}).insert(ignore_permissions=True)
		else:
			quiet.append(row)
	stored.insert(DOCTYPE, quiet)


def _heads(addresses: Iterable[InsightAddress]) -> dict[Key, frappe._dict]:
	"""The newest row of each chain: the current one, else the one withdrawn last. Locked, in the order of names."""
	targets = sorted({address.target for address in addresses})
	if not targets:
		return {}
	rows = frappe.db.sql(
		f"""select name, target_doctype, target, kind, ifnull(course, '') as course,
			ifnull(student_group, '') as student_group, ifnull(academic_term, '') as academic_term,
			level, reasons, is_current, withdrawn_on, ifnull(epoch, '') as epoch, revision, content_hash
		from `tab{DOCTYPE}` where target in %s and (is_current = 1 or withdrawn_on is not null)
		order by name for update""",
		(targets,),
		as_dict=True,
	)
	rows.sort(key=lambda row: (row.is_current, str(row.withdrawn_on or "")))
	return {Key(*(row[column] for column in Key._fields)): row for row in rows}


def _named(key: Key) -> set[tuple[str, str]]:
	"""The documents that an address names, as DocType and name."""
	named = {
		(key.target_doctype, key.target),
		("Course", key.course),
		("Student Group", key.student_group),
		("Academic Term", key.academic_term),
	}
	return {(doctype, name) for doctype, name in named if name}


def _there(keys: Iterable[Key]) -> set[tuple[str, str]]:
	"""Those of the documents named that are there."""
	asked: dict[str, set[str]] = {}
	for doctype, name in set().union(*map(_named, keys)):
		asked.setdefault(doctype, set()).add(name)
	return {(doctype, name) for doctype, names in asked.items() for name in stored.existing(doctype, names)}


def _says(level: str, reasons: Iterable[dict]) -> tuple:
	"""What an insight says, without its numbers. The order of reasons is no part of it."""
	return level, sorted((reason["code"], reason["about"]) for reason in reasons)


def _says_item(item: InsightItem) -> tuple:
	return _says(item.values.level, [reason.model_dump() for reason in item.values.reasons])


def _said(item: InsightItem, content: str) -> dict:
	values = item.values
	return {
		"level": values.level,
		"clarity": values.clarity,
		"reasons": stored.text([reason.model_dump() for reason in values.reasons]),
		"chart": stored.text(values.chart.model_dump()) if values.chart else None,
		"confidence": values.confidence,
		"records_to": values.records_to,
		"generated_timestamp": now(),
		"model_version": values.model_version,
		"content_hash": content,
	}


def _entry(item: InsightItem) -> str:
	"""One state of an insight in `history`: the day, and all that was said, but not the rows it rested on."""
	values = item.values
	return stored.text(
		{
			"day": today(),
			"level": values.level,
			"confidence": values.confidence,
			"records_to": values.records_to,
			"reasons": [reason.model_dump(exclude={"evidence"}) for reason in values.reasons],
		}
	)


def _new_row(item: InsightItem, key: Key, content: str, epoch: str, head: frappe._dict | None) -> dict:
	return {
		**_address_columns(key),
		**_said(item, content),
		"status": "Pending",
		"is_current": 1,
		"withdrawn_on": None,
		"previous": head.name if head else None,
		"history": f"[{_entry(item)}]",
		"epoch": epoch,
		"revision": item.revision,
	}


def _trace(item: WithdrawItem, key: Key, epoch: str) -> dict:
	return {
		**_address_columns(key),
		"level": "steady",
		"reasons": "[]",
		"is_current": 0,
		"withdrawn_on": now(),
		"epoch": epoch,
		"revision": item.revision,
	}


def _address_columns(key: Key) -> dict:
	return {**key._asdict(), "target_student": key.target if key.target_doctype == "Student" else None}
