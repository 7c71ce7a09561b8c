"""A record that was renamed or merged: what we wrote about it follows.

Frappe follows a dynamic link only where it remembers that one leads to this DocType, and rows inserted as ours are,
without document events, do not remind it for twelve hours.
"""

import frappe
from frappe.model.document import Document

from education_ai import sealing

WITH_TARGET = ("AI Insight", "AI Read Log")


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	for doctype in WITH_TARGET:
		frappe.db.sql(
			f"update `tab{doctype}` set target = %s where target = %s and target_doctype = %s",
			(new, old, doc.doctype),
		)
	if doc.doctype in sealing.sealed_fields():
		sealing.after_rename(doc, method, old, new, merge)
