"""Where our fields stand on a form of the site: last, so that our tab never swallows a field of the site's own.

They are anchored to a field that does not exist. Frappe puts such fields at the very end, whatever order the site has
chosen; any real anchor moves when the site moves it, and takes our tab along. What is left to do is to keep our names
out of the site's own order, and the site's own fields from hanging on ours.
"""

import json

import frappe
from frappe.model.document import Document

from education_ai.watched import read

END_OF_FORM = "education_ai_end_of_form"
TAB_FORMS = ("Student", "Course", "Instructor", "Program Enrollment", "Student Group")
TAB, PANEL = "education_ai_tab", "education_ai_panel"
BEHIND_ALL = 10_000


def our_fields(doctype: str) -> list[str]:
	own = [row["fieldname"] for row in read("custom_fields.json") if row["doctype"] == doctype]
	return [TAB, PANEL, *own] if doctype in TAB_FORMS else own


def anchored_doctypes() -> list[str]:
	return sorted({row["doctype"] for row in read("custom_fields.json")} | set(TAB_FORMS))


def keep_last(doctype: str) -> None:
	"""Put our fields last again; changes nothing where they are."""
	ours = our_fields(doctype)
	changed = _leave_field_order(doctype, ours) | _unhook(doctype, ours)
	if changed | _number(doctype, ours):
		frappe.clear_cache(doctype=doctype)


def field_order_changed(doc: Document, method: str | None = None) -> None:
	"""Property Setter, on_change: Customize Form stores the order of the whole form, our fields among them."""
	if doc.property == "field_order" and doc.doc_type in anchored_doctypes():
		keep_last(doc.doc_type)


def custom_field_changed(doc: Document, method: str | None = None) -> None:
	"""Custom Field, on_change: a field of the site that was put after one of ours would stand in our tab."""
	if doc.dt in anchored_doctypes() and doc.fieldname not in our_fields(doc.dt):
		keep_last(doc.dt)


def _leave_field_order(doctype: str, ours: list[str]) -> bool:
	setter = frappe.db.get_value(
		"Property Setter", {"doc_type": doctype, "property": "field_order"}, ["name", "value"], as_dict=True
	)
	order = json.loads(setter.value or "[]") if setter else []
	kept = [fieldname for fieldname in order if fieldname not in ours]
	if kept == order:
		return False
	frappe.db.set_value("Property Setter", setter.name, "value", json.dumps(kept), update_modified=False)
	return True


def _unhook(doctype: str, ours: list[str]) -> bool:
	"""Fields of the site that hang on ours go behind the form's last field of its own."""
	hooked = frappe.get_all(
		"Custom Field",
		filters={"dt": doctype, "insert_after": ("in", ours), "fieldname": ("not in", ours)},
		fields=["name", "fieldname"],
		order_by="idx",
	)
	if not hooked:
		return False
	names = {row.fieldname for row in hooked}
	frappe.clear_cache(doctype=doctype)
	own = [df.fieldname for df in frappe.get_meta(doctype).fields if df.fieldname not in {*ours, *names}]
	for row in hooked:
		frappe.db.set_value("Custom Field", row.name, "insert_after", own[-1], update_modified=False)
		own.append(row.fieldname)
	return True


def _number(doctype: str, ours: list[str]) -> bool:
	"""Among fields without an anchor idx decides, upwards or downwards as the version of Frappe has it."""
	count = len(ours)
	upwards, downwards = range(BEHIND_ALL, BEHIND_ALL + count), range(-1, -count - 1, -1)
	changed = False
	for numbers in (upwards, downwards):
		if _last(doctype, count) == ours:
			break
		for fieldname, number in zip(ours, numbers, strict=True):
			frappe.db.set_value(
				"Custom Field", {"dt": doctype, "fieldname": fieldname}, "idx", number, update_modified=False
			)
		changed = True
	return changed


def _last(doctype: str, count: int) -> list[str]:
	"""The last fields of the form, as it would be shown now."""
	frappe.clear_cache(doctype=doctype)
	return [df.fieldname for df in frappe.get_meta(doctype, cached=False).fields][-count:]
