"""What a System Manager does from AI Settings: see how the sidecar is, disconnect it, try dead work again."""

import frappe

from education_ai import connect, health

ROLE = "System Manager"


@frappe.whitelist()
def status() -> dict:
	frappe.only_for(ROLE, message=True)
	return health.health()


@frappe.whitelist(methods=["POST"])
def disconnect() -> dict:
	frappe.only_for(ROLE, message=True)
	connect.disconnect()
	return health.health()


@frappe.whitelist(methods=["POST"])
def try_again(report: str) -> None:
	frappe.only_for(ROLE, message=True)
	health.try_again(report)


@frappe.whitelist(methods=["POST"])
def try_all_again() -> None:
	frappe.only_for(ROLE, message=True)
	health.try_again()
