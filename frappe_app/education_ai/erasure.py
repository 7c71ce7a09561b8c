"""What goes for good: everything written about a pupil who is deleted, merged away or left out of the analysis.

Rows are erased, without a copy in Deleted Document. (A withdrawn insight is something else: it is kept and hidden.)
"""

import json

import frappe
from frappe.model.document import Document

from education_ai.sealing import sealed_fields

# Links of our class insights, by the DocType that they point to.
CLASS_COLUMNS = {"Student Group": "student_group", "Academic Term": "academic_term", "Course": "course"}


def student_deleted(doc: Document, method: str | None = None) -> None:
	forget(doc.name)
	frappe.db.delete("AI Exclusion", {"target_student": doc.name})


def result_deleted(doc: Document, method: str | None = None) -> None:
	frappe.db.delete("Assessment Insight", {"assessment_result": doc.name})


def class_deleted(doc: Document, method: str | None = None) -> None:
	_forget_class(doc.doctype, doc.name)


def before_merge(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""A merge points our links to the surviving record, which has insights of its own already."""
	if not merge:
		return
	if doc.doctype == "Student":
		forget(old)
	else:
		_forget_class(doc.doctype, old)


def forget(student: str) -> None:
	"""Erase every insight, log, open step, sealed field and mention of this pupil, in the caller's transaction."""
	frappe.db.sql(
		"""delete t from `tabToDo` t join `tabAI Insight` i on i.action = t.name
		where t.status = 'Open' and (i.target_student = %(student)s
			or (i.target_doctype = 'Student' and i.target = %(student)s))""",
		{"student": student},
	)
	frappe.db.delete("AI Insight", {"target_student": student})
	frappe.db.delete("AI Insight", {"target_doctype": "Student", "target": student})
	frappe.db.delete("Assessment Insight", {"student": student})
	frappe.db.delete("AI Engagement Log", {"student": student})
	frappe.db.delete("AI Sync Report", {"kind": "dead", "ref_doctype": "Student", "ref_name": student})
	_clear_fields("Student", "name", student)
	_clear_fields("Program Enrollment", "student", student)
	_leave_class_insights(student)


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
		"AI Insight", filters={"kind": "class"}, fields=["name", "reasons", "history"], order_by="name"
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
		frappe.db.delete("AI Insight", {"target_doctype": "Course", "target": name})
	frappe.db.delete("AI Insight", {CLASS_COLUMNS[doctype]: name})
