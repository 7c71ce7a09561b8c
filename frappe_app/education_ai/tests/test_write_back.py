"""Writing the same thing twice changes nothing, older never replaces newer, and what was said can be read back."""

import json
from unittest.mock import patch

import frappe

from education_ai import channels
from education_ai.contract import insights, stored
from education_ai.sealing import unseal
from education_ai.tests.contract_case import COURSE, EPOCH, GROUP, RO, SU, ContractCase
from education_ai.tests.small_school import row


def reason(code: str = "attendance.rate", about: str = "", **params) -> dict:
	return {
		"code": code,
		"about": about,
		"params": params,
		"evidence": {"doctype": "Student Attendance", "names": ["x"]},
	}


def insight(
	revision: int, target: str = RO, level: str = "watch", reasons: list | None = None, **address
) -> dict:
	return {
		"kind": "insight",
		"revision": revision,
		"address": {
			"target_doctype": "Student",
			"target": target,
			"insight": "attendance",
			"course": "",
			"student_group": "",
			"academic_term": "",
			**address,
		},
		"values": {
			"level": level,
			"clarity": 10,
			"reasons": [reason(days=9)] if reasons is None else reasons,
			"chart": None,
			"confidence": "sure",
			"records_to": "2026-11-20",
			"model_version": "1",
		},
	}


def assessment(revision: int) -> dict:
	return {
		"kind": "assessment_insight",
		"revision": revision,
		"address": {"assessment_result": "CX-RES"},
		"values": {
			"student": RO,
			"course": COURSE,
			"ai_analysis": [reason()],
			"improvement_suggestions": [],
			"learning_gaps": [{"criterion": "c", "score": 1, "maximum": 2.5, "class_percent": None}],
			"predicted_next": None,
			"confidence": "little",
			"model_version": "1",
		},
	}


def withdraw(revision: int, of: dict) -> dict:
	return {"kind": "withdraw", "revision": revision, "address": of["address"]}


def fields(revision: int, **values) -> dict:
	return {
		"kind": "fields",
		"revision": revision,
		"address": {"doctype": "Student", "name": RO},
		"values": values,
	}


class TestWriteBack(ContractCase):
	def write(self, *items: dict, epoch: str = EPOCH) -> list[str]:
		results = self.ask("write_back", epoch=epoch, items=list(items))["results"]
		return [result["code"] or result["outcome"] for result in results]

	def rows(self, **more) -> list[frappe._dict]:
		return frappe.get_all(
			"AI Insight", filters={"target": RO, **more}, fields=["*"], order_by="creation, revision"
		)

	def test_the_same_insight_twice_changes_nothing(self):
		self.assertEqual(self.write(insight(1)), ["stored"])
		before = self.rows()
		self.assertEqual(self.write(insight(1)), ["unchanged"])
		self.assertEqual(self.write(insight(2)), ["unchanged"])
		self.assertEqual(
			[(r.modified, r.history) for r in self.rows()], [(r.modified, r.history) for r in before]
		)

	def test_an_older_result_never_replaces_a_newer_one(self):
		self.write(insight(5, reasons=[reason(days=5)]))
		self.assertEqual(self.write(insight(4, reasons=[reason(days=4)])), ["stale"])
		self.assertEqual(self.write(insight(4, level="act")), ["stale"])
		self.assertEqual(self.write(withdraw(4, insight(4))), ["stale"])
		self.assertEqual(json.loads(self.rows()[0].reasons)[0]["params"], {"days": 5})

	def test_what_was_confirmed_by_a_newer_run_is_not_replaced_by_an_older_one(self):
		self.write(insight(1))
		self.write(insight(9))
		self.assertEqual(self.write(insight(8, reasons=[reason(days=8)])), ["stale"])

	def test_revisions_are_compared_inside_the_update_whatever_was_read_before_rule_6(self):
		self.write(insight(5))
		name = self.rows()[0].name
		stored.update("AI Insight", EPOCH, [{"name": name, "revision": 4, "level": "act"}])
		self.assertEqual((self.rows()[0].level, self.rows()[0].revision), ("watch", 5))
		stored.update("AI Insight", EPOCH, [{"name": name, "revision": 6, "level": "act"}])
		self.assertEqual((self.rows()[0].level, self.rows()[0].revision), ("act", 6))

	def test_a_new_epoch_may_write_with_lower_revisions(self):
		self.write(insight(100))
		self.set_state(epoch="next")
		self.assertEqual(self.write(insight(1, reasons=[reason(days=1)]), epoch="next"), ["stored"])
		answer = self.ask("write_back", epoch=EPOCH, items=[insight(101)])
		self.assertEqual(answer["error"]["code"], "site.fenced")

	def test_new_numbers_update_the_row_and_are_kept_in_its_history(self):
		self.write(insight(1, reasons=[reason(days=1)]))
		self.write(insight(2, reasons=[reason(days=2)]))
		(one,) = self.rows()
		self.assertEqual([entry["reasons"][0]["params"]["days"] for entry in json.loads(one.history)], [1, 2])
		self.assertEqual(json.loads(one.history)[0]["day"], frappe.utils.today())
		self.assertNotIn("evidence", json.loads(one.history)[0]["reasons"][0])

	def test_another_level_or_another_reason_starts_a_new_row_linked_to_the_one_before(self):
		self.write(insight(1))
		self.write(insight(2, level="act"))
		self.write(insight(3, level="act", reasons=[reason(), reason("attendance.weekday", "Monday")]))
		first, second, third = self.rows()
		self.assertEqual([r.is_current for r in (first, second, third)], [0, 0, 1])
		self.assertEqual((second.previous, third.previous), (first.name, second.name))

	def test_the_order_of_reasons_is_no_change_of_what_is_said(self):
		a, b = reason("a"), reason("b")
		self.write(insight(1, reasons=[a, b]))
		self.write(insight(2, reasons=[b, a]))
		self.assertEqual(len(self.rows()), 1)

	def test_what_people_did_with_it_is_left_alone(self):
		self.write(insight(1))
		frappe.db.set_value("AI Insight", self.rows()[0].name, {"status": "Reviewed", "answer": "Agree"})
		self.write(insight(2, reasons=[reason(days=2)]))
		self.assertEqual((self.rows()[0].status, self.rows()[0].answer), ("Reviewed", "Agree"))

	def test_withdrawn_it_is_hidden_and_kept_and_comes_back_as_a_new_row(self):
		self.write(insight(1))
		self.assertEqual(self.write(withdraw(2, insight(1))), ["stored"])
		self.assertEqual(self.write(withdraw(3, insight(1))), ["unchanged"])
		(one,) = self.rows()
		self.assertEqual((one.is_current, bool(one.withdrawn_on)), (0, True))
		self.assertEqual(self.write(insight(4)), ["stored"])
		self.assertEqual(self.rows(is_current=1)[0].previous, one.name)

	def test_an_older_result_after_a_withdrawal_is_stale_also_if_nothing_was_there(self):
		self.assertEqual(self.write(withdraw(5, insight(5))), ["unchanged"])
		self.assertEqual(self.write(insight(4)), ["stale"])
		self.assertEqual(self.write(insight(6)), ["stored"])

	def test_an_older_insight_about_a_result_after_a_withdrawal_is_stale_also_if_nothing_was_there(self):
		row("Assessment Result", "CX-RES", student=RO, course=COURSE, docstatus=2)
		late = assessment(4)
		self.assertEqual(self.write(withdraw(5, late)), ["unchanged"])
		self.assertEqual(self.write(late), ["stale"])
		self.assertEqual(self.write(withdraw(7, late)), ["unchanged"])
		self.assertEqual(self.write(assessment(6)), ["stale"])
		self.assertEqual(self.write(assessment(8)), ["stored"])

	def test_discriminators_keep_insights_apart_and_target_the_pupil(self):
		row("Course", "CX B", course_name="CX B")
		self.write(
			insight(1, insight="marks", course=COURSE), insight(2, insight="marks", course="CX B"), insight(3)
		)
		self.assertEqual(len(self.rows(is_current=1)), 3)
		self.assertEqual({r.target_student for r in self.rows()}, {RO})

	def test_of_a_class_that_got_another_name_nothing_is_said_under_the_old_one(self):
		of_class = {"target_doctype": "Course", "target": COURSE, "insight": "class"}
		renamed = insight(1, **of_class, student_group="CX before")
		self.assertEqual(
			self.write(renamed, insight(1, **of_class, student_group=GROUP)), ["target.gone", "stored"]
		)
		said = frappe.get_all("AI Insight", {"target": COURSE}, pluck="student_group")
		self.assertEqual(said, [GROUP])

	def test_the_same_address_twice_in_a_batch_is_taken_in_order(self):
		self.assertEqual(self.write(insight(1), insight(2, level="act")), ["stored", "stored"])
		self.assertEqual([r.level for r in self.rows(is_current=1)], ["act"])

	def test_a_target_that_is_gone_or_differs_in_case_gets_a_code_and_the_others_are_stored(self):
		self.assertEqual(
			self.write(insight(1, target="nobody"), insight(2, target=RO.lower()), insight(3)),
			["target.gone", "target.gone", "stored"],
		)

	def test_one_bad_item_does_not_keep_the_others_from_being_stored(self):
		whole = insights.write

		def failing(items, epoch):
			if any(item.address.target == SU for item in items):
				raise ValueError("cannot be stored")
			return whole(items, epoch)

		with patch.object(insights, "write", failing), patch.object(frappe, "log_error") as log:
			self.assertEqual(self.write(insight(1), insight(2, target=SU)), ["stored", "write.failed"])
		self.assertNotIn(SU, str(log.call_args))

	def test_a_deadlock_fails_the_whole_batch_and_asks_to_send_again(self):
		with patch.object(insights, "write", side_effect=frappe.QueryDeadlockError("1213")):
			answer = self.ask("write_back", epoch=EPOCH, items=[insight(1)])
		self.assertEqual((answer["error"]["code"], answer["status"]), ("site.busy", 503))

	def test_only_an_insight_that_newly_needs_attention_is_a_document_event(self):
		with patch("frappe.model.document.Document.insert", autospec=True) as inserted:
			self.write(insight(1, level="watch"), insight(2, target=SU, level="steady"))
			self.assertEqual(inserted.call_count, 0)
			self.write(insight(3, level="act"))
			self.assertEqual(inserted.call_count, 1)

	def test_names_with_quotes_emoji_and_tags_survive(self):
		nasty = "\"'\\n<script>é😀 ‏ע"
		self.write(insight(1, level="act", reasons=[reason(about=nasty)]))
		self.write(insight(2, level="act", reasons=[reason(about=nasty, x=nasty)]))
		(one,) = self.rows()
		self.assertEqual(json.loads(one.reasons)[0]["params"]["x"], nasty)
		self.assertEqual(json.loads(one.history)[1]["reasons"][0]["about"], nasty)

	def test_an_older_epoch_is_fenced_and_nothing_stored(self):
		answer = self.ask("write_back", epoch="old", items=[insight(1)])
		self.assertEqual(answer["error"]["code"], "site.fenced")
		self.assertEqual(self.rows(), [])

	def test_a_bad_item_names_its_place_and_nothing_is_stored(self):
		answer = self.ask("write_back", epoch=EPOCH, items=[insight(1), {**insight(2), "revision": "Lina"}])
		self.assertEqual(answer["status"], 422)
		self.assertIn("items.1", answer["error"]["message"])
		self.assertNotIn("Lina", answer["error"]["message"])
		self.assertEqual(self.rows(), [])

	def test_fields_are_sealed_compared_and_leave_modified_alone(self):
		modified = frappe.db.get_value("Student", RO, "modified")
		self.assertEqual(self.write(fields(2, ai_performance_insights={"level": "act"})), ["stored"])
		self.assertEqual(self.write(fields(3, ai_performance_insights={"level": "act"})), ["unchanged"])
		# The second said the same and counts all the same: what comes later is older than that.
		self.assertEqual(self.write(fields(2, ai_performance_insights={"level": "old"})), ["stale"])
		stored, after = frappe.db.get_value("Student", RO, ["ai_performance_insights", "modified"])
		self.assertNotIn("act", stored.replace('"act', ""))
		self.assertEqual(unseal(stored, "Student", RO, "ai_performance_insights"), {"level": "act"})
		self.assertEqual(after, modified)

	def test_fields_of_people_and_fields_that_are_not_ours_are_refused(self):
		for values in ({"ai_preferences_settings": {}}, {"first_name": "x"}, {}):
			self.assertEqual(self.write(fields(1, **values)), ["fields.refused"])

	def test_assessment_insights_and_engagement_follow_the_same_rules(self):
		row("Assessment Result", "CX-RES", student=RO, course=COURSE, docstatus=1)
		item = assessment(2)
		session = {
			"kind": "engagement",
			"revision": 2,
			"address": {"session": "cx-s"},
			"values": {
				"student": RO,
				"session_date": "2026-11-20",
				"interaction_duration": 3,
				"questions_asked": 2,
				"concepts_explored": ["x"],
				"help_requests": 0,
				"independence_score": 0.5,
			},
		}
		newer = {**item, "revision": 3, "values": {**item["values"], "confidence": "sure"}}
		later = {**session, "revision": 3, "values": {**session["values"], "questions_asked": 4}}
		self.assertEqual(self.write(item, session), ["stored", "stored"])
		self.assertEqual(self.write(item, session), ["unchanged", "unchanged"])
		self.assertEqual(self.write(newer, later), ["stored", "stored"])
		self.assertEqual(self.write(item, session), ["stale", "stale"])
		self.assertEqual(
			self.write({"kind": "withdraw", "revision": 4, "address": item["address"]}), ["stored"]
		)

	def test_open_panels_of_the_pupil_and_of_the_classes_and_groups_are_told_after_the_commit(self):
		address = {"target_doctype": "Course", "target": COURSE, "insight": "class", "student_group": GROUP}
		self.write(insight(1, **address))
		told = []
		with patch(
			"frappe.publish_realtime", lambda event, message, **options: told.append((event, options))
		):
			self.write(insight(2))
		day = frappe.utils.today()
		rooms = {options["room"] for event, options in told if event == channels.EVENT}
		panels = [
			("Student", RO),
			*[("Course", channels.class_name(COURSE, group, "")) for group in (GROUP, "")],
			("Student Group", GROUP),
		]
		for panel in panels:
			self.assertIn(f"task_progress:{channels.channel(*panel, day)}", rooms)
		# Each also in the room of the day before.
		self.assertEqual(len(rooms), 2 * len(panels))
		self.assertTrue(all(options["after_commit"] for _event, options in told))
