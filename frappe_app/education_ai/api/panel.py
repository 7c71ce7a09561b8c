"""What the Desk and the portal read: one method a page, one request a panel; and what staff did about it or wish.

Each checks the reader first.

A reader without business gets 403. `off` means that the tab is not to be shown. All text comes rendered and
translated, and is not HTML. Who read what is noted (read_log.py), therefore by POST alone.
"""

import frappe

from education_ai import peer_wishes
from education_ai.panels import steps
from education_ai.panels.course import course_panel
from education_ai.panels.evidence import evidence_rows
from education_ai.panels.group import group_panel
from education_ai.panels.instructor import instructor_panel
from education_ai.panels.program_enrollment import program_enrollment_panel
from education_ai.panels.student import student_panel


@frappe.whitelist(methods=["POST"])
def student(name: str) -> dict:
	return student_panel(name)


@frappe.whitelist(methods=["POST"])
def course(name: str, student_group: str | None = None, academic_term: str | None = None) -> dict:
	return course_panel(name, student_group, academic_term)


@frappe.whitelist()
def instructor(name: str) -> dict:
	return instructor_panel(name)


@frappe.whitelist(methods=["POST"])
def program_enrollment(name: str) -> dict:
	return program_enrollment_panel(name)


@frappe.whitelist(methods=["POST"])
def student_group(name: str) -> dict:
	return group_panel(name)


@frappe.whitelist(methods=["POST"])
def evidence(insight: str, reason: int) -> dict:
	return evidence_rows(insight, reason)


@frappe.whitelist(methods=["POST"])
def act(insights: list | str, acted: bool | int) -> dict:
	return steps.act(frappe.parse_json(insights), bool(acted))


@frappe.whitelist(methods=["POST"])
def keep(name: str, student: str, other: str, wish: str) -> dict:
	return peer_wishes.keep(name, student, other, wish)
