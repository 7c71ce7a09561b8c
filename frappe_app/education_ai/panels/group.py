"""The panel of one Student Group, for those who teach it: the class over all its courses, who first, who with whom."""

from collections.abc import Sequence

import frappe
from frappe import _
from frappe.utils import today

from education_ai import peer_wishes, read_log
from education_ai.channels import channel
from education_ai.panels.composition import Insight, Line, in_section, lines, newest
from education_ai.panels.rows import group_insights
from education_ai.panels.site import OFF, Freshness, freshness, minimum_group_size, shows_to
from education_ai.panels.who_first import SHOWN_OF_SEVERAL, Standings, standings, too_small, who_first
from education_ai.panels.wishes import Wishes, wishes
from education_ai.scope import Scope, scope
from education_ai.sentences import Speaker, fill, student_names


def group_panel(name: str) -> dict:
	"""403 for a reader who does not teach the group, and for a name that does not exist."""
	own = scope()
	row = own.has_group(name) and frappe.db.get_value(
		"Student Group", name, ["name", "academic_term"], as_dict=True
	)
	if not row or row.name != name:
		raise frappe.PermissionError
	if not shows_to("staff"):
		return OFF
	term = row.academic_term or ""
	return {
		"heading": {"group": name, "term": term},
		"channel": channel("Student Group", name, today()),
		**compose(name, group_insights(name, term), own, freshness(), wishes()),
	}


def compose(group: str, insights: Sequence[Insight], own: Scope, fresh: Freshness, wanted: Wishes) -> dict:
	"""Everything but the heading; of the classes only those are told whose course the reader teaches here."""
	mine = [one for one in insights if one.kind == "group" or own.has_class(group, one.target)]
	pupils = standings([group], None, wanted, SHOWN_OF_SEVERAL)
	minimum = minimum_group_size()
	small = 0 < pupils.pupils < minimum
	said = [] if small else wanted.shown(mine)
	speaker = Speaker("staff", student_names(reason for insight in said for reason in insight.reasons))
	found = lines(said, speaker)
	who = who_first(pupils, None, wanted)
	listed = [read_log.Target("Student", row["student"]) for row in who["who_first"]]
	read_log.note([*map(read_log.target_of, said), *listed])
	too_little = [line.row() for line in in_section(found, "too_little")]
	too_little += [too_small(group, pupils.pupils, minimum)] if small else []
	state = state_of(insights, pupils, found, fresh)
	names = {} if small else peer_wishes.members(group)
	return {
		"state": state,
		"pupils": pupils.pupils,
		"records_to": newest(one.records_to for one in said),
		"worked_out": newest(one.worked_out for one in said),
		"stale_since": fresh.stale_since,
		"headline": None if small or state in ("empty", "waiting") else headline(pupils, wanted),
		**who,
		"courses": courses(said, speaker),
		"peers": [line.row_with_evidence() for line in in_section(found, "peer")],
		"kept": peer_wishes.shown(group, names),
		"members": [{"student": student, "student_name": shown} for student, shown in names.items()],
		"notes": [line.text for line in in_section(found, "note") if line.insight.kind == "group"],
		"too_little": too_little,
		"hidden": wanted.said,
	}


def headline(pupils: Standings, wanted: Wishes) -> dict | None:
	"""The class in one sentence of counts."""
	counts = {
		"pupils": pupils.pupils,
		"act": pupils.act,
		"watch": pupils.raised - pupils.act,
		"nothing": pupils.nothing,
		"too_little": pupils.too_little,
	}
	if not pupils.pupils:
		return None
	if "class" in wanted.hidden:
		return {"text": _("The class as a whole is not shown."), "step": None}
	sentence = (
		_(
			"Pupils: {pupils}. With a reason to act: {act}; to watch: {watch}. Only what you chose to see counts here."
		)
		if wanted.hidden
		else _(
			"Pupils: {pupils}. With a reason to act: {act}; to watch: {watch}; with nothing in the records: {nothing}; "
			"with too little data: {too_little}."
		)
	)
	return {"text": fill(sentence, {key: str(count) for key, count in counts.items()}), "step": None}


def courses(said: Sequence[Insight], speaker: Speaker) -> list[dict]:
	"""Of each class its first sentence, by course; two classes may well have the same one."""
	first = {
		one.target: in_section(lines([one], speaker), "class")[:1] for one in said if one.kind == "class"
	}
	return [{"title": course, "text": line.text} for course, found in sorted(first.items()) for line in found]


def state_of(insights: Sequence[Insight], pupils: Standings, found: Sequence[Line], fresh: Freshness) -> str:
	if fresh.stale_since:
		return "stale"
	known = pupils.raised + pupils.nothing
	if not insights and not known:
		return "empty" if fresh.loaded else "waiting"
	return "ready" if known or in_section(found, "class") or in_section(found, "peer") else "too_little"
