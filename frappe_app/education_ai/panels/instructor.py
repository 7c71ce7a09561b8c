"""The panel of one Instructor, for the person alone: what the person set for the own panels."""

import frappe
from frappe.utils import today

from education_ai.channels import channel
from education_ai.panels.settings import settings_of
from education_ai.panels.site import OFF, shows_to
from education_ai.permissions import may_edit


def instructor_panel(name: str) -> dict:
	"""403 for everybody else."""
	if not may_edit("Instructor", name) or not frappe.db.exists("Instructor", name):
		raise frappe.PermissionError
	if not shows_to("staff"):
		return OFF
	return {
		"state": "ready",
		"heading": {"name": name},
		"channel": channel("Instructor", name, today()),
		"settings": settings_of("Instructor", name),
	}
