"""Leaves the site as it was: what Frappe itself forgets when an app goes is named here, once."""

import json

import frappe

from education_ai import connect, pairing, webhooks
from education_ai.anchor import anchored_doctypes, our_fields
from education_ai.watched import read

MODULE = "Education AI"
SEQUENCES = ("ai_sync_event_id_seq",)
# Rows of Frappe's that name a DocType of ours in this column, and would stay behind.
POINTING_TO_OUR_DOCTYPES = (
	("ToDo", "reference_type"),
	("DocShare", "share_doctype"),
	("Comment", "reference_doctype"),
	("Communication", "reference_doctype"),
	("Version", "ref_doctype"),
	("View Log", "reference_doctype"),
	("Activity Log", "reference_doctype"),
	("Notification Log", "document_type"),
	("Tag Link", "document_type"),
	("File", "attached_to_doctype"),
	("Deleted Document", "deleted_doctype"),
	("Deleted Document", "deleted_name"),
	("Property Setter", "doc_type"),
	("Custom Field", "dt"),
	("Custom DocPerm", "parent"),
	("User Permission", "allow"),
	("Webhook", "webhook_doctype"),
	("Notification", "document_type"),
	("Assignment Rule", "document_type"),
	("Auto Email Report", "reference_report"),
	("Report", "ref_doctype"),
	("List Filter", "reference_doctype"),
	("List View Settings", "name"),
	("Data Import", "reference_doctype"),
	("Document Follow", "ref_doctype"),
	("Energy Point Log", "reference_doctype"),
	("Access Log", "export_from"),
)


def before_uninstall() -> None:
	"""While our tables are still there: remember what they know, and let go of the user."""
	made_roles = json.loads(pairing.state().made_roles or "[]")
	doctypes = frappe.get_all("DocType", filters={"module": MODULE}, pluck="name")
	frappe.flags.education_ai_left = {"made_roles": made_roles, "doctypes": doctypes}
	_delete_todos()
	connect.disconnect()


def after_uninstall() -> None:
	left = frappe.flags.education_ai_left
	for doctype, column in POINTING_TO_OUR_DOCTYPES:
		if frappe.db.has_column(doctype, column):
			frappe.db.delete(doctype, {column: ("in", left["doctypes"])})
	frappe.db.delete("Scheduled Job Log", {"scheduled_job_type": ("like", "%education_ai%")})
	for name in frappe.get_all(
		"Scheduled Job Type", filters={"method": ("like", "education_ai.%")}, pluck="name"
	):
		frappe.db.delete("Scheduled Job Log", {"scheduled_job_type": name})
		frappe.db.delete("Scheduled Job Type", {"name": name})
	frappe.db.delete("Webhook Request Log", {"webhook": ("like", f"{webhooks.PREFIX}%")})
	frappe.db.delete("Patch Log", {"patch": ("like", "education_ai.%")})
	_delete_singles(left["doctypes"])
	_delete_roles(left["made_roles"])
	_delete_fields()
	_delete_copies()
	_delete_user_settings(left["doctypes"])
	for sequence in SEQUENCES:
		frappe.db.sql_ddl(f"drop sequence if exists {sequence}")
	frappe.db.commit()
	frappe.clear_cache()


def _delete_todos() -> None:
	"""Steps that were planned from an insight; without it they have lost their reason."""
	frappe.db.sql("delete t from `tabToDo` t join `tabAI Insight` i on i.action = t.name")


def _delete_singles(doctypes: list[str]) -> None:
	frappe.db.delete("Singles", {"doctype": ("in", doctypes)})


def _delete_roles(made: list[str]) -> None:
	"""Our own role always; one that was missing before us unless somebody else's DocType uses it by now."""
	for row in read("roles.json"):
		role = row["role"]
		if not row["ours"] and (role not in made or frappe.db.exists("DocPerm", {"role": role})):
			continue
		frappe.db.delete("Custom DocPerm", {"role": role})
		frappe.db.delete("DocPerm", {"role": role})
		frappe.db.delete("Has Role", {"role": role})
		frappe.db.delete("Role", {"name": role})


def _delete_fields() -> None:
	"""Frappe removes the fields with their module; columns, property setters and places in an order stay."""
	for doctype in anchored_doctypes():
		ours = our_fields(doctype)
		frappe.db.delete("Custom Field", {"dt": doctype, "fieldname": ("in", ours)})
		frappe.db.delete("Property Setter", {"doc_type": doctype, "field_name": ("in", ours)})
		for column in ours:
			frappe.db.sql_ddl(f"alter table `tab{doctype}` drop column if exists `{column}`")
		frappe.clear_cache(doctype=doctype)


def _delete_copies() -> None:
	"""What Frappe keeps of the records it deleted on our way out; the fields' own are among them."""
	fields = [f"{doctype}-{field}" for doctype in anchored_doctypes() for field in our_fields(doctype)]
	for doctype, names in (("Custom Field", fields), ("Module Def", [MODULE]), ("Workspace", [MODULE])):
		frappe.db.delete("Deleted Document", {"deleted_doctype": doctype, "deleted_name": ("in", names)})


def _delete_user_settings(doctypes: list[str]) -> None:
	frappe.db.sql("delete from `__UserSettings` where doctype in %s", (doctypes,))
