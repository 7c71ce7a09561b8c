"""How the sidecar is, for those who run the site: how far behind, what its checks found, and the work it gave up."""

import json
from functools import cache

import frappe
from frappe import _
from frappe.utils import add_to_date, cint, flt, now_datetime

from education_ai import connect
from education_ai.panels.site import SILENT_AFTER_MINUTES
from education_ai.permissions import may_open
from education_ai.watched import DATA

REPORT = "AI Sync Report"
DEAD = {"kind": "dead"}
# A fault of the site makes thousands of pieces dead at once; the list of AI Sync Report has them all.
DEAD_SHOWN = 50


def health() -> dict:
	"""What AI Settings shows."""
	status = connect.status()
	return {
		**status,
		"lag": lag_in_words(flt(status["lag_seconds"]), status["last_contact"]),
		"checks": last_checks(),
		"dead_work": dead_work(),
	}


def lag_in_words(seconds: float, last_contact: str | None) -> str:
	"""How long the oldest work has been waiting, as the sidecar last said; it says so once a minute."""
	silent_since = add_to_date(now_datetime(), minutes=-SILENT_AFTER_MINUTES)
	if not last_contact or frappe.utils.get_datetime(last_contact) < silent_since:
		return _("Unknown: the sidecar is not calling.")
	if seconds < 60:
		return _("Up to date")
	if seconds < 3600:
		return _("About {0} min behind").format(cint(seconds // 60))
	return _("About {0} h behind").format(cint(seconds // 3600))


def last_checks() -> list[dict]:
	"""The newest check of each kind, newest first."""
	rows = frappe.db.sql(
		f"""select code, max(finished) as finished from `tab{REPORT}` where kind = 'check' group by code
		order by finished desc""",
		as_dict=True,
	)
	fields = ["code", "finished", "examined", "found", "repaired", "details"]
	newest = [frappe.db.get_value(REPORT, {"kind": "check", **row}, fields, as_dict=True) for row in rows]
	return [
		{**check, "finished": str(check.finished), "details": json.loads(check.details or "[]")}
		for check in newest
	]


def dead_work() -> list[dict]:
	"""The oldest pieces, each with what happened, what to check, and the record where this reader may open it."""
	rows = frappe.get_all(
		REPORT,
		filters=DEAD,
		fields=["name as report", "code", "ref_doctype as doctype", "ref_name as name", "redrive"],
		order_by="creation, name",
		limit=DEAD_SHOWN,
	)
	openable = {doctype: _openable(doctype, rows) for doctype in {row.doctype for row in rows}}
	return [{**row, **_explained(row.code), "can_open": row.name in openable[row.doctype]} for row in rows]


def try_again(report: str | None = None) -> None:
	"""Ask the sidecar to take up one piece of dead work, or all, at its next report: within a minute."""
	chosen = {**DEAD, "name": report} if report else DEAD
	frappe.db.set_value(REPORT, chosen, "redrive", "Asked")


@cache
def _errors() -> dict[str, dict[str, str]]:
	return json.loads((DATA / "errors.json").read_text(encoding="utf-8"))


def _explained(code: str) -> dict[str, str]:
	known = _errors().get(code)
	if not known:
		return {"message": code, "check": _("The sidecar is newer than this app: update the app.")}
	return {"message": _(known["message"]), "check": _(known["check"])}


def _openable(doctype: str, rows: list[dict]) -> set[str]:
	"""Work may be dead just because the site has no such DocType or record."""
	if not frappe.db.exists("DocType", doctype):
		return set()
	named = tuple(row.name for row in rows if row.doctype == doctype)
	there = frappe.db.sql_list(f"select name from `tab{doctype}` where name in %s", (named,))
	return may_open(doctype, there)
