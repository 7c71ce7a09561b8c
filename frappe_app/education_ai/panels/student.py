"""The panel of one pupil, composed for whoever opens it."""

import frappe
from frappe import _
from frappe.utils import today

from education_ai import editable, read_log
from education_ai.channels import channel
from education_ai.exclusion import decides
from education_ai.panels import fields
from education_ai.panels.charts import drawn
from education_ai.panels.composition import (
	Insight,
	Line,
	as_sentence,
	clearest,
	highest_level,
	in_section,
	lines,
	newest,
)
from education_ai.panels.rows import insights_of_student
from education_ai.panels.settings import settings_of
from education_ai.panels.site import OFF, Freshness, freshness, minimum_group_size, shows_to
from education_ai.panels.steps import steps_of
from education_ai.panels.wishes import Wishes, wishes
from education_ai.permissions import audience, knows_of_exclusions
from education_ai.sealing import SealedRow, sealed_row
from education_ai.sentences import Speaker, fill, shown_text, student_names
from education_ai.setting_kinds import shown_value

# A headline of more than two clauses is no longer one sentence.
HEADLINE_CLAUSES = 2
PREFERENCES = "ai_preferences_settings"
PROFILE, SESSIONS = "ai_learning_profile", "ai_interaction_summary"


def student_panel(name: str) -> dict:
	"""One panel, one request. 403 for a reader without business, and for a name that does not exist."""
	reader = audience(None, name)
	if reader is None:
		raise frappe.PermissionError
	pupil = frappe.db.sql(
		"""select s.name, s.student_name, exists (select 1 from `tabAI Exclusion` e where e.target_student = s.name)
		from `tabStudent` s where s.name = %s""",
		name,
	)
	if not pupil:
		raise frappe.PermissionError
	# MariaDB finds a name in any case; the room and the rows are those of the name as it is.
	name, student_name, excluded = pupil[0]
	if not shows_to(reader) or (excluded and not knows_of_exclusions()):
		return OFF
	insights = [] if excluded else insights_of_student(name)
	shown_name = student_name or name
	speaker = Speaker(reader, student_names((r for i in insights for r in i.reasons), {name: shown_name}))
	wanted = wishes() if reader == "staff" else Wishes()
	panel = compose(wanted.shown(insights), speaker, freshness(), shown_text(shown_name), wanted)
	panel["acted"] = steps_of(wanted.shown(insights)) if reader == "staff" else []
	row = sealed_row("Student", name)
	panel["profile"] = [] if excluded else profile(row, speaker, wanted)
	panel |= set_for(row, panel)
	panel["settings"] = [] if excluded else settings_of(row)
	panel["heading"] = {"name": shown_name} | class_of(name)
	panel["channel"] = channel("Student", name, today())
	panel["exclusion"] = ("out" if excluded else "in") if decides() else None
	read_log.note(map(read_log.target_of, insights))
	if excluded:
		panel["state"] = "empty"
		panel["notes"] = [_("Left out of the analysis. Nothing is read or worked out.")]
	return panel


def set_for(row: SealedRow | None, panel: dict) -> dict:
	"""What staff set for this pupil, as far as it changes the panel: a short page for the pupil, whom to talk with."""
	states = editable.states_of(row)
	if panel["audience"] == "student":
		if editable.setting(states, PREFERENCES, "Student", "feedback_detail") == "full":
			return {"contact": None}
		short = {key: [] for key in ("why", "too_little", "notes", "profile")}
		return {"contact": None, **short, "steps": panel["steps"][:1]}
	chosen = states[PREFERENCES].value.get("contact_first")
	kind = editable.key_of("Student", PREFERENCES, "contact_first")
	if panel["audience"] != "staff" or not chosen or not kind or not panel["steps"]:
		return {"contact": None}
	return {"contact": {"title": _(kind["label"]), "text": " ".join(shown_value(kind, chosen))}}


def profile(row: SealedRow | None, speaker: Speaker, wanted: Wishes) -> list[dict]:
	"""How the pupil has learned so far, which is read from marks; and sessions with what followed."""
	contents = fields.opened(row, [PROFILE, SESSIONS])
	learned = [] if "marks" in wanted.hidden else contents[PROFILE].get("said", [])
	said = [*learned, *contents[SESSIONS].get("said", [])]
	return fields.rows(said, speaker, ("profile", "too_little", "session"))


def class_of(student: str) -> dict[str, str | None]:
	"""The pupil's newest running group, a class before a course group."""
	rows = frappe.db.sql(
		"""select g.name, g.academic_term, g.academic_year from `tabStudent Group Student` m
		join `tabStudent Group` g on g.name = m.parent and g.disabled = 0
		left join `tabAcademic Term` t on t.name = g.academic_term
		left join `tabAcademic Year` y on y.name = g.academic_year
		where m.student = %s and m.active = 1 and m.parenttype = 'Student Group'
		order by y.year_start_date desc, t.term_start_date desc, g.group_based_on = 'Batch' desc, g.name limit 1""",
		student,
	)
	if not rows:
		return {"group": None, "term": None}
	group, term, year = rows[0]
	return {"group": group, "term": term or year}


def compose(
	insights: list[Insight],
	speaker: Speaker,
	fresh: Freshness,
	shown_name: str,
	wanted: Wishes | None = None,
) -> dict:
	"""Everything of the panel but who it is about and where to listen."""
	wanted = wanted or Wishes()
	found = lines(insights, speaker)
	staff = speaker.audience == "staff"
	level = highest_level(insights) if staff else None
	state = state_of(insights, found, fresh)
	steps = wanted.few([line.text for line in in_section(found, "step")])
	said = headline(found, state, level, steps) if staff else headline_for_pupil(found, steps)
	if wanted.hidden and (level == "steady" or state == "empty"):
		said = {"text": _("Nothing in what you chose to see needs a step."), "step": None}
	return {
		"state": "stale" if fresh.stale_since else state,
		"audience": speaker.audience,
		"records_to": newest(insight.records_to for insight in insights),
		"worked_out": newest(insight.worked_out for insight in insights),
		"stale_since": fresh.stale_since,
		"level": level,
		"headline": said,
		"why": [line.row_with_evidence() for line in in_section(found, "why")],
		"going_well": rows(found, "strength"),
		"chart": chart(insights, speaker) if staff else None,
		"next_test": rows(found, "next"),
		"rule": [{"text": line.text} for line in in_section(found, "rule")],
		"how_sure": rows(found, "sure"),
		"track_record": track_record(found) if staff else "",
		"steps": steps,
		"too_little": rows(found, "too_little"),
		"notes": [line.text for line in in_section(found, "note")],
		"hidden": wanted.said,
		"not_used": fill(
			_("Not used: gender, health, fees, address, notes about {name}."), {"name": shown_name}
		),
	}


# What tells by itself how often it was right here.
CHECKED = ("sure.forecast", "sure.rule_checked")


def track_record(found: list[Line]) -> str:
	"""Of what was never held against past terms; an early warning that was tells so itself."""
	codes = {line.insight.reasons[line.reason].get("code") for line in in_section(found, "sure")}
	if codes.isdisjoint(CHECKED):
		return _("Not yet checked against past terms here.")
	return _("All but the early warning: not yet checked against past terms here.")


def chart(insights: list[Insight], speaker: Speaker) -> dict | None:
	"""The marks of the clearest insight that has something to draw; attendance where there are none."""
	marks_first = sorted(insights, key=lambda insight: (insight.kind != "marks", insight.rank))
	minimum = minimum_group_size()
	return next((shown for one in marks_first if (shown := drawn(one, speaker, minimum))), None)


def rows(found: list[Line], section: str) -> list[dict]:
	return [line.row() for line in in_section(found, section)]


def state_of(insights: list[Insight], found: list[Line], fresh: Freshness) -> str:
	if not insights:
		return "empty" if fresh.loaded else "waiting"
	sections = {line.section for line in found} - {"note"}
	if sections <= {"too_little", "step", "sure"} and "too_little" in sections:
		return "too_little"
	return "ready" if sections else "empty"


def headline(found: list[Line], state: str, level: str | None, steps: list[str]) -> dict | None:
	"""The clearest reasons at the highest level, and the first step; steady pupils need no step."""
	if level is None or state == "too_little":
		return None
	if level == "steady":
		return {"text": _("Nothing in the records needs a step."), "step": None}
	clauses = [line.headline for line in clearest(found, level, ("why",))][:HEADLINE_CLAUSES]
	if not clauses:
		return None
	text = clauses[0]
	for clause in clauses[1:]:
		text = fill(_("{first}, and {second}"), {"first": text, "second": clause}) or text
	return {"text": as_sentence(text), "step": steps[0] if steps else None}


def headline_for_pupil(found: list[Line], steps: list[str]) -> dict | None:
	"""Something that goes well first; never how worried anybody is."""
	first: Line | None = next(iter(in_section(found, "strength") + in_section(found, "why")), None)
	return {"text": first.text, "step": steps[0] if steps else None} if first else None
