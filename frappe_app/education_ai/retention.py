"""What does not stay for ever: outbox rows that no sidecar collects, insights that no longer hold, old checks."""

import frappe
from frappe.utils import add_days, cint, now_datetime

from education_ai import pairing, webhooks
from education_ai.contract.pull import delete_events

UNCOLLECTED_DAYS = 30
CHECK_DAYS = 90
# Looked at once a day: none is older than a week.
DELIVERY_DAYS = 6
AT_ONCE = 1000


def daily() -> None:
	drop_uncollected()
	erase_past_insights()
	drop_past_checks()
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
	days = cint(frappe.db.get_single_value("AI Settings", "keep_days"))
	if not days:
		return
	before = add_days(now_datetime(), -days)
	frappe.db.delete("AI Insight", {"is_current": 0, "modified": ("<", before)})
	frappe.db.delete("Assessment Insight", {"withdrawn_on": ("<", before)})
	frappe.db.commit()


def drop_past_checks() -> None:
	"""Dead work stays as long as it is dead."""
	before = add_days(now_datetime(), -CHECK_DAYS)
	frappe.db.delete("AI Sync Report", {"kind": "check", "creation": ("<", before)})
	frappe.db.commit()


def drop_past_deliveries() -> None:
	"""The site's log of our webhooks names records; Frappe itself would keep it for 30 days."""
	before = add_days(now_datetime(), -DELIVERY_DAYS)
	ours = {"webhook": ("like", f"{webhooks.PREFIX}%"), "creation": ("<", before)}
	frappe.db.delete("Webhook Request Log", ours)
	frappe.db.commit()
