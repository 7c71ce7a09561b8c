"""Changes a site behind the back of its outbox, and puts rows back as they were: `python plant.py SITE ORDER`.

Run by the bench's own Python, in the bench's `sites` folder. `ORDER` is JSON: what to do, and its arguments. Prints
what came of it as JSON. Each order is one transaction.
"""

import json
import sys

import frappe


def rows(table: str, column: str, values: list[str]) -> list[dict]:
	"""Rows as they are stored, to be put back later."""
	return frappe.db.sql(f"select * from `{table}` where `{column}` in %s", (values,), as_dict=True)


def put(table: str, column: str, values: list[str], kept: list[dict]) -> int:
	"""Makes the rows of these values what was kept of them, also those that are gone by now."""
	frappe.db.sql(f"delete from `{table}` where `{column}` in %s", (values,))
	for row in kept:
		columns = ", ".join(f"`{name}`" for name in row)
		marks = ", ".join(["%s"] * len(row))
		frappe.db.sql(f"insert into `{table}` ({columns}) values ({marks})", tuple(row.values()))
	return len(kept)


def sql(statement: str, values: dict) -> int:
	frappe.db.sql(statement, values)
	return frappe.db._cursor.rowcount


def unheard(doctype: str, name: str, values: dict) -> str:
	"""Saves a document as a person does; its row in the outbox vanishes before anybody has read it."""
	document = frappe.get_doc(doctype, name)
	document.update(values)
	document.save()
	told = {"ref_doctype": doctype, "ref_name": name}
	if not frappe.db.count("AI Sync Event", told):
		raise RuntimeError("the save left no row in the outbox")
	frappe.db.delete("AI Sync Event", told)
	return str(document.modified)


def rename(doctype: str, old: str, new: str) -> str:
	"""Renames while the outbox is off. Nobody else sees it off: it is on again before the commit."""
	events = frappe.db.count("AI Sync Event")
	_collect(0)
	frappe.rename_doc(doctype, old, new, force=True, show_alert=False)
	_collect(1)
	if frappe.db.count("AI Sync Event") != events:
		raise RuntimeError("the rename left rows in the outbox")
	return new


def _collect(value: int) -> None:
	frappe.db.sql(
		"update `tabSingles` set value = %s where doctype = 'AI Settings' and field = 'collect'", value
	)


ORDERS = {order.__name__: order for order in (rows, put, sql, unheard, rename)}


def main(site: str, text: str) -> None:
	frappe.init(site=site)
	frappe.connect()
	try:
		order = json.loads(text)
		answer = ORDERS[order.pop("do")](**order)
		frappe.db.commit()
		print(frappe.as_json(answer))
	finally:
		frappe.destroy()


main(sys.argv[1], sys.argv[2])
