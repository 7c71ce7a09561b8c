"""How insights become the lines of a panel, for one reader; pure, given the rows and a Speaker.

A panel is composed each time it is read, so that it follows the reader: staff see everything, pupils and guardians
only sections that hold neither a level nor a forecast nor a comparison.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from education_ai.sentences import Speaker, section_of

LEVELS = ("act", "watch", "steady")
# Whatever a sentence's text may say: what stands in other sections is not for pupils and guardians.
SECTIONS_FOR_PUPILS = (
	"why",
	"strength",
	"step",
	"too_little",
	"note",
	"profile",
	"session",
	"progress",
	"path",
)


@dataclass(frozen=True)
class Insight:
	"""One current AI Insight row as a panel reads it."""

	name: str
	kind: str
	target: str
	target_student: str | None
	course: str
	student_group: str
	academic_term: str
	level: str
	clarity: int
	reasons: Sequence[Mapping]
	chart: Mapping | None
	records_to: str | None
	worked_out: str | None
	status: str = "Pending"
	answered_on: str | None = None

	@property
	def rank(self) -> tuple:
		return LEVELS.index(self.level), -self.clarity, self.kind, self.course, self.name


@dataclass(frozen=True)
class Line:
	"""One rendered reason; its clause and its button are rendered only where a panel shows them."""

	section: str
	title: str
	text: str
	insight: Insight
	reason: int
	speaker: Speaker

	@property
	def headline(self) -> str | None:
		return self.speaker.headline(self.insight.reasons[self.reason])

	@property
	def button(self) -> str | None:
		return self.speaker.button(self.insight.reasons[self.reason])

	def row(self) -> dict:
		return {"title": self.title, "text": self.text}

	def row_with_evidence(self) -> dict:
		return self.row() | {"insight": self.insight.name, "reason": self.reason, "button": self.button}


def lines(insights: Iterable[Insight], speaker: Speaker) -> list[Line]:
	"""Every line this reader may see, clearest first, no text twice in one section."""
	found: list[Line] = []
	said: set[tuple[str, str, str]] = set()
	for insight in sorted(insights, key=lambda row: row.rank):
		for index, reason in enumerate(insight.reasons):
			section = section_of(reason.get("code", ""))
			if section is None or (speaker.audience != "staff" and section not in SECTIONS_FOR_PUPILS):
				continue
			text = speaker.text(reason)
			title = speaker.title(reason) or ""
			if not text or (section, title, text) in said:
				continue
			said.add((section, title, text))
			found.append(Line(section, title, text, insight, index, speaker))
	return found


def in_section(found: Iterable[Line], section: str) -> list[Line]:
	return [line for line in found if line.section == section]


def highest_level(insights: Iterable[Insight]) -> str | None:
	return min((insight.level for insight in insights), key=LEVELS.index, default=None)


def clearest(found: Iterable[Line], level: str, sections: tuple[str, ...]) -> list[Line]:
	"""The first line with a headline of each insight at this level, clearest insight first."""
	first: dict[str, Line] = {}
	for line in found:
		if line.insight.level == level and line.section in sections and line.headline:
			first.setdefault(line.insight.name, line)
	return list(first.values())


def first_clause(reasons: Iterable[Mapping], speaker: Speaker) -> str | None:
	"""The headline of the first reason that has one: the clearest, since reasons come in that order."""
	why = (reason for reason in reasons if section_of(reason.get("code", "")) == "why")
	return next((clause for reason in why if (clause := speaker.headline(reason))), None)


def as_sentence(clause: str) -> str:
	"""A clause with a capital and a full stop; scripts without capitals stay as they are."""
	sentence = clause[:1].upper() + clause[1:]
	return sentence if not sentence or sentence.endswith((".", "!", "?", "。", "؟")) else f"{sentence}."


def newest(values: Iterable[str | None]) -> str | None:
	return max((value for value in values if value), default=None)
