"""Which classes of a course a reader may choose between; a class is a Student Group in an Academic Term."""

from collections.abc import Iterable
from dataclasses import dataclass

import frappe
from frappe import _

from education_ai.panels.rows import analysed_classes
from education_ai.permissions import RUNNING, Scope, running


@dataclass(frozen=True)
class Class:
	"""`academic_term` is '' where the school uses none."""

	student_group: str
	academic_term: str

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
	analysed = {Class(*row) for row in analysed_classes(course) if own.has_class(row[0], course)}
	taught = tuple(group for group, taught in own.classes if taught == course)
	mine = "g.course = %(course)s" if own.school else "g.name in %(taught)s"
	rows = frappe.db.sql(
		f"""select g.name, ifnull(g.academic_term, '') from `tabStudent Group` g where {mine} and {RUNNING}""",
		{"course": course, "taught": taught or ("",)} | running(),
	)
	groups = {one.student_group for one in analysed}
	waiting = {Class(group, term) for group, term in rows if group not in groups}
	begins = _first_days({one.academic_term for one in analysed | waiting})
	by_label = sorted(analysed | waiting, key=lambda one: one.label)
	return sorted(by_label, key=lambda one: begins.get(one.academic_term, ""), reverse=True)


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
	"""What "All groups" means: each group once, in its newest term."""
	newest: dict[str, Class] = {}
	for one in classes:
		newest.setdefault(one.student_group, one)
	return list(newest.values())


def _first_days(terms: Iterable[str]) -> dict[str, str]:
	named = tuple(term for term in terms if term)
	if not named:
		return {}
	rows = frappe.db.sql("select name, term_start_date from `tabAcademic Term` where name in %s", (named,))
	return {name: str(start or "") for name, start in rows}
