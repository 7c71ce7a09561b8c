"""How a panel is composed from insights: order, headline, states and what is merged or left out."""

from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase

from education_ai import sentences
from education_ai.panels.charts import drawn, merged
from education_ai.panels.classes import ALL, Class, choose, together
from education_ai.panels.composition import Insight, as_sentence
from education_ai.panels.rows import as_insight
from education_ai.panels.site import Freshness
from education_ai.panels.student import compose
from education_ai.panels.who_first import not_listed
from education_ai.sentences import Speaker


def sentence(section: str, **more) -> dict:
	return {
		"section": section,
		"title": section,
		"params": {"n": "count"},
		"staff": f"{section} {{n}}.",
		"student": None,
		"guardian": None,
		**more,
	}


CATALOGUE = {
	"why": sentence("why", headline="reason {n}", student="Goal {n}."),
	"why.quiet": sentence("why"),
	"strength": sentence("strength", student="Well done {n}."),
	"next": sentence("next", student="Forecast {n}."),
	"step": sentence("step", student="Do {n}."),
	"sure.rule_checked": sentence("sure"),
	"data.too_little": sentence("too_little"),
	"chart.marks": {"section": "chart", "title": "Marks", "params": {}},
	"chart.pupil": {"section": "chart", "title": "Pupil", "params": {}},
}
FRESH = Freshness(loaded=True, stale_since=None)


def said(code: str, n: int) -> dict:
	return {"code": code, "about": "", "params": {"n": n}, "evidence": None}


def insight(level: str, clarity: int, *reasons: dict, **more) -> Insight:
	values = {
		"name": f"{level}-{clarity}",
		"kind": "marks",
		"target": "S",
		"target_student": "S",
		"course": "Mathematics",
		"student_group": "",
		"academic_term": "",
		"chart": None,
		"records_to": "2026-11-20",
		"worked_out": "2026-11-20 10:00:00",
	}
	return Insight(**{**values, "level": level, "clarity": clarity, "reasons": list(reasons), **more})


class PanelCase(FrappeTestCase):
	def setUp(self):
		frappe.local.lang = "en"
		patched = patch.object(sentences, "catalogue", lambda: CATALOGUE)
		patched.start()
		self.addCleanup(patched.stop)

	def panel(self, *insights: Insight, audience: str = "staff", fresh: Freshness = FRESH) -> dict:
		return compose(list(insights), Speaker(audience), fresh, "Lina")


class TestStudentPanel(PanelCase):
	def test_the_headline_is_the_clearest_reasons_at_the_highest_level(self):
		panel = self.panel(
			insight("watch", 99, said("why", 1)),
			insight("act", 40, said("why", 2), said("why", 3), said("step", 1)),
			insight("act", 90, said("why.quiet", 9), said("why", 4)),
			insight("act", 10, said("why", 5)),
		)
		self.assertEqual(panel["headline"], {"text": "Reason 4, and reason 2.", "step": "step 1."})
		self.assertEqual(panel["level"], "act")

	def test_reasons_are_listed_clearest_insight_first_and_each_once(self):
		panel = self.panel(
			insight("steady", 0, said("why", 1)),
			insight("act", 40, said("why", 2), said("why", 3)),
			insight("watch", 80, said("why", 2)),
		)
		self.assertEqual([row["text"] for row in panel["why"]], ["why 2.", "why 3.", "why 1."])
		self.assertEqual([row["reason"] for row in panel["why"]], [0, 1, 0])

	def test_a_steady_pupil_needs_no_step(self):
		panel = self.panel(insight("steady", 0, said("why", 1), said("step", 1)))
		self.assertEqual(panel["headline"], {"text": "Nothing in the records needs a step.", "step": None})

	def test_pupils_and_guardians_get_no_level_forecast_or_chart_whatever_a_sentence_says(self):
		panel = self.panel(
			insight("act", 90, said("why", 1), said("strength", 2), said("next", 3), said("step", 4)),
			audience="student",
		)
		self.assertIsNone(panel["level"])
		self.assertIsNone(panel["chart"])
		self.assertEqual((panel["next_test"], panel["how_sure"], panel["rule"]), ([], [], []))
		self.assertEqual(panel["headline"], {"text": "Well done 2.", "step": "Do 4."})
		self.assertNotIn("Forecast", str(panel))

	def test_the_state_says_what_is_known(self):
		nothing_yet = Freshness(loaded=False, stale_since=None)
		old = Freshness(loaded=True, stale_since="2026-11-18 09:00:00")
		self.assertEqual(self.panel(fresh=nothing_yet)["state"], "waiting")
		self.assertEqual(self.panel()["state"], "empty")
		little = insight("steady", 0, said("data.too_little", 1))
		self.assertEqual(self.panel(little)["state"], "too_little")
		self.assertIsNone(self.panel(little)["headline"])
		ready = insight("watch", 1, said("why", 1))
		self.assertEqual(self.panel(ready, little)["state"], "ready")
		stale = self.panel(ready, fresh=old)
		self.assertEqual((stale["state"], stale["stale_since"]), ("stale", "2026-11-18 09:00:00"))
		self.assertTrue(stale["why"], "a stale panel keeps what was said")

	def test_nothing_is_claimed_about_past_terms(self):
		self.assertEqual(self.panel()["track_record"], "Not yet checked against past terms here.")

	def test_an_early_warning_that_was_checked_here_is_left_out_of_what_was_not(self):
		panel = self.panel(insight("act", 90, said("why", 1), said("sure.rule_checked", 41)))
		self.assertEqual(
			panel["track_record"], "All but the early warning: not yet checked against past terms here."
		)

	def test_a_row_somebody_broke_by_hand_counts_as_saying_nothing(self):
		row = insight("act", 1).__dict__ | {
			"reasons": "{not json",
			"chart": "",
			"level": "",
			"records_to": None,
		}
		self.assertEqual((as_insight(row).reasons, as_insight(row).level), ([], "steady"))


class TestCharts(PanelCase):
	def line(self, *values: int | None) -> dict | None:
		chart = {
			"kind": "line",
			"code": "chart.marks",
			"labels": [f"2026-11-{10 + at}" for at in range(len(values))],
			"series": [{"code": "chart.pupil", "values": list(values)}],
		}
		return drawn(insight("act", 1, chart=chart), Speaker("staff"), 5)

	def test_a_line_needs_three_points(self):
		self.assertIsNone(self.line(60, None, 70))
		shown = self.line(60, 65, 70)
		self.assertEqual((shown["title"], shown["columns"]), ("Mathematics · Marks", ["Date", "Pupil"]))

	def test_bands_with_few_pupils_are_merged_with_their_smaller_neighbour(self):
		labels = ["0-39", "40-59", "60-79", "80-100"]
		self.assertEqual(merged(labels, [2, 6, 12, 6], 5), (["0–59", "60-79", "80-100"], [8, 12, 6]))
		self.assertEqual(merged(labels, [1, 1, 1, 1], 5), (["0–100"], [4]))
		self.assertEqual(merged(labels, [0, 5, 20, 0], 5), (labels, [0, 5, 20, 0]))


class TestCoursePanel(PanelCase):
	NEW = Class("G8", "Term 2", "2026-07-01")
	OLD = Class("G8", "Term 1", "2026-01-01")
	OTHER = Class("G9", "Term 2", "2026-07-01")

	def test_a_whole_school_reader_begins_with_all_groups_a_teacher_with_the_newest_class(self):
		classes = [self.NEW, self.OTHER, self.OLD]
		self.assertEqual(choose(classes, True, None, None), ALL)
		self.assertEqual(choose(classes, False, None, None), self.NEW)
		self.assertEqual(choose(classes, False, "G8", None), self.NEW)
		self.assertEqual(choose(classes, False, "G8", "Term 1"), self.OLD)

	def test_a_class_that_is_not_the_readers_cannot_be_chosen(self):
		self.assertIsNone(choose([self.NEW], False, "G9", "Term 2"))
		self.assertIsNone(choose([], False, None, None))

	def test_all_groups_are_those_of_the_newest_term(self):
		self.assertEqual(together([self.NEW, self.OTHER, self.OLD]), [self.NEW, self.OTHER])

	def test_not_being_listed_is_never_called_well(self):
		self.assertEqual(
			not_listed(16, 3),
			"Not listed: 16 with nothing in the records, 3 with too little data. "
			"Not listed does not mean all is well.",
		)

	def test_a_clause_becomes_a_sentence(self):
		self.assertEqual(as_sentence("absent 5 days"), "Absent 5 days.")
		self.assertEqual(as_sentence(""), "")
