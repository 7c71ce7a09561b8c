"""A snapshot answers with exactly the listed fields, and its row sums are those of the digest."""

from unittest.mock import patch

import frappe

from education_ai import watched
from education_ai.tests.contract_case import COURSE, EPOCH, GROUP, RO, SU, ContractCase
from education_ai.tests.small_school import row


class TestSnapshot(ContractCase):
	def snapshot(self, doctype: str, **chosen) -> dict:
		return self.ask("snapshot", epoch=EPOCH, doctype=doctype, **chosen)

	def names(self, doctype: str, **chosen) -> list[str]:
		return [one["name"] for one in self.snapshot(doctype, **chosen)["rows"]]

	def digest(self, doctype: str, **asked) -> dict:
		return self.ask("digest", epoch=EPOCH, doctype=doctype, **asked)

	def sums(self, doctype: str) -> dict[str, int]:
		"""Row sums by name, from the digest's pages."""
		found, after = {}, ""
		while after is not None:
			page = self.digest(doctype, modified_from="2000-01-01 00:00:00", after=after)
			found |= {one["name"]: one["row_sum"] for one in page["rows"]}
			after = page["next"]
		return found

	def test_answers_the_listed_fields_with_children_and_nothing_else(self):
		for source in watched.watched().values():
			answer = self.snapshot(source.doctype, after="")
			for one in answer["rows"][:3]:
				fields = {field.name for field in source.fields} | {child.field for child in source.children}
				fields |= set(source.opened)
				self.assertEqual(set(one), fields | {"name", "modified", "docstatus", "row_sum"})
		group = self.snapshot("Student Group", names=[GROUP])["rows"][0]
		self.assertEqual(group["students"], [{"student": RO, "active": 1}, {"student": SU, "active": 1}])

	def test_dates_and_times_are_the_site_s_own_text(self):
		row("Course Schedule", "CX-L", schedule_date="2026-11-02", from_time="09:05:00", to_time="10:00:00")
		lesson = self.snapshot("Course Schedule", names=["CX-L"])["rows"][0]
		self.assertEqual((lesson["schedule_date"], lesson["from_time"]), ("2026-11-02", "09:05:00"))
		self.assertRegex(lesson["modified"], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$")

	def test_a_name_that_differs_in_case_or_accents_is_gone_and_the_other_is_given_as_itself(self):
		row("Course", "CX École", course_name="CX École")
		answer = self.snapshot("Course", names=["CX Ecole", "cx école", "CX nowhere"])
		self.assertEqual([one["name"] for one in answer["rows"]], ["CX École"])
		self.assertEqual(answer["gone"], ["CX Ecole", "cx école", "CX nowhere"])

	def test_pages_go_through_every_document_once(self):
		seen, after = [], ""
		while after is not None:
			page = self.snapshot("Student", after=after)
			seen += [one["name"] for one in page["rows"]]
			after = page["next"]
		self.assertEqual(len(seen), len(set(seen)))
		self.assertEqual(len(seen), frappe.db.count("Student"))

	def test_rows_that_point_to_pupils_come_by_pupil(self):
		row("Student Attendance", "CX-A1", student=RO, date="2026-11-02", status="Absent", docstatus=1)
		row("Student Attendance", "CX-A2", student=SU, date="2026-11-02", status="Present", docstatus=1)
		answer = self.snapshot("Student Attendance", students=[RO])
		self.assertEqual([one["name"] for one in answer["rows"]], ["CX-A1"])
		self.assertEqual(self.snapshot("Course", students=[RO])["status"], 422)

	def test_groups_come_by_the_pupils_they_list_and_never_by_one_who_is_left_out(self):
		self.assertEqual(self.names("Student Group", students=[SU, "CX nobody"]), [GROUP])
		row("AI Exclusion", "CX-X", target_student=SU)
		self.assertEqual(self.names("Student Group", students=[SU]), [])
		self.assertEqual(self.names("Student Group", students=[RO]), [GROUP])

	def test_rows_that_point_to_pupils_come_by_year_where_they_have_one(self):
		for year in ("CX 2025", "CX 2026"):
			row("Assessment Result", f"CX-R {year}", student=RO, academic_year=year, docstatus=1)
		row("Assessment Result", "CX-R other", student=SU, academic_year="CX 2026", docstatus=1)
		of_year = {"students": [RO], "academic_year": "CX 2026"}
		self.assertEqual(self.names("Assessment Result", **of_year), ["CX-R CX 2026"])
		self.assertEqual(self.snapshot("Student Attendance", **of_year)["status"], 422)
		self.assertEqual(self.snapshot("Assessment Result", after="", academic_year="x")["status"], 422)

	def test_lessons_come_by_group_instructor_and_days_with_both_days(self):
		for day in (1, 2, 3):
			lesson = {"student_group": GROUP, "instructor": f"CX-I{day % 2}"}
			row("Course Schedule", f"CX-L{day}", schedule_date=f"2026-11-0{day}", **lesson)
		row("Course Schedule", "CX-L0", student_group="CX other", instructor="CX-I0")
		every = {"student_group": None, "instructor": None, "from_date": None, "to_date": None, "after": ""}
		for asked, lessons in (
			({"student_group": GROUP}, ["CX-L1", "CX-L2", "CX-L3"]),
			({"instructor": "CX-I0"}, ["CX-L0", "CX-L2"]),
			({"student_group": GROUP, "instructor": "CX-I1", "from_date": "2026-11-02"}, ["CX-L3"]),
			({"student_group": GROUP, "to_date": "2026-11-02"}, ["CX-L1", "CX-L2"]),
			({"student_group": GROUP, "after": "CX-L1"}, ["CX-L2", "CX-L3"]),
		):
			with self.subTest(asked=asked):
				self.assertEqual(self.names("Course Schedule", lessons={**every, **asked}), lessons)
		self.assertEqual(self.snapshot("Course", lessons=every)["status"], 422)
		self.assertEqual(self.snapshot("Course Schedule", lessons={**every, "to_date": "x"})["status"], 422)

	def test_lessons_come_in_pages(self):
		for day in (1, 2, 3):
			row("Course Schedule", f"CX-L{day}", student_group=GROUP, schedule_date=f"2026-11-0{day}")
		every = {"student_group": GROUP, "instructor": None, "from_date": None, "to_date": None}
		with patch("education_ai.contract.snapshot.PAGE_FLAT", 2):
			first = self.snapshot("Course Schedule", lessons={**every, "after": ""})
			second = self.snapshot("Course Schedule", lessons={**every, "after": first["next"]})
		self.assertEqual([one["name"] for one in first["rows"] + second["rows"]], ["CX-L1", "CX-L2", "CX-L3"])
		self.assertEqual((first["next"], second["next"]), ("CX-L2", None))

	def test_further_questions_are_answered_in_their_order_as_each_by_itself(self):
		asked = [
			{"doctype": "Student Group", "students": [RO]},
			{"doctype": "Course", "names": ["CX nowhere"]},
		]
		answer = self.snapshot("Student", names=[RO], also=asked)
		self.assertEqual(answer.pop("also"), [self.snapshot(**question) for question in asked])
		self.assertEqual(answer, self.snapshot("Student", names=[RO]))
		self.assertEqual(
			self.snapshot("Student", names=[RO], also=[{"doctype": "User", "names": []}])["status"], 422
		)

	def test_row_sums_of_snapshot_and_digest_are_equal_for_every_doctype(self):
		for doctype in watched.watched():
			rows = self.snapshot(doctype, after="")["rows"]
			sums = self.sums(doctype)
			self.assertEqual(
				{one["name"]: sums[one["name"]] for one in rows},
				{one["name"]: one["row_sum"] for one in rows},
			)

	def test_a_row_sum_sees_sql_that_leaves_modified_alone_in_rows_and_in_children_rule_19(self):
		before = self.sums("Student Group")[GROUP]
		frappe.db.sql(
			"update `tabStudent Group Student` set active = 0 where parent = %s and student = %s", (GROUP, SU)
		)
		changed = self.sums("Student Group")[GROUP]
		frappe.db.sql("update `tabStudent Group` set batch = 'B' where name = %s", GROUP)
		self.assertEqual(len({before, changed, self.sums("Student Group")[GROUP]}), 3)

	def test_a_row_sum_tells_null_from_empty_and_ignores_our_own_fields(self):
		sums = [self.sums("Course")[COURSE]]
		frappe.db.sql("update `tabCourse` set ai_content_mapping = '{}' where name = %s", COURSE)
		self.assertEqual(self.sums("Course")[COURSE], sums[0])
		frappe.db.sql("update `tabCourse` set department = '' where name = %s", COURSE)
		self.assertNotEqual(self.sums("Course")[COURSE], sums[0])

	def test_buckets_add_up_and_a_bucket_names_its_rows(self):
		whole = self.digest("Student", buckets=True)
		self.assertEqual(sum(bucket["count"] for bucket in whole["buckets"]), whole["count"])
		bucket = whole["buckets"][0]
		rows = self.digest("Student", bucket=bucket["bucket"])["rows"]
		self.assertEqual((len(rows), sum(one["row_sum"] for one in rows)), (bucket["count"], bucket["sum"]))

	def test_what_is_not_watched_is_refused(self):
		for doctype in ("User", "Student Log", "Fees", "AI Exclusion"):
			self.assertEqual(self.snapshot(doctype, after="")["error"]["code"], "contract.invalid")

	def test_exactly_one_way_to_choose_and_never_too_many(self):
		for chosen in ({}, {"names": [], "after": ""}, {"names": ["x"] * 51}):
			self.assertEqual(self.snapshot("Student", **chosen)["status"], 422)

	def test_an_older_epoch_is_fenced(self):
		answer = self.ask("snapshot", epoch="old", doctype="Student", names=[])
		self.assertEqual(answer["error"]["code"], "site.fenced")
