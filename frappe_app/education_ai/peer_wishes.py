"""Pupils whom a teacher keeps together or apart in the groups to learn together, kept in AI Peer Wish.

A pair has one wish at most in a Student Group. What its class could not be divided by is refused; a wish about
somebody who is not in the class now waits, and is not shown.
"""

from collections.abc import Mapping, Sequence

import frappe
from frappe import _
from frappe.model.document import Document

from education_ai import peer_division
from education_ai.erasure import erase_wishes
from education_ai.exclusion import excluded
from education_ai.panels.site import freshness, shows_to
from education_ai.scope import scope
from education_ai.sentences import fill, shown_text

DOCTYPE = "AI Peer Wish"
TOGETHER, APART, TAKEN_BACK = "Together", "Apart", ""


def keep(group: str, student: str, other: str, wish: str) -> dict:
	"""Set, change or take back the wish about two pupils, in either order; 403 for who does not teach the group."""
	_check_reader(group)
	if wish not in (TOGETHER, APART, TAKEN_BACK):
		frappe.throw(_("There is no such wish."))
	if not student or not other or student == other:
		frappe.throw(_("Choose two pupils."))
	names = members(group)
	if student not in names or other not in names:
		frappe.throw(_("These two are not both in the class."))
	standing = _standing(group, names)
	found = next((row for row in standing if {row.student, row.other} == {student, other}), None)
	if wish == TAKEN_BACK:
		if found:
			frappe.delete_doc(DOCTYPE, found.name, ignore_permissions=True, delete_permanently=True)
	elif not found or found.wish != wish:
		others = [(row.student, row.other, row.wish == TOGETHER) for row in standing if row is not found]
		peer_division.check(names, others, (student, other, wish == TOGETHER))
		_save(group, student, other, wish, found and found.name)
	follows = _("The groups follow once the analysis runs again.")
	return {"said": follows if freshness().stale_since else _("The groups follow in a minute.")}


def members(group: str) -> dict[str, str]:
	"""Active, enabled pupils of a group who are not left out, by name as the reader is shown it, in that order."""
	rows = frappe.db.sql(
		"""select distinct s.name, s.student_name from `tabStudent Group Student` m
		join `tabStudent` s on s.name = m.student and s.enabled = 1
		where m.parenttype = 'Student Group' and m.active = 1 and m.parent = %s""",
		group,
	)
	out = excluded()
	named = [(shown_text(shown or name), name) for name, shown in rows if name not in out]
	return {name: shown for shown, name in sorted(named, key=lambda pair: (pair[0].casefold(), pair[1]))}


def shown(group: str, names: Mapping[str, str]) -> list[dict[str, str]]:
	"""The wishes about these pupils of a group, as the panel lists them: oldest first."""
	return [
		{
			"student": row.student,
			"other": row.other,
			"text": _said(row.wish, {"a": names[row.student], "b": names[row.other]}),
		}
		for row in _standing(group, names)
	]


def check_pair(doc: Document) -> None:
	"""Called by AI Peer Wish: two pupils, and no other wish about the two. No index may say so: it would hold links."""
	pair = {doc.target_student, doc.other_student}
	if len(pair) < 2:
		frappe.throw(_("Choose two pupils."))
	for row in frappe.get_all(
		DOCTYPE,
		{"student_group": doc.student_group, "name": ("!=", doc.name or "")},
		["target_student", "other_student"],
	):
		if {row.target_student, row.other_student} == pair:
			frappe.throw(_("There is a wish about these two pupils already."))


def merged(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Student and Student Group, after_rename: of a pair that came to stand twice the newest wish holds.

	A pupil kept together with, or apart from, the same pupil is no wish. The sidecar reads what moved by itself.
	"""
	if not merge:
		return
	rows = frappe.db.sql(
		f"""select name, student_group, target_student, other_student from `tab{DOCTYPE}`
		where %s in (student_group, target_student, other_student) order by creation desc, name""",
		new,
		as_dict=True,
	)
	seen = set()
	for row in rows:
		pair = (row.student_group, frozenset((row.target_student, row.other_student)))
		if pair in seen or row.target_student == row.other_student:
			erase_wishes({"name": row.name})
		seen.add(pair)


def _check_reader(group: str) -> None:
	"""Locks the group: two wishes at once could each be possible, and both together not."""
	if not scope().has_group(group) or not shows_to("staff"):
		raise frappe.PermissionError
	if frappe.db.get_value("Student Group", group, "name", for_update=True) != group:
		raise frappe.PermissionError


def _standing(group: str, names: Mapping[str, str]) -> Sequence[frappe._dict]:
	rows = frappe.get_all(
		DOCTYPE,
		filters={"student_group": group},
		fields=["name", "target_student as student", "other_student as other", "wish"],
		order_by="creation, name",
	)
	return [row for row in rows if row.student in names and row.other in names]


def _save(group: str, student: str, other: str, wish: str, name: str | None) -> None:
	if name:
		doc = frappe.get_doc(DOCTYPE, name)
		doc.wish = wish
	else:
		pair = {"student_group": group, "target_student": student, "other_student": other}
		doc = frappe.get_doc({"doctype": DOCTYPE, "wish": wish, **pair})
	doc.save(ignore_permissions=True)


def _said(wish: str, names: Mapping[str, str]) -> str:
	sentence = _("Kept together: {a} and {b}") if wish == TOGETHER else _("Kept apart: {a} and {b}")
	return fill(sentence, names) or ""
