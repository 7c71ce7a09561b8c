"""The panel of one Program Enrollment, for whoever may read the pupil: progress, what comes next, steps so far."""

import frappe
from frappe.utils import today

from education_ai import read_log
from education_ai.channels import channel
from education_ai.exclusion import excluded
from education_ai.panels import fields
from education_ai.panels.site import OFF, freshness, shows_to
from education_ai.permissions import audience
from education_ai.sealing import sealed_row
from education_ai.sentences import Speaker

PROGRESS, PATH, HISTORY = "ai_progress_tracking", "ai_learning_path", "ai_intervention_history"


def program_enrollment_panel(name: str) -> dict:
	"""403 for a reader without business with the pupil, and for a name that does not exist."""
	row = frappe.db.get_value(
		"Program Enrollment", name, ["name", "student", "program", "docstatus"], as_dict=True
	)
	reader = audience(None, row.student) if row and row.student else None
	if reader is None:
		raise frappe.PermissionError
	if not shows_to(reader) or row.student in excluded() or row.docstatus != 1:
		return OFF
	contents = fields.opened(sealed_row("Program Enrollment", row.name), [PROGRESS, PATH, HISTORY])
	speaker = Speaker(reader)

	def told(field: str, *sections: str) -> list[dict]:
		return fields.rows(contents[field].get("said", []), speaker, sections)

	written = any(contents.values())
	fresh = freshness()
	if written:
		read_log.note([read_log.Target("Student", row.student)])
	return {
		"state": "stale" if fresh.stale_since else "ready" if written else "waiting",
		"stale_since": fresh.stale_since,
		"audience": reader,
		"heading": {"program": row.program},
		"records_to": contents[PROGRESS].get("records_to"),
		"channel": channel("Program Enrollment", row.name, today()),
		"progress": told(PROGRESS, "progress", "too_little"),
		"path": told(PATH, "path"),
		"history": told(HISTORY, "history"),
	}
