"""The part of a panel that people edit: what stands in the fields of a document, key by key, and a save of some keys."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import frappe
from frappe import _

from education_ai import conflicts, editable, outbox
from education_ai.editable import State
from education_ai.exclusion import excluded
from education_ai.permissions import may_edit
from education_ai.sealing import SealedRow, sealed_row
from education_ai.setting_kinds import Refused, shown_value


def settings_of(row: SealedRow | None) -> list[dict]:
	"""One part for each field that this reader may edit; none for others, and none about a pupil left out."""
	if row is None or not _may(row.doctype, row.name):
		return []
	waiting = conflicts.waiting_for(row.doctype, row.name)
	return [
		{
			"field": field,
			"title": _(editable.catalogue()[(row.doctype, field)]["title"]),
			"about": _(editable.catalogue()[(row.doctype, field)]["about"]),
			"keys": keys_of(row.doctype, field, state),
			"seen": state.seen,
			"conflicts": [
				{"key": conflict.ref_key, "name": conflict.name}
				for conflict in waiting
				if conflict.ref_field == field
			],
		}
		for field, state in editable.states_of(row).items()
	]


def keys_of(doctype: str, field: str, state: State, only: str | None = None) -> list[dict]:
	"""What each key is, its value (null where nobody set it), and the value in words."""
	rows = editable.catalogue().get((doctype, field), {}).get("keys", [])
	return [_key(row, state.value.get(row["key"])) for row in rows if only in (None, row["key"])]


def save(doctype: str, name: str, field: str, values: Mapping[str, Any], seen: str) -> dict:
	"""Set some keys, as the session user. `moved` where the field changed since it was looked at: nothing is set."""
	if not _may(doctype, name) or field not in editable.fields_of(doctype):
		raise frappe.PermissionError
	taken = checked(doctype, field, values)
	states = editable.locked(doctype, name)
	if not states:
		raise frappe.PermissionError
	state = states[field]
	if state.seen != seen:
		return {"moved": True, "settings": settings_of(sealed_row(doctype, name))}
	editable.put(doctype, name, {field: replace(state, value={**state.value, **taken})})
	outbox.touch(doctype, name, "update")
	return {"moved": False, "settings": settings_of(sealed_row(doctype, name))}


def checked(doctype: str, field: str, values: Mapping[str, Any]) -> dict[str, Any]:
	"""The values as they are stored; what the field does not take is said to the person."""
	try:
		return editable.checked(doctype, field, values)
	except Refused as error:
		frappe.throw(str(error))


def _may(doctype: str, name: str) -> bool:
	return may_edit(doctype, name) and not (doctype == "Student" and name in excluded())


def _key(row: Mapping, value: Any) -> dict:
	shown = row.get("default") if value is None else value
	return {
		"key": row["key"],
		"label": _(row["label"]),
		"effect": _(row["effect"]),
		"kind": row["kind"],
		"options": [{**option, "label": _(option["label"])} for option in row.get("options", [])],
		"most": row.get("most", 0),
		"longest": row.get("longest", 0),
		"value": shown,
		"lines": shown_value(row, shown),
	}
