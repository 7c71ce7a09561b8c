"""Which pupils of a class to look at first, read from what is currently said about each of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import frappe
from frappe import _

from education_ai.panels.composition import LEVELS, as_sentence, first_clause
from education_ai.panels.rows import ABOUT_CLASS, CURRENT, raised_insights
from education_ai.permissions import may_open
from education_ai.sentences import Speaker, fill

SHOWN = 5
CLAUSES = 2


@dataclass(frozen=True)
class Standing:
	"""Where one pupil stands in one class: the clearest level that an insight reaches."""

	student: str
	level: str
	clarity: int
	too_little: bool


def members(groups: Sequence[str]) -> dict[str, dict[str, str]]:
	"""Active, enabled pupils of each group, with the names shown."""
	found: dict[str, dict[str, str]] = {group: {} for group in groups}
	if groups:
		rows = frappe.db.sql(
			"""select m.parent, s.name, s.student_name from `tabStudent Group Student` m
			join `tabStudent` s on s.name = m.student and s.enabled = 1
			where m.parenttype = 'Student Group' and m.active = 1 and m.parent in %s""",
			(tuple(groups),),
		)
		for group, student, shown in rows:
			found.setdefault(group, {})[student] = shown or student
	return found


def standings(students: Sequence[str], course: str) -> list[Standing]:
	"""Attendance, and marks in this course, of these pupils; clearest first.

	Reasons are not read here: a large school has megabytes of them, and five pupils are shown.
	"""
	if not students:
		return []
	rows = frappe.db.sql(
		f"""select target_student, min(field(level, 'act', 'watch', 'steady')), max(clarity),
		max(kind = 'marks'), max(confidence = 'little') from `tabAI Insight`
		where target_student in %(students)s and {ABOUT_CLASS} and {CURRENT} group by target_student""",
		{"students": tuple(students), "course": course},
	)
	found = [
		Standing(student, LEVELS[max(level, 1) - 1], clarity or 0, bool(little or not has_marks))
		for student, level, clarity, has_marks, little in rows
	]
	known = {one.student for one in found}
	found += [Standing(student, "steady", 0, True) for student in students if student not in known]
	return sorted(found, key=lambda one: (LEVELS.index(one.level), -one.clarity, one.student))


def who_first(found: Sequence[Standing], course: str, names: Mapping[str, str]) -> dict:
	"""The first pupils with their clearest reasons, and what is true of those who are not listed."""
	raised = [one for one in found if one.level != "steady"]
	shown = raised[:SHOWN]
	speaker = Speaker("staff", names)
	clauses = defaultdict(list)
	for insight in raised_insights([one.student for one in shown], course):
		if clause := first_clause(insight, speaker):
			clauses[insight.target_student].append(clause)
	open_for_reader = may_open("Student", [one.student for one in shown])
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
				"text": as_sentence("; ".join(clauses[one.student][:CLAUSES])),
				"can_open": one.student in open_for_reader,
			}
			for one in shown
		],
		"who_total": len(raised),
		"not_listed": counts,
		"not_listed_text": not_listed(counts),
	}


def not_listed(counts: dict[str, int]) -> str:
	sentence = _(
		"Not listed: {nothing} with nothing in the records, {too_little} with too little data. "
		"Not listed does not mean all is well."
	)
	return fill(sentence, {name: str(count) for name, count in counts.items()}) or ""
