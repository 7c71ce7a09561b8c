"""A school of two classes and ten logins for the Python tests, written row by row and rolled back with the test.

Rows go in without their controllers: saving a Student makes a Customer and a User, which no test here is about.
"""

import json

import frappe

YEAR, PAST_YEAR, TERM = "RX 2026-27", "RX 2019-20", "RX 2026-27 (Term 1)"
CLASS, OTHER_CLASS, PAST_CLASS = "RX G8 Class", "RX G9 Class", "RX G7 Class"
MATHS, ENGLISH = "RX Mathematics", "RX English"
LINA, OMAR, GONE = "RX-STU-LINA", "RX-STU-OMAR", "RX-STU-GONE"

# login -> roles
LOGINS = {
	"class.teacher": ["Instructor"],
	"maths.teacher": ["Instructor", "Academics User"],
	"idle.teacher": ["Instructor"],
	"left.teacher": ["Instructor"],
	"teaching.manager": ["Instructor", "Education Manager"],
	"academics": ["Academics User"],
	"manager": ["Education Manager"],
	"system": ["System Manager"],
	"lina": ["Student"],
	"omar": ["Student"],
	"guardian": [],
	"stranger": [],
}


def user(login: str) -> str:
	return f"rx.{login}@school.example"


def build() -> None:
	today = frappe.utils.today()
	row(
		"Academic Year",
		YEAR,
		year_start_date=frappe.utils.add_days(today, -90),
		year_end_date=frappe.utils.add_days(today, 200),
	)
	row("Academic Year", PAST_YEAR, year_start_date="2019-08-01", year_end_date="2020-06-30")
	row(
		"Academic Term",
		TERM,
		academic_year=YEAR,
		term_name="Term 1",
		term_start_date=frappe.utils.add_days(today, -90),
	)
	for login, roles in LOGINS.items():
		row("User", user(login), email=user(login), first_name=login, enabled=1, user_type="System User")
		for role in roles:
			row("Has Role", None, parent=user(login), parenttype="User", parentfield="roles", role=role)
		frappe.clear_cache(user=user(login))
	for course in (MATHS, ENGLISH):
		row("Course", course, course_name=course)
	for name, login in ((LINA, "lina"), (OMAR, "omar"), (GONE, None)):
		row("Student", name, student_name=name.title(), enabled=1, user=login and user(login))
	group(CLASS, YEAR, [LINA], inactive=[GONE])
	group(OTHER_CLASS, YEAR, [OMAR])
	group(PAST_CLASS, PAST_YEAR, [OMAR])
	for login, status in (
		("class.teacher", "Active"),
		("maths.teacher", "Active"),
		("idle.teacher", "Active"),
		("left.teacher", "Left"),
		("teaching.manager", "Active"),
	):
		row("Employee", f"RX-{login}", employee_name=login, user_id=user(login), status="Active")
		row("Instructor", f"RX {login}", instructor_name=login, employee=f"RX-{login}", status=status)
	for login, groups in (
		("class.teacher", [CLASS, PAST_CLASS]),
		("left.teacher", [CLASS]),
		("teaching.manager", [OTHER_CLASS]),
	):
		for one in groups:
			child("Student Group Instructor", one, "Student Group", "instructors", instructor=f"RX {login}")
	row(
		"Course Schedule",
		"RX-LESSON",
		student_group=CLASS,
		course=MATHS,
		instructor="RX maths.teacher",
		schedule_date=today,
	)
	for login, ward in (("guardian", LINA), ("stranger", OMAR)):
		row("Guardian", f"RX-{login}", guardian_name=login, user=user(login))
		child("Student Guardian", ward, "Student", "guardians", guardian=f"RX-{login}")
	for student in (LINA, OMAR):
		insight(f"rx-{student}", "Student", student, "attendance", target_student=student)
		row("Assessment Insight", f"rx-a-{student}", assessment_result=f"RX-{student}", student=student)
		row("AI Engagement Log", f"rx-e-{student}", session=f"RX-{student}", student=student)
	for course in (MATHS, ENGLISH):
		insight(f"rx-{course}", "Course", course, "class", student_group=CLASS, academic_term=TERM)
	insight("rx-other", "Course", MATHS, "class", student_group=OTHER_CLASS, academic_term=TERM)
	forget_scopes()


def group(name: str, year: str, active: list[str], inactive: list[str] | None = None) -> None:
	row(
		"Student Group",
		name,
		student_group_name=name,
		academic_year=year,
		academic_term=TERM if year == YEAR else None,
		group_based_on="Batch",
		disabled=0,
	)
	for student in active:
		child("Student Group Student", name, "Student Group", "students", student=student, active=1)
	for student in inactive or []:
		child("Student Group Student", name, "Student Group", "students", student=student, active=0)


def insight(name: str, doctype: str, target: str, kind: str, **values) -> None:
	row(
		"AI Insight",
		name,
		target_doctype=doctype,
		target=target,
		kind=kind,
		**{"level": "watch", "clarity": 50, "is_current": 1, "reasons": json.dumps([]), **values},
	)


def child(doctype: str, parent: str, parenttype: str, parentfield: str, **values) -> None:
	row(doctype, None, parent=parent, parenttype=parenttype, parentfield=parentfield, idx=1, **values)


def row(doctype: str, name: str | None, **values) -> None:
	doc = frappe.new_doc(doctype)
	doc.update(values)
	doc.name = name or frappe.generate_hash(length=10)
	doc.flags.name_set = True
	doc.db_insert()


def allow(**values: int) -> None:
	"""What AI Settings say, as Administrator."""
	frappe.set_user("Administrator")
	for field, value in values.items():
		frappe.db.set_single_value("AI Settings", field, value)
	frappe.clear_document_cache("AI Settings", "AI Settings")


def become(login: str) -> None:
	frappe.set_user(user(login))
	forget_scopes()


def forget_scopes() -> None:
	"""A scope lives for one request; a test is many."""
	getattr(frappe.local, "request_cache", {}).clear()
