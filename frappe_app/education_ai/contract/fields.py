"""The sealed ai_* fields on ERPNext's own documents: written in place, without touching `modified` or any event.

Those that people edit too are proposed for (`proposals.py`); the others are the AI's alone and written here.
Saving the document instead would re-save a pupil's Customer and might mail a User.
"""

from collections.abc import Sequence

import frappe

from education_ai.contract import proposals
from education_ai.contract.proposals import REFUSED
from education_ai.contract.shapes import FieldsItem
from education_ai.contract.stored import STALE, STORED, TARGET_EXCLUDED, TARGET_GONE, UNCHANGED, Result
from education_ai.exclusion import excluded
from education_ai.sealing import seal, sealed_fields, stamp, unseal
from education_ai.watched import watched


def write(items: Sequence[FieldsItem], epoch: str) -> list[Result]:
	"""Store a batch, in the order of names: one statement for each document, since each may set other fields."""
	in_order = sorted(range(len(items)), key=lambda place: items[place].address.name)
	results = {place: _write(items[place], epoch) for place in in_order}
	return [results[place] for place in range(len(items))]


def _write(item: FieldsItem, epoch: str) -> Result:
	return proposals.write(item, epoch) if proposals.is_proposal(item) else _write_own(item, epoch)


def _write_own(item: FieldsItem, epoch: str) -> Result:
	doctype, name = item.address.doctype, item.address.name
	if not item.values or not set(item.values) <= set(sealed_fields().get(doctype, ())):
		return REFUSED
	fields = sorted(item.values)
	pupil = watched()[doctype].student or "name"
	columns = ", ".join(f"`{field}`" for field in fields)
	rows = frappe.db.sql(
		f"select name, `{pupil}` as pupil, {columns} from `tab{doctype}` where name = %s", name, as_dict=True
	)
	row = rows[0] if rows else None
	if not row or row.name != name:
		return TARGET_GONE
	if row.pupil in excluded():
		return TARGET_EXCLUDED
	changed = any(unseal(row[field], doctype, name, field) != item.values[field] for field in fields)
	if any(_is_not_older(row[field], epoch, item.revision) for field in fields):
		return STALE if changed else UNCHANGED
	# What says the same is stored too, with its revision: an older result may still be on its way.
	assignments, values = [], {"name": name, "epoch": epoch, "revision": item.revision}
	for field in fields:
		# The comparison stands inside the statement: two runs may have read the same row.
		assignments.append(
			f"""`{field}` = if(ifnull(json_value(`{field}`, '$.epoch'), '') <> %(epoch)s
			or cast(json_value(`{field}`, '$.revision') as int) < %(revision)s, %({field})s, `{field}`)"""
		)
		values[field] = seal(item.values[field], doctype, name, field, epoch, item.revision)
	frappe.db.sql(f"update `tab{doctype}` set {', '.join(assignments)} where name = %(name)s", values)
	frappe.clear_document_cache(doctype, name)
	return STORED if changed else UNCHANGED


def _is_not_older(value: str | None, epoch: str, revision: int) -> bool:
	stored_epoch, stored_revision = stamp(value)
	return stored_epoch == epoch and stored_revision >= revision
