"""What AI Settings tells a System Manager: how far behind the sidecar is, what its checks found, what it gave up."""

from unittest.mock import patch

import frappe
from frappe.utils import add_to_date, now_datetime

from education_ai import health
from education_ai.api import operations
from education_ai.tests.contract_case import EPOCH, RO, ContractCase
from education_ai.tests.small_school import row

FAILED = {"code": "work.failed", "doctype": "Student", "name": RO}
GONE = {"code": "site.refused", "doctype": "Student", "name": "CX-STU-GONE"}
UNKNOWN = {"code": "work.unknown_doctype", "doctype": "Example", "name": "example"}
NEWER = {"code": "work.of_another_release", "doctype": "Course", "name": "CX"}


class TestHealth(ContractCase):
	def report(self, *dead: dict, **more) -> dict:
		return self.ask("report", epoch=EPOCH, **{"checks": [], "dead": list(dead), "lag_seconds": 2, **more})

	def shown(self) -> dict[str, dict]:
		return {work["name"]: work for work in operations.status()["dead_work"]}

	def test_dead_work_says_what_happened_and_what_to_check(self):
		self.report(FAILED, UNKNOWN, NEWER)
		shown = self.shown()
		self.assertEqual(shown[RO]["message"], "The sidecar failed on this piece of work.")
		self.assertIn("update the sidecar", shown["example"]["check"])
		self.assertEqual(shown["CX"]["message"], NEWER["code"])
		self.assertIn("update the app", shown["CX"]["check"])

	def test_a_record_is_linked_only_where_it_is_there_and_its_reader_may_open_it(self):
		self.report(FAILED, GONE, UNKNOWN)
		self.assertEqual(
			[self.shown()[name]["can_open"] for name in (RO, GONE["name"], "example")], [1, 0, 0]
		)
		manager = "cx.manager@school.example"
		row("User", manager, email=manager, first_name="cx", enabled=1, user_type="System User")
		row("Has Role", None, parent=manager, parenttype="User", parentfield="roles", role="System Manager")
		frappe.clear_cache(user=manager)
		frappe.set_user(manager)
		may = frappe.has_permission("Student", "read")
		self.assertEqual(self.shown()[RO]["can_open"], may)

	def test_one_piece_is_tried_again_or_all_of_it(self):
		self.report(FAILED, GONE, UNKNOWN)
		operations.try_again(self.shown()[RO]["report"])
		self.assertEqual({name: work["redrive"] for name, work in self.shown().items()}[RO], "Asked")
		self.assertEqual(self.report(FAILED, GONE, UNKNOWN)["redrive"], [{"doctype": "Student", "name": RO}])
		operations.try_all_again()
		self.assertEqual(len(self.report(FAILED, GONE, UNKNOWN)["redrive"]), 3)
		self.assertEqual(self.report(FAILED, GONE, UNKNOWN)["redrive"], [])

	def test_of_very_much_dead_work_the_oldest_is_shown_and_all_is_counted(self):
		self.report(FAILED, GONE, UNKNOWN)
		with patch.object(health, "DEAD_SHOWN", 2):
			status = operations.status()
		self.assertEqual((len(status["dead_work"]), status["dead"]), (2, 3))

	def test_of_each_check_the_newest_is_shown_with_what_it_found_where(self):
		details = [{"doctype": "Course", "found": 2, "repaired": 1}]
		for kind, hour, found in (("hourly", 9, 0), ("hourly", 10, 2), ("daily", 8, 0)):
			finished = f"2026-11-20T{hour:02}:00:00Z"
			counts = {"examined": 5, "found": found, "repaired": 1, "details": details if found else []}
			self.report(checks=[{"check": kind, "finished": finished, **counts}])
		shown = [(check["code"], check["found"], check["details"]) for check in operations.status()["checks"]]
		self.assertEqual(shown, [("hourly", 2, details), ("daily", 0, [])])

	def test_the_lag_is_told_in_words_and_not_told_of_a_sidecar_that_is_silent(self):
		calling = str(now_datetime())
		for seconds, words in ((0, "Up to date"), (59, "Up to date"), (300, "About 5 min behind")):
			self.assertEqual(health.lag_in_words(seconds, calling), words)
		self.assertEqual(health.lag_in_words(7200, calling), "About 2 h behind")
		for last_contact in (None, str(add_to_date(now_datetime(), minutes=-11))):
			self.assertTrue(health.lag_in_words(0, last_contact).startswith("Unknown"))

	def test_nobody_but_a_system_manager_sees_or_asks_anything(self):
		row("User", "cx.other@school.example", email="cx.other@school.example", enabled=1)
		frappe.set_user("cx.other@school.example")
		for ask in (
			operations.status,
			operations.disconnect,
			operations.try_all_again,
			lambda: operations.try_again("x"),
		):
			# Frappe's own `only_for` lets every test pass.
			with patch.dict(frappe.local.flags, {"in_test": False}):
				self.assertRaises(frappe.PermissionError, ask)
