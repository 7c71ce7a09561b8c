"""snapshot: fresh documents, set-based: one statement for a page of parents and one for each child table."""

import frappe

from education_ai import editable, pairing
from education_ai.contract import rows
from education_ai.contract.door import check_epoch
from education_ai.contract.errors import Invalid
from education_ai.contract.shapes import Snapshot, SnapshotQuestion
from education_ai.watched import Watched

PAGE_WITH_CHILDREN, PAGE_FLAT, MOST_ROWS = 50, 2000, 5000
TIMETABLE = "Course Schedule"


def snapshot(request: Snapshot) -> dict:
	check_epoch(request.epoch, pairing.state())
	answer = _answer(request)
	return {**answer, "also": [_answer(question) for question in request.also]} if request.also else answer


def _answer(question: SnapshotQuestion) -> dict:
	source = rows.find(question.doctype)
	ways = {"names": _by_names, "after": _after, "students": _of_students, "lessons": _lessons}
	chosen = [field for field in ways if getattr(question, field) is not None]
	if len(chosen) != 1:
		raise Invalid("names: exactly one of names, after, students and lessons is needed")
	if question.academic_year is not None and chosen != ["students"]:
		raise Invalid("academic_year: goes with students")
	answer = ways[chosen[0]](source, question)
	return {"doctype": source.doctype, "gone": [], "next": None, **answer}


def page_size(source: Watched) -> int:
	return PAGE_WITH_CHILDREN if source.children else PAGE_FLAT


def _by_names(source: Watched, question: SnapshotQuestion) -> dict:
	asked = question.names or []
	if len(asked) > page_size(source):
		raise Invalid(f"names: at most {page_size(source)} for {source.doctype}")
	found = _read(source, "t.name in %(names)s", {"names": asked}) if asked else []
	# `in` ignores case and accents: a name that differs in bytes is another document, and the asked one is gone.
	there = {row["name"] for row in found}
	return {"rows": found, "gone": [name for name in dict.fromkeys(asked) if name not in there]}


def _after(source: Watched, question: SnapshotQuestion) -> dict:
	return _page(source, "1=1", {"after": question.after})


def _lessons(source: Watched, question: SnapshotQuestion) -> dict:
	if source.doctype != TIMETABLE:
		raise Invalid(f"lessons: {source.doctype} is no timetable")
	asked = {field: value for field, value in question.lessons.model_dump().items() if value is not None}
	conditions = {
		"student_group": "t.student_group = %(student_group)s",
		"instructor": "t.instructor = %(instructor)s",
		"from_date": "t.schedule_date >= %(from_date)s",
		"to_date": "t.schedule_date <= %(to_date)s",
	}
	chosen = [condition for field, condition in conditions.items() if field in asked]
	return _page(source, " and ".join(chosen or ["1=1"]), asked)


def _page(source: Watched, condition: str, values: dict) -> dict:
	limit = page_size(source)
	found = _read(source, f"t.name > %(after)s and {condition}", values, limit)
	return {"rows": found, "next": found[-1]["name"] if len(found) == limit else None}


def _of_students(source: Watched, question: SnapshotQuestion) -> dict:
	condition = _points_to_students(source)
	if question.academic_year is not None:
		if "academic_year" not in {field.name for field in source.fields}:
			raise Invalid(f"academic_year: {source.doctype} is of no year")
		condition += " and t.academic_year = %(academic_year)s"
	if not question.students:
		return {"rows": []}
	values = {"students": question.students, "academic_year": question.academic_year}
	found = _read(source, condition, values, MOST_ROWS + 1)
	if len(found) > MOST_ROWS:
		raise Invalid(f"students: these have more than {MOST_ROWS} rows; ask for fewer")
	return {"rows": found}


def _points_to_students(source: Watched) -> str:
	if source.student:
		return f"t.`{source.student}` in %(students)s"
	for child in source.children:
		if child.student:
			return f"""exists (select 1 from `tab{child.doctype}` c where c.parent = t.name
			and c.parenttype = '{source.doctype}' and c.parentfield = '{child.field}'
			and c.`{child.student}` in %(students)s and {rows.present_child(child)})"""
	raise Invalid(f"students: {source.doctype} does not point to a pupil")


def _read(source: Watched, condition: str, values: dict, limit: int | None = None) -> list[dict]:
	listed = ["", *rows.columns(source.fields, "t"), *(f"t.`{field}`" for field in source.opened)]
	values |= rows.parameters()
	found = frappe.db.sql(
		f"""select t.name, cast(t.modified as char) as modified, t.docstatus, {rows.row_sum(source)} as row_sum
		{", ".join(listed)}
		from `tab{source.doctype}` t where {condition} and {rows.present(source)}
		order by t.name {f"limit {limit}" if limit else ""}""",
		values,
		as_dict=True,
	)
	for row in found:
		for field in source.opened:
			row[field] = editable.for_sidecar(editable.read(row[field], source.doctype, row["name"], field))
	by_name = {row["name"]: row for row in found}
	for child in source.children:
		for row in found:
			row[child.field] = []
		if not found:
			continue
		for row in frappe.db.sql(
			f"""select c.parent as `(parent)`, {", ".join(rows.columns(child.fields, "c"))} from `tab{child.doctype}` c
			where c.parent in %(names)s and c.parenttype = %(parenttype)s and c.parentfield = %(field)s
			and {rows.present_child(child)} order by c.parent, c.idx, c.name""",
			{**values, "names": list(by_name), "parenttype": source.doctype, "field": child.field},
			as_dict=True,
		):
			parent = by_name.get(row.pop("(parent)"))
			if parent:
				parent[child.field].append(row)
	return found
