"""What a webhook delivers: every change once, nothing of a record; and what follows when nobody takes it."""

import base64
import hashlib
import hmac
import json
import time
from unittest.mock import patch

import frappe
from frappe.integrations.doctype.webhook.webhook import enqueue_webhook, get_webhook_data, get_webhook_headers
from frappe.utils import add_to_date, now_datetime

from education_ai import deliveries, retention, webhooks
from education_ai.tests.contract_case import COURSE, EPOCH, RO
from education_ai.tests.small_school import row
from education_ai.tests.webhooks_case import RECORD, SECRET, WebhooksCase
from education_ai.watched import read


class TestWhatIsDelivered(WebhooksCase):
	def setUp(self) -> None:
		super().setUp()
		self.switch_on()
		self.queued: list[tuple[str, str]] = []
		patcher = patch("frappe.integrations.doctype.webhook._add_webhook_to_queue", self.queue)
		patcher.start()
		self.addCleanup(patcher.stop)

	def queue(self, webhook, doc) -> None:
		self.queued.append((webhook.name.removeprefix(webhooks.PREFIX), doc.name))

	def scale(self):
		intervals = [{"grade_code": "A", "threshold": 50}, {"grade_code": "B", "threshold": 0}]
		scale = {"doctype": "Grading Scale", "grading_scale_name": "WX Scale", "intervals": intervals}
		return frappe.get_doc(scale)

	def test_insert_save_submit_edit_after_submit_cancel_db_set_and_delete_raise_one_delivery_each(self):
		scale = self.scale().insert()
		for change in (
			scale.save,
			scale.submit,
			scale.save,
			lambda: scale.db_set("description", "x"),
			scale.cancel,
		):
			change()
		frappe.delete_doc("Grading Scale", scale.name)
		events = [f"Grading Scale, {event}" for event in ("after_insert", *["on_change"] * 6)]
		self.assertEqual(self.queued, [(event, "WX Scale") for event in events])

	def test_a_change_by_the_sidecar_or_of_an_instructor_raises_none(self):
		insight = {
			"kind": "insight",
			"revision": 1,
			"address": {
				"target_doctype": "Student",
				"target": RO,
				"insight": "attendance",
				"course": "",
				"student_group": "",
				"academic_term": "",
			},
			"values": {
				"level": "act",
				"clarity": 10,
				"reasons": [],
				"chart": None,
				"confidence": "sure",
				"records_to": "2026-11-20",
				"model_version": "1",
			},
		}
		field = {
			"kind": "fields",
			"revision": 1,
			"address": {"doctype": "Course", "name": COURSE},
			"values": {"ai_difficulty_profile": {"x": 1}},
		}
		results = self.ask("write_back", epoch=EPOCH, items=[insight, field])["results"]
		self.assertEqual([one["outcome"] for one in results], ["stored", "stored"])
		frappe.get_doc(
			{"doctype": "Instructor", "instructor_name": "WX Person", "naming_series": "EDU-INS-.YYYY.-"}
		).insert()
		self.assertEqual(self.queued, [])

	def test_a_body_is_four_members_whatever_the_name_and_signed_as_it_is_sent(self):
		record = frappe.get_doc("Webhook", RECORD)
		doc = frappe.new_doc("Student Attendance")
		doc.update({"student": RO, "student_name": "Lina Haddad"})
		for doc.name in ("EDU-ATT-1", 'a "quoted" {{ name }} <b>&', "Ünïcode ‘名’ \\ \U0001f600"):
			self.next_delivery()
			headers, data = get_webhook_headers(doc, record), get_webhook_data(doc, record)
			self.assertEqual(
				data,
				{
					"doctype": "Student Attendance",
					"name": doc.name,
					"event": "on_change",
					"time": data["time"],
				},
			)
			self.assertLess(abs(data["time"] - time.time()), 5)
			self.assertEqual(headers["Content-Type"], "application/json")
			self.assertEqual(headers["X-Frappe-Webhook-Signature"], signed(json.dumps(data)))

	def test_the_time_is_one_for_the_whole_delivery_so_that_the_signature_holds_across_a_second(self):
		record, doc = frappe.get_doc("Webhook", RECORD), frappe.new_doc("Student Attendance", name="WX")
		with patch("education_ai.deliveries.time") as clock:
			clock.time.side_effect = [1_800_000_000.99, 1_800_000_001.01]
			headers, data = get_webhook_headers(doc, record), get_webhook_data(doc, record)
		self.assertEqual(data["time"], 1_800_000_000)
		self.assertEqual(headers["X-Frappe-Webhook-Signature"], signed(json.dumps(data)))

	def deliver(self) -> tuple[int, list[str]]:
		"""Requests made for one delivery, and what the log says went wrong."""
		self.next_delivery()
		doc = frappe.new_doc("Student Attendance", name="WX")
		with patch("requests.request") as request, patch("frappe.integrations.doctype.webhook.webhook.sleep"):
			request.return_value.text = ""
			enqueue_webhook(doc, {"name": RECORD})
			count = request.call_count
		return count, frappe.get_all(
			"Webhook Request Log", {"webhook": RECORD}, order_by="creation", pluck="error"
		)

	def test_is_sent_while_the_sidecar_calls(self):
		count, errors = self.deliver()
		self.assertEqual((count, [error or "" for error in errors]), (1, [""]))

	def test_is_not_even_tried_where_the_sidecar_is_silent_the_switch_off_or_the_site_a_copy(self):
		for said, silence in (
			("ten minutes", lambda: self.set_state(last_seen=add_to_date(now_datetime(), seconds=-601))),
			("ten minutes", lambda: self.set_state(last_seen=None)),
			("a copy", lambda: self.set_state(last_seen=now_datetime(), connected_address="elsewhere")),
			("switched off", webhooks.disable),
		):
			frappe.db.delete("Webhook Request Log", {"webhook": RECORD})
			silence()
			count, errors = self.deliver()
			self.assertEqual((count, len(errors)), (0, 1))
			self.assertIn(said, errors[0])


class TestTheWatch(WebhooksCase):
	def setUp(self) -> None:
		super().setUp()
		self.switch_on()
		frappe.db.delete("Notification Log", {"document_name": webhooks.SETTINGS})

	def watched(self) -> tuple[bool, int, list[str]]:
		"""Whether they are on after a look, with how many records, and what was said to whom."""
		deliveries.watch()
		said = frappe.get_all(
			"Notification Log", {"document_name": webhooks.SETTINGS}, pluck="subject", distinct=True
		)
		return webhooks.is_on(), len(self.records(enabled=1)), said

	def silent(self) -> None:
		self.set_state(last_seen=add_to_date(now_datetime(), seconds=-601))

	def test_a_sidecar_that_neither_answers_nor_calls_gets_them_switched_off_with_a_notice(self):
		for _try in range(3):
			self.tried("refused")
		self.silent()
		on, records, said = self.watched()
		self.assertEqual((on, records, len(said)), (False, 0, 1))
		self.assertIn("Start it", said[0])
		receivers = frappe.get_all("Notification Log", {"document_name": webhooks.SETTINGS}, pluck="for_user")
		managers = frappe.get_all(
			"Has Role", {"role": "System Manager", "parenttype": "User"}, pluck="parent"
		)
		self.assertIn("Administrator", receivers)
		self.assertEqual(set(receivers) - {*managers, "Administrator"}, set())
		deliveries.watch()
		self.assertEqual(
			frappe.db.count("Notification Log", {"document_name": webhooks.SETTINGS}), len(receivers)
		)
		self.switch_on()
		self.assertEqual(len(self.records(enabled=1)), 2 * len(read("webhooks.json")))

	def test_one_that_is_silent_but_was_not_called_or_answered_last_keeps_them(self):
		self.silent()
		self.assertTrue(self.watched()[0])
		for _try in range(3):
			self.tried("refused", ago=60)
		self.tried("")
		self.assertTrue(self.watched()[0])

	def test_one_that_calls_keeps_them_through_a_restart(self):
		for ago in (620, 610, 600, 20, 10, 0):
			self.tried("refused", ago=ago)
		self.assertTrue(self.watched()[0])

	def test_one_that_calls_but_is_never_reached_loses_them_after_ten_minutes(self):
		self.tried("", ago=4000)
		for ago in range(0, 590, 10):
			self.tried("401", ago=ago)
		self.assertTrue(self.watched()[0])
		self.tried("401", ago=601)
		on, _records, said = self.watched()
		self.assertFalse(on)
		self.assertIn("address", said[0])

	def test_switched_off_it_asks_the_log_nothing(self):
		self.settings(webhooks=0)
		with patch("education_ai.deliveries._failing") as asked:
			deliveries.watch()
		asked.assert_not_called()

	def test_the_log_of_deliveries_names_records_so_it_goes_within_a_week(self):
		self.tried("", ago=6 * 86400 + 60)
		self.tried("", ago=5 * 86400)
		row("Webhook Request Log", "wx-theirs", webhook="theirs")
		frappe.db.set_value(
			"Webhook Request Log", "wx-theirs", "creation", "2001-01-01", update_modified=False
		)
		retention.drop_past_deliveries()
		self.assertEqual(frappe.db.count("Webhook Request Log", {"webhook": RECORD}), 1)
		self.assertTrue(frappe.db.exists("Webhook Request Log", "wx-theirs"))


def signed(body: str) -> bytes:
	return base64.b64encode(hmac.new(SECRET.encode(), body.encode(), hashlib.sha256).digest())
