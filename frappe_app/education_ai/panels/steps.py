"""What staff did about what is raised of a pupil: marked and unmarked from the panel, by who may read the insight."""

from collections.abc import Iterable, Sequence

import frappe
from frappe import _
from frappe.utils import today

from education_ai.panels.composition import Insight
from education_ai.panels.evidence import reader_of
from education_ai.panels.rows import insight_by_name

ACTED, PENDING = "Acted Upon", "Pending"
AS_NEW = {"status": PENDING, "reviewer": None, "answered_on": None}


def steps_of(insights: Iterable[Insight]) -> list[dict]:
	"""What is raised, by what it is about, clearest first; `on` is the day of the newest step where all were acted upon."""
	raised: dict[str, list[Insight]] = {}
	for insight in sorted(insights, key=lambda row: row.rank):
		if insight.level != "steady":
			raised.setdefault(insight.course, []).append(insight)
	return [
		{
			"title": course or _("Attendance"),
			"insights": [one.name for one in own],
			"on": max(one.answered_on or "" for one in own) or None
			if all(one.status == ACTED for one in own)
			else None,
		}
		for course, own in raised.items()
	]


def act(names: Sequence[str], acted: bool) -> dict:
	"""403 where one of them is not the reader's as staff. Saying the same twice changes nothing, the day neither."""
	insights = [insight_by_name(name) for name in dict.fromkeys(names)]
	if not insights or any(
		not one or not one.target_student or reader_of(one) != "staff" for one in insights
	):
		raise frappe.PermissionError
	said = {"status": ACTED, "reviewer": frappe.session.user, "answered_on": today()}
	for insight in insights:
		if (insight.status == ACTED) != acted:
			frappe.get_doc("AI Insight", insight.name).db_set(said if acted else AS_NEW)
	return {"acted": acted}
