"""The counts in a form's Connections tab, without ours: Frappe counts any DocType that has a column `student`."""

import json

import frappe
from frappe import _
from frappe.desk import notifications

# The design fixes the column's name there; all our other DocTypes call it `target_student`.
REFUSED = "AI Engagement Log"


@frappe.whitelist()
@frappe.read_only()
def get_open_count(doctype: str, name: str, items: str | list | None = None) -> dict:
	asked = json.loads(items) if isinstance(items, str) else items
	if asked and REFUSED in asked:
		raise frappe.PermissionError(_("{0} is not counted.").format(_(REFUSED)))
	return notifications.get_open_count(doctype, name, asked)
