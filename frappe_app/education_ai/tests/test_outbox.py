"""Every committed change leaves one row in the outbox, whatever kind of change it is, and costs nobody their save."""

from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import CallbackManager

from education_ai import outbox, pairing
from education_ai.tests.small_school import row

SIDECAR = "ox.sidecar@school.example"


class TestOutbox(FrappeTestCase):
	def setUp(self) -> None:
		frappe.db.rollback()
		row("User", SIDECAR, email=SIDECAR, first_name="ox", enabled=1, user_type="Website User")
		pairing.make_row()
		frappe.db.set_value("AI Sync State", "state", "sidecar_user", SIDECAR)
		frappe.db.set_single_value("AI Settings", "collect", 1)
		outbox.reader_changed()
		self.sent = []
		frappe.local.flags.pop("education_ai_wakes", None)
		patcher = patch("frappe.publish_realtime", self.publish)
		patcher.start()
		self.addCleanup(patcher.stop)
		self.start()

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.rollback()
		outbox.reader_changed()

	def publish(self, event, *args, **options) -> None:
		if event in (outbox.WAKE_EVENT, outbox.SOON_EVENT):
			self.sent.append(((event, *args), options))

	def start(self) -> None:
		"""Forget what is in the outbox so far."""
		frappe.db.delete("AI Sync Event")

	def rows(self) -> list[tuple]:
		return [
			tuple(one)
			for one in frappe.db.sql(
				"select ref_doctype, ref_name, event, ifnull(new_name, '') from `tabAI Sync Event` order by name"
			)
		]

	def course(self, name: str = "OX Course"):
		return frappe.get_doc({"doctype": "Course", "course_name": name}).insert()

	def scale(self):
		return frappe.get_doc(
			{
				"doctype": "Grading Scale",
				"grading_scale_name": "OX Scale",
				"intervals": [{"grade_code": "A", "threshold": 50}, {"grade_code": "B", "threshold": 0}],
			}
		)

	def test_insert_save_and_db_set_write_one_row_each(self):
		doc = self.course()
		self.assertEqual(self.rows(), [("Course", "OX Course", "insert", "")])
		self.start()
		doc.description = "x"
		doc.save()
		self.assertEqual(self.rows(), [("Course", "OX Course", "update", "")])
		self.start()
		doc.db_set("description", "y")
		self.assertEqual(self.rows(), [("Course", "OX Course", "update", "")])

	def test_submit_edit_after_submit_and_cancel_write_one_row_each(self):
		doc = self.scale().insert()
		self.start()
		doc.submit()
		self.assertEqual(self.rows(), [("Grading Scale", "OX Scale", "update", "")])
		self.start()
		doc.save()
		self.assertEqual(self.rows(), [("Grading Scale", "OX Scale", "update", "")])
		self.start()
		doc.cancel()
		self.assertEqual(self.rows(), [("Grading Scale", "OX Scale", "update", "")])

	def test_an_insert_that_is_already_submitted_writes_one_row(self):
		doc = self.scale()
		doc.docstatus = 1
		doc.insert()
		self.assertEqual(self.rows(), [("Grading Scale", "OX Scale", "insert", "")])

	def test_deleting_writes_one_row(self):
		self.course()
		self.start()
		frappe.delete_doc("Course", "OX Course")
		self.assertEqual(self.rows(), [("Course", "OX Course", "delete", "")])

	def test_renaming_and_merging_write_one_row_with_the_new_name(self):
		self.course()
		self.course("OX Other")
		self.start()
		frappe.rename_doc("Course", "OX Course", "OX New", show_alert=False, rebuild_search=False)
		self.assertEqual(self.rows(), [("Course", "OX Course", "rename", "OX New")])
		self.start()
		frappe.rename_doc("Course", "OX New", "OX Other", merge=True, show_alert=False, rebuild_search=False)
		self.assertEqual(self.rows(), [("Course", "OX New", "rename", "OX Other")])

	def test_set_value_and_bulk_update_over_rest_and_data_import_write_one_row(self):
		self.course()
		self.start()
		frappe.call("frappe.client.set_value", "Course", "OX Course", "description", "z")
		self.assertEqual(self.rows(), [("Course", "OX Course", "update", "")])
		self.start()
		docs = frappe.as_json([{"doctype": "Course", "docname": "OX Course", "description": "w"}])
		frappe.call("frappe.client.bulk_update", docs)
		self.assertEqual(self.rows(), [("Course", "OX Course", "update", "")])
		self.start()
		frappe.flags.in_import = True
		try:
			self.course("OX Imported")
		finally:
			frappe.flags.in_import = False
		self.assertEqual(self.rows(), [("Course", "OX Imported", "insert", "")])

	def test_plain_sql_and_other_doctypes_write_none(self):
		self.course()
		self.start()
		frappe.db.set_value("Course", "OX Course", "description", "sql")
		frappe.get_doc({"doctype": "ToDo", "description": "x"}).insert()
		self.assertEqual(self.rows(), [])

	def test_what_the_sidecar_itself_writes_leaves_none(self):
		doc = self.course()
		self.start()
		frappe.set_user(SIDECAR)
		doc.flags.ignore_permissions = True
		doc.save()
		self.assertEqual(self.rows(), [])

	def test_a_rolled_back_change_leaves_none_and_wakes_nobody(self):
		frappe.db.savepoint("ox")
		self.course()
		frappe.db.rollback(save_point="ox")
		self.assertEqual(self.rows(), [])
		self.assertTrue(all(options["after_commit"] for _args, options in self.sent))

	def test_many_changes_ask_for_the_same_wake_up_without_data(self):
		doc = self.course()
		doc.save()
		self.assertEqual({str(one) for one in self.sent}, {str(self.sent[0])})
		(event, message), options = self.sent[0]
		self.assertEqual((event, message), ("education_ai_wake_soon", {}))
		self.assertEqual(options, {"user": SIDECAR, "after_commit": True})

	def test_only_what_teachers_wait_for_asks_to_be_pulled_at_once(self):
		for doctype in ("Assessment Result", "Student Attendance", "Student"):
			outbox.touch(doctype, "OX", "update")
		self.assertEqual(
			[event for (event, _message), _options in self.sent],
			["education_ai_wake", "education_ai_wake_soon", "education_ai_wake_soon"],
		)

	def test_in_a_request_it_is_sent_once_and_only_when_the_answer_is_on_its_way(self):
		request = frappe._dict(after_response=CallbackManager())
		with patch.object(frappe.local, "request", request, create=True):
			outbox.touch("Course", "OX Course", "update")
			outbox.touch("Course", "OX Other", "update")
			request.after_response.run()
			self.assertEqual(self.sent, [])
			frappe.db.after_commit.run()
			self.assertEqual(self.sent, [])
			request.after_response.run()
		self.assertEqual(self.sent, [((outbox.SOON_EVENT, {}), {"user": SIDECAR})])

	def test_a_request_that_is_rolled_back_sends_none(self):
		request = frappe._dict(after_response=CallbackManager())
		with patch.object(frappe.local, "request", request, create=True):
			outbox.touch("Course", "OX Course", "update")
			frappe.db.rollback()
			frappe.db.after_commit.run()
			request.after_response.run()
		self.assertEqual(self.sent, [])

	def test_a_broken_outbox_costs_nobody_their_save_rule_4(self):
		def broken(*_args):
			frappe.db.sql("insert into `tabNo Such Table` values (1)")

		with patch.object(outbox, "_note", broken), patch.object(frappe, "log_error") as log:
			self.course()
		self.assertTrue(frappe.db.exists("Course", "OX Course"))
		self.assertEqual(self.rows(), [])
		log.assert_called_once()

	def test_a_failure_that_took_the_whole_transaction_is_raised(self):
		def dropped(*_args):
			frappe.db.sql("rollback")
			raise ValueError("the transaction is gone")

		with patch.object(outbox, "_note", dropped), patch.object(frappe, "log_error") as log:
			self.assertRaises(ValueError, self.course)
		log.assert_not_called()

	def test_switched_off_nothing_is_noted_and_what_waits_goes(self):
		self.course()
		settings = frappe.get_single("AI Settings")
		settings.collect = 0
		settings.save()
		self.course("OX Quiet")
		self.assertEqual(self.rows(), [])
		self.assertIsNone(pairing.state().epoch)
		settings.collect = 1
		settings.save()
		self.course("OX Heard")
		self.assertEqual(self.rows(), [("Course", "OX Heard", "insert", "")])
		frappe.clear_document_cache("AI Settings", "AI Settings")

	def test_a_switch_that_is_rolled_back_is_taken_back_for_the_next_save_too(self):
		frappe.db.savepoint("unswitched")
		settings = frappe.get_single("AI Settings")
		settings.collect = 0
		settings.save()
		self.course("OX Quiet")
		frappe.db.rollback(save_point="unswitched")
		frappe.db.after_rollback.run()
		self.course("OX Heard")
		self.assertEqual(self.rows(), [("Course", "OX Heard", "insert", "")])

	def test_save_after_save_asks_the_database_once_who_listens(self):
		self.course("OX First")
		with patch.object(frappe.db, "sql", wraps=frappe.db.sql) as asked:
			self.course("OX Second")
		self.assertFalse([call for call in asked.call_args_list if "AI Sync State" in str(call.args[0])])

	def test_what_people_change_on_an_insight_is_noted(self):
		row("Student", "OX-STU", student_name="OX", enabled=1)
		doc = frappe.get_doc(
			{
				"doctype": "AI Insight",
				"target_doctype": "Student",
				"target": "OX-STU",
				"target_student": "OX-STU",
				"kind": "attendance",
				"level": "watch",
			}
		).insert()
		self.start()
		doc.status = "Reviewed"
		doc.save()
		self.assertEqual(self.rows(), [("AI Insight", doc.name, "update", "")])
