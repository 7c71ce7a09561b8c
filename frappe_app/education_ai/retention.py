"""What does not stay for ever: outbox rows that no sidecar collects, insights that no longer hold, logs."""

from datetime import datetime

import frappe
from frappe.utils import add_days, cint, now_datetime

from education_ai import outbox, pairing, webhooks
from education_ai.contract.pull import delete_events
from education_ai.erasure import erase_rows

UNCOLLECTED_DAYS = 30
# Looked at once a day: none is older than a week.
DELIVERY_DAYS = 6
AT_ONCE = 1000


def daily() -> None:
	drop_uncollected()
	erase_past_insights()
	drop_past_logs()
	drop_past_deliveries()


def drop_uncollected() -> None:
	"""Rows older than 30 days go and the epoch with them: on its return the sidecar starts with a resync."""
	dropped = False
	while True:
		names = frappe.db.sql_list(
			"""select name from `tabAI Sync Event` where creation < now(6) - interval %s day
			order by name limit %s""",
			(UNCOLLECTED_DAYS, AT_ONCE),
		)
		if not names:
			break
		delete_events(names)
		dropped = True
		frappe.db.commit()
	if dropped:
		pairing.clear_epoch()
		frappe.db.commit()


def erase_past_insights() -> None:
	before = _kept_since("keep_days")
	if not before:
		return
	for doctype, past in (
		("AI Insight", [["is_current", "=", 0], ["modified", "<", before]]),
		# To Frappe no date is earlier than every date: `<` alone would take what was never withdrawn.
		("Assessment Insight", [["withdrawn_on", "is", "set"], ["withdrawn_on", "<", before]]),
	):
		while erase_rows(doctype, past, AT_ONCE):
			frappe.db.commit()
	# Decisions are in the sidecar's mirror, which hears of raw deletes by nothing else.
	for name in frappe.get_all(
		"AI Conflict", {"status": "Resolved", "decided_on": ("<", before)}, pluck="name"
	):
		erase_rows("AI Conflict", {"name": name})
		outbox.touch("AI Conflict", name, "delete")
	frappe.db.commit()


def drop_past_logs() -> None:
	"""Checks, and who read which insight. Dead work stays as long as it is dead."""
	before = _kept_since("keep_log_days")
	if not before:
		return
	frappe.db.delete("AI Sync Report", {"kind": "check", "creation": ("<", before)})
	frappe.db.delete("AI Read Log", {"day": ("<", before)})
	frappe.db.commit()


def drop_past_deliveries() -> None:
	"""The site's log of our webhooks names records; Frappe itself would keep it for 30 days."""
	before = add_days(now_datetime(), -DELIVERY_DAYS)
	ours = {"webhook": ("like", f"{webhooks.PREFIX}%"), "creation": ("<", before)}
	frappe.db.delete("Webhook Request Log", ours)
	frappe.db.commit()


def _kept_since(setting: str) -> datetime | None:
	"""None where AI Settings keeps them for good."""
	days = cint(frappe.db.get_single_value("AI Settings", setting))
	return add_days(now_datetime(), -days) if days else None
