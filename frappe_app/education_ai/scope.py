"""The reach of a member of staff: the whole school, or the classes they teach. From the user alone.

*Whole school* is who holds a role listed in AI Settings, or Academics User without an active Instructor record. All
other staff are teachers, limited to the classes they teach whatever other roles they hold.
"""

from dataclasses import dataclass

import frappe
from frappe.utils import today
from frappe.utils.caching import request_cache

STAFF_ROLES = {"Instructor", "Academics User"}


@dataclass(frozen=True)
class Scope:
	"""What a member of staff may read. For everyone else `school` is False and `classes` is empty.

	`classes` are pairs of Student Group and Course; Course '' means every course of that group.
	"""

	school: bool
	classes: tuple[tuple[str, str], ...] = ()

	@property
	def groups(self) -> tuple[str, ...]:
		return tuple(sorted({group for group, _course in self.classes}))

	def has_group(self, student_group: str) -> bool:
		return self.school or student_group in self.groups

	def has_class(self, student_group: str, course: str) -> bool:
		return self.school or any((student_group, c) in self.classes for c in (course, ""))


def scope(user: str | None = None) -> Scope:
	"""The reach of a user as staff, worked out once a request."""
	return _scope(user or frappe.session.user)


@request_cache
def _scope(user: str) -> Scope:
	if user == "Administrator":
		return Scope(school=True)
	if user == "Guest":
		return Scope(school=False)
	roles = set(frappe.get_roles(user))
	if roles & whole_school_roles():
		return Scope(school=True)
	if not roles & STAFF_ROLES:
		return Scope(school=False)
	instructors = active_instructors(user)
	if instructors:
		return Scope(school=False, classes=_classes(instructors))
	return Scope(school="Academics User" in roles)


def whole_school_roles() -> set[str]:
	"""The roles of AI Settings; a role that everybody holds counts for nothing there."""
	listed = {row.role for row in frappe.get_cached_doc("AI Settings").whole_school_roles}
	return listed - {"All", "Guest", "Desk User", "System Manager", "Student", "Guardian"}


@request_cache
def active_instructors(user: str) -> tuple[str, ...]:
	"""The active Instructor records whose login this is."""
	rows = frappe.db.sql(
		"""select i.name from `tabInstructor` i join `tabEmployee` e on e.name = i.employee
		where e.user_id = %s and e.status = 'Active' and i.status = 'Active'""",
		user,
	)
	return tuple(name for (name,) in rows)


def _classes(instructors: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
	"""The (group, course) pairs of this teacher in groups that are still running.

	A timetable, or a group made for one course, says which course somebody teaches. Someone only named on a whole
	class teaches there what they teach elsewhere; where nothing says what, all its courses (a class teacher).
	"""
	rows = frappe.db.sql(
		f"""select g.name, ifnull(g.course, ''), 0 from `tabStudent Group Instructor` t
		join `tabStudent Group` g on g.name = t.parent and t.parenttype = 'Student Group'
		where t.instructor in %(instructors)s and {RUNNING}
		union select g.name, s.course, 1 from `tabCourse Schedule` s
		join `tabStudent Group` g on g.name = s.student_group
		where s.instructor in %(instructors)s and {RUNNING}""",
		{"instructors": instructors} | running(),
	)
	timetabled = {(group, course) for group, course, on_timetable in rows if on_timetable}
	named = {(group, course) for group, course, on_timetable in rows if not on_timetable}
	courses = {course for _group, course in timetabled | named if course} or {""}
	known = {group for group, _course in timetabled}
	of_whole_groups = {
		(group, c) for group, course in named if not course and group not in known for c in courses
	}
	return tuple(sorted(timetabled | {pair for pair in named if pair[1]} | of_whole_groups))


# A group runs until its year is over; in the holidays, until the school has moved on to the next year.
RUNNING = """g.disabled = 0 and (g.academic_year = %(year)s or exists (
	select 1 from `tabAcademic Year` y where y.name = g.academic_year and y.year_end_date >= %(today)s))"""


def running() -> dict[str, str]:
	"""The values of `RUNNING`."""
	year = frappe.get_cached_doc("Education Settings").current_academic_year
	return {"today": today(), "year": year or ""}


@request_cache
def students_of(groups: tuple[str, ...]) -> tuple[str, ...]:
	rows = frappe.db.sql(
		"""select distinct student from `tabStudent Group Student`
		where active = 1 and parenttype = 'Student Group' and parent in %s""",
		(groups,),
	)
	return tuple(sorted(student for (student,) in rows if student))


@request_cache
def courses_of(own: Scope) -> tuple[str, ...]:
	"""The courses of this teacher: those known by name, and for a class teacher those taught in the class."""
	whole = tuple(group for group, course in own.classes if not course)
	known = {course for _group, course in own.classes if course}
	if whole:
		known |= set(
			frappe.db.sql_list(
				"""select course from `tabCourse Schedule` where student_group in %(groups)s
				union select course from `tabAssessment Plan` where student_group in %(groups)s and docstatus = 1""",
				{"groups": whole},
			)
		)
	return tuple(sorted(course for course in known if course))
