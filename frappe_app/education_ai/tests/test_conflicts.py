"""Neither a person nor the AI overwrites the other silently: proposals, questions, and what a decision does."""

import json

import frappe

from education_ai import conflicts, editable, exclusion
from education_ai.api import settings as api
from education_ai.contract.conflicts import rule_of
from education_ai.permissions import ai_conflict_query, conflict_has_permission
from education_ai.sealing import sealed_fields
from education_ai.tests.contract_case import COURSE, EPOCH, RO, ContractCase
from education_ai.tests.small_school import row
from education_ai.watched import read, watched

FIELD, KEY = "ai_preferences_settings", "contact_first"
PERSON = "cx.manager@school.example"


def proposal(revision: int, value: dict, base: dict, seen: str = "", **address) -> dict:
	return {
		"kind": "fields",
		"revision": revision,
		"address": {"doctype": "Student", "name": RO, **address},
		"values": {FIELD: {"value": value, "base": base}},
		"seen": {FIELD: seen},
	}


def conflict(
	revision: int, site: str | None = "guardian", ai: str = "student", key: str = KEY, **more
) -> dict:
	return {
		"kind": "conflict",
		"revision": revision,
		"address": {"doctype": "Student", "name": RO, "field": FIELD, "key": key, **more},
		"values": {"site": site, "ai": ai, "base": None, "rule": "manual_review"},
	}


class ConflictCase(ContractCase):
	def setUp(self) -> None:
		super().setUp()
		row("User", PERSON, email=PERSON, first_name="cx", enabled=1, user_type="System User")
		of_person = {"parent": PERSON, "parenttype": "User", "parentfield": "roles"}
		row("Has Role", None, role="Education Manager", **of_person)
		frappe.clear_cache(user=PERSON)

	def write(self, *items: dict, epoch: str = EPOCH) -> list[str]:
		results = self.ask("write_back", epoch=epoch, items=list(items))["results"]
		return [result["code"] or result["outcome"] for result in results]

	@property
	def state(self) -> editable.State:
		return editable.current("Student", RO)[FIELD]

	def edit(self, **values) -> None:
		frappe.set_user(PERSON)
		self.assertFalse(api.save("Student", RO, FIELD, values, self.state.seen)["moved"])
		frappe.set_user("Administrator")

	def rows(self, **more) -> list[frappe._dict]:
		return frappe.get_all(conflicts.DOCTYPE, {"ref_name": RO, **more}, ["*"], order_by="creation")

	def open_one(self) -> str:
		self.edit(contact_first="guardian")
		self.assertEqual(self.write(conflict(1)), ["stored"])
		(one,) = self.rows()
		return one.name

	def decide(self, name: str, decision: str, value: object = None) -> dict:
		frappe.set_user(PERSON)
		answer = api.decide(name, decision, api.conflict(name)["seen"], value)
		frappe.set_user("Administrator")
		return answer


class TestProposals(ConflictCase):
	def test_a_snapshot_gives_the_field_open_with_a_name_for_its_state(self):
		self.edit(contact_first="guardian")
		(one,) = self.ask("snapshot", epoch=EPOCH, doctype="Student", names=[RO])["rows"]
		expected = {"value": {"contact_first": "guardian"}, "base": {}, "seen": self.state.seen}
		self.assertEqual(one[FIELD], expected)
		self.assertRegex(self.state.seen, "^[0-9a-f]{64}$")

	def test_row_sums_do_not_cover_it(self):
		def row_sum() -> int:
			return self.ask("snapshot", epoch=EPOCH, doctype="Student", names=[RO])["rows"][0]["row_sum"]

		before = row_sum()
		self.edit(contact_first="guardian")
		self.assertEqual(row_sum(), before)

	def test_it_is_taken_into_the_state_it_was_merged_with_and_into_no_other(self):
		merged = {"feedback_detail": "short"}
		self.assertEqual(self.write(proposal(1, merged, merged)), ["stored"])
		self.assertEqual((self.state.value, self.state.base), (merged, merged))
		self.assertEqual(self.state.stamp, (EPOCH, 1))
		self.assertEqual(self.write(proposal(2, merged, merged)), ["unchanged"])
		seen = self.state.seen
		self.edit(contact_first="guardian")
		newer = {"feedback_detail": "full"}
		self.assertEqual(self.write(proposal(3, newer, newer, seen)), ["stale"])
		self.assertEqual(self.state.value, {"feedback_detail": "short", "contact_first": "guardian"})

	def test_an_older_revision_never_replaces_a_newer_one(self):
		self.write(proposal(5, {}, {"feedback_detail": "short"}))
		older = proposal(4, {}, {"feedback_detail": "full"}, self.state.seen)
		self.assertEqual(self.write(older), ["stale"])

	def test_what_the_field_does_not_take_is_refused_as_a_whole(self):
		for item in (
			proposal(1, {KEY: "nobody"}, {}),
			proposal(1, {}, {"notes": "x"}),
			{**proposal(1, {}, {}), "values": {FIELD: {"contact_first": "guardian"}}},
			{**proposal(1, {}, {}), "seen": {}},
			{**proposal(1, {}, {}), "values": {FIELD: {"value": {}, "base": {}}, "ai_learning_profile": {}}},
		):
			self.assertEqual(self.write(item), ["fields.refused"])
		untidy = {**proposal(1, {}, {}), "address": {"doctype": "Course", "name": COURSE}}
		untidy["values"] = {"ai_learning_objectives": {"value": {"objectives": [" a "]}, "base": {}}}
		untidy["seen"] = {"ai_learning_objectives": ""}
		self.assertEqual(self.write(untidy), ["fields.refused"])

	def test_targets_that_are_gone_or_left_out_get_a_code(self):
		self.assertEqual(self.write(proposal(1, {}, {KEY: "student"}, name="nobody")), ["target.gone"])
		self.assertEqual(self.write(conflict(1, name="nobody")), ["target.gone"])
		exclusion.exclude(RO)
		self.assertEqual(self.write(proposal(1, {}, {KEY: "student"})), ["target.excluded"])
		self.assertEqual(self.write(conflict(1, site=None)), ["target.excluded"])


class TestQuestions(ConflictCase):
	def test_the_same_question_twice_is_one_row_and_another_one_replaces_it(self):
		name = self.open_one()
		self.assertEqual(self.write(conflict(2)), ["unchanged"])
		self.edit(contact_first="student")
		self.edit(contact_first="guardian")
		self.assertEqual([one.name for one in self.rows(status="Open")], [])
		self.assertEqual(self.write(conflict(3)), ["stored"])
		self.assertEqual(len(self.rows(status="Open")), 1)
		self.assertNotEqual(self.rows(status="Open")[0].name, name)

	def test_its_values_are_sealed_under_its_own_name(self):
		(one,) = [frappe.get_doc(conflicts.DOCTYPE, self.open_one())]
		for column in conflicts.VALUES:
			self.assertIn("sealed", json.loads(one.get(column)))
		self.assertEqual(conflicts.opened(one, "site_value"), "guardian")
		self.assertEqual(conflicts.opened(one, "ai_value"), "student")
		self.assertIsNone(conflicts.opened({**one.as_dict(), "name": "other"}, "ai_value"))

	def test_a_question_about_a_value_that_moved_is_stale(self):
		self.edit(contact_first="guardian")
		self.assertEqual(self.write(conflict(1, site=None)), ["stale"])

	def test_only_keys_that_a_person_decides_can_be_asked(self):
		for item in (
			conflict(1, key="feedback_detail", site=None, ai="short"),
			conflict(1, key="notes", site=None),
			conflict(1, ai="nobody", site=None),
			conflict(1, field="ai_learning_profile", site=None),
		):
			self.assertEqual(self.write(item), ["conflict.refused"])

	def test_it_ends_by_itself_when_the_site_comes_to_say_the_same(self):
		self.open_one()
		self.edit(contact_first="student")
		(one,) = self.rows()
		self.assertEqual((one.status, one.decision, one.decided_by), ("Resolved", "Not needed", None))

	def test_it_ends_when_the_ai_no_longer_wants_something_else(self):
		self.open_one()
		withdraw = {"kind": "withdraw", "revision": 2, "address": conflict(1)["address"]}
		self.assertEqual(self.write(withdraw), ["stored"])
		self.assertEqual(self.write({**withdraw, "revision": 3}), ["unchanged"])
		self.assertEqual(self.rows()[0].status, "Resolved")

	def test_what_a_new_sidecar_database_does_not_ask_again_is_asked_no_more(self):
		self.open_one()
		self.set_state(epoch="next")
		check = {
			"check": "backfill",
			"finished": "2026-11-20T10:00:00Z",
			"examined": 1,
			"found": 0,
			"repaired": 0,
			"details": [],
		}
		self.ask("report", epoch="next", checks=[check], dead=[], lag_seconds=0)
		self.assertEqual(self.rows()[0].status, "Resolved")

	def test_asked_again_in_a_new_epoch_it_stays(self):
		name = self.open_one()
		self.set_state(epoch="next")
		self.assertEqual(self.write(conflict(1), epoch="next"), ["unchanged"])
		conflicts.withdraw_unsaid("next")
		self.assertEqual([one.name for one in self.rows(status="Open")], [name])


class TestDecisions(ConflictCase):
	def test_both_values_and_the_base_are_shown_in_words(self):
		shown = self.decide(self.open_one(), "Keep")
		frappe.set_user(PERSON)
		self.assertEqual(shown["state"], "resolved")
		self.assertEqual(shown["title"], "Contact first")
		self.assertEqual(shown["values"], {"site": ["The guardian"], "ai": ["The pupil"], "base": []})

	def test_every_decision_sets_the_field_and_settles_the_proposal(self):
		for decision, value, expected in (
			("Keep", None, "guardian"),
			("Use the AI's", None, "student"),
			("Edit", "guardian", "guardian"),
		):
			with self.subTest(decision=decision):
				frappe.db.savepoint("cx_decision")
				name = self.open_one()
				frappe.db.delete("AI Sync Event")
				self.decide(name, decision, value)
				self.assertEqual((self.state.value[KEY], self.state.base[KEY]), (expected, "student"))
				(one,) = self.rows()
				self.assertEqual((one.status, one.decision, one.decided_by), ("Resolved", decision, PERSON))
				self.assertEqual(conflicts.opened(one, "decided_value"), expected)
				self.assertEqual(self.write(conflict(9, site=expected)), ["unchanged"])
				self.assertEqual(self.rows(status="Open"), [])
				noted = frappe.db.sql_list("select ref_doctype from `tabAI Sync Event` order by name")
				self.assertEqual(noted, ["AI Conflict", "Student"])
				frappe.db.rollback(save_point="cx_decision")

	def test_a_decision_of_somebody_who_saw_another_value_is_not_taken(self):
		name = self.open_one()
		frappe.set_user(PERSON)
		answer = api.decide(name, "Use the AI's", "another")
		self.assertTrue(answer["moved"])
		self.assertEqual(self.state.value, {KEY: "guardian"})

	def test_a_value_that_the_setting_does_not_take_is_refused_in_words_and_the_question_stays(self):
		name = self.open_one()
		with self.assertRaises(frappe.ValidationError) as refused:
			self.decide(name, "Edit", "nobody")
		self.assertNotIn("nobody", str(refused.exception))
		self.assertEqual((self.state.value, self.rows()[0].status), ({KEY: "guardian"}, "Open"))

	def test_who_comes_second_is_shown_what_was_decided(self):
		name = self.open_one()
		self.decide(name, "Keep")
		answer = self.decide(name, "Use the AI's")
		self.assertEqual((answer["state"], answer["decided"]["how"]), ("resolved", "Keep"))
		self.assertEqual(self.state.value, {KEY: "guardian"})

	def test_a_decision_brings_the_document_and_the_conflict_to_the_sidecar(self):
		name = self.open_one()
		self.decide(name, "Keep")
		(one,) = self.ask("snapshot", epoch=EPOCH, doctype="AI Conflict", names=[name])["rows"]
		self.assertEqual((one["status"], one["decision"]), ("Resolved", "Keep"))
		self.assertFalse({"site_value", "ai_value", "base_value", "decided_value"} & set(one))

	def test_only_who_may_edit_sees_it_or_decides(self):
		name = self.open_one()
		doc = frappe.get_doc(conflicts.DOCTYPE, name)
		self.assertTrue(conflict_has_permission(doc, "read", PERSON))
		for ptype in ("write", "delete", "share", "export", "report"):
			self.assertFalse(conflict_has_permission(doc, ptype, PERSON))
		other = "cx.other@school.example"
		row("User", other, email=other, first_name="cx", enabled=1, user_type="System User")
		self.assertFalse(conflict_has_permission(doc, "read", other))
		self.assertEqual(ai_conflict_query(other), "1=0")
		frappe.set_user(other)
		self.assertRaises(frappe.PermissionError, api.conflict, name)
		self.assertRaises(frappe.PermissionError, api.decide, name, "Keep", "")
		self.assertRaises(frappe.PermissionError, api.conflict, "not-there")

	def test_it_follows_a_rename_and_goes_with_the_pupil(self):
		name = self.open_one()
		doc = frappe.get_doc(conflicts.DOCTYPE, name)
		frappe.rename_doc("Student", RO, "CX-STU-NEW", show_alert=False, rebuild_search=False)
		self.assertEqual(
			frappe.db.get_value(conflicts.DOCTYPE, name, ["ref_name", "target_student"]), ("CX-STU-NEW",) * 2
		)
		self.assertEqual(editable.current("Student", "CX-STU-NEW")[FIELD].value, {KEY: "guardian"})
		self.assertEqual(conflicts.opened(doc, "ai_value"), "student")
		exclusion.exclude("CX-STU-NEW")
		self.assertFalse(frappe.db.exists(conflicts.DOCTYPE, name))


class TestRules(ConflictCase):
	"""The table of rules against what the contract lets the sidecar do. The sidecar's own half is tested there."""

	def test_every_field_of_ours_has_a_rule_and_every_editable_key_one_that_fits(self):
		ruled = {(one["doctype"], one["field"]) for one in read("conflict_rules.json")}
		ours = {(doctype, field) for doctype, fields in sealed_fields().items() for field in fields}
		self.assertEqual(ours - ruled, set())
		for (doctype, field), definition in editable.catalogue().items():
			for key in definition["keys"]:
				self.assertIn(rule_of(doctype, field, key["key"]), {"erpnext_wins", "merge", "manual_review"})

	def test_each_row_is_what_the_contract_does(self):
		for one in read("conflict_rules.json"):
			doctype, field = one["doctype"], one["field"]
			with self.subTest(rule=one["name"], field=field):
				written = {"kind": "fields", "revision": 1, "address": {"doctype": doctype, "name": "nobody"}}
				(outcome,) = self.write({**written, "values": {field: {"x": 1}}})
				if one["rule"] == "ai_wins":
					self.assertEqual(outcome, "target.gone", "the AI alone writes it")
				else:
					self.assertEqual(outcome, "fields.refused", "never without the state it was merged with")

	def test_how_to_reach_a_family_never_leaves_the_site(self):
		kept = [
			one
			for one in read("conflict_rules.json")
			if one["name"] in ("parent_contact_info", "student_email")
		]
		self.assertEqual(len(kept), 3)
		for one in kept:
			self.assertTrue(frappe.get_meta(one["doctype"]).has_field(one["field"]), one["field"])
			source = watched()[one["doctype"]]
			self.assertNotIn(one["field"], {field.name for field in source.fields} | set(source.opened))
