"""What is watched, read from `data/watched.json`: the one list behind the hooks, the snapshot and the row sums."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
OPENED = "opened"


@dataclass(frozen=True)
class Field:
	name: str
	type: str


@dataclass(frozen=True)
class Child:
	"""A child table: the parent's field, the table's DocType and the fields read."""

	field: str
	doctype: str
	fields: tuple[Field, ...]

	@property
	def student(self) -> str | None:
		"""The column that points to a pupil, if there is one."""
		return next((field.name for field in self.fields if field.name == "student"), None)


@dataclass(frozen=True)
class Watched:
	"""`opened` are sealed fields of ours that the sidecar is given open; they are part of no row sum."""

	doctype: str
	student: str | None
	# How long a change may wait before it is fetched.
	due_seconds: int
	fields: tuple[Field, ...]
	children: tuple[Child, ...]
	# Of our own DocTypes: what a row holds that nobody has answered yet. Such a row is ours alone and not exchanged.
	untouched: dict[str, str]
	opened: tuple[str, ...]


@lru_cache(maxsize=1)
def watched() -> dict[str, Watched]:
	return {
		row["doctype"]: Watched(
			doctype=row["doctype"],
			student=row["student"],
			due_seconds=row["due_seconds"],
			fields=_fields(field for field in row["fields"] if field["type"] != OPENED),
			opened=tuple(field["name"] for field in row["fields"] if field["type"] == OPENED),
			children=tuple(
				Child(child["field"], child["doctype"], _fields(child["fields"])) for child in row["children"]
			),
			untouched=row.get("untouched", {}),
		)
		for row in read("watched.json")
	}


def doc_events(others: dict[str, dict[str, str | list[str]]]) -> dict[str, dict[str, list[str]]]:
	"""The doc_events hook: the outbox for every watched DocType, then `others`.

	Three events cover every change that can be seen, one row each (on_update as well would double the rows).
	"""
	events: dict[str, dict[str, list[str]]] = {
		doctype: {
			"on_change": ["education_ai.outbox.changed"],
			"on_trash": ["education_ai.outbox.deleted"],
			"after_rename": ["education_ai.outbox.renamed"],
		}
		for doctype in watched()
	}
	for doctype, handlers in others.items():
		for event, handler in handlers.items():
			more = [handler] if isinstance(handler, str) else handler
			events.setdefault(doctype, {}).setdefault(event, []).extend(more)
	return events


def read(name: str) -> list[dict]:
	"""A list of `data/`. The folder is put there when the app is built."""
	return json.loads((DATA / name).read_text(encoding="utf-8"))


def _fields(rows: Iterable[dict]) -> tuple[Field, ...]:
	return tuple(Field(row["name"], row["type"]) for row in rows)
