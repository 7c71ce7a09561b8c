"""From a sentence code and its parameters to the reader's sentence; decides no facts and knows no panel.

The sentences are data (`data/sentences.json`, in the repository `fixtures/app/sentences.json`). A reader is one of
`staff`, `student` and `guardian`; a code that is unknown, lacks a parameter, or has no text for the reader is never
shown. The result is plain text: whoever puts it on a page escapes it.
"""

import datetime
import functools
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping

import frappe
from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, get_day_names
from frappe import _
from frappe.utils import get_user_date_format, getdate

Value = str | int | float
Sentence = Mapping[str, object]

PLACEHOLDER = re.compile(r"\{(\w+)\}")
# Overrides and isolates inside a name would reorder the sentence around it.
BIDI_CONTROLS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
ISOLATE, END_ISOLATE = "\u2068", "\u2069"


@functools.cache
def catalogue() -> dict[str, dict]:
	"""Every sentence by code. Read once a process: the file changes only with the app."""
	with open(frappe.get_app_path("education_ai", "data", "sentences.json"), encoding="utf-8") as file:
		return json.load(file)


def section_of(code: str) -> str | None:
	"""The part of a panel a sentence belongs to; None for a code this app does not know."""
	return catalogue().get(code, {}).get("section")


def is_for(code: str, audience: str) -> bool:
	return bool(catalogue().get(code, {}).get(audience))


class Speaker:
	"""Renders sentences for one reader, in the reader's language.

	`names` maps Student document names to what the reader is shown; see `student_names`.
	"""

	def __init__(self, audience: str, names: Mapping[str, str] | None = None):
		self.audience = audience
		self.names = names or {}
		self._templates: dict[str, str] = {}

	def text(self, reason: Mapping) -> str | None:
		return self._say(reason, self.audience)

	def title(self, reason: Mapping) -> str | None:
		return self._say(reason, "title") if self._may_say(reason) else None

	def headline(self, reason: Mapping) -> str | None:
		"""The clause a headline is made of, without capital and full stop; staff only."""
		return self._say(reason, "headline") if self.audience == "staff" else None

	def label(self, code: str, params: Mapping[str, Value]) -> str | None:
		"""The title of a code that stands alone, such as a chart's or one of its series'."""
		return self._say({"code": code, "params": params}, "title")

	def button(self, reason: Mapping) -> str | None:
		"""What opens the rows behind a reason; None where it names none."""
		count = len((reason.get("evidence") or {}).get("names") or [])
		if not count or not self._may_say(reason):
			return None
		return self._say(reason, "evidence", {"count": count})

	def _may_say(self, reason: Mapping) -> bool:
		return is_for(reason.get("code", ""), self.audience)

	def _say(self, reason: Mapping, field: str, extra: Mapping[str, Value] | None = None) -> str | None:
		sentence = catalogue().get(reason.get("code", ""))
		if not sentence or not sentence.get(field):
			return None
		try:
			values = {
				name: self._shown(kind, reason["params"][name])
				for name, kind in sentence["params"].items()
				if name in reason["params"]
			}
			values |= {name: self._shown("count", value) for name, value in (extra or {}).items()}
		except (KeyError, TypeError, ValueError):
			return None
		return fill(self._translated(sentence[field]), values)

	def _translated(self, template: str) -> str:
		if template not in self._templates:
			self._templates[template] = _(template)
		return self._templates[template]

	def _shown(self, kind: str, value: Value) -> str:
		if kind == "student":
			return shown_text(self.names.get(value, value))
		return SHOWN_AS[kind](value)


def fill(template: str, values: Mapping[str, str]) -> str | None:
	"""Puts values into `{name}` places; None when one is missing.

	Not `str.format`: a translation could then reach into objects (`{a.__class__}`), and braces in a pupil's name
	would be read as places. Values go in once and are not looked at again.
	"""
	if any(name not in values for name in PLACEHOLDER.findall(template)):
		return None
	return PLACEHOLDER.sub(lambda match: values[match.group(1)], template)


def student_names(reasons: Iterable[Mapping], known: Mapping[str, str] | None = None) -> dict[str, str]:
	"""The shown name of every student that these reasons mention, in one query."""
	names = dict(known or {})
	asked = {
		value
		for reason in reasons
		for name, kind in catalogue().get(reason.get("code", ""), {}).get("params", {}).items()
		if kind == "student" and (value := (reason.get("params") or {}).get(name)) and value not in names
	}
	if asked:
		rows = frappe.get_all(
			"Student", filters={"name": ("in", sorted(asked))}, fields=["name", "student_name"]
		)
		names |= {row.name: row.student_name or row.name for row in rows}
	return names


def shown_text(value: Value) -> str:
	"""A name or title as plain text, kept from reordering the sentence around it."""
	text = CONTROL_CHARACTERS.sub(" ", BIDI_CONTROLS.sub("", str(value))).strip()
	if any(unicodedata.bidirectional(character) in ("R", "AL") for character in text):
		return f"{ISOLATE}{text}{END_ISOLATE}"
	return text


def shown_number(value: Value) -> str:
	"""Whole numbers only: a panel never shows decimals."""
	if isinstance(value, str):
		value = float(value)
	return str(int(value + 0.5) if value >= 0 else -int(0.5 - value))


def shown_date(value: str | datetime.date) -> str:
	"""'Fri 20 Nov', or 'Fri Nov 20' where the user's date format puts the month first."""
	day = getdate(value)
	pattern = "EEE MMM d" if get_user_date_format().startswith("mm") else "EEE d MMM"
	return format_date(day, pattern, locale=locale())


def shown_weekday(value: Value) -> str:
	"""The name of a day, 0 being Monday."""
	return get_day_names("wide", context="stand-alone", locale=locale())[int(value)]


def locale() -> Locale:
	return _locale(frappe.local.lang or "en")


@functools.cache
def _locale(language: str) -> Locale:
	try:
		return Locale.parse(language.replace("-", "_"))
	except (UnknownLocaleError, ValueError):
		return Locale("en")


SHOWN_AS = {
	"count": shown_number,
	"percent": shown_number,
	"points": shown_number,
	"date": shown_date,
	"weekday": shown_weekday,
	"course": shown_text,
	"criterion": shown_text,
	"test": shown_text,
	"text": shown_text,
}
