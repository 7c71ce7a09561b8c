"""What people set in a panel: who may, what is taken, that it is noted, and that it really changes the panels."""

import json
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase

from education_ai import channels, editable
from education_ai.api import panel
from education_ai.api import settings as api
from education_ai.sealing import seal
from education_ai.setting_kinds import Refused, checked_value, shown_value
from education_ai.tests import small_school as school
from education_ai.tests.small_school import CLASS, ENGLISH, LINA, MATHS, OMAR, user
from education_ai.tests.test_panel_methods import RATE, STEADY, reasons

PREFERENCES, OBJECTIVES = "ai_preferences_settings", "ai_learning_objectives"
HELP, SHOWN = "ai_assistance_preferences", "ai_insights_config"
TEACHER = "RX class.teacher"
STEP = {"code": "step.practise", "params": {"course": MATHS, "criterion": "Fractions"}}
GAP = {
	"code": "marks.gap_alone",
	"params": {"course": MATHS, "criterion": "Fractions", "score": 3, "maximum": 20, "tests": 3, "rest": 70},
}
REVIEW = {"code": "step.review", "params": {"course": MATHS, "criterion": "Fractions", "test": "Test 1"}}


class SettingsCase(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		school.build()
		for field in ("show", "show_to_students", "show_to_guardians", "minimum_group_size", "collect"):
			frappe.db.set_single_value("AI Settings", field, 1)
		frappe.clear_document_cache("AI Settings", "AI Settings")

	def setUp(self):
		frappe.db.savepoint("rx_settings")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="rx_settings")
		frappe.clear_document_cache("Student", LINA)
		frappe.clear_document_cache("AI Settings", "AI Settings")
		school.forget_scopes()

	def as_(self, login: str) -> None:
		frappe.set_user(user(login) if login != "Administrator" else login)
		school.forget_scopes()

	def save(self, login: str, doctype: str, name: str, field: str, **values) -> dict:
		self.as_(login)
		seen = editable.current(doctype, name)[field].seen
		return api.save(doctype, name, field, values, seen)

	def say(self, *said: dict, level: str = "watch") -> None:
		values = {"reasons": reasons(*said), "level": level, "confidence": "sure"}
		frappe.db.set_value("AI Insight", f"rx-{LINA}", values)


class TestWhoSets(SettingsCase):
	def may(self, login: str, doctype: str, name: str, field: str, **values) -> bool:
		try:
			self.save(login, doctype, name, field, **values)
		except frappe.PermissionError:
			return False
		return True

	def test_staff_of_a_pupil_set_preferences_and_nobody_else(self):
		able = {
			login
			for login in school.LOGINS
			if self.may(login, "Student", LINA, PREFERENCES, contact_first="guardian")
		}
		self.assertEqual(able, {"class.teacher", "maths.teacher", "teaching.manager", "academics", "manager"})

	def test_who_teaches_a_course_and_the_whole_school_set_its_objectives(self):
		school.row(
			"Assessment Plan",
			"RX-PLAN",
			student_group=CLASS,
			course=MATHS,
			docstatus=1,
			schedule_date="2026-11-01",
		)
		for course, able in (
			(MATHS, {"class.teacher", "maths.teacher", "teaching.manager", "academics", "manager"}),
			(ENGLISH, {"teaching.manager", "academics", "manager"}),
		):
			found = {
				login
				for login in school.LOGINS
				if self.may(login, "Course", course, OBJECTIVES, objectives=["x"])
			}
			self.assertEqual(found, able, course)

	def test_a_teacher_sets_the_own_wishes_and_nobody_else_does(self):
		able = {
			login for login in school.LOGINS if self.may(login, "Instructor", TEACHER, SHOWN, marks=False)
		}
		self.assertEqual(able, {"class.teacher"})
		for login in ("manager", "maths.teacher", "system", "lina"):
			self.as_(login)
			self.assertRaises(frappe.PermissionError, panel.instructor, TEACHER)
		self.as_("class.teacher")
		self.assertEqual([part["field"] for part in panel.instructor(TEACHER)["settings"]], [HELP, SHOWN])

	def test_teaching_figures_are_shown_to_managers_only_where_the_school_says_so(self):
		said = [{"code": "teaching.entered", "params": {"entered": 52, "expected": 56}}]
		sealed = seal({"said": said}, "Instructor", TEACHER, "ai_teaching_profile")
		frappe.db.set_value("Instructor", TEACHER, "ai_teaching_profile", sealed)
		frappe.db.set_single_value("AI Settings", "show_teaching", 1)
		frappe.clear_document_cache("AI Settings", "AI Settings")
		for login, own in (("manager", False), ("class.teacher", True)):
			self.as_(login)
			shown = panel.instructor(TEACHER)
			self.assertEqual(
				shown["work"],
				[{"title": "Results entered", "text": "52 of 56, counted as pupils times tests."}],
			)
			self.assertEqual((shown["own"], bool(shown["settings"])), (own, own))
		for login in ("maths.teacher", "system", "lina"):
			self.as_(login)
			self.assertRaises(frappe.PermissionError, panel.instructor, TEACHER)

	def test_who_may_not_set_is_not_shown_what_is_set(self):
		for login in ("lina", "guardian"):
			self.as_(login)
			self.assertEqual(panel.student(LINA)["settings"], [])

	def test_a_pupil_left_out_has_no_settings(self):
		school.row("AI Exclusion", "rx-out", target_student=LINA)
		self.assertFalse(self.may("manager", "Student", LINA, PREFERENCES, contact_first="student"))
		self.as_("manager")
		self.assertEqual(panel.student(LINA)["settings"], [])

	def test_other_fields_and_other_doctypes_are_no_settings(self):
		self.as_("manager")
		for doctype, name, field in (
			("Student", LINA, "ai_learning_profile"),
			("Student", LINA, "first_name"),
			("User", user("lina"), PREFERENCES),
			("Student", "nobody", PREFERENCES),
		):
			self.assertRaises(frappe.PermissionError, api.save, doctype, name, field, {}, "")


class TestSaving(SettingsCase):
	def test_a_save_keeps_other_keys_and_the_base_and_leaves_the_document_as_it_is(self):
		state = editable.State({"feedback_detail": "short"}, {"feedback_detail": "full"})
		editable.put("Student", LINA, {PREFERENCES: state}, ("epoch", 7))
		modified = frappe.db.get_value("Student", LINA, "modified")
		self.save("class.teacher", "Student", LINA, PREFERENCES, contact_first="guardian")
		now = editable.current("Student", LINA)[PREFERENCES]
		self.assertEqual(now.value, {"feedback_detail": "short", "contact_first": "guardian"})
		self.assertEqual((now.base, now.stamp), ({"feedback_detail": "full"}, ("epoch", 7)))
		self.assertEqual(frappe.db.get_value("Student", LINA, "modified"), modified)

	def test_a_save_is_noted_once_and_open_panels_are_told(self):
		frappe.db.delete("AI Sync Event")
		with patch.object(channels, "publish") as told:
			self.save("class.teacher", "Student", LINA, PREFERENCES, contact_first="guardian")
		rows = frappe.db.sql("select ref_doctype, ref_name, event from `tabAI Sync Event`")
		self.assertEqual(rows, (("Student", LINA, "update"),))
		told.assert_called_once_with("Student", [LINA])

	def test_what_is_stored_is_sealed(self):
		self.save("class.teacher", "Student", LINA, PREFERENCES, contact_first="guardian")
		stored = frappe.db.get_value("Student", LINA, PREFERENCES)
		self.assertNotIn("guardian", stored)
		self.assertIn("sealed", json.loads(stored))

	def test_a_field_that_changed_since_it_was_looked_at_is_not_overwritten(self):
		self.save("class.teacher", "Student", LINA, PREFERENCES, contact_first="guardian")
		self.as_("manager")
		answer = api.save("Student", LINA, PREFERENCES, {"contact_first": "student"}, "")
		self.assertTrue(answer["moved"])
		self.assertEqual(editable.current("Student", LINA)[PREFERENCES].value, {"contact_first": "guardian"})
		(shown,) = answer["settings"]
		again = api.save("Student", LINA, PREFERENCES, {"contact_first": "student"}, shown["seen"])
		self.assertFalse(again["moved"])

	def test_a_value_that_a_setting_does_not_take_is_refused_without_being_repeated(self):
		for field, values in (
			(PREFERENCES, {"contact_first": "secret"}),
			(PREFERENCES, {"notes": "secret"}),
			(PREFERENCES, {"contact_first": ["secret"]}),
		):
			with self.assertRaises(frappe.ValidationError) as refused:
				self.save("manager", "Student", LINA, field, **values)
			self.assertNotIn("secret", str(refused.exception))

	def test_a_value_under_another_name_or_key_counts_as_never_set(self):
		sealed = seal({"value": {"contact_first": "guardian"}, "base": {}}, "Student", OMAR, PREFERENCES)
		frappe.db.set_value("Student", LINA, PREFERENCES, sealed, update_modified=False)
		self.assertEqual(editable.current("Student", LINA)[PREFERENCES], editable.State())

	def test_a_rename_keeps_what_is_set(self):
		self.save("manager", "Course", MATHS, OBJECTIVES, objectives=["Reason in words"])
		self.as_("Administrator")
		frappe.rename_doc("Course", MATHS, "RX Maths", show_alert=False, rebuild_search=False)
		self.assertEqual(
			editable.current("Course", "RX Maths")[OBJECTIVES].value, {"objectives": ["Reason in words"]}
		)


LIST = {"key": "k", "label": "Lines", "kind": "list", "most": 4, "longest": 5}
LINKS = {"key": "k", "label": "Links", "kind": "links", "most": 3, "longest": 20}


class TestKinds(FrappeTestCase):
	def test_lines_are_tidied_and_kept_once(self):
		self.assertEqual(checked_value(LIST, [" a  b ", "a b", "", "c\n"]), ["a b", "c"])
		for value in ("a", [1], ["123456"], ["a"] * 5, {"a": 1}):
			self.assertRaises(Refused, checked_value, LIST, value)

	def test_links_lead_to_the_web_or_to_the_site_itself_and_nowhere_else(self):
		links = [{"title": "T", "url": " https://a.example/x "}, {"title": "", "url": "/app/article/A"}]
		self.assertEqual(
			checked_value(LINKS, links),
			[
				{"title": "T", "url": "https://a.example/x"},
				{"title": "/app/article/A", "url": "/app/article/A"},
			],
		)
		for url in (
			"javascript:alert(1)",
			"//evil.example",
			"data:text/html,x",
			"https://",
			"/\\evil",
			"a b",
			"",
		):
			self.assertRaises(Refused, checked_value, LINKS, [{"title": "T", "url": url}])

	def test_values_are_said_in_words(self):
		keys = {row["key"]: row for field in editable.catalogue().values() for row in field["keys"]}
		self.assertEqual(shown_value(keys["contact_first"], "guardian"), ["The guardian"])
		self.assertEqual(shown_value(keys["marks"], False), ["Off"])
		self.assertEqual(shown_value(keys["contact_first"], None), [])


class TestEffects(SettingsCase):
	def wish(self, field: str, **values) -> None:
		self.save("class.teacher", "Instructor", TEACHER, field, **values)

	def test_contact_first_stands_beside_the_steps_of_staff_once_it_is_set(self):
		self.say(RATE, STEP)
		self.as_("class.teacher")
		self.assertIsNone(panel.student(LINA)["contact"])
		self.save("manager", "Student", LINA, PREFERENCES, contact_first="guardian")
		for login, shown in (
			("class.teacher", {"title": "Contact first", "text": "The guardian"}),
			("lina", None),
		):
			self.as_(login)
			self.assertEqual(panel.student(LINA)["contact"], shown)

	def test_short_feedback_leaves_the_pupil_one_step_and_staff_everything(self):
		self.say(RATE, STEP, REVIEW)
		self.as_("lina")
		self.assertEqual(len(panel.student(LINA)["steps"]), 2)
		self.save("manager", "Student", LINA, PREFERENCES, feedback_detail="short")
		self.as_("lina")
		own = panel.student(LINA)
		self.assertEqual((len(own["steps"]), own["why"], bool(own["headline"])), (1, [], True))
		self.as_("class.teacher")
		self.assertEqual((len(panel.student(LINA)["steps"]), len(panel.student(LINA)["why"])), (2, 1))

	def test_steps_are_as_many_as_a_teacher_wants_for_this_teacher_alone(self):
		self.say(RATE, STEP, REVIEW)
		self.wish(HELP, suggestions_at_most="1")
		self.assertEqual(len(panel.student(LINA)["steps"]), 1)
		self.wish(HELP, suggestions=False)
		shown = panel.student(LINA)
		self.assertEqual((shown["steps"], shown["headline"]["step"]), ([], None))
		self.as_("manager")
		self.assertEqual(len(panel.student(LINA)["steps"]), 2)

	def test_kinds_switched_off_are_not_shown_and_nothing_is_claimed_about_them(self):
		self.say(RATE)
		self.wish(SHOWN, attendance=False)
		shown = panel.student(LINA)
		self.assertEqual(shown["why"], [])
		self.assertEqual(shown["headline"]["text"], "Nothing in what you chose to see needs a step.")
		self.assertEqual(shown["hidden"], "Not shown, as you set on your Instructor form: Attendance.")
		self.as_("manager")
		self.assertEqual((len(panel.student(LINA)["why"]), panel.student(LINA)["hidden"]), (1, None))

	def test_a_course_without_the_picture_of_the_class_still_lists_pupils(self):
		self.say(RATE)
		frappe.db.set_value("AI Insight", f"rx-{MATHS}", "reasons", reasons(STEADY))
		self.wish(SHOWN, **{"class": False})
		shown = panel.course(MATHS)
		self.assertEqual((shown["parts"], shown["chart"], shown["who_total"]), ([], None, 1))
		self.assertEqual(shown["headline"]["text"], "The class as a whole is not shown.")
		self.wish(SHOWN, attendance=False)
		shown = panel.course(MATHS)
		self.assertEqual((shown["who_first"], shown["who_total"]), ([], 0))
		self.assertEqual(shown["not_listed_text"], "Not listed: 1. Only what you chose to see counts here.")

	def test_a_listed_pupils_reasons_come_clearest_first_and_only_of_kinds_that_are_shown(self):
		def text() -> str:
			self.as_("class.teacher")
			return panel.course(MATHS)["who_first"][0]["text"]

		self.say(RATE)
		values = {"target_student": LINA, "course": MATHS, "level": "act", "reasons": reasons(GAP)}
		school.insight("rx-gap", "Student", LINA, "marks", **values)
		present, gap = "resent 47 of 56 school days.", f"ractions in {MATHS}: 3 of 20 points"
		self.assertEqual(text(), f"F{gap}; p{present}")
		frappe.db.set_value("AI Insight", "rx-gap", {"level": "watch", "clarity": 10})
		self.assertEqual(text(), f"P{present[:-1]}; F{gap}.")
		self.wish(SHOWN, marks=False)
		self.assertEqual(text(), f"P{present}")

	def test_pupils_are_listed_by_name_where_a_teacher_wants_that(self):
		school.row("Student", "RX-STU-ADA", student_name="ada Berg", enabled=1)
		school.child(
			"Student Group Student", CLASS, "Student Group", "students", student="RX-STU-ADA", active=1
		)
		ada = {"target_student": "RX-STU-ADA", "level": "watch", "clarity": 1}
		school.insight("rx-ada", "Student", "RX-STU-ADA", "attendance", **ada)
		self.say(RATE)
		self.as_("class.teacher")
		self.assertEqual([who["student"] for who in panel.course(MATHS)["who_first"]], [LINA, "RX-STU-ADA"])
		self.wish(HELP, order_pupils_by="name")
		shown = panel.course(MATHS)
		self.assertEqual([who["student"] for who in shown["who_first"]], ["RX-STU-ADA", LINA])
		self.assertEqual(shown["who_order"], "name")

	def test_objectives_and_resources_are_read_by_who_reads_the_course(self):
		self.save("manager", "Course", MATHS, OBJECTIVES, objectives=["Reason in words"])
		self.as_("maths.teacher")
		parts = {part["field"]: part for part in panel.course(MATHS)["settings"]}
		self.assertEqual(parts[OBJECTIVES]["keys"][0]["value"], ["Reason in words"])
		self.assertEqual(sorted(parts), ["ai_learning_objectives", "ai_resource_links"])
