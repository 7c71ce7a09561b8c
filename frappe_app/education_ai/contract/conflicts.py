"""Conflicts as the sidecar reports them: a key of an editable field whose rule is that a person decides."""

from collections.abc import Sequence
from functools import lru_cache

import frappe

from education_ai import channels, conflicts, editable
from education_ai.contract import stored
from education_ai.contract.shapes import ConflictItem, WithdrawItem
from education_ai.contract.stored import STALE, STORED, TARGET_EXCLUDED, TARGET_GONE, UNCHANGED, Result
from education_ai.exclusion import excluded
from education_ai.setting_kinds import Refused
from education_ai.watched import read

REFUSED = Result("error", "conflict.refused")
BY_A_PERSON = "manual_review"


def write(items: Sequence[ConflictItem], epoch: str) -> list[Result]:
	return [_write(item, epoch) for item in items]


def withdraw(items: Sequence[WithdrawItem], epoch: str) -> list[Result]:
	"""The AI no longer wants something else."""
	results = []
	for item in items:
		row = _row(item)
		if row and stored.is_not_older(row, epoch, item.revision):
			results.append(STALE)
		elif row:
			conflicts.close(row.name)
			channels.publish_document(item.address.doctype, item.address.name)
			results.append(STORED)
		else:
			results.append(UNCHANGED)
	return results


@lru_cache(maxsize=1)
def rules() -> dict[tuple[str, str, str], str]:
	return {(row["doctype"], row["field"], row["key"]): row["rule"] for row in read("conflict_rules.json")}


def rule_of(doctype: str, fieldname: str, key: str) -> str | None:
	return rules().get((doctype, fieldname, key)) or rules().get((doctype, fieldname, "*"))


def _write(item: ConflictItem, epoch: str) -> Result:
	address, values = item.address, item.values
	kind = editable.key_of(address.doctype, address.field, address.key)
	rule = kind and rule_of(address.doctype, address.field, address.key)
	if values.rule != BY_A_PERSON or rule != BY_A_PERSON:
		return REFUSED
	asked = {address.key: values.ai}
	try:
		if editable.checked(address.doctype, address.field, asked) != asked:
			return REFUSED
	except Refused:
		return REFUSED
	states = editable.locked(address.doctype, address.name)
	if not states:
		return TARGET_GONE
	if address.doctype == "Student" and address.name in excluded():
		return TARGET_EXCLUDED
	now = states[address.field]
	row = _row(item)
	if row and stored.is_not_older(row, epoch, item.revision):
		return STALE
	if values.ai in (now.value.get(address.key), now.base.get(address.key)):
		return UNCHANGED  # decided meanwhile
	if now.value.get(address.key) != values.site:
		return STALE
	said = {"site_value": values.site, "ai_value": values.ai, "base_value": values.base}
	same = row and all(row[column] == value for column, value in said.items())
	if row:
		changes = {} if same else conflicts.sealed(row.name, said)
		frappe.db.set_value(
			conflicts.DOCTYPE, row.name, {**changes, "epoch": epoch, "revision": item.revision}
		)
	else:
		_insert(item, said, kind["label"], epoch)
	if not same:
		channels.publish_document(address.doctype, address.name)
	return UNCHANGED if same else STORED


def _insert(item: ConflictItem, said: dict, label: str, epoch: str) -> None:
	"""As a document, so that the site's own Notifications and Assignment Rules see that somebody is needed."""
	name = frappe.generate_hash(length=10)
	doc = frappe.get_doc(
		{
			"doctype": conflicts.DOCTYPE,
			"name": name,
			"title": label,
			"ref_doctype": item.address.doctype,
			"ref_name": item.address.name,
			"ref_field": item.address.field,
			"ref_key": item.address.key,
			"target_student": item.address.name if item.address.doctype == "Student" else None,
			"rule": item.values.rule,
			"status": conflicts.OPEN,
			"epoch": epoch,
			"revision": item.revision,
			**conflicts.sealed(name, said),
		}
	)
	doc.flags.name_set = True
	doc.insert(ignore_permissions=True)


def _row(item: ConflictItem | WithdrawItem) -> frappe._dict | None:
	address = item.address
	rows = conflicts.open_conflicts(address.doctype, address.name, address.field)
	return next((row for row in rows if row.ref_key == address.key), None)
