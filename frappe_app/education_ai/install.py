"""What the app adds to a site beyond its DocTypes. `uninstall.py` reads the same lists and takes it away again."""

import json
from pathlib import Path

import click
import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

from education_ai import pairing, webhooks
from education_ai.anchor import END_OF_FORM, PANEL, TAB, TAB_FORMS, anchored_doctypes, keep_last
from education_ai.hooks import doctype_js
from education_ai.watched import read

MODULE = "Education AI"


def before_install() -> None:
	"""Roles first: DocType sync would make those it meets with desk access."""
	# A running site keeps a map of modules from before `bench get-app`; with that one DocType sync finds none of ours.
	frappe.setup_module_map()
	made = []
	for row in read("roles.json"):
		if not frappe.db.exists("Role", row["role"]):
			role = frappe.new_doc("Role", role_name=row["role"], desk_access=row["desk_access"])
			role.insert(ignore_permissions=True)
			made.append(row["role"])
	frappe.flags.education_ai_made_roles = made


def after_install() -> None:
	pairing.make_row()
	pairing.store({"made_roles": json.dumps(frappe.flags.education_ai_made_roles or [])})
	settings = frappe.get_single("AI Settings")
	if not settings.whole_school_roles:
		settings.append("whole_school_roles", {"role": "Education Manager"})
		settings.save(ignore_permissions=True)
	after_migrate()


def after_migrate() -> None:
	pairing.make_row()
	set_new_settings()
	cache_event_ids()
	create_custom_fields(custom_fields())
	for doctype in anchored_doctypes():
		keep_last(doctype)
	webhooks.apply()
	say_missing_scripts()


def cache_event_ids() -> None:
	"""Frappe makes the sequence without a cache: each outbox row would pay for one more write."""
	frappe.db.sql_ddl("alter sequence ai_sync_event_id_seq cache 1000")


def set_new_settings() -> None:
	"""A field that a Single gets later has no default on a site that has the Single already."""
	known = set(frappe.db.sql_list("select field from `tabSingles` where doctype = 'AI Settings'"))
	for field in frappe.get_meta("AI Settings").fields:
		if field.default and field.fieldname not in known:
			frappe.db.set_single_value("AI Settings", field.fieldname, field.default)


def custom_fields() -> dict[str, list[dict]]:
	"""DocType -> our custom fields: the sealed ones, and on a form with a panel the tab they stand in."""
	fields: dict[str, list[dict]] = {doctype: _tab() for doctype in TAB_FORMS}
	for row in read("custom_fields.json"):
		fields.setdefault(row["doctype"], []).append(
			{
				"fieldname": row["fieldname"],
				"fieldtype": row["fieldtype"],
				"label": row["label"],
				"description": row["description"],
				"allow_on_submit": row.get("allow_on_submit", 0),
				# Nobody is granted level 1, and the value is sealed as well: see sealing.py.
				"permlevel": 1,
				"hidden": 1,
				"read_only": 1,
				"no_copy": 1,
				"print_hide": 1,
				"report_hide": 1,
			}
		)
	for own in fields.values():
		for field in own:
			field |= {"module": MODULE, "insert_after": END_OF_FORM}
	return fields


def say_missing_scripts() -> None:
	"""Frappe skips a form script that is not there without a word, and the tab would stay empty."""
	for path in doctype_js.values():
		if not Path(frappe.get_app_path("education_ai", *path.split("/"))).exists():
			click.secho(
				f"education_ai: {path} is missing, so the panel stays empty. Build the app with `npm run build:app`.",
				fg="red",
			)


def _tab() -> list[dict]:
	return [
		{"fieldname": TAB, "fieldtype": "Tab Break", "label": "Insights"},
		{"fieldname": PANEL, "fieldtype": "HTML", "label": "Insights", "print_hide": 1},
	]
