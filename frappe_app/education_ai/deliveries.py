"""What becomes of a delivery of our Webhooks: the time in its body, whether it is sent at all, when they are switched off.

A delivery that fails holds a worker for 12 s (Frappe tries three times), so that a sidecar which is gone would slow
down every job of the site. Nothing is lost without webhooks: the outbox keeps each change, and a timer finds it.
"""

import time

import frappe
from frappe import _
from frappe.desk.doctype.notification_settings.notification_settings import is_notifications_enabled
from frappe.utils import now_datetime, time_diff_in_seconds
from frappe.utils.user import get_users_with_role

from education_ai import pairing, webhooks

SILENT_SECONDS = 600
TRIES = 3
# Where the sidecar calls and yet nothing reaches it: so many deliveries, and for so long, are no restart.
UNREACHED_DELIVERIES = 3


def education_ai_webhook_time() -> int:
	"""Seconds since 1970, for the template of a body; one value for one delivery, as it is rendered once to be signed
	and once to be sent.

	Raises where nothing is to be sent: Frappe then logs it and gives up, at no cost to the worker.
	"""
	flags = frappe.local.flags
	if not flags.education_ai_webhook_time:
		reason = not_to_be_sent()
		if reason:
			raise frappe.ValidationError(reason)
		flags.education_ai_webhook_time = int(time.time())
	return flags.education_ai_webhook_time


def not_to_be_sent() -> str | None:
	state = pairing.state()
	if not webhooks.is_on():
		return "Webhooks are switched off in AI Settings."
	if pairing.is_copy(state):
		return "This site is a copy; the sidecar belongs to another."
	if _is_silent(state):
		return "The sidecar has not called for ten minutes."
	return None


def watch() -> None:
	"""Switches webhooks off where they only cost, and tells the System Managers."""
	if not webhooks.is_on():
		return
	tries, seconds = _failing()
	if tries >= TRIES and _is_silent(pairing.state()):
		what = _("The sidecar has not called for ten minutes and answers no webhook. Start it.")
	elif tries >= TRIES * UNREACHED_DELIVERIES and seconds >= SILENT_SECONDS:
		what = _("No webhook has reached the sidecar for ten minutes. Look at its address and its log.")
	else:
		return
	webhooks.disable()
	_tell(what)


def _failing() -> tuple[int, float]:
	"""Tries since the last one that arrived, and the seconds from the first of them to the last."""
	like = f"{webhooks.PREFIX}%"
	tries, first, last = frappe.db.sql(
		"""select count(*), min(creation), max(creation) from `tabWebhook Request Log`
		where webhook like %(like)s and creation > ifnull((
			select max(creation) from `tabWebhook Request Log`
			where webhook like %(like)s and ifnull(error, '') = ''), '2000-01-01')""",
		{"like": like},
	)[0]
	return tries, time_diff_in_seconds(last, first) if tries else 0


def _is_silent(state: frappe._dict) -> bool:
	"""A sidecar that is there pulls every 20 s."""
	return not state.last_seen or time_diff_in_seconds(now_datetime(), state.last_seen) > SILENT_SECONDS


def _tell(what: str) -> None:
	then = _("Then tick Webhooks in AI Settings again. Nothing is lost meanwhile.")
	notice = {
		"doctype": "Notification Log",
		"type": "Alert",
		"subject": f"{_('Education AI has switched its webhooks off.')} {what} {then}",
		"document_type": webhooks.SETTINGS,
		"document_name": webhooks.SETTINGS,
	}
	for user in (*get_users_with_role("System Manager"), "Administrator"):
		if is_notifications_enabled(user):
			frappe.get_doc({**notice, "for_user": user}).insert(ignore_permissions=True)
