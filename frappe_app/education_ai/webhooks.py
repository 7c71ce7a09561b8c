"""Frappe's own Webhooks as a second wake-up, for a site whose socket is out of the sidecar's reach: their records.

Made in code and never as fixtures, since a migrate would import those without their secret. `data/webhooks.json` says
which DocType goes to which address; `deliveries.py` what becomes of each delivery.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

import frappe
from frappe import _
from frappe.integrations.doctype.webhook import get_all_webhooks
from frappe.utils import cint
from frappe.utils.password import get_decrypted_password, remove_encrypted_password, set_encrypted_password

from education_ai import pairing
from education_ai.watched import read

SETTINGS = "AI Settings"
PREFIX = "Education AI: "
# Once for each change that a Webhook can see: `on_change` is silent during an insert and speaks for a delete as well.
# Without a `condition`: Frappe works it out for every event of every save, 0.3 ms each, to spare a pull at most.
EVENTS = ("after_insert", "on_change")
# A delivery that fails holds a worker for 12 s: not in the queue where everybody's jobs are.
QUEUE = "long"
TIMEOUT_SECONDS = 3
# Names and a time, nothing of what a record holds. Frappe signs no header, so the time stands in the signed body.
BODY = (
	'{"doctype": {{ doc.doctype | tojson }}, "name": {{ doc.name | tojson }}, "event": "%s",'
	' "time": {{ education_ai_webhook_time() }}}'
)
SECRET_FIELD = "webhook_secret"


def apply() -> None:
	"""The records as AI Settings wants them: each made anew, or none."""
	remove()
	settings = frappe.get_single(SETTINGS)
	if cint(settings.webhooks) and cint(settings.collect):
		base, secret = settings.sidecar_address.rstrip("/"), _secret()
		for row in read("webhooks.json"):
			for event in EVENTS:
				_make(row["doctype"], event, f"{base}/webhooks/{row['endpoint']}", secret)


def remove() -> None:
	"""Plain rows: to delete them as documents would start a job for each."""
	names = ours()
	if names:
		for table, column in (
			("Webhook Header", "parent"),
			("Webhook Data", "parent"),
			("Webhook", "name"),
		):
			frappe.db.delete(table, {column: ("in", names)})
		frappe.db.sql("delete from `__Auth` where doctype = 'Webhook' and name in %s", (names,))
	_renew_cache()


def disable() -> None:
	"""Switches off and keeps the records: a delivery that still waits in the queue finds its own and ends at once."""
	frappe.db.set_single_value(SETTINGS, "webhooks", 0)
	frappe.db.set_value("Webhook", {"name": ("in", ours())}, "enabled", 0)
	_renew_cache()


def disconnect() -> None:
	"""Without a sidecar: no records, no secret, switched off."""
	remove()
	frappe.db.set_single_value(SETTINGS, "webhooks", 0)
	remove_encrypted_password(pairing.STATE, pairing.ROW, SECRET_FIELD)


def keep_secret(value: str) -> None:
	"""Encrypted with the site's own key; the records sign with it from here on."""
	set_encrypted_password(pairing.STATE, pairing.ROW, value, SECRET_FIELD)
	apply()


def ours() -> list[str]:
	return frappe.get_all("Webhook", filters={"name": ("like", f"{PREFIX}%")}, pluck="name")


def is_on() -> bool:
	return bool(cint(frappe.db.get_single_value(SETTINGS, "webhooks")))


def obstacle(address: str | None) -> str | None:
	"""What a person must do first; None where webhooks can be switched on."""
	if not pairing.sidecar_user():
		return _("No sidecar is connected: run bench education-ai connect.")
	if not _secret():
		return _("There is no secret yet: run bench education-ai connect again with the same file.")
	if not address:
		return _("There is no address of the sidecar: enter it.")
	return fault_of(address)


def fault_of(address: str) -> str | None:
	"""What is wrong with the sidecar's address as the site would reach it."""
	try:
		parts = urlsplit(address)
		plain = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
	except ValueError:
		plain = False
	if not plain or parts.username or parts.password or parts.query or parts.fragment:
		return _("The address of the sidecar must begin with http or https and hold no login or query.")
	if parts.scheme == "http" and not _is_near(parts.hostname):
		return _("The address of the sidecar must begin with https, unless it is of this machine or private.")
	return None


def _is_near(host: str) -> bool:
	"""A name says nothing about where it leads, but for localhost."""
	if host == "localhost" or host.endswith(".localhost"):
		return True
	try:
		return ip_address(host).is_private
	except ValueError:
		return False


def _make(doctype: str, event: str, url: str, secret: str) -> None:
	frappe.get_doc(
		{
			"doctype": "Webhook",
			"webhook_doctype": doctype,
			"webhook_docevent": event,
			"enabled": 1,
			"request_url": url,
			"request_method": "POST",
			"request_structure": "JSON",
			"webhook_json": BODY % event,
			"webhook_headers": [{"key": "Content-Type", "value": "application/json"}],
			"enable_security": 1,
			"webhook_secret": secret,
			"background_jobs_queue": QUEUE,
			"timeout": TIMEOUT_SECONDS,
		}
	).insert(ignore_permissions=True, set_name=f"{PREFIX}{doctype}, {event}")


def _secret() -> str | None:
	return get_decrypted_password(pairing.STATE, pairing.ROW, SECRET_FIELD, raise_exception=False)


def _renew_cache() -> None:
	"""Frappe keeps the list of Webhooks in a cache that it empties before a commit.

	Filled here after it: another request, or a job that began before, would fill it with what it saw then.
	"""
	for moment in (frappe.db.after_commit, frappe.db.after_rollback):
		moment.add(lambda: frappe.cache.set_value("webhooks", get_all_webhooks()))
	frappe.cache.delete_value("webhooks")
