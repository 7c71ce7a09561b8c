"""The panel of one Instructor: the own figures, and what the person set for the own panels.

For the person alone, and for Education Managers where AI Settings says so; they see the figures and set nothing.
"""

import frappe
from frappe.utils import today

from education_ai.channels import channel
from education_ai.panels import fields
from education_ai.panels.settings import settings_of
from education_ai.panels.site import OFF, shows_to
from education_ai.permissions import may_edit, may_read_teaching
from education_ai.sealing import sealed_row
from education_ai.sentences import Speaker

PROFILE, METRICS = "ai_teaching_profile", "ai_performance_metrics"
SECTIONS = ("teaching", "too_little")


def instructor_panel(name: str) -> dict:
	"""403 for everybody else."""
	if not may_read_teaching(name) or not frappe.db.exists("Instructor", name):
		raise frappe.PermissionError
	if not shows_to("staff"):
		return OFF
	row = sealed_row("Instructor", name)
	contents = fields.opened(row, [PROFILE, METRICS])
	speaker = Speaker("staff")
	return {
		"state": "ready",
		"heading": {"name": name},
		"own": may_edit("Instructor", name),
		"shown_to_managers": bool(frappe.get_cached_doc("AI Settings").show_teaching),
		"channel": channel("Instructor", name, today()),
		"work": fields.rows(contents[PROFILE].get("said", []), speaker, SECTIONS),
		"classes": fields.rows(contents[METRICS].get("said", []), speaker, SECTIONS),
		"settings": settings_of(row),
	}
