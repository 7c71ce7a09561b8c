"""The records behind one reason of an insight, for those who may read the insight.

A teacher gets 403 on attendance and results themselves, so the rows are served here: exactly those the reason rests
on, as long as they still belong to what the insight is about, and only columns that the analysis read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import frappe
from babel.numbers import format_decimal
from frappe import _

from education_ai import read_log
from education_ai.panels.composition import SECTIONS_FOR_PUPILS, Insight
from education_ai.panels.rows import insight_by_name
from education_ai.panels.site import minimum_group_size, shows_to
from education_ai.panels.who_first import group_sizes
from education_ai.permissions import audience, knows_of_exclusions, may_open
from education_ai.scope import scope
from education_ai.sentences import (
	Speaker,
	catalogue,
	fill,
	is_for,
	locale,
	section_of,
	shown_date,
	student_names,
)


@dataclass(frozen=True)
class Table:
	"""Column heads, and the cells of each record by its name, in order."""

	columns: list[str]
	cells: dict[str, list[str]]


def evidence_rows(name: str, reason: int) -> dict:
	"""403 for a reader who may not read the insight, and for an insight that does not exist."""
	insight = insight_by_name(name)
	reader = insight and reader_of(insight)
	if not reader or not 0 <= reason < len(insight.reasons):
		raise frappe.PermissionError
	said = insight.reasons[reason]
	code = said.get("code", "")
	if not is_for(code, reader) or (reader != "staff" and section_of(code) not in SECTIONS_FOR_PUPILS):
		raise frappe.PermissionError
	behind = said.get("evidence") or {"doctype": "", "names": []}
	read_log.note([read_log.target_of(insight)], rows_opened=True)
	names = list(dict.fromkeys(behind["names"]))
	read = TABLES.get(behind["doctype"])
	table = read(insight, said, names) if read and names else Table([], {})
	can_open = may_open(behind["doctype"], list(table.cells)) if table.cells else set()
	return {
		"title": Speaker(reader, student_names([said])).title(said) or "",
		"columns": table.columns,
		"rows": [
			{"cells": cells, "doctype": behind["doctype"], "name": record, "can_open": record in can_open}
			for record, cells in table.cells.items()
		],
		"note": note(len(names) - len(table.cells)),
	}


def reader_of(insight: Insight) -> str | None:
	"""As whom the session user reads this insight; None where they do not."""
	if insight.target_student:
		reader = audience(None, insight.target_student)
		if not reader or not shows_to(reader):
			return None
		excluded = frappe.db.exists("AI Exclusion", {"target_student": insight.target_student})
		return reader if not excluded or knows_of_exclusions() else None
	own = scope()
	of_group = insight.kind == "group"
	mine = own.has_group(insight.target) if of_group else own.has_class(insight.student_group, insight.target)
	if not mine or not shows_to("staff"):
		return None
	pupils = group_sizes([insight.student_group])[insight.student_group]
	return "staff" if pupils >= minimum_group_size() else None


def note(missing: int) -> str | None:
	if not missing:
		return None
	return fill(
		_(
			"Records changed or removed since this was worked out: {count}. The next analysis leaves them out."
		),
		{"count": str(missing)},
	)


def _attendance(insight: Insight, said: Mapping, names: Sequence[str]) -> Table:
	rows = frappe.db.sql(
		"""select a.name, a.date, a.status, ifnull(s.course, ''), a.student_group from `tabStudent Attendance` a
		left join `tabCourse Schedule` s on s.name = a.course_schedule
		where a.name in %(names)s and a.docstatus = 1 and a.student = %(student)s order by a.date, a.name""",
		{"names": names, "student": insight.target_student},
	)
	lessons = any(course for _name, _date, _status, course, _group in rows)
	return Table(
		columns=[_("Date"), _("Status"), _("Lesson") if lessons else _("Student Group")],
		cells={
			name: [shown_date(date), _(status), course if lessons else group or ""]
			for name, date, status, course, group in rows
		},
	)


def _results(insight: Insight, said: Mapping, names: Sequence[str]) -> Table:
	"""Whole tests, or one criterion of each where the reason is about one."""
	criterion = _criterion(said)
	points = (
		(
			"d.score, d.maximum_score",
			"join `tabAssessment Result Detail` d on d.parent = r.name and d.assessment_criteria = %(criterion)s",
		)
		if criterion
		else ("r.total_score, r.maximum_score", "")
	)
	about = (
		"r.student = %(student)s"
		if insight.target_student
		else ("r.course = %(course)s and r.student_group = %(group)s")
	)
	rows = frappe.db.sql(
		f"""select r.name, p.schedule_date, ifnull(p.assessment_name, p.name), r.student_name, {points[0]}
		from `tabAssessment Result` r join `tabAssessment Plan` p on p.name = r.assessment_plan {points[1]}
		where r.name in %(names)s and r.docstatus = 1 and {about}
		order by p.schedule_date, p.name, r.student_name, r.name""",
		{
			"names": names,
			"criterion": criterion,
			"student": insight.target_student,
			# Of a group each reason names its course.
			"course": said["params"].get("course") if insight.kind == "group" else insight.target,
			"group": insight.student_group,
		},
	)
	of_class = not insight.target_student
	return Table(
		columns=[_("Date"), _("Test"), *([_("Student")] if of_class else []), criterion or _("Points")],
		cells={
			name: [shown_date(date), test, *([pupil or ""] if of_class else []), _of(score, maximum)]
			for name, date, test, pupil, score, maximum in rows
		},
	)


def _plans(insight: Insight, said: Mapping, names: Sequence[str]) -> Table:
	"""Of a class with the number of results; of one pupil without it, from the classes the pupil is in."""
	pupil = insight.target_student
	about = (
		"""p.course = %(course)s and p.student_group in (select m.parent from `tabStudent Group Student` m
		where m.student = %(student)s and m.parenttype = 'Student Group')"""
		if pupil
		else "p.course = %(course)s and p.student_group = %(group)s"
	)
	rows = frappe.db.sql(
		f"""select p.name, p.schedule_date, ifnull(p.assessment_name, p.name), p.maximum_assessment_score,
		(select count(*) from `tabAssessment Result` r where r.assessment_plan = p.name and r.docstatus = 1)
		from `tabAssessment Plan` p where p.name in %(names)s and p.docstatus = 1 and {about}
		order by p.schedule_date, p.name""",
		{
			"names": names,
			"course": insight.course if pupil else insight.target,
			"group": insight.student_group,
			"student": pupil,
		},
	)
	return Table(
		columns=[_("Date"), _("Test"), _("Maximum"), *([] if pupil else [_("Results")])],
		cells={
			name: [shown_date(date), test, _number(maximum), *([] if pupil else [str(results)])]
			for name, date, test, maximum, results in rows
		},
	)


TABLES: dict[str, Callable[[Insight, Mapping, Sequence[str]], Table]] = {
	"Student Attendance": _attendance,
	"Assessment Result": _results,
	"Assessment Plan": _plans,
}


def _criterion(said: Mapping) -> str | None:
	"""The Assessment Criteria a reason is about, if it is about one."""
	types = catalogue()[said["code"]]["params"]
	return next((said["params"].get(name) for name, kind in types.items() if kind == "criterion"), None)


def _of(score: float | None, maximum: float | None) -> str:
	return fill(_("{score} of {maximum}"), {"score": _number(score), "maximum": _number(maximum)}) or ""


def _number(value: float | None) -> str:
	"""A record's own number, decimals and all: what a teacher entered is not rounded in the proof."""
	return format_decimal(value or 0, "0.##", locale=locale())
