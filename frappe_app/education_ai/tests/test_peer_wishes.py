"""Pupils kept together or apart: who may wish it, what is refused, and what becomes of a wish."""

import frappe
from frappe.tests.utils import FrappeTestCase

from education_ai import peer_wishes, permissions
from education_ai.api import panel
from education_ai.tests import small_school as school
from education_ai.tests.small_school import LINA, OMAR, OTHER_CLASS, YEAR, user

GROUP = "RX Eight"
PUPILS = [f"RX-EIGHT-{letter}" for letter in "ABCDEFGH"]
A, B, C, D, E, F, G, H = PUPILS


class TestPeerWishes(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		school.build()
		for name in PUPILS:
			school.row("Student", name, student_name=f"Pupil {name[-1]}", enabled=1)
		school.group(GROUP, YEAR, PUPILS)
		school.child(
			"Student Group Instructor",
			GROUP,
			"Student Group",
			"instructors",
			instructor="RX class.teacher",
		)

	def setUp(self):
		school.allow(collect=1, show=1, minimum_group_size=1)
		frappe.db.delete("AI Peer Wish")
		frappe.db.delete("AI Sync Event")

	def tearDown(self):
		frappe.set_user("Administrator")
		school.forget_scopes()

	def keep(self, student: str, other: str, wish: str, login: str = "class.teacher", group: str = GROUP):
		school.become(login)
		return panel.keep(group, student, other, wish)

	def shown(self, login: str = "class.teacher") -> list[str]:
		school.become(login)
		return [row["text"] for row in panel.student_group(GROUP)["kept"]]

	def refused(self, student: str, other: str, wish: str) -> str:
		with self.assertRaises(frappe.ValidationError) as caught:
			self.keep(student, other, wish)
		return str(caught.exception)

	def test_who_teaches_the_group_or_reads_the_whole_school_wishes_and_nobody_else(self):
		for login in ("class.teacher", "academics", "manager"):
			self.assertTrue(self.keep(A, B, "Apart", login)["said"].startswith("The groups follow"))
			self.keep(A, B, "", login)
		for login in (
			"maths.teacher",
			"idle.teacher",
			"left.teacher",
			"lina",
			"guardian",
			"stranger",
			"system",
		):
			with self.assertRaises(frappe.PermissionError, msg=login):
				self.keep(A, B, "Apart", login)
		with self.assertRaises(frappe.PermissionError):
			self.keep(OMAR, LINA, "Apart", group=OTHER_CLASS)
		with self.assertRaises(frappe.PermissionError):
			self.keep(A, B, "Apart", "manager", group="no such group")
		self.assertEqual(frappe.db.count("AI Peer Wish"), 0)

	def test_the_panel_lists_the_wishes_by_name_and_the_pupils_to_choose_from(self):
		self.keep(A, B, "Together")
		self.keep(C, A, "Apart")
		self.assertEqual(
			self.shown(), ["Kept together: Pupil A and Pupil B", "Kept apart: Pupil C and Pupil A"]
		)
		members = panel.student_group(GROUP)["members"]
		self.assertEqual([row["student"] for row in members], PUPILS)
		self.assertEqual(members[0]["student_name"], "Pupil A")

	def test_a_pair_has_one_wish_in_whichever_order_it_is_named(self):
		self.keep(A, B, "Together")
		self.keep(B, A, "Together")
		self.keep(B, A, "Apart")
		self.assertEqual(self.shown(), ["Kept apart: Pupil A and Pupil B"])
		pair = {"student_group": GROUP, "target_student": B, "other_student": A, "wish": "Apart"}
		frappe.set_user("Administrator")
		doc = frappe.get_doc({"doctype": "AI Peer Wish", **pair})
		self.assertRaises(frappe.ValidationError, doc.insert)
		self.keep(B, A, "")
		self.assertEqual(self.shown(), [])

	def test_each_change_leaves_one_event_and_a_wish_that_stands_already_none(self):
		for wish in ("Apart", "Apart", "Together", "", ""):
			self.keep(A, B, wish)
		events = frappe.db.sql(
			"select event from `tabAI Sync Event` where ref_doctype = 'AI Peer Wish' order by name"
		)
		self.assertEqual([event for (event,) in events], ["insert", "update", "delete"])

	def test_two_different_pupils_of_the_class_are_needed(self):
		self.assertEqual(self.refused(A, A, "Apart"), "Choose two pupils.")
		self.assertEqual(self.refused("", A, "Apart"), "Choose two pupils.")
		self.assertEqual(self.refused(A, LINA, "Apart"), "These two are not both in the class.")
		self.assertEqual(self.refused(A, B, "Never"), "There is no such wish.")

	def test_more_together_than_a_group_holds_are_refused_by_name(self):
		for one, other in ((A, B), (B, C), (C, D)):
			self.keep(one, other, "Together")
		self.assertEqual(
			self.refused(D, E, "Together"),
			"Pupil A, Pupil B, Pupil C, Pupil D, Pupil E: together 5, and a group of this class holds 4. "
			"Take one of these wishes back first.",
		)

	def test_apart_and_together_at_once_is_refused_either_way_round(self):
		self.keep(A, B, "Together")
		self.keep(B, C, "Together")
		self.assertEqual(
			self.refused(C, A, "Apart"),
			"Kept together are Pupil A, Pupil B, Pupil C. Take one of these wishes back first.",
		)
		self.keep(C, D, "Apart")
		self.assertEqual(
			self.refused(D, A, "Together"),
			"Pupil C and Pupil D would come together and are kept apart. Take that wish back first.",
		)

	def test_more_apart_from_each_other_than_there_are_groups_are_refused(self):
		self.keep(A, B, "Apart")
		self.keep(B, C, "Apart")
		self.assertEqual(
			self.refused(A, C, "Apart"),
			"As the other wishes stand, Pupil A and Pupil C cannot be apart: the class has 2 groups. "
			"Take another wish back first.",
		)

	def test_a_wish_about_a_pupil_who_left_the_class_waits_and_hinders_nobody(self):
		self.keep(A, B, "Apart")
		self.keep(B, C, "Apart")
		self.inactive(B)
		self.assertEqual(self.shown(), [])
		self.keep(A, C, "Apart")
		self.assertEqual(self.shown(), ["Kept apart: Pupil A and Pupil C"])

	def inactive(self, student: str) -> None:
		row = {"parent": GROUP, "student": student}
		frappe.db.set_value("Student Group Student", row, "active", 0, update_modified=False)
		self.addCleanup(frappe.db.set_value, "Student Group Student", row, "active", 1, update_modified=False)

	def test_a_pupil_left_out_is_not_offered_and_has_no_wish_any_more(self):
		self.keep(A, B, "Apart")
		self.keep(C, A, "Together")
		frappe.set_user("Administrator")
		doc = frappe.get_doc({"doctype": "AI Exclusion", "target_student": A}).insert()
		self.addCleanup(frappe.db.delete, "AI Exclusion", {"name": doc.name})
		self.assertEqual(frappe.db.count("AI Peer Wish"), 0)
		self.assertNotIn(A, peer_wishes.members(GROUP))

	def test_list_and_document_are_read_by_who_teaches_the_group_alone(self):
		self.keep(A, B, "Apart")
		(name,) = frappe.get_all("AI Peer Wish", pluck="name")
		school.row(
			"AI Peer Wish",
			"rx-other-wish",
			student_group=OTHER_CLASS,
			target_student=OMAR,
			other_student=LINA,
			wish="Apart",
		)
		expected = {
			"class.teacher": {name},
			"academics": {name, "rx-other-wish"},
			"manager": {name, "rx-other-wish"},
		}
		for login in (
			"class.teacher",
			"maths.teacher",
			"idle.teacher",
			"academics",
			"manager",
			"lina",
			"omar",
			"system",
		):
			school.become(login)
			try:
				listed = set(frappe.get_list("AI Peer Wish", pluck="name"))
			except frappe.PermissionError:
				listed = set()
			self.assertEqual(listed, expected.get(login, set()), login)
			for one in (name, "rx-other-wish"):
				doc = frappe.get_doc("AI Peer Wish", one)
				self.assertEqual(bool(doc.has_permission("read")), one in listed, f"{login} {one}")
				self.assertFalse(doc.has_permission("write") or doc.has_permission("delete"), login)
		self.assertEqual(permissions.ai_peer_wish_query(user("idle.teacher")), "1=0")

	def test_a_small_class_shows_neither_wishes_nor_pupils(self):
		self.keep(A, B, "Apart")
		school.allow(minimum_group_size=9)
		school.become("class.teacher")
		shown = panel.student_group(GROUP)
		self.assertEqual((shown["kept"], shown["members"]), ([], []))
