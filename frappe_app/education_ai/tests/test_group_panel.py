"""The panel of a group on a small school: who gets it, of which courses, and what a small group is not told."""

import json

import frappe
from frappe.tests.utils import FrappeTestCase

from education_ai.api import panel
from education_ai.tests import small_school as school
from education_ai.tests.small_school import CLASS, ENGLISH, LINA, MATHS, OMAR, OTHER_CLASS, TERM, user

RATE = {"code": "attendance.rate_alone", "params": {"present": 47, "days": 56, "rate": 84}}
STEADY = {"code": "class.steady", "params": {"tests": 4, "mean": 68}}
TOGETHER = {"code": "peer.three", "params": {"number": 1, "a": LINA, "b": OMAR, "c": "RX gone"}}
HOW = {"code": "note.peers", "params": {"strong": 75, "under": 50, "gain": 2}}


def reasons(*said: dict) -> str:
	return json.dumps([{"about": "", "evidence": None, **one} for one in said])


class TestGroupPanel(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		school.build()
		for student in (LINA, OMAR):
			frappe.db.set_value("AI Insight", f"rx-{student}", "reasons", reasons(RATE))
		for name in (f"rx-{MATHS}", f"rx-{ENGLISH}"):
			frappe.db.set_value("AI Insight", name, "reasons", reasons(STEADY))
		for name, group in (("rx-group", CLASS), ("rx-other-group", OTHER_CLASS)):
			school.insight(
				name,
				"Student Group",
				group,
				"group",
				level="steady",
				student_group=group,
				academic_term=TERM,
				reasons=reasons(TOGETHER, HOW),
			)
		cls.settings = frappe.get_doc("AI Settings")

	def setUp(self):
		school.allow(show=1, minimum_group_size=1)

	def tearDown(self):
		frappe.set_user("Administrator")
		school.forget_scopes()

	def as_(self, login: str, method: str = "student_group", **arguments) -> dict:
		school.become(login)
		return getattr(panel, method)(**arguments)

	def refused(self, login: str, method: str = "student_group", **arguments) -> None:
		with self.assertRaises(frappe.PermissionError, msg=f"{login} {method} {arguments}"):
			self.as_(login, method, **arguments)

	def test_who_teaches_the_group_or_reads_the_whole_school_gets_it_and_nobody_else(self):
		for login in ("class.teacher", "maths.teacher", "academics", "manager"):
			self.assertEqual(self.as_(login, name=CLASS)["state"], "ready", login)
		for login in ("idle.teacher", "left.teacher", "lina", "omar", "guardian", "stranger", "system"):
			self.refused(login, name=CLASS)
		self.refused("class.teacher", name=OTHER_CLASS)
		self.refused("manager", name="no such group")
		school.allow(show=0)
		self.assertEqual(self.as_("class.teacher", name=CLASS), {"state": "off"})

	def test_the_class_is_told_in_one_sentence_and_by_course_only_in_those_the_reader_teaches(self):
		shown = self.as_("class.teacher", name=CLASS)
		self.assertEqual(
			shown["headline"]["text"],
			"Pupils: 1. With a reason to act: 0; to watch: 1; with nothing in the records: 0; with too little data: 0.",
		)
		self.assertEqual({row["title"] for row in shown["courses"]}, {MATHS, ENGLISH})
		mine = self.as_("maths.teacher", name=CLASS)
		self.assertEqual([row["title"] for row in mine["courses"]], [MATHS])
		self.assertEqual([who["student"] for who in mine["who_first"]], [LINA])

	def test_groups_to_learn_together_name_their_pupils_and_are_noted_as_read(self):
		shown = self.as_("class.teacher", name=CLASS)
		self.assertEqual(
			[(row["title"], row["text"]) for row in shown["peers"]],
			[("Group 1", f"Pupils: {LINA.title()}, {OMAR.title()}, RX gone.")],
		)
		self.assertEqual(len(shown["notes"]), 1)
		noted = {"reader": user("class.teacher"), "target_doctype": "Student Group", "target": CLASS}
		self.assertEqual(frappe.db.count("AI Read Log", noted), 1)

	def test_a_group_smaller_than_the_smallest_has_neither_picture_nor_groups(self):
		school.allow(minimum_group_size=5)
		shown = self.as_("class.teacher", name=CLASS)
		self.assertEqual((shown["headline"], shown["courses"], shown["peers"]), (None, [], []))
		self.assertEqual([row["title"] for row in shown["too_little"]], [CLASS])
		self.refused("class.teacher", "evidence", insight="rx-group", reason=0)

	def test_the_rows_behind_it_and_the_stored_row_are_for_the_same_readers(self):
		self.assertEqual(self.as_("maths.teacher", "evidence", insight="rx-group", reason=0)["rows"], [])
		for login in ("idle.teacher", "lina", "guardian", "system"):
			self.refused(login, "evidence", insight="rx-group", reason=0)
		self.refused("class.teacher", "evidence", insight="rx-other-group", reason=0)
		frappe.set_user(user("class.teacher"))
		school.forget_scopes()
		rows = frappe.get_list("AI Insight", filters={"kind": "group"}, pluck="name")
		self.assertIn("rx-group", rows)
		self.assertNotIn("rx-other-group", rows)
		self.assertTrue(frappe.has_permission("AI Insight", "read", "rx-group"))
		self.assertFalse(frappe.has_permission("AI Insight", "read", "rx-other-group"))

	def test_a_renamed_group_takes_what_was_said_along(self):
		frappe.rename_doc("Student Group", OTHER_CLASS, "RX G9", show_alert=False, rebuild_search=False)
		self.assertEqual(frappe.db.get_value("AI Insight", "rx-other-group", "target"), "RX G9")
