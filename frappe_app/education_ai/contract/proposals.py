"""What the AI proposes for a field that people edit too: taken only where nobody changed the field meanwhile.

The sidecar merges, this compares: `seen` names the state that was merged, and the row is held while both are compared.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from education_ai import editable
from education_ai.contract import stored
from education_ai.contract.shapes import FieldsItem, Settled
from education_ai.contract.stored import STALE, STORED, TARGET_EXCLUDED, TARGET_GONE, UNCHANGED, Result
from education_ai.editable import State
from education_ai.exclusion import excluded
from education_ai.setting_kinds import Refused

REFUSED = Result("error", "fields.refused")


def is_proposal(item: FieldsItem) -> bool:
	return bool(set(item.values) & set(editable.fields_of(item.address.doctype)))


def write(item: FieldsItem, epoch: str) -> Result:
	doctype, name = item.address.doctype, item.address.name
	try:
		asked = {field: _state(doctype, field, value) for field, value in item.values.items()}
	except (Refused, ValidationError, KeyError):
		return REFUSED
	if set(asked) != set(item.seen):
		return REFUSED
	there = editable.locked(doctype, name)
	if not there:
		return TARGET_GONE
	if doctype == "Student" and name in excluded():
		return TARGET_EXCLUDED
	changed = {field: state for field, state in asked.items() if state.seen != there[field].seen}
	if not changed:
		return UNCHANGED
	if any(
		there[field].seen != item.seen[field] or _is_older(item, there[field], epoch) for field in changed
	):
		return STALE
	editable.put(doctype, name, changed, (epoch, item.revision))
	return STORED


def _state(doctype: str, field: str, value: Any) -> State:
	"""Nothing is tidied here: the sidecar would propose the untidied value again and again."""
	sides: Mapping[str, dict] = Settled.model_validate(value).model_dump()
	checked = {side: editable.checked(doctype, field, values) for side, values in sides.items()}
	if checked != sides:
		raise Refused
	return State(**checked)


def _is_older(item: FieldsItem, there: State, epoch: str) -> bool:
	stored_epoch, revision = there.stamp
	return stored.is_not_older({"epoch": stored_epoch, "revision": revision}, epoch, item.revision)
