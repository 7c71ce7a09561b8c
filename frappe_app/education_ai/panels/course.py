"""The panel of one course: one class of it, or all classes together for those who read the whole school."""

from collections.abc import Sequence

import frappe
from frappe import _
from frappe.utils import today

from education_ai import read_log
from education_ai.channels import channel, class_name
from education_ai.panels import fields
from education_ai.panels.charts import drawn
from education_ai.panels.classes import ALL, Class, choose, readable_classes, together
from education_ai.panels.composition import Insight, Line, in_section, lines, newest
from education_ai.panels.rows import class_insights
from education_ai.panels.settings import settings_of
from education_ai.panels.site import OFF, Freshness, freshness, minimum_group_size, shows_to
from education_ai.panels.who_first import group_sizes, standings, too_small, who_first
from education_ai.panels.wishes import Wishes, wishes
from education_ai.scope import scope
from education_ai.sealing import SealedRow, sealed_row
from education_ai.sentences import Speaker, fill, shown_text, student_names

# "All groups" stays a page: of the classes only the clearest are read and shown.
CLASSES_OF_ALL = 3
PARTS_OF_ALL = 6
DIFFICULTY, MAPPING = "ai_difficulty_profile", "ai_content_mapping"


def course_panel(name: str, student_group: str | None, academic_term: str | None) -> dict:
	"""403 for a reader without a class of this course, and for a class that is not theirs."""
	own = scope()
	classes = readable_classes(own, name)
	chosen = choose(classes, own.school, student_group, academic_term)
	if chosen is None or not (classes or frappe.db.exists("Course", name)):
		raise frappe.PermissionError
	if not shows_to("staff"):
		return OFF
	shown = together(classes) if chosen == ALL else [chosen]
	said = class_insights(name, [(one.student_group, one.academic_term) for one in shown], CLASSES_OF_ALL)
	groups = [one.student_group for one in shown]
	wanted = wishes()
	row = sealed_row("Course", name)
	return {
		"heading": {"course": name},
		"groups": [one.entry() for one in ([ALL] if own.school and len(classes) != 1 else []) + classes],
		"student_group": chosen.student_group,
		"academic_term": chosen.academic_term,
		"channel": channel("Course", class_name(name, chosen.student_group, chosen.academic_term), today()),
		"settings": settings_of(row),
		**compose(name, said, groups, freshness(), wanted),
		**content(row, chosen, wanted),
	}


def content(row: SealedRow | None, chosen: Class, wanted: Wishes) -> dict:
	"""How hard the parts are and which topics they belong to: of one class, or of the course as a whole.

	What is said of a class is opened for readers of that class; the whole course for those of the whole school.
	"""
	contents = fields.opened(row, [DIFFICULTY, MAPPING])
	of_course = contents[DIFFICULTY]
	place = (chosen.student_group, chosen.academic_term)
	said = (
		of_course.get("said", [])
		if chosen == ALL
		else next(
			(
				one["said"]
				for one in of_course.get("classes", [])
				if (one["student_group"], one["academic_term"]) == place
			),
			[],
		)
	)
	said = [] if "class" in wanted.hidden else said
	speaker = Speaker("staff")
	return {
		"difficulty": fields.rows(said, speaker, ("difficulty",)),
		"material": [line["text"] for line in fields.rows(said if wanted.steps else [], speaker, ("step",))],
		"mapping": fields.rows(contents[MAPPING].get("said", []), speaker, ("mapping",)),
	}


def compose(
	course: str,
	said: Sequence[Insight],
	groups: Sequence[str],
	fresh: Freshness,
	wanted: Wishes | None = None,
) -> dict:
	"""Everything but what to choose from; notes what its reader is shown, pupils listed "first" included.

	`groups` are all that are shown, `said` is about the clearest of them.
	"""
	wanted = wanted or Wishes()
	several = len(groups) > 1
	found_pupils = standings(groups, course, wanted)
	sizes = (
		group_sizes([insight.student_group for insight in said])
		if several
		else dict.fromkeys(groups, found_pupils.pupils)
	)
	minimum = minimum_group_size()
	small = [group for group, pupils in sizes.items() if 0 < pupils < minimum]
	pictured = wanted.shown(insight for insight in said if insight.student_group not in small)
	speaker = Speaker("staff", student_names(reason for insight in pictured for reason in insight.reasons))
	found = lines(pictured, speaker)
	who = who_first(found_pupils, course, wanted)
	listed = [read_log.Target("Student", row["student"]) for row in who["who_first"]]
	read_log.note([*map(read_log.target_of, pictured), *listed])
	too_little = [_row(line, several) for line in in_section(found, "too_little")]
	too_little += [too_small(group, sizes[group], minimum) for group in small]
	return {
		"state": state_of(said, found, who, too_little, fresh),
		"pupils": found_pupils.pupils,
		"tests": None if several else tests_of(pictured),
		"records_to": newest(insight.records_to for insight in said),
		"worked_out": newest(insight.worked_out for insight in said),
		"stale_since": fresh.stale_since,
		"headline": headline(found, several, wanted),
		**who,
		"parts": [
			line.row_with_evidence() | _row(line, several)
			for line in in_section(found, "part")[:PARTS_OF_ALL]
		],
		"chart": None if several else next((c for i in pictured if (c := drawn(i, speaker, minimum))), None),
		"steps": wanted.few([_text(line, several) for line in in_section(found, "step")]),
		"how_sure": [_row(line, several) for line in in_section(found, "sure")],
		"track_record": _("Not yet checked against past terms here."),
		"too_little": too_little,
		"hidden": wanted.said,
	}


def headline(found: Sequence[Line], several: bool, wanted: Wishes) -> dict | None:
	"""The class in one or two sentences; of several classes, the one with the clearest reason."""
	about = in_section(found, "class")
	if not about:
		return (
			None
			if "class" not in wanted.hidden
			else {"text": _("The class as a whole is not shown."), "step": None}
		)
	first = [line for line in about if line.insight.name == about[0].insight.name][: 1 if several else 2]
	steps = [line for line in in_section(found, "step") if line.insight.name == about[0].insight.name]
	text = " ".join(line.text for line in first)
	if several:
		text = fill(_("{group}: {text}"), {"group": shown_text(first[0].insight.student_group), "text": text})
	return {"text": text, "step": steps[0].text if steps and wanted.steps else None}


def state_of(
	said: Sequence[Insight], found: Sequence[Line], who: dict, too_little: Sequence[dict], fresh: Freshness
) -> str:
	if fresh.stale_since:
		return "stale"
	if not said:
		return "empty" if fresh.loaded else "waiting"
	if in_section(found, "class") or in_section(found, "part") or who["who_total"]:
		return "ready"
	return "too_little" if too_little else "empty"


def tests_of(said: Sequence[Insight]) -> int:
	"""How many tests these pictures rest on, as the analysis counted them."""
	return sum(
		max(
			(reason["params"]["tests"] for reason in insight.reasons if "tests" in reason.get("params", {})),
			default=0,
		)
		for insight in said
	)


def _row(line: Line, several: bool) -> dict[str, str]:
	title = f"{line.insight.student_group} · {line.title}" if several and line.title else line.title
	return {"title": title, "text": line.text}


def _text(line: Line, several: bool) -> str:
	if not several:
		return line.text
	return (
		fill(_("{group}: {text}"), {"group": shown_text(line.insight.student_group), "text": line.text}) or ""
	)
