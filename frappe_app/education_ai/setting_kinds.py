"""The kinds of settings in `data/editable_fields.json`: which values each takes, and how a value is said in words."""

import re
from collections.abc import Mapping
from typing import Any

from frappe import _

CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
# A page of the site itself, or of the web; never `javascript:` or another site's page under a bare `//`.
ADDRESS = re.compile(r"(https?://[^\s/]|/[^\s/\\])\S*")
LONGEST_ADDRESS = 2000


class Refused(Exception):
	"""A value that a setting does not take. The message names no value: it may be about a child."""


def checked_value(kind: Mapping, value: Any) -> Any:
	"""The value as it is stored."""
	return CHECKS[kind["kind"]](kind, value)


def shown_value(kind: Mapping, value: Any) -> list[str]:
	"""A value in the reader's words, in lines; none where nothing was set."""
	if value is None:
		return []
	if kind["kind"] == "choice":
		return [_(option["label"]) for option in kind["options"] if option["value"] == value]
	if kind["kind"] == "switch":
		return [_("On") if value else _("Off")]
	if kind["kind"] == "links":
		return [f"{link['title']} ({link['url']})" for link in value]
	return list(value)


def _choice(kind: Mapping, value: Any) -> str:
	if value not in [option["value"] for option in kind["options"]]:
		raise _refused(kind, _("is not one of the choices"))
	return value


def _switch(kind: Mapping, value: Any) -> bool:
	if not isinstance(value, bool):
		raise _refused(kind, _("is neither on nor off"))
	return value


def _list(kind: Mapping, value: Any) -> list[str]:
	lines = [line for one in _items(kind, value) if (line := _line(kind, one))]
	return list(dict.fromkeys(lines))


def _links(kind: Mapping, value: Any) -> list[dict[str, str]]:
	links: dict[str, dict[str, str]] = {}
	for one in _items(kind, value):
		if not isinstance(one, dict) or not isinstance(one.get("url"), str):
			raise _refused(kind, _("has an entry without an address"))
		title, url = _line(kind, one.get("title")), one["url"].strip()
		if not title and not url:
			continue
		if not ADDRESS.fullmatch(url) or len(url) > LONGEST_ADDRESS:
			raise _refused(kind, _("has an address that does not start with https://, http:// or /"))
		links.setdefault(url, {"title": title or url[: kind["longest"]], "url": url})
	return list(links.values())


def _items(kind: Mapping, value: Any) -> list:
	if not isinstance(value, list):
		raise _refused(kind, _("is no list"))
	if len(value) > kind["most"]:
		raise _refused(kind, _("has too many entries"))
	return value


def _line(kind: Mapping, value: Any) -> str:
	if not isinstance(value, str):
		raise _refused(kind, _("has an entry that is no text"))
	line = " ".join(CONTROL_CHARACTERS.sub(" ", value).split())
	if len(line) > kind["longest"]:
		raise _refused(kind, _("has an entry that is too long"))
	return line


def _refused(kind: Mapping, why: str) -> Refused:
	return Refused(f"{_(kind['label'])}: {why}.")


CHECKS = {"choice": _choice, "switch": _switch, "list": _list, "links": _links}
