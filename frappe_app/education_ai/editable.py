"""Sealed fields that people edit and the AI proposes for: what is in them, and the one way to read and write them.

Such a field holds two objects of the keys in `data/editable_fields.json`: `value`, what holds now, and `base`, what
the AI proposed last as far as that is settled. A panel and the sidecar both write through `locked` and `put`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import frappe
from frappe import _

from education_ai import channels, conflicts
from education_ai.contract.stored import content_hash
from education_ai.sealing import SealedRow, seal, sealed_row, stamp, unseal
from education_ai.setting_kinds import Refused, checked_value
from education_ai.watched import read as read_data


@dataclass(frozen=True)
class State:
	value: Mapping[str, Any] = field(default_factory=dict)
	base: Mapping[str, Any] = field(default_factory=dict)
	# Epoch and revision of the sidecar's last write.
	stamp: tuple[str, int] = ("", 0)

	@property
	def seen(self) -> str:
		"""Names this very state, so that a writer can say which one was looked at; '' for a field never set."""
		return content_hash({"value": self.value, "base": self.base}) if self.value or self.base else ""


@lru_cache(maxsize=1)
def catalogue() -> dict[tuple[str, str], dict]:
	"""(DocType, field) -> what may stand in it, in the order of `data/editable_fields.json`."""
	return {(row["doctype"], row["field"]): row for row in read_data("editable_fields.json")}


def fields_of(doctype: str) -> list[str]:
	return [name for of, name in catalogue() if of == doctype]


def key_of(doctype: str, fieldname: str, key: str) -> dict | None:
	keys = catalogue().get((doctype, fieldname), {}).get("keys", [])
	return next((row for row in keys if row["key"] == key), None)


def read(stored: str | None, doctype: str, name: str, fieldname: str) -> State:
	"""What stands in a field. Keys that this version does not know count as not there."""
	opened = unseal(stored, doctype, name, fieldname)
	if not isinstance(opened, dict):
		return State()
	known = {row["key"] for row in catalogue()[(doctype, fieldname)]["keys"]}
	value, base = (
		{key: one for key, one in (opened.get(side) or {}).items() if key in known}
		for side in ("value", "base")
	)
	return State(value, base, stamp(stored))


def current(doctype: str, name: str) -> dict[str, State]:
	"""Every editable field of a document, for reading. Empty where there is none."""
	return states_of(sealed_row(doctype, name))


def locked(doctype: str, name: str) -> dict[str, State]:
	"""The same for writing: the document's row is held until the transaction ends."""
	return states_of(sealed_row(doctype, name, for_update=True))


def states_of(row: SealedRow | None) -> dict[str, State]:
	if row is None:
		return {}
	return {one: read(row.stored[one], row.doctype, row.name, one) for one in fields_of(row.doctype)}


def checked(doctype: str, fieldname: str, values: Mapping[str, Any]) -> dict[str, Any]:
	"""The values as they are stored; raises `Refused` for a key or a value that the field does not have."""
	result = {}
	for key, value in values.items():
		kind = key_of(doctype, fieldname, key)
		if not kind:
			raise Refused(_("There is no such setting."))
		result[key] = checked_value(kind, value)
	return result


def put(
	doctype: str, name: str, states: Mapping[str, State], written_by: tuple[str, int] | None = None
) -> None:
	"""Write what `locked` was read for, close the conflicts that this settles, and tell open panels.

	`written_by` is the sidecar's epoch and revision; what a person writes keeps the stamp that is there. `modified`
	stays as it is: an open form of the document must not be refused for this.
	"""
	sealed = {
		fieldname: seal(
			{"value": state.value, "base": state.base},
			doctype,
			name,
			fieldname,
			*(written_by or state.stamp),
		)
		for fieldname, state in states.items()
	}
	frappe.db.set_value(doctype, name, sealed, update_modified=False)
	for fieldname, state in states.items():
		conflicts.close_settled(doctype, name, fieldname, state.value, state.base)
	channels.publish_document(doctype, name)


def for_sidecar(state: State) -> dict | None:
	return {"value": state.value, "base": state.base, "seen": state.seen} if state.seen else None


def setting(states: Mapping[str, State], fieldname: str, doctype: str, key: str) -> Any:
	"""What holds for one key: what was set, else what holds without anybody setting it."""
	kind = key_of(doctype, fieldname, key) or {}
	return states.get(fieldname, State()).value.get(key, kind.get("default"))
