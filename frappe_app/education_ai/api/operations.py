"""What a System Manager does from AI Settings: see how the sidecar is, disconnect it, try dead work again."""

import frappe

from education_ai import connect

ROLE = "System Manager"


@frappe.whitelist()
def status() -> dict:
	frappe.only_for(ROLE, message=True)
	return connect.status()


@frappe.whitelist(methods=["POST"])
def disconnect() -> dict:
	frappe.only_for(ROLE, message=True)
	connect.disconnect()
	return connect.status()


@frappe.whitelist(methods=["POST"])
def try_again(report: str) -> None:
	"""Ask the sidecar to take up one piece of dead work at its next report."""
	frappe.only_for(ROLE, message=True)
	frappe.db.set_value("AI Sync Report", {"name": report, "kind": "dead"}, "redrive", "Asked")
