"""Which classes of a course a reader may choose between; a class is a Student Group in an Academic Term."""

from dataclasses import dataclass, field

import frappe
from frappe import _

from education_ai.panels.rows import A_CLASS, CURRENT
from education_ai.scope import RUNNING, Scope, running


@dataclass(frozen=True)
class Class:
	"""`academic_term` and its first day `begins` are '' where the school uses none."""

	student_group: str
	academic_term: str
	begins: str = field(default="", compare=False)

	@property
	def label(self) -> str:
		if not self.student_group:
			return _("All groups")
		return f"{self.student_group} · {self.academic_term}" if self.academic_term else self.student_group

	def entry(self) -> dict[str, str]:
		return {"student_group": self.student_group, "academic_term": self.academic_term, "label": self.label}


ALL = Class("", "")


def readable_classes(own: Scope, course: str) -> list[Class]:
	"""Within the reader's reach, newest term first: classes that were analysed, and running ones that were not yet."""
	if not own.school and not own.classes:
		return []
	taught = tuple(group for group, taught in own.classes if taught == course)
	mine = "g.course = %(course)s" if own.school else "g.name in %(taught)s"
	rows = frappe.db.sql(
		f"""select c.student_group, c.academic_term, ifnull(t.term_start_date, ''), c.analysed from (
			select student_group, ifnull(academic_term, '') as academic_term, 1 as analysed
			from `tabAI Insight` where {A_CLASS} and {CURRENT}
			union all select g.name, ifnull(g.academic_term, ''), 0 from `tabStudent Group` g
			where {mine} and {RUNNING}
		) c left join `tabAcademic Term` t on t.name = c.academic_term""",
		{"course": course, "taught": taught or ("",)} | running(),
	)
	analysed = {group for group, _term, _begins, was_analysed in rows if was_analysed}
	found = {
		Class(group, term, begins)
		for group, term, begins, was_analysed in rows
		if own.has_class(group, course) and (was_analysed or group not in analysed)
	}
	by_label = sorted(found, key=lambda one: one.label)
	return sorted(by_label, key=lambda one: one.begins, reverse=True)


def choose(classes: list[Class], school: bool, group: str | None, term: str | None) -> Class | None:
	"""The class asked for, or the one to begin with; None where the one asked for is not the reader's."""
	if group:
		return next(
			(c for c in classes if c.student_group == group and term in (None, "", c.academic_term)), None
		)
	if school and len(classes) != 1:
		return ALL
	return classes[0] if classes else None


def together(classes: list[Class]) -> list[Class]:
	"""What "All groups" means: the classes of the newest term; `classes` come newest first."""
	return [one for one in classes if one.begins == classes[0].begins]
