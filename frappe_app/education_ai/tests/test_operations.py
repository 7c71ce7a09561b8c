"""What the sidecar reports, what stays how long, and what the people who run the site may do."""

import json
import os
import tempfile
from pathlib import Path
from unittest.mock import patch

import frappe
from frappe.utils import add_days, today

from education_ai import connect, outbox, pairing, retention, webhooks
from education_ai.api import operations
from education_ai.tests.contract_case import COURSE, EPOCH, RO, SIDECAR, ContractCase
from education_ai.tests.small_school import insight, row

FINISHED = "2026-11-20T23:30:00Z"
DEAD = {"code": "fetch.refused", "doctype": "Student", "name": RO}


class TestReport(ContractCase):
	def report(self, *dead: dict, **more) -> dict:
		return self.ask("report", epoch=EPOCH, **{"checks": [], "dead": list(dead), "lag_seconds": 2, **more})

	def dead(self) -> list[frappe._dict]:
		return frappe.get_all("AI Sync Report", {"kind": "dead"}, ["name", "code", "ref_name", "redrive"])

	def test_dead_work_is_listed_once_and_goes_when_it_has_healed(self):
		self.report(DEAD)
		self.report(DEAD)
		self.assertEqual([(one.code, one.ref_name) for one in self.dead()], [("fetch.refused", RO)])
		self.report()
		self.assertEqual(self.dead(), [])

	def test_what_a_person_asks_to_try_again_is_told_once(self):
		self.report(DEAD)
		operations.try_again(self.dead()[0].name)
		self.assertEqual(self.report(DEAD)["redrive"], [{"doctype": "Student", "name": RO}])
		self.assertEqual(self.report(DEAD)["redrive"], [])

	def test_a_complete_first_load_takes_back_what_only_a_lost_sidecar_database_said(self):
		insight("CX-old", "Student", RO, "attendance", target_student=RO, epoch="an earlier one")
		insight("CX-new", "Student", RO, "marks", target_student=RO, course=COURSE, epoch=EPOCH)
		row("Assessment Insight", "CX-old", assessment_result="CX-RES", student=RO, epoch="an earlier one")
		check = {"finished": FINISHED, "examined": 9, "found": 0, "repaired": 0, "details": []}

		def still_said() -> tuple[set[str], set[str]]:
			current = frappe.get_all("AI Insight", {"name": ("like", "CX-%"), "is_current": 1}, pluck="name")
			of_results = {"name": ("like", "CX-%"), "withdrawn_on": ("is", "not set")}
			return set(current), set(frappe.get_all("Assessment Insight", of_results, pluck="name"))

		self.report(checks=[{"check": "hourly", **check}])
		self.assertEqual(still_said(), ({"CX-old", "CX-new"}, {"CX-old"}))
		self.report(checks=[{"check": "backfill", **check}])
		self.assertEqual(still_said(), ({"CX-new"}, set()))

	def test_a_model_card_becomes_a_row_once_and_education_managers_read_it(self):
		score = {"rung": "rule", "brier": 0.12, "log_loss": 0.4, "calibration_error": 0.02, "auc": 0.8}
		checked = {"how": "folds", "pupil_terms": 640, "scores": [score], "bins": []}
		checked["rule"] = {"pupils": 41, "came": 1}
		share = {"value": 0.25, "low": 0.125, "high": 0.5}
		errors = {"auc": share, "caught": share, "false_alarms": share}
		group = {**errors, "group": "Female", "pupils": 80, "courses": 320, "failed_or_left": 60}
		checked["fairness"] = {"groups": [group], "gaps": errors}
		card = {"rung": "rule", "learned_on": "2026-11-20", "pupil_terms": 640, "failed_or_left": 120}
		card |= {"terms": ["CX term"], "checked": checked}
		before = frappe.db.count("AI Model Card")
		for model in (card, card, None):
			self.report(model=model)
		self.assertEqual(frappe.db.count("AI Model Card"), before + 1)
		one = frappe.get_last_doc("AI Model Card")
		self.assertEqual((one.rung, one.pupil_terms, one.checked_on), ("rule", 640, 640))
		self.assertEqual(json.loads(one.card), card)
		roles = {permission.role for permission in frappe.get_meta("AI Model Card").permissions}
		self.assertEqual(roles, {"Education Manager", "System Manager"})

	def test_a_card_that_does_not_compare_groups_is_told_from_one_with_too_few_to_compare(self):
		checked = {"how": "folds", "pupil_terms": 640, "scores": [], "bins": []}
		checked["rule"] = {"pupils": 41, "came": 1}
		card = {"rung": "rule", "learned_on": "2026-11-20", "pupil_terms": 640, "failed_or_left": 120}
		for said in (checked, {**checked, "fairness": None}):
			before = set(frappe.get_all("AI Model Card", pluck="name"))
			self.report(model={**card, "terms": [], "checked": said})
			(new,) = set(frappe.get_all("AI Model Card", pluck="name")) - before
			stored = json.loads(frappe.db.get_value("AI Model Card", new, "card"))
			self.assertEqual(stored["checked"], said)
		beyond = {"value": 0.25, "low": 0.125, "high": 1.2}
		errors = {"auc": beyond, "caught": beyond, "false_alarms": beyond}
		odd = {**checked, "fairness": {"groups": [], "gaps": errors}}
		answer = self.report(model={**card, "terms": [], "checked": odd})
		self.assertEqual((answer["status"], answer["error"]["code"]), (422, "contract.invalid"))

	def test_checks_are_kept_with_their_counts_in_the_site_s_own_time(self):
		details = [{"doctype": "Student Attendance", "found": 2, "repaired": 1}]
		counts = {"examined": 9, "found": 2, "repaired": 1, "details": details}
		with patch("frappe.utils.data.get_system_timezone", lambda: "Asia/Kolkata"):
			self.report(checks=[{"check": "daily", "finished": FINISHED, **counts}])
		one = frappe.get_last_doc("AI Sync Report", {"kind": "check"})
		self.assertEqual((one.code, one.examined, one.found, one.repaired), ("daily", 9, 2, 1))
		self.assertEqual(str(one.finished), "2026-11-21 05:00:00")
		self.assertEqual(json.loads(one.details), details)


class TestRetention(ContractCase):
	def test_rows_that_nobody_collects_go_after_30_days_and_the_epoch_with_them_rule_7(self):
		for name in ("old", "new"):
			outbox.touch("Course", name, "update")
		retention.drop_uncollected()
		self.assertEqual(pairing.state().epoch, EPOCH)
		frappe.db.sql(
			"update `tabAI Sync Event` set creation = now() - interval 31 day where ref_name = 'old'"
		)
		retention.drop_uncollected()
		self.assertEqual(frappe.db.sql_list("select ref_name from `tabAI Sync Event`"), ["new"])
		self.assertIsNone(pairing.state().epoch)

	def test_insights_that_no_longer_hold_are_erased_in_the_end_and_current_ones_never(self):
		for name, current in (("cx-past", 0), ("cx-current", 1)):
			insight(name, "Student", RO, "attendance", is_current=current)
			frappe.db.sql("update `tabAI Insight` set modified = '2001-01-01' where name = %s", name)
		frappe.db.set_single_value("AI Settings", "keep_days", 0)
		retention.erase_past_insights()
		self.assertTrue(frappe.db.exists("AI Insight", "cx-past"))
		frappe.db.set_single_value("AI Settings", "keep_days", 100)
		retention.erase_past_insights()
		self.assertEqual(frappe.get_all("AI Insight", {"target": RO}, pluck="name"), ["cx-current"])

	def test_what_is_said_of_a_result_is_erased_long_after_it_was_withdrawn_and_never_before(self):
		for name, withdrawn in (("CX-holds", None), ("CX-new", today()), ("CX-past", "2001-01-01")):
			row("Assessment Insight", name, assessment_result=name, student=RO, withdrawn_on=withdrawn)
		frappe.db.set_single_value("AI Settings", "keep_days", 100)
		retention.erase_past_insights()
		self.assertEqual(
			set(frappe.get_all("Assessment Insight", {"student": RO}, pluck="name")), {"CX-holds", "CX-new"}
		)

	def test_what_is_attached_to_a_past_insight_goes_with_it(self):
		insight("cx-past", "Student", RO, "attendance", is_current=0)
		frappe.db.sql("update `tabAI Insight` set modified = '2001-01-01' where name = 'cx-past'")
		row("Comment", "cx-note", reference_doctype="AI Insight", reference_name="cx-past", content="a word")
		frappe.db.set_single_value("AI Settings", "keep_days", 100)
		retention.erase_past_insights()
		self.assertFalse(frappe.db.exists("Comment", "cx-note"))

	def test_logs_go_after_90_days_and_dead_work_stays_as_long_as_it_is_dead(self):
		for age in (91, 89):
			day = add_days(today(), -age)
			row("AI Read Log", f"cx-{age}", reader=SIDECAR, day=day)
			for kind in ("check", "dead"):
				row("AI Sync Report", f"cx-{kind}-{age}", kind=kind)
				frappe.db.sql(
					"update `tabAI Sync Report` set creation = %s where name = %s", (day, f"cx-{kind}-{age}")
				)

		def left() -> set[str]:
			kept = frappe.get_all("AI Sync Report", pluck="name")
			return {*kept, *frappe.get_all("AI Read Log", {"name": ("like", "cx-%")}, pluck="name")}

		frappe.db.set_single_value("AI Settings", "keep_log_days", 0)
		retention.drop_past_logs()
		self.assertEqual(len(left()), 6)
		frappe.db.set_single_value("AI Settings", "keep_log_days", 90)
		retention.drop_past_logs()
		self.assertEqual(left(), {"cx-check-89", "cx-dead-91", "cx-dead-89", "cx-89"})


class TestConnect(ContractCase):
	def setUp(self) -> None:
		super().setUp()
		row("Has Role", None, parent=SIDECAR, parenttype="User", parentfield="roles", role="AI Sidecar")
		self.folder = tempfile.TemporaryDirectory()
		self.addCleanup(self.folder.cleanup)
		self.file = Path(self.folder.name) / "site.env"

	def written(self) -> dict[str, str]:
		return dict(line.split("=", 1) for line in self.file.read_text().splitlines())

	def test_the_file_is_its_owner_s_alone_and_keeps_its_sealing_key_and_other_lines(self):
		connect.connect(self.file)
		first = self.written()
		self.file.write_text(self.file.read_text() + "PORT=9999\n")
		connect.connect(self.file)
		second = self.written()
		self.assertEqual(os.stat(self.file).st_mode & 0o777, 0o600)
		self.assertEqual(second["SEALING_KEY"], first["SEALING_KEY"])
		self.assertNotEqual(second["FRAPPE_API_SECRET"], first["FRAPPE_API_SECRET"])
		self.assertEqual(second["PORT"], "9999")

	def test_the_secret_of_webhooks_stays_until_a_new_one_is_asked_for_and_then_both_stand_in_the_file(self):
		connect.connect(self.file)
		first = self.written()
		connect.connect(self.file)
		self.assertEqual(self.written()["WEBHOOK_SECRET"], first["WEBHOOK_SECRET"])
		self.assertNotIn("WEBHOOK_SECRET_PREVIOUS", self.written())
		connect.connect(self.file, new_webhook_secret=True)
		rotated = self.written()
		self.assertEqual(rotated["WEBHOOK_SECRET_PREVIOUS"], first["WEBHOOK_SECRET"])
		self.assertNotEqual(rotated["WEBHOOK_SECRET"], first["WEBHOOK_SECRET"])
		self.assertGreaterEqual(len(rotated["WEBHOOK_SECRET"]), 32)
		connect.connect(self.file)
		self.assertEqual(self.written()["WEBHOOK_SECRET"], rotated["WEBHOOK_SECRET"])
		self.assertNotIn("WEBHOOK_SECRET_PREVIOUS", self.written())

	def test_connected_again_the_webhooks_of_the_site_sign_with_what_the_file_says(self):
		connect.connect(self.file)
		settings = frappe.get_single("AI Settings")
		settings.update({"webhooks": 1, "sidecar_address": "http://127.0.0.1:8787"})
		settings.save()
		self.addCleanup(frappe.cache.delete_value, "webhooks")
		connect.connect(self.file, new_webhook_secret=True)
		signing = {frappe.get_doc("Webhook", name).get_password("webhook_secret") for name in webhooks.ours()}
		self.assertEqual(signing, {self.written()["WEBHOOK_SECRET"]})

	def test_it_refuses_a_role_with_permissions_and_a_user_with_other_roles(self):
		row("Custom DocPerm", None, parent="Student", role="AI Sidecar", read=1)
		self.assertRaisesRegex(connect.ConnectError, "Custom DocPerm", connect.connect, self.file)
		frappe.db.delete("Custom DocPerm", {"role": "AI Sidecar"})
		row("Has Role", None, parent=SIDECAR, parenttype="User", parentfield="roles", role="Academics User")
		self.assertRaisesRegex(connect.ConnectError, "Academics User", connect.connect, self.file)
		self.assertFalse(self.file.exists())

	def test_disconnected_the_user_is_gone_and_the_pairing_over(self):
		connect.disconnect()
		self.assertFalse(frappe.db.exists("User", SIDECAR))
		self.assertIsNone(pairing.sidecar_user())
		self.assertIsNone(pairing.state().epoch)

	def test_status_shows_no_key(self):
		connect.connect(self.file)
		shown = frappe.as_json(connect.status())
		for variable in ("FRAPPE_API_KEY", "FRAPPE_API_SECRET", "SEALING_KEY", "WEBHOOK_SECRET"):
			self.assertNotIn(self.written()[variable], shown)

	def test_behind_a_proxy_the_socket_is_at_the_site_s_address_else_at_its_own_port(self):
		with patch.object(frappe.local, "conf", frappe._dict(webserver_port=8000, socketio_port=9001)):
			self.assertEqual(connect.socket_url("http://a.test:8000"), "http://a.test:9001")
			self.assertEqual(connect.socket_url("https://a.example"), "https://a.example")
