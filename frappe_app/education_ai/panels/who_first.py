"""Which pupils of a class to look at first, read from what is currently said about each of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import frappe
from frappe import _

from education_ai.panels.composition import LEVELS, Line, as_sentence, clearest, lines
from education_ai.panels.rows import CURRENT, insights_by_name
from education_ai.permissions import may_open
from education_ai.sentences import Speaker, catalogue, fill, student_names

SHOWN = 5
CLAUSES = 2


@dataclass(frozen=True)
class Standing:
	"""Where one pupil stands in one class: the clearest level, and the insights that reach a level at all."""

	student: str
	level: str
	clarity: int
	insights: tuple[str, ...]
	too_little: bool


def members(groups: Sequence[str]) -> dict[str, set[str]]:
	"""Active, enabled pupils of each group."""
	found: dict[str, set[str]] = {group: set() for group in groups}
	if groups:
		rows = frappe.db.sql(
			"""select m.parent, m.student from `tabStudent Group Student` m
			join `tabStudent` s on s.name = m.student and s.enabled = 1
			where m.parenttype = 'Student Group' and m.active = 1 and m.parent in %s""",
			(tuple(groups),),
		)
		for group, student in rows:
			found.setdefault(group, set()).add(student)
	return found


def standings(students: Sequence[str], course: str) -> list[Standing]:
	"""Attendance, and marks in this course, of these pupils; clearest first. Reasons are not read here: a school of
	thousands has megabytes of them, and five pupils are shown."""
	if not students:
		return []
	says_too_little = [code for code, sentence in catalogue().items() if sentence["section"] == "too_little"]
	rows = frappe.db.sql(
		f"""select target_student, name, kind, level, ifnull(clarity, 0), reasons regexp %(too_little)s
		from `tabAI Insight` where target_doctype = 'Student' and target_student in %(students)s
		and (kind = 'attendance' or (kind = 'marks' and course = %(course)s)) and {CURRENT}""",
		{
			"students": tuple(students),
			"course": course,
			"too_little": '"(%s)"' % "|".join(code.replace(".", "[.]") for code in says_too_little),
		},
	)
	of_pupil = defaultdict(list)
	for student, *row in rows:
		of_pupil[student].append(row)
	found = [_standing(student, of_pupil[student]) for student in students]
	return sorted(found, key=lambda one: (LEVELS.index(one.level), -one.clarity, one.student))


def _standing(student: str, rows: list[list]) -> Standing:
	raised = sorted(
		(
			(LEVELS.index(level), -clarity, name)
			for name, _kind, level, clarity, _little in rows
			if level in LEVELS[:2]
		)
	)
	has_marks = any(kind == "marks" for _name, kind, *_rest in rows)
	return Standing(
		student=student,
		level=LEVELS[raised[0][0]] if raised else "steady",
		clarity=-raised[0][1] if raised else 0,
		insights=tuple(name for _level, _clarity, name in raised),
		too_little=not has_marks or any(little for *_rest, little in rows),
	)


def who_first(found: Sequence[Standing]) -> dict:
	"""The first pupils with their clearest reasons, and what is true of those who are not listed."""
	raised = [one for one in found if one.level != "steady"]
	shown = raised[:SHOWN]
	insights = insights_by_name(name for one in shown for name in one.insights)
	reasons = [reason for insight in insights for reason in insight.reasons]
	names = student_names(reasons, _names([one.student for one in shown]))
	speaker = Speaker("staff", names)
	open_for_reader = may_open("Student", [one.student for one in shown])
	said: dict[str, list[Line]] = defaultdict(list)
	for line in lines(insights, speaker):
		said[line.insight.target_student].append(line)
	rest = [one for one in found if one.level == "steady"]
	counts = {
		"nothing": sum(not one.too_little for one in rest),
		"too_little": sum(one.too_little for one in rest),
	}
	return {
		"who_first": [
			{
				"student": one.student,
				"student_name": names.get(one.student, one.student),
				"level": one.level,
				"text": _clauses(said[one.student]),
				"can_open": one.student in open_for_reader,
			}
			for one in shown
		],
		"who_total": len(raised),
		"not_listed": counts,
		"not_listed_text": not_listed(counts),
	}


def _clauses(said: list[Line]) -> str:
	found = [line for level in LEVELS[:2] for line in clearest(said, level, ("why",))]
	return as_sentence("; ".join(line.headline for line in found[:CLAUSES])) if found else ""


def not_listed(counts: dict[str, int]) -> str:
	sentence = _(
		"Not listed: {nothing} with nothing in the records, {too_little} with too little data. "
		"Not listed does not mean all is well."
	)
	return fill(sentence, {name: str(count) for name, count in counts.items()}) or ""


def _names(students: Sequence[str]) -> dict[str, str]:
	rows = frappe.get_all("Student", filters={"name": ("in", students)}, fields=["name", "student_name"])
	return {row.name: row.student_name or row.name for row in rows}
