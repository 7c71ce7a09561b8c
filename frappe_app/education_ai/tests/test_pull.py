"""What is pulled: nothing is lost by a lost answer, and an older sidecar database is noticed."""

import frappe

from education_ai import outbox, pairing
from education_ai.tests.contract_case import EPOCH, PREVIOUS, TOKEN, ContractCase


class TestPull(ContractCase):
	def events(self, *names: str) -> list[int]:
		for name in names:
			outbox.touch("Course", name, "update")
		return frappe.db.sql_list("select name from `tabAI Sync Event` order by name")

	def pull(
		self, token: str = TOKEN, ack: list[int] | None = None, limit: int = 10, epoch: str = EPOCH
	) -> dict:
		return self.ask("pull", epoch=epoch, token=token, ack=ack or [], limit=limit)

	def test_gives_the_oldest_rows_and_counts_what_waits_behind_them(self):
		ids = self.events("a", "b", "c")
		answer = self.pull(limit=2)
		self.assertEqual([event["id"] for event in answer["events"]], ids[:2])
		self.assertEqual(
			answer["events"][0],
			{"id": ids[0], "doctype": "Course", "name": "a", "event": "update", "new_name": None},
		)
		self.assertEqual(answer["pending"], 1)

	def test_without_an_ack_nothing_goes_and_the_token_stays(self):
		self.events("a")
		self.assertEqual(self.pull()["token"], TOKEN)
		self.assertEqual(len(self.pull()["events"]), 1)

	def test_an_ack_deletes_and_moves_the_token_on_rule_2(self):
		ids = self.events("a", "b")
		answer = self.pull(ack=ids[:1])
		self.assertEqual([event["id"] for event in answer["events"]], ids[1:])
		self.assertNotEqual(answer["token"], TOKEN)
		self.assertEqual(pairing.state().prev_token, TOKEN)

	def test_after_a_lost_answer_the_same_pull_works_and_draws_no_further_token(self):
		ids = self.events("a", "b")
		first = self.pull(ack=ids[:1])
		again = self.pull(token=TOKEN, ack=ids[:1])
		self.assertEqual(again["token"], first["token"])
		self.assertEqual(again["events"], first["events"])

	def test_a_database_two_pulls_behind_is_fenced(self):
		ids = self.events("a", "b")
		second = self.pull(ack=ids[:1])["token"]
		self.pull(token=second, ack=ids[1:])
		self.assertEqual(self.pull(token=TOKEN)["error"]["code"], "site.fenced")

	def test_another_epoch_or_token_is_fenced_and_deletes_nothing(self):
		ids = self.events("a")
		for answer in (self.pull(epoch="old", ack=ids), self.pull(token="old", ack=ids)):
			self.assertEqual((answer["error"]["code"], answer["status"]), ("site.fenced", 409))
		self.assertEqual(len(self.pull(token=PREVIOUS)["events"]), 1)

	def test_a_bad_request_names_the_field_and_repeats_no_value(self):
		answer = self.ask("pull", epoch=EPOCH, token=TOKEN, ack=["Lina Haddad"], limit=10)
		self.assertEqual((answer["error"]["code"], answer["status"]), ("contract.invalid", 422))
		self.assertIn("ack.0", answer["error"]["message"])
		self.assertNotIn("Lina", answer["error"]["message"])

	def test_switched_off_it_says_so(self):
		frappe.db.set_single_value("AI Settings", "collect", 0)
		frappe.clear_document_cache("AI Settings", "AI Settings")
		self.assertEqual(self.pull()["error"]["code"], "site.off")

	def test_nobody_else_may_call(self):
		from education_ai.api import sidecar

		for user in ("Administrator", "Guest"):
			frappe.set_user(user)
			self.assertRaises(frappe.PermissionError, sidecar.pull, epoch=EPOCH, token=TOKEN, ack=[], limit=1)


class TestHello(ContractCase):
	def hello(self, **more) -> dict:
		body = {
			"sidecar_version": "1",
			"contract_versions": [1],
			"epoch": EPOCH,
			"token": TOKEN,
			"take_over": False,
		}
		return self.ask("hello", **{**body, **more})

	def test_either_token_of_the_epoch_goes_on(self):
		for token in (TOKEN, PREVIOUS):
			answer = self.hello(token=token)
			self.assertFalse(answer["resync"])
			self.assertEqual((answer["epoch"], answer["token"]), (EPOCH, TOKEN))

	def test_anything_else_starts_a_resync_rule_1(self):
		for more in ({"token": "older"}, {"epoch": None, "token": None}):
			self.set_state(epoch=EPOCH, token=TOKEN, prev_token=PREVIOUS, last_seen="2026-01-01 00:00:00")
			answer = self.hello(**more)
			self.assertTrue(answer["resync"])
			self.assertNotEqual(answer["epoch"], EPOCH)
			self.assertEqual(pairing.state().token, answer["token"])

	def test_a_second_sidecar_is_refused_while_the_first_is_alive_unless_it_takes_over(self):
		self.set_state(last_seen=frappe.utils.now_datetime())
		self.assertEqual(self.hello(epoch=None, token=None)["error"]["code"], "site.taken")
		self.assertTrue(self.hello(epoch=None, token=None, take_over=True)["resync"])

	def test_a_copied_site_refuses_until_it_is_connected_itself(self):
		self.set_state(connected_address="elsewhere")
		self.assertEqual(self.hello()["error"]["code"], "site.copied")

	def test_no_common_contract_version_says_which_side_to_update(self):
		self.assertIn("app", self.hello(contract_versions=[99])["error"]["message"])
		self.assertIn("sidecar", self.hello(contract_versions=[0])["error"]["message"])
		self.assertEqual(self.hello(contract_versions=[1, 99])["contract"], 1)

	def test_faults_of_its_own_role_and_user_are_told(self):
		self.assertEqual(self.hello()["faults"], [])
		from education_ai.tests.small_school import child, row

		row("Custom DocPerm", None, parent="Student", role="AI Sidecar", read=1)
		child("Has Role", "cx.sidecar@school.example", "User", "roles", role="Academics User")
		self.assertEqual([fault["code"] for fault in self.hello()["faults"]], ["role.fault", "role.fault"])
