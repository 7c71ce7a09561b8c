"""What the Desk writes: a setting of a document, and a decision about a conflict. Each checks the person first."""

from typing import Any

import frappe

from education_ai import decisions
from education_ai.panels import settings


@frappe.whitelist(methods=["POST"])
def save(doctype: str, name: str, field: str, values: dict | str, seen: str) -> dict:
	return settings.save(doctype, name, field, frappe.parse_json(values), seen)


@frappe.whitelist(methods=["POST"])
def conflict(name: str) -> dict:
	return decisions.show(name)


@frappe.whitelist(methods=["POST"])
def decide(name: str, decision: str, seen: str, value: Any = None) -> dict:
	return decisions.decide(name, decision, value, seen)
