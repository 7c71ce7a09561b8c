"""The counts in a form's Connections tab, without ours: Frappe counts any DocType that has a column
`student` (of a Course `course`, and so on) for every reader of that document."""

import json

import frappe
from frappe import _
from frappe.desk import notifications

# Assessment Insight is left to Frappe: one per result says nothing that the results do not.
REFUSED = {
	"AI Engagement Log",
	"AI Insight",
	"AI Exclusion",
	"AI Read Log",
	"AI Conflict",
	"AI Peer Wish",
}


@frappe.whitelist()
@frappe.read_only()
def get_open_count(doctype: str, name: str, items: str | list | None = None) -> dict:
	asked = json.loads(items) if isinstance(items, str) else items
	if refused := REFUSED.intersection(asked or ()):
		raise frappe.PermissionError(_("{0} is not counted.").format(_(min(refused))))
	return notifications.get_open_count(doctype, name, asked)
