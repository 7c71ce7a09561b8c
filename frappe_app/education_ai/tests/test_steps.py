"""Marking what was acted upon: who may, on which day, and that the sidecar is told."""

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import today

from education_ai.api import panel
from education_ai.tests import small_school as school
from education_ai.tests.small_school import LINA, user

INSIGHT = f"rx-{LINA}"


class TestSteps(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		school.build()
		frappe.db.set_value("AI Insight", INSIGHT, {"level": "act", "status": "Pending"})

	def setUp(self):
		frappe.set_user("Administrator")
		for field in ("show", "show_to_students", "show_to_guardians"):
			frappe.db.set_single_value("AI Settings", field, 1)
		frappe.db.set_value(
			"AI Insight", INSIGHT, {"status": "Pending", "answered_on": None, "reviewer": None}
		)

	def tearDown(self):
		frappe.set_user("Administrator")
		school.forget_scopes()

	def stands(self) -> tuple:
		row = frappe.db.get_value("AI Insight", INSIGHT, ["status", "reviewer", "answered_on"])
		return row[0], row[1], str(row[2]) if row[2] else None

	def test_a_teacher_of_the_pupil_marks_a_step_and_takes_it_back(self):
		frappe.set_user(user("class.teacher"))
		self.assertEqual(panel.act([INSIGHT], True), {"acted": True})
		self.assertEqual(self.stands(), ("Acted Upon", user("class.teacher"), today()))
		panel.act([INSIGHT], False)
		self.assertEqual(self.stands(), ("Pending", None, None))

	def test_marking_again_keeps_the_first_day(self):
		frappe.set_user(user("class.teacher"))
		panel.act([INSIGHT], True)
		frappe.db.set_value("AI Insight", INSIGHT, "answered_on", "2026-01-05")
		panel.act([INSIGHT], True)
		self.assertEqual(self.stands()[2], "2026-01-05")

	def test_pupils_guardians_and_others_teachers_are_refused(self):
		for login in ("lina", "guardian", "idle.teacher", "stranger"):
			with self.subTest(login):
				frappe.set_user(user(login))
				with self.assertRaises(frappe.PermissionError):
					panel.act([INSIGHT], True)
		self.assertEqual(self.stands()[0], "Pending")
