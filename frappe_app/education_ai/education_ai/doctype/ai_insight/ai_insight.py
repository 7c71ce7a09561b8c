"""One thing said about a pupil or a class. Written in sets by contract/insights.py."""

import frappe
from frappe.model.document import Document

STANDING_INDEX = "standing"
STANDING = [
	"target_student",
	"is_current",
	"kind",
	"course",
	"withdrawn_on",
	"level",
	"clarity",
	"confidence",
]


class AIInsight(Document):
	pass


def on_doctype_update() -> None:
	"""Where the pupils of a class stand is read from an index alone: rows are long, and most of them are of the past."""
	frappe.db.add_index("AI Insight", STANDING, STANDING_INDEX)
