"""report: what the sidecar's checks found, and the work that it gave up."""

from datetime import datetime, timezone

import frappe
from frappe.utils import convert_utc_to_system_timezone

from education_ai import conflicts, pairing
from education_ai.contract import assessments, insights, model_card
from education_ai.contract.door import check_epoch
from education_ai.contract.shapes import Check, DeadWork, Report
from education_ai.contract.stored import text
from education_ai.exclusion import excluded

KIND_CHECK, KIND_DEAD = "check", "dead"
FIRST_LOAD = "backfill"


def report(request: Report) -> dict:
	check_epoch(request.epoch, pairing.state())
	for check in request.checks:
		_insert({"kind": KIND_CHECK, "code": check.check, **_counts(check)})
	if any(check.check == FIRST_LOAD for check in request.checks):
		# What still holds was said again in this epoch. The rest was said by a sidecar database that is gone, and
		# nobody else would ever take it back.
		insights.withdraw_unsaid(request.epoch)
		assessments.withdraw_unsaid(request.epoch)
		conflicts.withdraw_unsaid(request.epoch)
	redrive = _dead(request.dead)
	model_card.store(request.model)
	pairing.store({"lag_seconds": request.lag_seconds})
	return {"redrive": redrive, "erase": sorted(excluded())}


def _dead(reported: list[DeadWork]) -> list[dict[str, str]]:
	"""Make the list on the site what the sidecar says it is; answer what a person asked to try again."""
	known = {
		(row.code, row.ref_doctype, row.ref_name): row
		for row in frappe.get_all(
			"AI Sync Report",
			filters={"kind": KIND_DEAD},
			fields=["name", "code", "ref_doctype", "ref_name", "redrive"],
		)
	}
	now_dead = {(work.code, work.doctype, work.name) for work in reported}
	healed = [row.name for key, row in known.items() if key not in now_dead]
	if healed:
		frappe.db.delete("AI Sync Report", {"name": ("in", healed)})
	for code, doctype, name in sorted(now_dead - known.keys()):
		_insert({"kind": KIND_DEAD, "code": code, "ref_doctype": doctype, "ref_name": name})
	asked = [row for key, row in known.items() if key in now_dead and row.redrive == "Asked"]
	if asked:
		frappe.db.set_value(
			"AI Sync Report",
			{"name": ("in", [row.name for row in asked])},
			"redrive",
			"Sent",
			update_modified=False,
		)
	return [{"doctype": row.ref_doctype, "name": row.ref_name} for row in asked]


def _insert(values: dict) -> None:
	frappe.get_doc({"doctype": "AI Sync Report", **values}).insert(ignore_permissions=True)


def _counts(check: Check) -> dict:
	finished = datetime.fromisoformat(check.finished.replace("Z", "+00:00")).astimezone(timezone.utc)
	return {
		"finished": convert_utc_to_system_timezone(finished).replace(tzinfo=None),
		"examined": check.examined,
		"found": check.found,
		"repaired": check.repaired,
		"details": text([detail.model_dump() for detail in check.details]),
	}
