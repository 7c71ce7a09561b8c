"""The unguessable rooms through which an open panel hears of a new insight.

A document's own room will not do: Frappe lets a pupil join the room of a classmate's record. Anyone may join a task
room, but only who was given its name by the panel method, after the reader was checked, knows which.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable

import frappe
from frappe.realtime import get_task_progress_room
from frappe.utils import add_days, today

from education_ai.keys import derive

EVENT = "education_ai_insight"


def channel(doctype: str, name: str, day: str) -> str:
	"""The name of the room of one panel on one day (`YYYY-MM-DD`, the site's own)."""
	text = json.dumps([day, doctype, name], ensure_ascii=False)
	return hmac.new(derive("channels"), text.encode(), hashlib.sha256).hexdigest()


def class_name(course: str, student_group: str, academic_term: str) -> str:
	"""The name under which a course's panel for one group and term listens."""
	return json.dumps([course, student_group, academic_term or ""], ensure_ascii=False)


def publish_document(doctype: str, name: str) -> None:
	"""Tell every open panel of a document; a course has one for each class, and one of all its classes."""
	if doctype != "Course":
		publish(doctype, [name])
		return
	classes = frappe.db.sql(
		"""select distinct student_group, ifnull(academic_term, '') from `tabAI Insight`
		where target_doctype = 'Course' and target = %s and kind = 'class' and is_current = 1""",
		name,
	)
	publish(doctype, [class_name(name, *one) for one in (*classes, ("", ""))])


def publish(doctype: str, names: Iterable[str]) -> None:
	"""Tell open panels, after the commit, that there is something new; yesterday's room for those open since then."""
	days = (today(), add_days(today(), -1))
	for name in names:
		for day in days:
			room = channel(doctype, name, day)
			# By room: given a task_id, Frappe would send at once, before the commit.
			frappe.publish_realtime(
				EVENT, {"task_id": room}, room=get_task_progress_room(room), after_commit=True
			)
