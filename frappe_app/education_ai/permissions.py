"""Who may read whose insight: decided here, from the user alone, and nowhere else.

Staff read as far as their `scope` reaches. Pupils and guardians have no permission on our DocTypes; panel methods ask
`audience` and show them what is meant for them. System Manager runs the product and reads no insight.
`fixtures/app/who_reads.json` says the same as a table.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import frappe
import frappe.permissions
from frappe import _
from frappe.desk.reportview import build_match_conditions
from frappe.model.document import Document
from frappe.utils.caching import redis_cache

from education_ai.scope import Scope, active_instructors, courses_of, scope, students_of

Audience = Literal["staff", "guardian", "student"]

# DocTypes about a person: a share of one would pass both row hooks (Frappe's way), so none can be made.
ABOUT_A_PERSON = (
	"AI Insight",
	"Assessment Insight",
	"AI Engagement Log",
	"AI Exclusion",
	"AI Conflict",
	"AI Peer Wish",
	"AI Read Log",
)
NOTHING, EVERYTHING = "1=0", ""


def may_read_student(user: str | None, student: str) -> bool:
	"""Whether this user, as staff, may read what is said about a pupil."""
	own = scope(user)
	return own.school or _is_member(student, own.groups)


def audience(user: str | None, student: str) -> Audience | None:
	"""As whom this user meets a pupil's panel; None for someone who has no business with it."""
	user = user or frappe.session.user
	if may_read_student(user, student):
		return "staff"
	if _is_guardian_of(user, student):
		return "guardian"
	return "student" if student == own_student(user) else None


def knows_of_exclusions(user: str | None = None) -> bool:
	"""That a pupil is left out of the analysis is itself nobody's business but the school's."""
	return scope(user).school


def may_edit(doctype: str, name: str, user: str | None = None) -> bool:
	"""Whether this user sees and changes the settings of a document, and decides its conflicts."""
	user = user or frappe.session.user
	return user == "Administrator" or (doctype in MAY_EDIT and MAY_EDIT[doctype](user, name))


def may_read_teaching(name: str, user: str | None = None) -> bool:
	"""Whether this user reads the teaching figures of an Instructor: the person, and managers where the school says so."""
	user = user or frappe.session.user
	if may_edit("Instructor", name, user):
		return True
	shown = frappe.get_cached_doc("AI Settings").show_teaching
	return bool(shown) and "Education Manager" in frappe.get_roles(user)


def own_student(user: str) -> str | None:
	"""The enabled Student whose login this is; None also where two records name the same login."""
	if user in ("Guest", "Administrator"):
		return None
	names = frappe.get_all("Student", filters={"user": user, "enabled": 1}, pluck="name", limit=2)
	return names[0] if len(names) == 1 else None


def may_open(doctype: str, names: Sequence[str]) -> set[str]:
	"""Which of these existing records Frappe itself would open for the session user: which are shown as links."""
	condition = _open_condition(doctype) if names else None
	if not condition:
		return set() if condition is None else set(names)
	return set(
		frappe.db.sql_list(
			f"select name from `tab{doctype}` where name in %s and {condition}", (tuple(names),)
		)
	)


@redis_cache(ttl=60, user=True)
def _open_condition(doctype: str) -> str | None:
	"""The condition on records of this kind that the session user may open; None for a user who may open none.

	Kept for a minute: to work it out takes longer than any question a panel asks about a class. No record is opened by
	it, since Frappe asks again whoever follows a link.
	"""
	# Asked without the message that a refusal would queue for the reader, and without shares of single records.
	may_list = frappe.permissions.has_permission(
		doctype, "read", raise_exception=False, ignore_share_permissions=True
	)
	# Of Frappe's own list only its conditions: building the whole of it takes longer than asking.
	return build_match_conditions(doctype) if may_list else None


# Hooks ------------------------------------------------------------------------------------------------------


def ai_insight_query(user: str | None = None) -> str:
	own = scope(user)
	groups = about_classes = ""
	if own.groups:
		# Who teaches a group in one course may read its pupils in all: so too what they could learn together.
		groups = (
			"(`tabAI Insight`.target_doctype = 'Student Group'"
			f" and `tabAI Insight`.target in {_literals(own.groups)})"
		)
	whole_groups = [group for group, course in own.classes if not course]
	pairs = [pair for pair in own.classes if pair[1]]
	if whole_groups:
		about_classes = f"`tabAI Insight`.student_group in {_literals(whole_groups)}"
	if pairs:
		rows = ", ".join(_literals(pair) for pair in pairs)
		either = f"{about_classes} or " if about_classes else ""
		about_classes = f"({either}(`tabAI Insight`.student_group, `tabAI Insight`.target) in ({rows}))"
	if about_classes:
		about_classes = f"(`tabAI Insight`.target_doctype = 'Course' and {about_classes})"
	about = " or ".join(part for part in (about_classes, groups) if part)
	return _condition(own, "`tabAI Insight`.target_student", about or None)


def assessment_insight_query(user: str | None = None) -> str:
	return _condition(scope(user), "`tabAssessment Insight`.student")


def ai_engagement_log_query(user: str | None = None) -> str:
	return _condition(scope(user), "`tabAI Engagement Log`.student")


def ai_exclusion_query(user: str | None = None) -> str:
	return EVERYTHING if scope(user).school else NOTHING


def ai_conflict_query(user: str | None = None) -> str:
	"""Who may edit a document may see its conflicts; those of an Instructor are seen by nobody but the person."""
	user = user or frappe.session.user
	if user == "Administrator":
		return EVERYTHING
	own = scope(user)
	names = {"Course": courses_of(own), "Instructor": active_instructors(user)}
	if not own.school and own.groups:
		names["Student"] = students_of(own.groups)
	table = "`tabAI Conflict`"
	parts = [
		f"({table}.ref_doctype = '{doctype}' and {table}.ref_name in {_literals(found)})"
		for doctype, found in names.items()
		if found
	]
	if own.school:
		parts.append(f"{table}.ref_doctype in ('Student', 'Course')")
	return f"({' or '.join(parts)})" if parts else NOTHING


def ai_peer_wish_query(user: str | None = None) -> str:
	own = scope(user)
	if own.school:
		return EVERYTHING
	return f"`tabAI Peer Wish`.student_group in {_literals(own.groups)}" if own.groups else NOTHING


def ai_read_log_query(user: str | None = None) -> str:
	return EVERYTHING if _runs_the_site(user) else NOTHING


def may_see_who_read(doc: Document, ptype: str | None, user: str | None = None, debug: bool = False) -> bool:
	"""The row check of AI Read Log: for those who run the site, and to be read alone."""
	return ptype in (None, "read", "select") and _runs_the_site(user)


def has_permission(doc: Document, ptype: str | None, user: str | None = None, debug: bool = False) -> bool:
	"""The row check of all our DocTypes about a person; role permissions narrow it further."""
	if ptype == "share":
		return False
	own = scope(user)
	if own.school:
		return True
	# Frappe asks with no ptype when it opens a form and wants every right at once.
	return ptype in (None, "read", "select") and MAY_READ_ROW[doc.doctype](own, doc)


def conflict_has_permission(
	doc: Document, ptype: str | None, user: str | None = None, debug: bool = False
) -> bool:
	"""AI Conflict: read alone; a decision goes through its method."""
	if user == "Administrator":
		return ptype != "share"
	return ptype in (None, "read", "select") and may_edit(doc.ref_doctype, doc.ref_name, user)


def refuse_share(doc: Document, method: str | None = None) -> None:
	"""DocShare, validate: a share would open one row to someone whom the row hooks keep out."""
	if doc.share_doctype in ABOUT_A_PERSON:
		frappe.throw(_("{0} cannot be shared.").format(_(doc.share_doctype)), frappe.PermissionError)


def _runs_the_site(user: str | None) -> bool:
	return "System Manager" in frappe.get_roles(user or frappe.session.user)


def _is_member(student: str, groups: tuple[str, ...]) -> bool:
	return bool(groups) and bool(
		frappe.db.sql(
			"""select 1 from `tabStudent Group Student`
			where student = %s and active = 1 and parenttype = 'Student Group' and parent in %s limit 1""",
			(student, groups),
		)
	)


def _is_guardian_of(user: str, student: str) -> bool:
	if user in ("Guest", "Administrator"):
		return False
	return bool(
		frappe.db.sql(
			"""select 1 from `tabStudent Guardian` sg join `tabGuardian` g on g.name = sg.guardian
			join `tabStudent` s on s.name = sg.parent and s.enabled = 1
			where sg.parent = %s and sg.parenttype = 'Student' and g.user = %s limit 1""",
			(student, user),
		)
	)


def _condition(own: Scope, student_column: str, or_else: str | None = None) -> str:
	"""A query condition with the scope as literals: a sub-query took 2.5 times as long on a large school."""
	if own.school:
		return EVERYTHING
	students = students_of(own.groups) if own.groups else ()
	parts = [f"{student_column} in {_literals(students)}"] if students else []
	parts += [or_else] if or_else else []
	return f"({' or '.join(parts)})" if parts else NOTHING


def _literals(values: Iterable[str]) -> str:
	return f"({', '.join(frappe.db.escape(value, percent=False) for value in values)})"


def _about_student(field: str) -> Callable[[Scope, Document], bool]:
	return lambda own, doc: bool(doc.get(field)) and _is_member(doc.get(field), own.groups)


def _insight_row(own: Scope, doc: Document) -> bool:
	if doc.target_student:
		return _is_member(doc.target_student, own.groups)
	if doc.target_doctype == "Student Group":
		return own.has_group(doc.target)
	return doc.target_doctype == "Course" and own.has_class(doc.student_group, doc.target)


MAY_READ_ROW: dict[str, Callable[[Scope, Document], bool]] = {
	"AI Insight": _insight_row,
	"Assessment Insight": _about_student("student"),
	"AI Engagement Log": _about_student("student"),
	"AI Exclusion": lambda own, doc: False,
	"AI Peer Wish": lambda own, doc: own.has_group(doc.student_group),
}


MAY_EDIT: dict[str, Callable[[str, str], bool]] = {
	"Student": may_read_student,
	"Course": lambda user, name: scope(user).school or name in courses_of(scope(user)),
	"Instructor": lambda user, name: name in active_instructors(user),
}
