"""The panel methods on a small school: who gets which panel, and exactly which records stand behind a reason."""

import json
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase

from education_ai import permissions
from education_ai.api import panel
from education_ai.education_ai.doctype.ai_insight.ai_insight import STANDING_INDEX
from education_ai.panels import site
from education_ai.panels.who_first import standings
from education_ai.panels.wishes import Wishes
from education_ai.tests import small_school as school
from education_ai.tests.small_school import CLASS, LINA, MATHS, OMAR, OTHER_CLASS, TERM

DAYS = [
	("RX-ATT-1", LINA, "2026-11-16", 1),
	("RX-ATT-2", LINA, "2026-11-09", 1),
	("RX-ATT-3", OMAR, "2026-11-16", 1),
]
DAYS += [("RX-ATT-4", LINA, "2026-11-02", 2)]
RATE = {"code": "attendance.rate_alone", "params": {"present": 47, "days": 56, "rate": 84}}
TREND = {"code": "attendance.trend", "params": {"absent": 5, "recent": 15, "before_absent": 1, "before": 41}}
STEADY = {"code": "class.steady", "params": {"tests": 4, "mean": 68}}


def reasons(*said: dict, doctype: str = "", names: tuple[str, ...] = ()) -> str:
	evidence = {"doctype": doctype, "names": list(names)} if names else None
	return json.dumps([{"about": "", "evidence": evidence, **one} for one in said])


class TestPanelMethods(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		school.build()
		for name, student, date, docstatus in DAYS:
			school.row(
				"Student Attendance", name, student=student, date=date, status="Absent", docstatus=docstatus
			)
		absences = tuple(name for name, *_rest in DAYS)
		frappe.db.set_value(
			"AI Insight",
			f"rx-{LINA}",
			"reasons",
			reasons(RATE, TREND, doctype="Student Attendance", names=absences),
		)
		for insight in (f"rx-{MATHS}", "rx-other"):
			frappe.db.set_value("AI Insight", insight, "reasons", reasons(STEADY))
		cls.settings = frappe.get_doc("AI Settings")

	def setUp(self):
		school.allow(show=1, show_to_students=1, show_to_guardians=1, minimum_group_size=1)

	def tearDown(self):
		frappe.set_user("Administrator")
		school.forget_scopes()

	def as_(self, login: str, method: str, **arguments) -> dict:
		school.become(login)
		return getattr(panel, method)(**arguments)

	def refused(self, login: str, method: str, **arguments) -> None:
		with self.assertRaises(frappe.PermissionError, msg=f"{login} {method} {arguments}"):
			self.as_(login, method, **arguments)

	def test_the_rows_behind_a_reason_are_the_pupils_own_current_ones_oldest_first(self):
		table = self.as_("class.teacher", "evidence", insight=f"rx-{LINA}", reason=0)
		self.assertEqual([row["name"] for row in table["rows"]], ["RX-ATT-2", "RX-ATT-1"])
		self.assertEqual(table["columns"], ["Date", "Status", "Student Group"])
		self.assertIn("2", table["note"], "one is another pupil's, one was cancelled")

	def test_a_row_is_linked_only_where_frappe_itself_would_open_it(self):
		teacher = self.as_("class.teacher", "evidence", insight=f"rx-{LINA}", reason=0)
		self.assertEqual({row["can_open"] for row in teacher["rows"]}, {False})
		academics = self.as_("academics", "evidence", insight=f"rx-{LINA}", reason=0)
		self.assertEqual({row["can_open"] for row in academics["rows"]}, {True})

	def test_what_a_reader_may_open_is_worked_out_once_a_minute_and_for_each_reader(self):
		for login in ("class.teacher", "academics"):
			frappe.cache.delete_keys(f"user:{school.user(login)}:education_ai.permissions._open_condition")
		conditions = patch.object(
			permissions, "build_match_conditions", wraps=permissions.build_match_conditions
		)
		with conditions as worked_out:
			for _ in range(2):
				self.test_a_row_is_linked_only_where_frappe_itself_would_open_it()
		self.assertEqual(
			worked_out.call_count, 1, "the teacher may list none, so there is nothing to work out"
		)

	def test_rows_are_served_to_those_who_may_read_the_reason_and_to_nobody_else(self):
		self.assertTrue(self.as_("lina", "evidence", insight=f"rx-{LINA}", reason=0)["rows"])
		self.assertTrue(self.as_("guardian", "evidence", insight=f"rx-{LINA}", reason=0)["rows"])
		for login in ("lina", "guardian"):
			self.refused(login, "evidence", insight=f"rx-{LINA}", reason=1)
		for login in ("omar", "stranger", "idle.teacher", "system"):
			self.refused(login, "evidence", insight=f"rx-{LINA}", reason=0)
		for reason in (-1, 2):
			self.refused("class.teacher", "evidence", insight=f"rx-{LINA}", reason=reason)
		self.refused("manager", "evidence", insight="not-there", reason=0)

	def test_a_pupil_and_a_classmate_are_told_different_things(self):
		own = self.as_("lina", "student", name=LINA)
		self.assertEqual((own["audience"], own["level"], own["chart"]), ("student", None, None))
		self.assertEqual([row["text"] for row in own["why"]], ["Attendance 47 of 56 days."])
		self.refused("omar", "student", name=LINA)

	def test_nothing_is_shown_to_guardians_before_the_school_releases_it(self):
		self.assertEqual(self.as_("guardian", "student", name=LINA)["audience"], "guardian")
		school.allow(show_to_guardians=0)
		self.assertEqual(self.as_("guardian", "student", name=LINA), {"state": "off"})

	def test_switched_off_there_is_no_panel_but_still_no_business_for_others(self):
		school.allow(show=0)
		self.assertEqual(self.as_("class.teacher", "student", name=LINA), {"state": "off"})
		self.assertEqual(self.as_("class.teacher", "course", name=MATHS), {"state": "off"})
		self.refused("omar", "student", name=LINA)

	def test_that_a_pupil_is_left_out_is_told_to_the_school_alone(self):
		school.row("AI Exclusion", "rx-out", target_student=LINA)
		self.addCleanup(frappe.db.delete, "AI Exclusion", {"name": "rx-out"})
		for login in ("class.teacher", "lina", "guardian"):
			self.assertEqual(self.as_(login, "student", name=LINA), {"state": "off"})
		told = self.as_("manager", "student", name=LINA)
		self.assertEqual((told["state"], told["why"]), ("empty", []))
		self.assertTrue(told["notes"])

	def test_a_sidecar_not_heard_of_for_ten_minutes_makes_a_panel_old_and_keeps_what_was_said(self):
		heard = frappe.utils.now_datetime()
		school.row("AI Sync State", "rx-state", last_seen=heard)
		with patch.object(site, "ROW", "rx-state"):
			self.assertEqual(self.as_("class.teacher", "student", name=LINA)["state"], "ready")
			with patch.object(site, "now_datetime", lambda: frappe.utils.add_to_date(heard, minutes=11)):
				for method, name in (("student", LINA), ("course", MATHS)):
					shown = self.as_("class.teacher", method, name=name)
					self.assertEqual((shown["state"], shown["stale_since"]), ("stale", str(heard)))
					self.assertTrue(shown["headline"])

	def test_a_name_in_another_case_is_the_same_pupil_and_the_same_room(self):
		self.assertEqual(
			self.as_("manager", "student", name=LINA.lower())["channel"],
			self.as_("manager", "student", name=LINA)["channel"],
		)

	def test_a_teacher_chooses_between_their_own_classes_of_the_course(self):
		shown = self.as_("maths.teacher", "course", name=MATHS)
		self.assertEqual([one["student_group"] for one in shown["groups"]], [CLASS])
		self.assertEqual(shown["headline"]["text"], "The class is steady near 68%, over 4 tests.")
		self.refused("maths.teacher", "course", name=MATHS, student_group=OTHER_CLASS)
		self.refused("idle.teacher", "course", name=MATHS)

	def test_the_whole_school_begins_with_all_groups(self):
		shown = self.as_("manager", "course", name=MATHS)
		self.assertEqual([one["student_group"] for one in shown["groups"]], ["", CLASS, OTHER_CLASS])
		self.assertEqual((shown["student_group"], shown["pupils"]), ("", 2))
		one = self.as_("manager", "course", name=MATHS, student_group=CLASS, academic_term=TERM)
		self.assertEqual((one["student_group"], one["pupils"]), (CLASS, 1))

	def test_who_comes_first_is_who_has_the_clearest_reason_and_the_others_are_counted(self):
		shown = self.as_("class.teacher", "course", name=MATHS)
		first = [(who["student"], who["level"], who["text"]) for who in shown["who_first"]]
		self.assertEqual(first, [(LINA, "watch", "Present 47 of 56 school days.")])
		self.assertEqual((shown["who_total"], shown["not_listed"]), (1, {"nothing": 0, "too_little": 0}))

	def test_where_a_class_stands_is_read_from_an_index_alone(self):
		for course in (MATHS, None):
			with patch.object(frappe.db, "sql", wraps=frappe.db.sql) as asked:
				standings([CLASS], course, Wishes())
			query, values = asked.call_args.args
			plan = frappe.db.sql(f"explain {query}", values, as_dict=True)
			[of_insights] = [step for step in plan if step.table == "i"]
			self.assertEqual(of_insights.key, STANDING_INDEX)
			self.assertIn("Using index", of_insights.Extra)

	def test_a_class_smaller_than_the_smallest_group_has_no_picture(self):
		school.allow(minimum_group_size=5)
		shown = self.as_("class.teacher", "course", name=MATHS)
		self.assertEqual((shown["headline"], shown["parts"], shown["chart"]), (None, [], None))
		self.assertEqual([row["title"] for row in shown["too_little"]], [CLASS])
		self.refused("class.teacher", "evidence", insight=f"rx-{MATHS}", reason=0)
