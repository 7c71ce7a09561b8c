"""Nobody reads an insight about someone whose records they have no business with."""

import frappe
from frappe.tests.utils import FrappeTestCase

from education_ai import permissions
from education_ai.scope import scope
from education_ai.tests import small_school as school
from education_ai.tests.small_school import CLASS, ENGLISH, GONE, LINA, MATHS, OMAR, OTHER_CLASS, user

ROWS = {
	"AI Insight": ("rx-RX-STU-LINA", "rx-RX-STU-OMAR", "rx-RX English", "rx-RX Mathematics", "rx-other"),
	"Assessment Insight": ("rx-a-RX-STU-LINA", "rx-a-RX-STU-OMAR"),
	"AI Engagement Log": ("rx-e-RX-STU-LINA", "rx-e-RX-STU-OMAR"),
}
LINAS = {"rx-RX-STU-LINA", "rx-a-RX-STU-LINA", "rx-e-RX-STU-LINA"}
EVERYTHING = {name for names in ROWS.values() for name in names}


class TestPermissions(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		school.build()

	def tearDown(self):
		frappe.set_user("Administrator")
		school.forget_scopes()

	def seen(self, login: str) -> set[str]:
		"""What a list shows, checked against what each single document would."""
		frappe.set_user(user(login))
		school.forget_scopes()
		found: set[str] = set()
		for doctype, names in ROWS.items():
			try:
				listed = set(frappe.get_list(doctype, filters={"name": ("in", names)}, pluck="name"))
			except frappe.PermissionError:
				listed = set()
			for name in names:
				single = bool(frappe.get_doc(doctype, name).has_permission("read"))
				self.assertEqual(single, name in listed, f"{login}: list and document disagree on {name}")
			found |= listed
		return found

	def test_a_teacher_named_on_a_class_reads_its_pupils_and_all_its_courses(self):
		self.assertEqual(self.seen("class.teacher"), LINAS | {"rx-RX English", "rx-RX Mathematics"})

	def test_a_teacher_on_the_timetable_reads_the_pupils_and_only_the_course_they_teach(self):
		self.assertEqual(self.seen("maths.teacher"), LINAS | {"rx-RX Mathematics"})

	def test_a_teacher_of_none_and_one_who_left_read_nothing(self):
		self.assertEqual(self.seen("idle.teacher"), set())
		self.assertEqual(self.seen("left.teacher"), set())

	def test_academics_user_alone_and_a_whole_school_role_read_all_also_when_teaching(self):
		for login in ("academics", "manager", "teaching.manager"):
			with self.subTest(login=login):
				self.assertEqual(self.seen(login), EVERYTHING)

	def test_system_manager_pupils_and_guardians_read_no_row(self):
		for login in ("system", "lina", "omar", "guardian", "stranger"):
			with self.subTest(login=login):
				self.assertEqual(self.seen(login), set())

	def test_a_panel_is_met_as_staff_as_guardian_as_oneself_or_not_at_all(self):
		expected = {
			("class.teacher", LINA): "staff",
			("class.teacher", OMAR): None,
			("class.teacher", GONE): None,
			("guardian", LINA): "guardian",
			("guardian", OMAR): None,
			("lina", LINA): "student",
			("omar", LINA): None,
			("system", LINA): None,
			("manager", OMAR): "staff",
		}
		for (login, student), audience in expected.items():
			with self.subTest(login=login, student=student):
				self.assertEqual(permissions.audience(user(login), student), audience)

	def test_a_class_of_a_year_that_is_over_is_no_longer_taught(self):
		self.assertEqual(scope(user("class.teacher")).groups, (CLASS,))
		self.assertTrue(scope(user("class.teacher")).has_class(CLASS, ENGLISH))
		self.assertFalse(scope(user("maths.teacher")).has_class(CLASS, ENGLISH))
		self.assertFalse(scope(user("maths.teacher")).has_class(OTHER_CLASS, MATHS))

	def test_a_teacher_only_named_on_a_class_reads_there_the_course_they_teach_elsewhere(self):
		school.child(
			"Student Group Instructor",
			OTHER_CLASS,
			"Student Group",
			"instructors",
			instructor="RX maths.teacher",
		)
		self.addCleanup(frappe.db.delete, "Student Group Instructor", {"instructor": "RX maths.teacher"})
		school.forget_scopes()
		own = scope(user("maths.teacher"))
		self.assertTrue(own.has_class(OTHER_CLASS, MATHS))
		self.assertFalse(own.has_class(OTHER_CLASS, ENGLISH), "that would be another teacher's average")

	def test_a_login_that_two_pupils_share_is_nobodys(self):
		frappe.db.set_value("Student", OMAR, "user", user("lina"), update_modified=False)
		self.addCleanup(frappe.db.set_value, "Student", OMAR, "user", user("omar"), update_modified=False)
		self.assertIsNone(permissions.audience(user("lina"), LINA))

	def test_the_row_check_answers_yes_or_no_and_never_grants_more_than_reading_to_a_teacher(self):
		row = frappe.get_doc("AI Insight", "rx-RX-STU-LINA")
		teacher = user("class.teacher")
		for ptype in ("write", "create", "delete", "report", "export", "print", "email", "share"):
			self.assertIs(permissions.has_permission(row, ptype, teacher), False)
		self.assertIs(permissions.has_permission(row, "read", teacher), True)
		self.assertIs(permissions.has_permission(row, "share", user("manager")), False)

	def test_no_share_of_a_row_about_a_person_can_be_made_not_even_by_administrator(self):
		frappe.set_user("Administrator")
		for doctype, names in ROWS.items():
			with self.subTest(doctype=doctype), self.assertRaises(frappe.PermissionError):
				frappe.share.add(doctype, names[0], user("omar"))

	def test_that_a_pupil_is_left_out_is_known_to_the_school_alone(self):
		self.assertTrue(permissions.knows_of_exclusions(user("manager")))
		self.assertFalse(permissions.knows_of_exclusions(user("class.teacher")))
		self.assertEqual(permissions.ai_exclusion_query(user("class.teacher")), "1=0")
		self.assertEqual(permissions.ai_exclusion_query(user("manager")), "")

	def test_a_quote_in_a_name_stays_inside_its_literal(self):
		self.assertEqual(permissions._literals(["O'Neil", "100%"]), "('O\\'Neil', '100%')")
