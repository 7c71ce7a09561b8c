"""Which pupils of a class to look at first, read from what is currently said about each of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import frappe
from frappe import _

from education_ai.panels.composition import LEVELS, as_sentence, first_clause
from education_ai.panels.rows import ABOUT_CLASS, ABOUT_PUPIL, CURRENT, raised_reasons
from education_ai.panels.wishes import Wishes
from education_ai.permissions import may_open
from education_ai.sentences import Speaker, fill

# All classes of a school would be hundreds of pupils: five to start from. Of one class a teacher may see all.
SHOWN_OF_SEVERAL = 5
SHOWN_OF_ONE = 60
CLAUSES = 2
# Of one course: no marks of it, or anything with too little behind it. Of all courses some are always new: no marks with
# enough behind them in any, or too little attendance.
LITTLE_IN_COURSE = "ifnull(max(kind = 'marks'), 0) = 0 or max(confidence = 'little')"
LITTLE_IN_ALL = """ifnull(max(kind = 'marks' and confidence <> 'little'), 0) = 0
	or max(kind = 'attendance' and confidence = 'little')"""
MEMBERS = "m.parenttype = 'Student Group' and m.active = 1 and m.parent in %(groups)s"


@dataclass(frozen=True)
class Standings:
	"""The first pupils of some groups as (name, shown name, level), and how many of all there are of each sort."""

	first: list[tuple[str, str, str]]
	pupils: int
	act: int
	raised: int
	nothing: int

	@property
	def too_little(self) -> int:
		return self.pupils - self.raised - self.nothing


def group_sizes(groups: Sequence[str]) -> dict[str, int]:
	"""Active, enabled pupils of each group."""
	if not groups:
		return {}
	rows = frappe.db.sql(
		f"""select m.parent, count(*) from `tabStudent Group Student` m
		join `tabStudent` s on s.name = m.student and s.enabled = 1 where {MEMBERS} group by m.parent""",
		{"groups": tuple(groups)},
	)
	return {group: 0 for group in groups} | dict(rows)


def standings(
	groups: Sequence[str], course: str | None, wanted: Wishes, shown: int | None = None
) -> Standings:
	"""Where the members stand by attendance and by marks in this course, or in all of them; clearest first.

	Counted in the database, and without reading a reason: a large school has megabytes of them, and five pupils are
	shown of several classes. A pupil without marks in the course, or with too little of anything, counts as too little.
	"""
	if shown is None:
		shown = SHOWN_OF_ONE if len(groups) == 1 else SHOWN_OF_SEVERAL
	about, too_little = (ABOUT_CLASS, LITTLE_IN_COURSE) if course else (ABOUT_PUPIL, LITTLE_IN_ALL)
	rows = groups and frappe.db.sql(
		f"""select student, student_name, level, count(*) over (), sum(level = 1) over (), sum(level < 3) over (),
			sum(level = 3 and not little) over ()
		from (
			select s.name as student, s.student_name, max(ifnull(clarity, 0)) as clarity,
				ifnull(min(nullif(field(level, 'act', 'watch', 'steady'), 0)), 3) as level,
				{too_little} as little
			from `tabStudent` s left join `tabAI Insight` i on i.target_student = s.name
				and {about} and {CURRENT} and i.kind not in %(hidden)s
			where s.enabled = 1 and s.name in (select m.student from `tabStudent Group Student` m where {MEMBERS})
			group by s.name
		) standing order by level, clarity desc, student limit {shown}""",
		{"groups": tuple(groups), "course": course, "hidden": wanted.hidden or ("",)},
	)
	if not rows:
		return Standings([], 0, 0, 0, 0)
	_student, _name, _level, pupils, act, raised, nothing = rows[0]
	first = [(name, known or name, LEVELS[level - 1]) for name, known, level, *_counts in rows if level < 3]
	if wanted.by_name:
		first.sort(key=lambda pupil: (pupil[1].casefold(), pupil[0]))
	return Standings(first, int(pupils), int(act), int(raised), int(nothing))


def who_first(found: Standings, course: str | None, wanted: Wishes) -> dict:
	"""The first pupils with their clearest reasons, and what is true of those who are not listed."""
	students = [student for student, _shown, _level in found.first]
	speaker = Speaker("staff", {student: shown for student, shown, _level in found.first})
	clauses = defaultdict(list)
	for student, reasons in raised_reasons(students, course, wanted.hidden):
		if clause := first_clause(reasons, speaker):
			clauses[student].append(clause)
	open_for_reader = may_open("Student", students)
	return {
		"who_first": [
			{
				"student": student,
				"student_name": shown,
				"level": level,
				"text": as_sentence("; ".join(clauses[student][:CLAUSES])),
				"can_open": student in open_for_reader,
			}
			for student, shown, level in found.first
		],
		"who_total": found.raised,
		"who_order": "name" if wanted.by_name else "reason",
		"not_listed": {"nothing": found.nothing, "too_little": found.too_little},
		"not_listed_text": not_listed(found.nothing, found.too_little, wanted.hidden),
	}


def too_small(group: str, pupils: int, minimum: int) -> dict[str, str]:
	"""What stands in the place of a picture of a group that is too small for one."""
	too_few = {"code": "data.too_few_pupils", "params": {"have": pupils, "need": minimum}}
	return {"title": group, "text": Speaker("staff").text(too_few) or ""}


def not_listed(nothing: int, too_little: int, hidden: Sequence[str] = ()) -> str:
	"""Nothing is claimed of pupils of whom the reader chose to see only a part."""
	if hidden:
		count = str(nothing + too_little)
		return fill(_("Not listed: {count}. Only what you chose to see counts here."), {"count": count}) or ""
	sentence = _(
		"Not listed: {nothing} with nothing in the records, {too_little} with too little data. "
		"Not listed does not mean all is well."
	)
	return fill(sentence, {"nothing": str(nothing), "too_little": str(too_little)}) or ""
