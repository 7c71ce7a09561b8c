"""What goes for good: everything written about a pupil who is deleted, merged away or left out of the analysis.

Rows are erased, without a copy in Deleted Document. (A withdrawn insight is something else: it is kept and hidden.)
"""

import json

import frappe
from frappe.model.document import Document

from education_ai import conflicts, outbox
from education_ai.sealing import leave_no_copy, sealed_fields

# Links of our class insights, by the DocType that they point to.
CLASS_COLUMNS = {"Student Group": "student_group", "Academic Term": "academic_term", "Course": "course"}
# Kinds of insights that name pupils beside others.
OF_SEVERAL_PUPILS = ("class", "group")
# What people and the site's own rules attach to a row of ours, by the columns that name the row.
ATTACHED = (
	("ToDo", "reference_type", "reference_name"),
	("Comment", "reference_doctype", "reference_name"),
	("Communication", "reference_doctype", "reference_name"),
	("Notification Log", "document_type", "document_name"),
	("View Log", "reference_doctype", "reference_name"),
	("Tag Link", "document_type", "document_name"),
)


def student_deleted(doc: Document, method: str | None = None) -> None:
	leave_no_copy(doc)
	erase(doc.name)
	frappe.db.delete("AI Exclusion", {"target_student": doc.name})


def result_deleted(doc: Document, method: str | None = None) -> None:
	erase_rows("Assessment Insight", {"assessment_result": doc.name})


def class_deleted(doc: Document, method: str | None = None) -> None:
	_forget_class(doc.doctype, doc.name)
	if doc.doctype == "Student Group":
		erase_wishes({"student_group": doc.name})


def instructor_deleted(doc: Document, method: str | None = None) -> None:
	conflicts.forget("Instructor", doc.name)


def before_merge(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""A merge points our links to the surviving record, which has insights of its own already."""
	if not merge:
		return
	if doc.doctype == "Student":
		forget(old)
	elif doc.doctype == "Instructor":
		conflicts.forget("Instructor", old)
	else:
		_forget_class(doc.doctype, old)


def erase(student: str) -> None:
	"""Everything of a pupil who is deleted or left out: what was said, who read it, with whom the pupil was put together."""
	forget(student)
	erase_wishes({"target_student": student})
	erase_wishes({"other_student": student})
	frappe.db.delete("AI Read Log", {"target_doctype": "Student", "target": student})


def forget(student: str) -> None:
	"""Erase every insight, log, conflict, step, sealed field and mention of this pupil, in the caller's transaction."""
	frappe.db.sql(
		"""delete t from `tabToDo` t join `tabAI Insight` i on i.action = t.name
		where i.target_student = %(student)s or (i.target_doctype = 'Student' and i.target = %(student)s)""",
		{"student": student},
	)
	erase_rows("AI Insight", {"target_student": student})
	erase_rows("AI Insight", {"target_doctype": "Student", "target": student})
	erase_rows("Assessment Insight", {"student": student})
	erase_rows("AI Engagement Log", {"student": student})
	erase_rows("AI Conflict", {"target_student": student})
	frappe.db.delete("AI Sync Report", {"kind": "dead", "ref_doctype": "Student", "ref_name": student})
	_clear_fields("Student", "name", student)
	_clear_fields("Program Enrollment", "student", student)
	_leave_class_insights(student)


def erase_rows(doctype: str, filters: dict | list, most: int = 0) -> int:
	"""Delete rows of ours with what is attached to them; `most` at once, or all. Returns how many went."""
	names = frappe.get_all(doctype, filters=filters, pluck="name", limit=most)
	if names:
		for attached, doctype_column, name_column in ATTACHED:
			frappe.db.delete(attached, {doctype_column: doctype, name_column: ("in", names)})
		frappe.db.delete(doctype, {"name": ("in", names)})
	return len(names)


def erase_wishes(filters: dict) -> None:
	"""They are in the sidecar's mirror, which hears of raw deletes by nothing else."""
	for name in frappe.get_all("AI Peer Wish", filters=filters, pluck="name"):
		erase_rows("AI Peer Wish", {"name": name})
		outbox.touch("AI Peer Wish", name, "delete")


def _clear_fields(doctype: str, column: str, value: str) -> None:
	"""`modified` stays as it is: a person's open form must not be refused for this."""
	cleared = ", ".join(f"`{field}` = null" for field in sealed_fields()[doctype])
	any_set = " or ".join(f"`{field}` is not null" for field in sealed_fields()[doctype])
	names = frappe.db.sql_list(
		f"select name from `tab{doctype}` where `{column}` = %s and ({any_set})", value
	)
	if not names:
		return
	frappe.db.sql(f"update `tab{doctype}` set {cleared} where name in %s", (names,))
	for name in names:
		frappe.clear_document_cache(doctype, name)


def _leave_class_insights(student: str) -> None:
	"""Take a pupil out of what is said about classes, now and in the past; the next run says it anew."""
	mentions = [*_rows_of(student, "Assessment Result"), *_rows_of(student, "Student Attendance"), student]
	rows = frappe.get_all(
		"AI Insight",
		filters={"kind": ("in", OF_SEVERAL_PUPILS)},
		fields=["name", "reasons", "history"],
		order_by="name",
	)
	for row in rows:
		reasons = json.loads(row.reasons or "[]")
		history = json.loads(row.history or "[]")
		kept = _without(reasons, student, set(mentions))
		past = [{**entry, "reasons": _without(entry.get("reasons", []), student, set())} for entry in history]
		if kept != reasons or past != history:
			changes = {
				"reasons": json.dumps(kept, ensure_ascii=False),
				"history": json.dumps(past, ensure_ascii=False),
				"content_hash": "",
			}
			frappe.db.set_value("AI Insight", row.name, changes, update_modified=False)


def _rows_of(student: str, doctype: str) -> list[str]:
	return frappe.get_all(doctype, filters={"student": student}, pluck="name")


def _without(reasons: list[dict], student: str, rows: set[str]) -> list[dict]:
	"""The reasons that are not about this pupil, without the pupil's rows in their evidence."""
	kept = []
	for reason in reasons:
		if reason.get("about") == student or student in (reason.get("params") or {}).values():
			continue
		evidence = reason.get("evidence")
		if evidence:
			names = [name for name in evidence["names"] if name not in rows]
			reason = {**reason, "evidence": {**evidence, "names": names}}
		kept.append(reason)
	return kept


def _forget_class(doctype: str, name: str) -> None:
	if doctype == "Course":
		erase_rows("AI Insight", {"target_doctype": "Course", "target": name})
		conflicts.forget("Course", name)
	erase_rows("AI Insight", {CLASS_COLUMNS[doctype]: name})
