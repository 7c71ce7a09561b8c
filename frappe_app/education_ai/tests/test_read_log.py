"""Who read which insight is noted once a day, follows the record it is about, and goes with it."""

import json
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase

from education_ai import erasure, permissions, read_log
from education_ai.api import panel
from education_ai.tests import small_school as school
from education_ai.tests.small_school import CLASS, LINA, MATHS, OMAR, TERM, user

RATE = {"code": "attendance.rate_alone", "about": "", "params": {"present": 47, "days": 56, "rate": 84}}
STEADY = {"code": "class.steady", "about": "", "params": {"tests": 4, "mean": 68}}
OF_LINA = ("Student", LINA, None, None)
OF_CLASS = ("Course", MATHS, CLASS, TERM)


class TestReadLog(FrappeTestCase):
	def setUp(self):
		frappe.db.rollback()
		school.build()
		for name, reason in ((f"rx-{LINA}", RATE), (f"rx-{MATHS}", STEADY)):
			said = json.dumps([{"evidence": None, **reason}])
			frappe.db.set_value("AI Insight", name, "reasons", said)
		school.allow(show=1, show_to_students=1, show_to_guardians=1, minimum_group_size=1)
		frappe.db.delete("AI Read Log")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		frappe.clear_document_cache("AI Settings", "AI Settings")
		school.forget_scopes()

	def as_(self, login: str, method: str, **arguments) -> None:
		school.become(login)
		try:
			getattr(panel, method)(**arguments)
		except frappe.PermissionError:
			pass
		frappe.set_user("Administrator")

	def noted(self) -> list[tuple]:
		"""Reader, what about, and whether the rows were opened; in the order of readers and targets."""
		return list(
			frappe.db.sql(
				"""select reader, target_doctype, target, student_group, academic_term, rows_opened
				from `tabAI Read Log` order by reader, target_doctype, target"""
			)
		)

	def test_each_reader_of_a_pupils_panel_is_noted_once_a_day(self):
		for login in ("lina", "class.teacher", "class.teacher", "guardian"):
			self.as_(login, "student", name=LINA)
		readers = [user(login) for login in ("class.teacher", "guardian", "lina")]
		self.assertEqual(self.noted(), [(reader, *OF_LINA, 0) for reader in readers])
		with patch.object(read_log, "today", lambda: "2099-01-02"):
			self.as_("lina", "student", name=LINA)
		self.assertEqual(len(self.noted()), 4)

	def test_opening_the_rows_behind_a_reason_marks_the_same_row(self):
		reader = user("class.teacher")
		self.as_("class.teacher", "evidence", insight=f"rx-{LINA}", reason=0)
		self.as_("class.teacher", "student", name=LINA)
		self.assertEqual(self.noted(), [(reader, *OF_LINA, 1)])
		frappe.db.delete("AI Read Log")
		self.as_("class.teacher", "student", name=LINA)
		self.as_("class.teacher", "evidence", insight=f"rx-{LINA}", reason=0)
		self.assertEqual(self.noted(), [(reader, *OF_LINA, 1)])

	def test_a_class_panel_notes_the_class_and_each_pupil_listed_first(self):
		self.as_("class.teacher", "course", name=MATHS)
		reader = user("class.teacher")
		self.assertEqual(self.noted(), [(reader, *OF_CLASS, 0), (reader, *OF_LINA, 0)])

	def test_a_class_too_small_for_a_picture_was_not_read(self):
		school.allow(minimum_group_size=5)
		self.as_("class.teacher", "course", name=MATHS)
		self.assertEqual(self.noted(), [(user("class.teacher"), *OF_LINA, 0)])

	def test_who_was_shown_nothing_read_nothing(self):
		for login in ("omar", "stranger", "system"):
			self.as_(login, "student", name=LINA)
			self.as_(login, "evidence", insight=f"rx-{LINA}", reason=0)
		frappe.db.delete("AI Insight", {"target": OMAR})
		self.as_("omar", "student", name=OMAR)
		school.allow(show=0)
		self.as_("class.teacher", "student", name=LINA)
		self.assertEqual(self.noted(), [])

	def test_panels_take_post_alone_since_a_get_would_not_be_noted(self):
		for method in (panel.student, panel.course, panel.evidence):
			self.assertEqual(frappe.allowed_http_methods_for_whitelisted_func[method], ["POST"])

	def test_it_follows_a_rename_and_a_merge_also_where_frappe_forgot_that_it_links_there(self):
		self.as_("class.teacher", "student", name=LINA)
		for doctype in ("AI Read Log", "AI Insight"):
			frappe.cache.set_value(f"dynamic_link_map::{doctype}::target_doctype", [])
		with patch("frappe.enqueue"):
			frappe.rename_doc("Student", LINA, "RX-NEW", show_alert=False, rebuild_search=False)
		reader = user("class.teacher")
		self.assertEqual(self.noted(), [(reader, "Student", "RX-NEW", None, None, 0)])
		self.assertEqual(frappe.db.get_value("AI Insight", f"rx-{LINA}", "target"), "RX-NEW")
		self.as_("manager", "student", name=OMAR)
		with patch("frappe.enqueue"):
			frappe.rename_doc("Student", "RX-NEW", OMAR, merge=True, show_alert=False, rebuild_search=False)
		self.assertEqual({row[2] for row in self.noted()}, {OMAR})
		self.assertEqual(len(self.noted()), 2)
		for doctype in ("AI Read Log", "AI Insight"):
			frappe.cache.delete_value(f"dynamic_link_map::{doctype}::target_doctype")

	def test_it_goes_with_a_pupil_who_is_erased(self):
		for name in (LINA, OMAR):
			self.as_("manager", "student", name=name)
		erasure.erase(LINA)
		self.assertEqual([row[2] for row in self.noted()], [OMAR])

	def test_only_those_who_run_the_site_read_it(self):
		self.as_("lina", "student", name=LINA)
		row = frappe.get_last_doc("AI Read Log")
		for login in ("system", "manager", "academics", "class.teacher", "lina"):
			may = login == "system"
			self.assertIs(permissions.may_see_who_read(row, "read", user(login)), may, login)
			self.assertEqual(permissions.ai_read_log_query(user(login)), "" if may else "1=0")
			self.assertIs(permissions.may_see_who_read(row, "write", user(login)), False)
