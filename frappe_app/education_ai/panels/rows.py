"""Reads current AI Insight rows for the panels: set-based, one query each, after the reader has been checked."""

import json
from collections.abc import Iterable, Mapping

import frappe

from education_ai.panels.composition import LEVELS, Insight

COLUMNS = """name, kind, target, target_student, ifnull(course, '') as course,
	ifnull(student_group, '') as student_group, ifnull(academic_term, '') as academic_term,
	level, ifnull(clarity, 0) as clarity, reasons, chart, records_to, generated_timestamp as worked_out,
	ifnull(status, 'Pending') as status, answered_on"""
# Of what is said about a pupil (`target_student` is set there alone): what a class of a course has to do with.
ABOUT_CLASS = "(kind = 'attendance' or (kind in ('marks', 'risk') and course = %(course)s))"
ABOUT_PUPIL = "kind in ('attendance', 'marks', 'risk')"
A_CLASS = "target_doctype = 'Course' and target = %(course)s and kind = 'class'"
CURRENT = "is_current = 1 and withdrawn_on is null"


def insights_of_student(student: str) -> list[Insight]:
	return _read("target_student = %(student)s and target_doctype = 'Student'", {"student": student})


def class_insights(course: str, classes: Iterable[tuple[str, str]], most: int) -> list[Insight]:
	"""What is said about these classes (group and term) of a course; only the `most` clearest are read."""
	classes = tuple(classes)
	if not classes:
		return []
	return _read(
		f"""{A_CLASS} and (ifnull(student_group, ''), ifnull(academic_term, '')) in %(classes)s""",
		{"course": course, "classes": classes, "most": most},
		"order by field(level, 'act', 'watch', 'steady'), clarity desc, name limit %(most)s",
	)


def group_insights(group: str, academic_term: str) -> list[Insight]:
	"""What is said about a group and about its classes, one for each course."""
	return _read(
		"""student_group = %(group)s and ifnull(academic_term, '') = %(term)s
		and target_doctype in ('Student Group', 'Course') and kind in ('group', 'class')""",
		{"group": group, "term": academic_term},
	)


def raised_reasons(
	students: Iterable[str], course: str | None, hidden: Iterable[str] = ()
) -> list[tuple[str, list[dict]]]:
	"""Of each insight that asks for attention about these pupils, the pupil and the reasons; clearest insight first.

	In this course or, without one, in any. Read without the rest: a list of pupils shows neither charts nor dates.
	"""
	students = tuple(students)
	if not students:
		return []
	about = ABOUT_CLASS if course else ABOUT_PUPIL
	rows = frappe.db.sql(
		f"""select target_student, reasons from `tabAI Insight` where target_student in %(students)s
		and level in ('act', 'watch') and {about} and {CURRENT} and kind not in %(hidden)s
		order by field(level, 'act', 'watch'), clarity desc, kind, course, name""",
		{"students": students, "course": course, "hidden": tuple(hidden) or ("",)},
	)
	return [(student, _reasons(reasons)) for student, reasons in rows]


def insight_by_name(name: str) -> Insight | None:
	return next(iter(_read("name = %(name)s", {"name": name})), None)


def _read(where: str, values: Mapping, then: str = "") -> list[Insight]:
	found = frappe.db.sql(
		f"select {COLUMNS} from `tabAI Insight` where {where} and {CURRENT} {then}", values, as_dict=True
	)
	return [as_insight(row) for row in found]


def as_insight(row: Mapping) -> Insight:
	return Insight(
		**{
			**row,
			"level": row["level"] if row["level"] in LEVELS else "steady",
			"reasons": _reasons(row["reasons"]),
			"chart": _json(row["chart"], None),
			"records_to": str(row["records_to"]) if row["records_to"] else None,
			"worked_out": str(row["worked_out"]) if row["worked_out"] else None,
			"answered_on": str(row["answered_on"]) if row.get("answered_on") else None,
		}
	)


def _reasons(stored: str | None) -> list[dict]:
	return [reason for reason in _json(stored, []) if isinstance(reason, dict)]


def _json(value: str | None, otherwise: list | None) -> list | dict | None:
	"""A column that somebody broke by hand counts as empty: a panel must not fail over one row."""
	try:
		return json.loads(value) if value else otherwise
	except ValueError:
		return otherwise
