"""A pupil who is left out, deleted or merged away leaves nothing behind in what we wrote."""

import json
from unittest.mock import patch

import frappe

from education_ai import exclusion
from education_ai.sealing import seal
from education_ai.tests.contract_case import COURSE, EPOCH, GROUP, RO, SU, ContractCase
from education_ai.tests.small_school import insight, row
from education_ai.tests.test_write_back import insight as item

MI = "CX-STU-MI"
RESULTS = {RO: "CX-RES-1", SU: "CX-RES-2"}

OF_SEVERAL = ("cx-class", "cx-group")


class TestErasure(ContractCase):
	def setUp(self) -> None:
		super().setUp()
		for student in (RO, SU):
			insight(f"cx-i-{student}", "Student", student, "attendance", target_student=student)
			row("Assessment Result", RESULTS[student], student=student, course=COURSE, docstatus=1)
			row("Assessment Insight", f"cx-a-{student}", assessment_result=f"CX-{student}", student=student)
			row("AI Engagement Log", f"cx-e-{student}", session=f"CX-{student}", student=student)
			about = {"ref_doctype": "Student", "ref_name": student, "target_student": student}
			row("AI Conflict", f"cx-c-{student}", title="x", status="Open", **about)
			value = seal({"x": 1}, "Student", student, "ai_performance_insights")
			frappe.db.set_value("Student", student, "ai_performance_insights", value, update_modified=False)
		row("ToDo", "cx-open", description="ask", status="Open", reference_type="Student", reference_name=RO)
		row("ToDo", "cx-own", description="mine", status="Open", reference_type="Student", reference_name=RO)
		frappe.db.set_value("AI Insight", f"cx-i-{RO}", "action", "cx-open")
		reasons = [
			{"code": "class.first", "about": student, "params": {"student": student}, "evidence": None}
			for student in (RO, SU)
		]
		rows_behind = {"doctype": "Assessment Result", "names": list(RESULTS.values())}
		reasons.append(
			{"code": "class.part", "about": "c", "params": {"percent": 41}, "evidence": rows_behind}
		)
		insight("cx-class", "Course", COURSE, "class", student_group=GROUP)
		insight("cx-group", "Student Group", GROUP, "group", student_group=GROUP)
		said = [{key: reason[key] for key in ("code", "about", "params")} for reason in reasons]
		history = json.dumps([{"day": "2026-11-01", "level": "watch", "reasons": said}])
		for name in OF_SEVERAL:
			frappe.db.set_value("AI Insight", name, {"reasons": json.dumps(reasons), "history": history})

	def left_of(self, student: str) -> list[str]:
		"""Every trace of a pupil in what we wrote."""
		found = []
		for doctype, column in (
			("AI Insight", "target"),
			("AI Insight", "target_student"),
			("Assessment Insight", "student"),
			("AI Engagement Log", "student"),
			("AI Conflict", "target_student"),
			("AI Conflict", "ref_name"),
		):
			found += frappe.get_all(doctype, filters={column: student}, pluck="name")
		for name in OF_SEVERAL:
			reasons, history = frappe.db.get_value("AI Insight", name, ["reasons", "history"])
			found += [name] if student in reasons + history else []
		return found

	def ref_rows(self) -> list[tuple]:
		return list(
			frappe.db.sql("select ref_doctype, ref_name, event from `tabAI Sync Event` order by name")
		)

	def exclude(self, student: str = RO) -> None:
		exclusion.exclude(student)

	def test_leaving_a_pupil_out_erases_what_was_written_and_notes_one_change(self):
		self.exclude()
		self.assertEqual(self.left_of(RO), [])
		self.assertEqual(len(self.left_of(SU)), 8)
		self.assertIsNone(frappe.db.get_value("Student", RO, "ai_performance_insights"))
		self.assertTrue(frappe.db.get_value("Student", SU, "ai_performance_insights"))
		self.assertEqual(self.ref_rows(), [("Student", RO, "update")])
		exclusion.exclude(RO)
		self.assertEqual(frappe.db.count("AI Exclusion", {"target_student": RO}), 1)

	def test_what_is_said_about_the_class_as_a_whole_stays(self):
		self.exclude()
		reasons = json.loads(frappe.db.get_value("AI Insight", "cx-class", "reasons"))
		self.assertEqual([reason["about"] for reason in reasons], [SU, "c"])
		self.assertEqual(reasons[1]["evidence"]["names"], [RESULTS[SU]])

	def test_only_steps_of_ours_go_also_when_they_are_done(self):
		frappe.db.set_value("AI Insight", f"cx-i-{RO}", "action", "cx-done")
		row(
			"ToDo",
			"cx-done",
			description="asked",
			status="Closed",
			reference_type="Student",
			reference_name=RO,
		)
		insight("cx-marks", "Student", RO, "marks", target_student=RO, action="cx-open")
		self.exclude()
		self.assertFalse(frappe.db.exists("ToDo", "cx-open"))
		self.assertFalse(frappe.db.exists("ToDo", "cx-done"))
		self.assertTrue(frappe.db.exists("ToDo", "cx-own"))

	def test_what_people_attached_to_an_insight_goes_with_it(self):
		for student in (RO, SU):
			about = {"reference_doctype": "AI Insight", "reference_name": f"cx-i-{student}"}
			row("Comment", f"cx-c-{student}", content="spoke with the family", **about)
			task = {"reference_type": "AI Insight", "reference_name": f"cx-i-{student}"}
			row("ToDo", f"cx-t-{student}", description="a rule of the site", status="Open", **task)
		self.exclude()
		left = frappe.get_all("Comment", {"name": ("like", "cx-c-%")}, pluck="name")
		left += frappe.get_all("ToDo", {"name": ("like", "cx-t-%")}, pluck="name")
		self.assertEqual(left, [f"cx-c-{SU}", f"cx-t-{SU}"])

	def test_a_late_withdrawal_leaves_no_trace_of_a_pupil_left_out(self):
		self.exclude()
		address = item(1)["address"]
		gone = [{"kind": "withdraw", "revision": 7, "address": address}]
		answer = self.ask("write_back", epoch=EPOCH, items=gone)
		self.assertEqual(answer["results"], [{"outcome": "unchanged", "code": None}])
		self.assertEqual(self.left_of(RO), [])

	def test_what_was_written_while_a_pupil_was_being_erased_goes_with_its_withdrawal(self):
		said, assessment = item(1)["address"], {"assessment_result": RESULTS[RO]}
		gone = [{"kind": "withdraw", "revision": 7, "address": address} for address in (said, assessment)]
		for erase in (self.exclude, self.delete):
			erase()
			self.write_late()
			self.assertEqual(len(self.left_of(RO)), 3)
			answer = self.ask("write_back", epoch=EPOCH, items=gone)
			self.assertEqual([result["outcome"] for result in answer["results"]], ["stored", "stored"])
			self.assertEqual(self.left_of(RO), [])

	def delete(self) -> None:
		frappe.db.delete("AI Exclusion", {"target_student": RO})
		frappe.db.delete("Assessment Result", {"student": RO})
		frappe.db.delete("Student", {"name": RO})

	def write_late(self) -> None:
		"""As a request does that began before the erasure was committed."""
		insight("cx-late", "Student", RO, "attendance", target_student=RO, academic_term=None)
		row("Assessment Insight", "cx-late", assessment_result=RESULTS[RO], student=RO)

	def test_the_copies_that_frappe_keeps_of_deleted_records_hold_no_sealed_value(self):
		for student in (RO, SU):
			sealed = seal({"x": 2}, "Program Enrollment", f"CX-PE-{student}", "ai_learning_path")
			row("Program Enrollment", f"CX-PE-{student}", student=student, ai_learning_path=sealed)
		frappe.delete_doc("Program Enrollment", f"CX-PE-{RO}")
		frappe.db.delete("Student Group Student", {"student": RO})
		frappe.db.delete("Assessment Result", {"student": RO})
		frappe.delete_doc("Student", RO)
		names = (RO, f"CX-PE-{RO}")
		copies = frappe.get_all("Deleted Document", {"deleted_name": ("in", names)}, pluck="data")
		self.assertEqual(len(copies), 2)
		self.assertFalse([copy for copy in copies if "sealed" in copy])

	def test_a_pupil_left_out_is_answered_as_gone_with_every_row_that_points_to_them(self):
		row("Student Attendance", "CX-A1", student=RO, date="2026-11-02", status="Absent", docstatus=1)
		before = self.ask("digest", epoch=EPOCH, doctype="Student")["count"]
		self.exclude()

		def ask(doctype: str, **chosen) -> dict:
			return self.ask("snapshot", epoch=EPOCH, doctype=doctype, **chosen)

		self.assertEqual(ask("Student", names=[RO])["gone"], [RO])
		self.assertEqual(ask("Student Attendance", names=["CX-A1"])["gone"], ["CX-A1"])
		self.assertEqual(ask("Student Attendance", students=[RO])["rows"], [])
		members = ask("Student Group", names=[GROUP])["rows"][0]["students"]
		self.assertEqual([one["student"] for one in members], [SU])
		self.assertEqual(self.ask("digest", epoch=EPOCH, doctype="Student")["count"], before - 1)

	def test_nothing_is_written_about_a_pupil_left_out_and_the_sidecar_is_told_to_erase(self):
		self.exclude()
		answer = self.ask("write_back", epoch=EPOCH, items=[item(1)])
		self.assertEqual(answer["results"], [{"outcome": "error", "code": "target.excluded"}])
		report = self.ask("report", epoch=EPOCH, checks=[], dead=[], lag_seconds=0)
		self.assertIn(RO, report["erase"])

	def test_taken_in_again_the_records_are_read_anew(self):
		self.exclude()
		frappe.db.delete("AI Sync Event")
		exclusion.include(RO)
		self.assertEqual(self.ref_rows(), [("Student", RO, "insert"), ("Student Group", GROUP, "update")])
		answer = self.ask("snapshot", epoch=EPOCH, doctype="Student", names=[RO])
		self.assertEqual([one["name"] for one in answer["rows"]], [RO])

	def test_only_an_education_manager_decides(self):
		row("User", "cx.academics@school.example", email="cx.academics@school.example", enabled=1)
		frappe.set_user("cx.academics@school.example")
		self.assertRaises(frappe.PermissionError, exclusion.exclude, RO)
		self.assertRaises(frappe.PermissionError, exclusion.include, RO)

	def test_deleting_a_student_works_and_takes_everything_along_for_good_rule_5(self):
		frappe.db.delete("Student Group Student", {"student": RO})
		frappe.db.delete("Assessment Result", {"student": RO})
		frappe.delete_doc("Student", RO)
		self.assertEqual(self.left_of(RO), [])
		kept = frappe.get_all(
			"Deleted Document", filters={"deleted_doctype": ("like", "%Insight%")}, pluck="data"
		)
		self.assertFalse([data for data in kept if RO in data])

	def test_a_merge_leaves_the_surviving_pupil_s_insights_alone_rule_5(self):
		with patch("frappe.enqueue"):
			frappe.rename_doc("Student", RO, SU, merge=True, show_alert=False, rebuild_search=False)
		self.assertEqual(self.left_of(RO), [])
		self.assertEqual(frappe.get_all("AI Insight", {"target_student": SU}, pluck="name"), [f"cx-i-{SU}"])

	def test_a_pupil_left_out_who_is_merged_into_another_record_takes_that_one_out_too(self):
		self.exclude()
		with patch("frappe.enqueue"):
			frappe.rename_doc("Student", RO, SU, merge=True, show_alert=False, rebuild_search=False)
		self.assertEqual(exclusion.excluded() & {RO, SU}, {SU})
		self.assertEqual(self.left_of(SU), [])

	def test_a_rename_takes_the_insights_along(self):
		with patch("frappe.enqueue"):
			frappe.rename_doc("Student", RO, "CX-STU-NEW", show_alert=False, rebuild_search=False)
		one = frappe.get_doc("AI Insight", f"cx-i-{RO}")
		self.assertEqual((one.target, one.target_student), ("CX-STU-NEW", "CX-STU-NEW"))

	def test_deleting_a_class_takes_what_was_said_about_it(self):
		frappe.db.delete("Student Group Student", {"parent": GROUP})
		frappe.delete_doc("Student Group", GROUP)
		self.assertFalse(frappe.db.exists("AI Insight", "cx-class"))

	def wish(self, name: str, student: str, other: str, wish: str, day: str = "2026-11-02") -> None:
		pair = {"student_group": GROUP, "target_student": student, "other_student": other}
		row("AI Peer Wish", name, wish=wish, creation=f"{day} 08:00:00", **pair)

	def wishes(self) -> list[tuple]:
		return list(
			frappe.db.sql("select name, target_student, other_student from `tabAI Peer Wish` order by name")
		)

	def test_with_whom_a_pupil_was_to_learn_goes_with_the_pupil_and_the_sidecar_hears_of_it(self):
		row("Student", MI, student_name=MI, enabled=1)
		for go in (self.exclude, self.delete_document):
			frappe.db.delete("AI Sync Event")
			self.wish("cx-w-first", RO, SU, "Together")
			self.wish("cx-w-other", MI, RO, "Apart")
			self.wish("cx-w-stays", MI, SU, "Apart")
			go()
			self.assertEqual(self.wishes(), [("cx-w-stays", MI, SU)])
			gone = [event for event in self.ref_rows() if event[0] == "AI Peer Wish"]
			self.assertEqual(
				gone, [("AI Peer Wish", "cx-w-first", "delete"), ("AI Peer Wish", "cx-w-other", "delete")]
			)
			frappe.db.delete("AI Peer Wish")

	def delete_document(self) -> None:
		frappe.db.delete("AI Exclusion", {"target_student": RO})
		frappe.db.delete("Student Group Student", {"student": RO})
		frappe.db.delete("Assessment Result", {"student": RO})
		frappe.delete_doc("Student", RO)

	def test_with_whom_pupils_were_to_learn_goes_with_the_class(self):
		self.wish("cx-w", RO, SU, "Apart")
		frappe.db.delete("Student Group Student", {"parent": GROUP})
		frappe.delete_doc("Student Group", GROUP)
		self.assertEqual(self.wishes(), [])
		self.assertIn(("AI Peer Wish", "cx-w", "delete"), self.ref_rows())

	def test_after_a_merge_the_newest_wish_of_a_pair_holds_and_nobody_is_paired_with_the_same_pupil(self):
		row("Student", MI, student_name=MI, enabled=1)
		self.wish("cx-w-newer", SU, MI, "Apart", "2026-11-03")
		self.wish("cx-w-older", MI, RO, "Together", "2026-11-02")
		self.wish("cx-w-own", RO, SU, "Together", "2026-11-04")
		with patch("frappe.enqueue"):
			frappe.rename_doc("Student", RO, SU, merge=True, show_alert=False, rebuild_search=False)
		self.assertEqual(self.wishes(), [("cx-w-newer", SU, MI)])

	def test_a_rename_and_a_merge_of_classes_take_the_wishes_along(self):
		row("Student Group", "CX Old", student_group_name="CX Old", disabled=0)
		self.wish("cx-w", RO, SU, "Apart")
		frappe.db.set_value("AI Peer Wish", "cx-w", "student_group", "CX Old", update_modified=False)
		self.wish("cx-w-newer", SU, RO, "Together", "2026-11-03")
		with patch("frappe.enqueue"):
			frappe.rename_doc(
				"Student Group", "CX Old", GROUP, merge=True, show_alert=False, rebuild_search=False
			)
		self.assertEqual(self.wishes(), [("cx-w-newer", SU, RO)])
		with patch("frappe.enqueue"):
			frappe.rename_doc("Student", RO, MI, show_alert=False, rebuild_search=False)
		self.assertEqual(self.wishes(), [("cx-w-newer", SU, MI)])
