"""Leaving a pupil out of the analysis, and taking one in again: decided by an Education Manager, kept in AI Exclusion.

A pupil left out is answered by `snapshot` as if no longer there, with every row that points to the pupil, and what
was written is erased.
"""

import frappe
from frappe import _
from frappe.model.document import Document

from education_ai import channels, outbox
from education_ai.erasure import erase

ROLE = "Education Manager"


@frappe.whitelist(methods=["POST"])
def exclude(student: str) -> dict:
	"""Leave a pupil out. Doing it twice changes nothing."""
	_check()
	if not frappe.db.exists("Student", student):
		raise frappe.DoesNotExistError(_("There is no such student."))
	if student not in excluded():
		frappe.get_doc({"doctype": "AI Exclusion", "target_student": student}).insert(ignore_permissions=True)
	return {"excluded": True}


@frappe.whitelist(methods=["POST"])
def include(student: str) -> dict:
	"""Take a pupil in again: the sidecar reads the records anew."""
	_check()
	for name in frappe.get_all("AI Exclusion", filters={"target_student": student}, pluck="name"):
		frappe.delete_doc("AI Exclusion", name, ignore_permissions=True, delete_permanently=True)
	return {"excluded": False}


def excluded() -> set[str]:
	"""Every pupil left out; few, so that queries take them as literals. A plain statement: a snapshot asks often."""
	return set(frappe.db.sql_list("select target_student from `tabAI Exclusion`"))


def began(student: str) -> None:
	"""Called by AI Exclusion after its insert."""
	erase(student)
	outbox.touch("Student", student, "update")
	channels.publish("Student", [student])


def ended(student: str) -> None:
	"""Called by AI Exclusion when it is deleted.

	An insert: for the sidecar the pupil comes anew, and what it had said is erased. The groups too: their lists were
	read without this pupil, and nothing links a pupil to them but these lists.
	"""
	outbox.touch("Student", student, "insert")
	member = {"student": student, "parenttype": "Student Group"}
	for group in sorted(set(frappe.get_all("Student Group Student", member, pluck="parent"))):
		outbox.touch("Student Group", group, "update")
	channels.publish("Student", [student])


def merged(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Two records of one pupil became one: left out if either was, and then nothing of the other stays either."""
	if merge and new in excluded():
		began(new)


def decides() -> bool:
	"""Whether this reader may leave a pupil out or take one in again."""
	return ROLE in frappe.get_roles()


def _check() -> None:
	if not decides():
		raise frappe.PermissionError(_("Only an {0} decides this.").format(_(ROLE)))
