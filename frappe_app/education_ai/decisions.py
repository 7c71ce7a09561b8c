"""What a person sees of a conflict, and what a decision does: the field gets its value, and the proposal is settled.

The base moves to what the AI proposed, so that the same proposal never asks again.
"""

from dataclasses import replace
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from education_ai import conflicts, editable, outbox
from education_ai.exclusion import excluded
from education_ai.panels.settings import checked, keys_of
from education_ai.permissions import may_edit
from education_ai.sentences import shown_text
from education_ai.setting_kinds import shown_value

KEEP, USE, EDIT = "Keep", "Use the AI's", "Edit"
DECISIONS = (KEEP, USE, EDIT)


def show(name: str) -> dict:
	"""403 for a reader who may not edit the document. While it is open, the site's value is the one there is now."""
	doc = _readable(name)
	state = editable.current(doc.ref_doctype, doc.ref_name).get(doc.ref_field, editable.State())
	is_open = doc.status == conflicts.OPEN
	ours = state.value.get(doc.ref_key) if is_open else conflicts.opened(doc, "site_value")
	kind = editable.key_of(doc.ref_doctype, doc.ref_field, doc.ref_key) or {}
	said = {
		"site": ours,
		"ai": conflicts.opened(doc, "ai_value"),
		"base": conflicts.opened(doc, "base_value"),
	}
	return {
		"state": "open" if is_open else "resolved",
		"title": _(doc.title),
		"about": {"doctype": doc.ref_doctype, "name": doc.ref_name, "shown": _shown_name(doc)},
		"values": {side: shown_value(kind, value) for side, value in said.items()},
		"decided": None if is_open else _decided(doc, kind),
		"key": next(iter(keys_of(doc.ref_doctype, doc.ref_field, state, only=doc.ref_key)), None),
		"seen": state.seen,
	}


def decide(name: str, decision: str, value: Any, seen: str) -> dict:
	"""Decide once; somebody who comes later is shown what was decided. `moved` where the field changed meanwhile."""
	if decision not in DECISIONS:
		frappe.throw(_("There is no such decision."))
	doc = _readable(name)
	# The document before its conflict, as every writer takes them.
	state = editable.locked(doc.ref_doctype, doc.ref_name).get(doc.ref_field)
	doc = frappe.get_doc(conflicts.DOCTYPE, name, for_update=True)
	if not state or doc.status != conflicts.OPEN:
		return show(name)
	if state.seen != seen:
		return {**show(name), "moved": True}
	ai = conflicts.opened(doc, "ai_value")
	key, before = doc.ref_key, state.value.get(doc.ref_key)
	decided = {KEEP: before, USE: ai, EDIT: value}[decision]
	if decision == EDIT:
		decided = checked(doc.ref_doctype, doc.ref_field, {key: value})[key]
	doc.update(
		{
			"status": conflicts.RESOLVED,
			"decision": decision,
			"decided_by": frappe.session.user,
			"decided_on": now_datetime(),
			**conflicts.sealed(name, {"site_value": before, "decided_value": decided}),
		}
	)
	doc.save(ignore_permissions=True)
	values = dict(state.value) if decided is None else {**state.value, key: decided}
	settled = replace(state, value=values, base={**state.base, key: ai})
	editable.put(doc.ref_doctype, doc.ref_name, {doc.ref_field: settled})
	outbox.touch(doc.ref_doctype, doc.ref_name, "update")
	return show(name)


def _readable(name: str) -> Document:
	if not frappe.db.exists(conflicts.DOCTYPE, name):
		raise frappe.PermissionError
	doc = frappe.get_doc(conflicts.DOCTYPE, name)
	if not may_edit(doc.ref_doctype, doc.ref_name) or doc.target_student in excluded():
		raise frappe.PermissionError
	return doc


def _decided(doc: Document, kind: dict) -> dict:
	return {
		"how": _(doc.decision),
		"lines": shown_value(kind, conflicts.opened(doc, "decided_value")),
		"by": frappe.utils.get_fullname(doc.decided_by) if doc.decided_by else None,
		"on": str(doc.decided_on) if doc.decided_on else None,
	}


def _shown_name(doc: Document) -> str:
	if doc.ref_doctype != "Student":
		return doc.ref_name
	return shown_text(frappe.db.get_value("Student", doc.ref_name, "student_name") or doc.ref_name)
