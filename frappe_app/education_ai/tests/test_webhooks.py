"""Frappe's own Webhook records, made in code while the switch in AI Settings is on, and gone with it."""

import frappe

from education_ai import connect, webhooks
from education_ai.tests.webhooks_case import ADDRESS, RECORD, SECRET, WebhooksCase
from education_ai.watched import read, watched


class TestTheSwitch(WebhooksCase):
	def test_each_watched_doctype_goes_to_one_address_but_for_whose_name_is_a_person_s_and_what_we_write(
		self,
	):
		table = read("webhooks.json")
		doctypes = [one["doctype"] for one in table]
		self.assertEqual(len(doctypes), len(set(doctypes)))
		self.assertEqual(
			{doctype for doctype in watched() if not doctype.startswith("AI ")} - set(doctypes),
			{"Instructor"},
		)
		self.assertEqual(set(doctypes) - set(watched()), set())
		self.assertEqual(
			{one["endpoint"] for one in table}, {"student-update", "academic-update", "course-update"}
		)

	def test_switched_on_there_is_one_signed_record_for_each_doctype_and_event(self):
		self.switch_on()
		names = {
			f"{webhooks.PREFIX}{one['doctype']}, {event}"
			for one in read("webhooks.json")
			for event in webhooks.EVENTS
		}
		self.assertEqual(set(self.records(enabled=1, enable_security=1)), names)
		record = frappe.get_doc("Webhook", RECORD)
		self.assertEqual(record.request_url, f"{ADDRESS}/webhooks/academic-update")
		self.assertEqual(record.get_password("webhook_secret"), SECRET)

	def test_switched_off_or_collecting_off_there_is_none_and_no_secret_of_one_is_left(self):
		for off in ({"webhooks": 0}, {"collect": 0}):
			self.settings(collect=1)
			self.switch_on()
			self.settings(**off)
			self.assertEqual(self.records(), [])
			left = frappe.db.sql(
				"select name from `__Auth` where doctype = 'Webhook' and name like %s", f"{webhooks.PREFIX}%"
			)
			self.assertEqual(left, ())
			self.assertFalse(frappe.db.exists("Webhook Header", {"parent": RECORD}))

	def test_the_list_that_frappe_keeps_of_them_is_as_it_was_committed(self):
		def kept() -> dict:
			frappe.db.after_commit.run()
			frappe.local.cache.clear()
			return frappe.cache.get_value("webhooks") or {}

		self.switch_on()
		self.assertIn("Student Attendance", kept())
		self.settings(webhooks=0)
		self.assertNotIn("Student Attendance", kept())

	def test_a_save_of_something_else_leaves_the_records_alone(self):
		self.switch_on()
		before = frappe.db.get_value("Webhook", RECORD, "creation")
		self.settings(pass_mark=61)
		self.assertEqual(frappe.db.get_value("Webhook", RECORD, "creation"), before)

	def test_it_cannot_be_switched_on_without_a_sidecar_a_secret_or_an_address(self):
		self.assertRaisesRegex(frappe.ValidationError, "address", self.settings, webhooks=1)
		webhooks.disconnect()
		self.assertRaisesRegex(frappe.ValidationError, "secret", self.switch_on)
		self.set_state(sidecar_user=None)
		self.assertRaisesRegex(frappe.ValidationError, "No sidecar", self.switch_on)
		self.assertEqual(self.records(), [])
		self.assertRegex(connect.status()["webhooks"]["obstacle"], "No sidecar")

	def test_an_address_is_https_unless_it_is_of_this_machine_or_private(self):
		for right in (
			"https://sidecar.example.org",
			"https://school.example.org:8443/ai",
			"http://localhost:8787",
			"http://school.localhost:8787",
			"http://127.0.0.1:8787",
			"http://[::1]:8787",
			"http://192.168.3.4:8787",
			"http://10.1.2.3",
			"http://[fd00::7]:8787",
		):
			self.assertIsNone(webhooks.fault_of(right), right)
		for wrong in (
			"http://sidecar.example.org",
			"http://8.8.8.8:8787",
			"http://[2001:4860::8]",
			"http://localhost.example.org",
		):
			self.assertRegex(webhooks.fault_of(wrong), "https", wrong)
		for wrong in (
			"ftp://127.0.0.1",
			"127.0.0.1:8787",
			"https://",
			"https://a:b@example.org",
			"https://example.org?x=1",
			"https://example.org#x",
			"https://example.org:x",
			"https://[::1",
		):
			said = webhooks.fault_of(wrong)
			self.assertRegex(said, "http or https", wrong)
			self.assertNotIn(wrong, said)

	def test_an_address_is_looked_at_also_while_they_are_off(self):
		self.assertRaises(frappe.ValidationError, self.settings, sidecar_address="http://sidecar.example.org")

	def test_disconnected_there_is_no_record_and_no_secret_and_the_switch_is_off(self):
		self.switch_on()
		connect.disconnect()
		self.assertEqual(self.records(), [])
		self.assertEqual(connect.status()["webhooks"]["on"], False)
		self.assertRegex(webhooks.obstacle(ADDRESS), "No sidecar")
		self.assertFalse(frappe.db.sql("select name from `__Auth` where doctype = 'AI Sync State'"))
