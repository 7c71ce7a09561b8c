"""AI Conflict rows: a setting for which a person and the AI want different things, until a person has decided.

A conflict is addressed by DocType, name, field and key in columns, never by a composed name: they follow a rename. The
three values are sealed under the row's own name. One open row for each address.
"""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime

from education_ai.sealing import seal, unseal

DOCTYPE = "AI Conflict"
OPEN, RESOLVED = "Open", "Resolved"
# A conflict that ended without anybody deciding: both came to want the same.
NOT_NEEDED = "Not needed"
VALUES = ("site_value", "ai_value", "base_value")


def open_conflicts(doctype: str, name: str, fieldname: str | None = None) -> list[frappe._dict]:
	"""Open rows of a document with their values opened, in the order of their names. Locked."""
	rows = frappe.db.sql(
		f"""select name, ref_field, ref_key, {", ".join(VALUES)}, ifnull(epoch, '') as epoch, revision
		from `tab{DOCTYPE}` where ref_doctype = %(doctype)s and ref_name = %(name)s and status = %(open)s
		{"and ref_field = %(field)s" if fieldname else ""} order by name for update""",
		{"doctype": doctype, "name": name, "field": fieldname, "open": OPEN},
		as_dict=True,
	)
	for row in rows:
		row.update({column: opened(row, column) for column in VALUES})
	return rows


def waiting_for(doctype: str, name: str) -> list[frappe._dict]:
	"""Which keys of a document wait for a decision: what a panel shows, so nothing is opened and nothing locked."""
	return frappe.db.sql(
		f"""select name, ref_field, ref_key from `tab{DOCTYPE}`
		where ref_doctype = %s and ref_name = %s and status = %s order by name""",
		(doctype, name, OPEN),
		as_dict=True,
	)


def opened(row: Mapping[str, Any] | Document, column: str) -> Any:
	"""None where the key was never set, and where the value cannot be opened."""
	return (unseal(row.get(column), DOCTYPE, row.get("name"), column) or {}).get("is")


def sealed(name: str, values: Mapping[str, Any]) -> dict[str, str]:
	return {column: seal({"is": value}, DOCTYPE, name, column) for column, value in values.items()}


def close_settled(
	doctype: str, name: str, fieldname: str, value: Mapping[str, Any], base: Mapping[str, Any]
) -> None:
	"""Close by itself what is no conflict any more: the field says what the AI proposed, or that is settled."""
	for row in open_conflicts(doctype, name, fieldname):
		if row.ai_value in (value.get(row.ref_key), base.get(row.ref_key)):
			close(row.name)


def close(name: str) -> None:
	frappe.db.set_value(
		DOCTYPE, name, {"status": RESOLVED, "decision": NOT_NEEDED, "decided_on": now_datetime()}
	)


def withdraw_unsaid(epoch: str) -> None:
	"""Once everything has been said in this epoch: what was last said in another is asked no more."""
	for name in frappe.db.sql_list(
		f"select name from `tab{DOCTYPE}` where status = %s and ifnull(epoch, '') != %s", (OPEN, epoch)
	):
		close(name)


def forget(doctype: str, name: str) -> None:
	"""Erase every conflict of a document that is deleted or merged into another."""
	frappe.db.delete(DOCTYPE, {"ref_doctype": doctype, "ref_name": name})
