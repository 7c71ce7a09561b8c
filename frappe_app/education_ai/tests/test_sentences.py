"""What a reader is told: the right words for the reader, and nothing a name or a translation could slip in."""

from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase

from education_ai import sentences
from education_ai.sentences import Speaker, fill, shown_date, shown_number, shown_text, shown_weekday

CATALOGUE = {
	"test.weekday": {
		"section": "why",
		"title": "Attendance in {course}",
		"params": {"absent": "count", "weekday": "weekday", "course": "course"},
		"staff": "Absences on {weekday}: {absent}.",
		"headline": "absences on {weekday}: {absent}",
		"student": None,
		"guardian": "Days missed on {weekday}: {absent}.",
		"evidence": "Show days: {count}",
	},
	"test.step": {
		"section": "step",
		"title": "",
		"params": {"student": "student"},
		"staff": "Talk with {student}.",
		"student": None,
		"guardian": None,
	},
}
WEEKDAY = {
	"code": "test.weekday",
	"about": "0",
	"params": {"absent": 6, "weekday": 0, "course": "Mathematics"},
	"evidence": {"doctype": "Student Attendance", "names": ["a", "b"]},
}


class TestSentences(FrappeTestCase):
	def setUp(self):
		frappe.local.lang = "en"
		patched = patch.object(sentences, "catalogue", lambda: CATALOGUE)
		patched.start()
		self.addCleanup(patched.stop)

	def test_every_reader_gets_the_text_made_for_them_or_none(self):
		self.assertEqual(Speaker("staff").text(WEEKDAY), "Absences on Monday: 6.")
		self.assertEqual(Speaker("guardian").text(WEEKDAY), "Days missed on Monday: 6.")
		self.assertIsNone(Speaker("student").text(WEEKDAY))

	def test_without_a_text_for_the_reader_there_is_no_title_headline_or_button_either(self):
		pupil = Speaker("student")
		self.assertEqual(
			(pupil.title(WEEKDAY), pupil.headline(WEEKDAY), pupil.button(WEEKDAY)), (None, None, None)
		)
		self.assertIsNone(Speaker("guardian").headline(WEEKDAY), "headlines are for staff")

	def test_the_button_counts_the_rows_it_opens(self):
		self.assertEqual(Speaker("staff").button(WEEKDAY), "Show days: 2")
		self.assertIsNone(Speaker("staff").button({**WEEKDAY, "evidence": None}))

	def test_an_unknown_code_or_a_missing_or_broken_value_is_not_shown(self):
		staff = Speaker("staff")
		self.assertIsNone(staff.text({"code": "test.unknown", "params": {}}))
		self.assertIsNone(staff.text({"params": {}}))
		self.assertIsNone(staff.text({**WEEKDAY, "params": {"absent": 6, "course": "Mathematics"}}))
		self.assertIsNone(staff.text({**WEEKDAY, "params": {**WEEKDAY["params"], "weekday": "x"}}))

	def test_a_pupil_is_named_as_the_site_names_them(self):
		said = {"code": "test.step", "params": {"student": "EDU-STU-1"}}
		self.assertEqual(Speaker("staff", {"EDU-STU-1": "Lina Haddad"}).text(said), "Talk with Lina Haddad.")
		self.assertEqual(Speaker("staff").text(said), "Talk with EDU-STU-1.")

	def test_braces_and_format_tricks_in_a_name_stay_what_they_are(self):
		names = {"S": "{weekday} {0.__class__} <script>"}
		said = {"code": "test.step", "params": {"student": "S"}}
		self.assertEqual(Speaker("staff", names).text(said), "Talk with {weekday} {0.__class__} <script>.")

	def test_a_translation_cannot_reach_beyond_its_values(self):
		self.assertEqual(fill("{name.__class__} {name}", {"name": "x"}), "{name.__class__} x")
		self.assertIsNone(fill("{other}", {"name": "x"}))

	def test_a_name_written_from_right_to_left_does_not_turn_the_sentence_around(self):
		self.assertEqual(shown_text("ليلى"), "\u2068ليلى\u2069")
		self.assertEqual(shown_text("Li\u202ena\n"), "Lina")

	def test_numbers_are_whole(self):
		self.assertEqual(
			[shown_number(n) for n in (84, 83.6, 0.5, -2.5, "12")], ["84", "84", "1", "-3", "12"]
		)

	def test_a_day_is_named_in_the_readers_language_and_order(self):
		with patch.object(sentences, "get_user_date_format", lambda: "dd-mm-yyyy"):
			self.assertEqual(shown_date("2026-11-20"), "Fri 20 Nov")
			frappe.local.lang = "de"
			self.assertEqual(shown_weekday(4), "Freitag")
		with patch.object(sentences, "get_user_date_format", lambda: "mm/dd/yyyy"):
			frappe.local.lang = "en"
			self.assertEqual(shown_date("2026-11-20"), "Fri Nov 20")
			frappe.local.lang = "xx-unknown"
			self.assertEqual(shown_weekday(0), "Monday")


class TestCatalogue(FrappeTestCase):
	"""The sentences that ship."""

	def test_every_sentence_can_be_said_with_the_values_it_declares(self):
		values = {"student": "S", "date": "2026-11-20", "weekday": 2}
		for code, sentence in sentences.catalogue().items():
			params = {name: values.get(kind, 7) for name, kind in sentence["params"].items()}
			for audience in ("staff", "student", "guardian"):
				with self.subTest(code=code, audience=audience):
					said = Speaker(audience, {"S": "Lina"}).text({"code": code, "params": params})
					self.assertEqual(bool(said), bool(sentence.get(audience)))
					self.assertNotIn("{", said or "")

	def test_no_sentence_has_a_type_or_a_section_that_is_not_known(self):
		kinds = {*sentences.SHOWN_AS, "student"}
		for code, sentence in sentences.catalogue().items():
			with self.subTest(code=code):
				self.assertLessEqual(set(sentence["params"].values()), kinds)
