"""Our DocTypes keep the rules that stop Frappe from showing an insight to somebody who has no business with it."""

import frappe
from frappe.tests.utils import FrappeTestCase

from education_ai import watched
from education_ai.sealing import seal
from education_ai.tests import small_school as school
from education_ai.tests.small_school import LINA, OMAR, user

ABOUT_A_PERSON = (
	"AI Insight",
	"Assessment Insight",
	"AI Engagement Log",
	"AI Exclusion",
	"AI Read Log",
	"AI Conflict",
	"AI Peer Wish",
)
# Where the design fixes the name `student`; everywhere else a column of this name would be counted for any reader.
MAY_SAY_STUDENT = ("Assessment Insight", "AI Engagement Log")
BEYOND_READING = ("share", "report", "export", "print", "email", "import")


class TestDocTypes(FrappeTestCase):
	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def ours(self) -> list[str]:
		return frappe.get_all("DocType", filters={"module": "Education AI"}, pluck="name")

	def test_nobody_may_share_report_export_print_or_mail_what_is_about_a_person(self):
		for doctype in ABOUT_A_PERSON:
			for permission in frappe.get_meta(doctype).permissions:
				self.assertFalse([right for right in BEYOND_READING if permission.get(right)], doctype)

	def test_system_manager_pupils_guardians_and_the_sidecar_have_no_permission_on_them(self):
		for doctype in ABOUT_A_PERSON:
			roles = {permission.role for permission in frappe.get_meta(doctype).permissions}
			self.assertFalse(roles & {"Student", "Guardian", "AI Sidecar", "All"}, doctype)
			# Who read what is for those who run the site, and says nothing of what was read.
			self.assertEqual("System Manager" in roles, doctype == "AI Read Log", doctype)
		self.assertFalse(frappe.get_all("DocPerm", {"role": "AI Sidecar"}))

	def test_names_say_nothing_and_there_are_no_child_tables(self):
		for doctype in ABOUT_A_PERSON:
			meta = frappe.get_meta(doctype)
			self.assertEqual(meta.autoname, "hash")
			self.assertEqual(meta.get_table_fields(), [])
			self.assertFalse(meta.track_changes or meta.allow_rename)

	def test_no_other_doctype_links_to_them_and_none_is_counted_by_a_column_student(self):
		for doctype in self.ours():
			links = frappe.get_all("DocField", {"options": doctype, "fieldtype": "Link"}, pluck="parent")
			links += frappe.get_all("Custom Field", {"options": doctype, "fieldtype": "Link"}, pluck="dt")
			self.assertEqual(links, [])
			if doctype not in MAY_SAY_STUDENT:
				self.assertFalse(frappe.get_meta(doctype).has_field("student"), doctype)

	def test_no_unique_index_holds_a_link_so_that_a_merge_never_fails(self):
		for doctype in self.ours():
			meta = frappe.get_meta(doctype)
			if meta.issingle:
				continue
			unique = frappe.db.sql(f"show index from `tab{doctype}` where Non_unique = 0", as_dict=True)
			self.assertEqual({row.Column_name for row in unique}, {"name"})

	def test_no_open_count_of_engagement_logs(self):
		school.build()
		frappe.set_user(user("lina"))
		counted = "frappe.desk.notifications.get_open_count"
		method = frappe.get_attr(frappe.override_whitelisted_method(counted))
		self.assertRaises(frappe.PermissionError, method, "Student", OMAR, '["AI Engagement Log"]')
		self.assertIn("count", method("Student", LINA, '["Student Attendance"]'))

	def test_filters_orders_and_groups_on_the_sealed_fields_reveal_nothing(self):
		school.build()
		for student, level in ((LINA, "high"), (OMAR, "low")):
			value = seal({"risk": level}, "Student", student, "ai_learning_profile")
			frappe.db.set_value("Student", student, "ai_learning_profile", value, update_modified=False)
		for login in ("omar", "class.teacher", "academics"):
			frappe.set_user(user(login))
			# In quotes, as JSON has them: three letters alone also turn up in what is sealed, by chance.
			for word in ('"high"', '"low"', '"risk"'):
				filters = [["ai_learning_profile", "like", f"%{word}%"]]
				self.assertEqual(frappe.get_list("Student", filters=filters), [], login)
			listed = frappe.get_list("Student", filters={"name": ("in", (LINA, OMAR))}, fields=["*"])
			self.assertTrue(all(not row.get("ai_learning_profile") for row in listed), login)

	def test_every_watched_field_is_there_and_no_personal_one_is_read(self):
		never = {
			"date_of_birth",
			"student_mobile_number",
			"address_line_1",
			"blood_group",
			"nationality",
			"comment",
		}
		for source in watched.watched().values():
			columns = set(frappe.db.get_table_columns(source.doctype))
			names = {field.name for field in source.fields}
			self.assertEqual(names - columns, set(), source.doctype)
			self.assertFalse(names & never)
			for child in source.children:
				columns = set(frappe.db.get_table_columns(child.doctype))
				self.assertEqual({field.name for field in child.fields} - columns, set(), child.doctype)

	def test_events_are_hooked_by_name_and_never_for_every_doctype(self):
		events = frappe.get_hooks("doc_events", app_name="education_ai")
		self.assertNotIn("*", events)
		for doctype in watched.watched():
			self.assertEqual(
				set(events[doctype]) & {"on_update", "after_insert", "on_submit", "on_cancel"}, set()
			)
			self.assertIn("education_ai.outbox.changed", str(events[doctype]["on_change"]))
