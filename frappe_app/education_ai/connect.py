"""Connecting a sidecar: its user and key, the file it starts from, and the faults that would give it too much."""

import os
import re
import secrets
from base64 import b64encode
from pathlib import Path
from urllib.parse import urlsplit

import frappe
from frappe import _
from frappe.utils import get_url
from frappe.utils.password import set_encrypted_password

from education_ai import outbox, pairing, webhooks
from education_ai.pairing import ROLE

# Never a place where mail could arrive.
USER = "education-ai-sidecar@education-ai.invalid"
OLDEST_MARIADB = (10, 6)


class ConnectError(Exception):
	"""Something that a person must put right first; the message says what."""


def connect(out: Path, new_webhook_secret: bool = False) -> Path:
	"""Make or renew the sidecar's user and key and write the file it starts from, 0600. Commits.

	Run again with the same file it keeps that file's SEALING_KEY: with another one the sidecar's database could
	not be read any more. Webhooks keep their secret too, unless a new one is asked for; the file then holds both
	until the next time, since what was signed before may still be on its way.
	"""
	user = pairing.sidecar_user() or USER
	_make_user(user)
	found = faults(user)
	if found:
		raise ConnectError("\n".join(fault["message"] for fault in found))
	key, secret = secrets.token_hex(10), secrets.token_hex(20)
	frappe.db.set_value("User", user, "api_key", key)
	set_encrypted_password("User", user, secret, "api_secret")
	pairing.make_row()
	pairing.store({"sidecar_user": user, "connected_address": pairing.address()})
	outbox.reader_changed()
	webhook_secret = _kept(out, "WEBHOOK_SECRET")
	previous = webhook_secret if new_webhook_secret else None
	if new_webhook_secret or not webhook_secret:
		webhook_secret = secrets.token_urlsafe(32)
	webhooks.keep_secret(webhook_secret)
	_write(
		out,
		{
			"FRAPPE_URL": get_url(),
			"FRAPPE_SITE": frappe.local.site,
			"FRAPPE_SOCKET_URL": socket_url(get_url()),
			"FRAPPE_API_KEY": key,
			"FRAPPE_API_SECRET": secret,
			"SEALING_KEY": _kept(out, "SEALING_KEY") or b64encode(secrets.token_bytes(32)).decode(),
			"WEBHOOK_SECRET": webhook_secret,
			"WEBHOOK_SECRET_PREVIOUS": previous,
		},
	)
	frappe.db.commit()
	return out


def disconnect() -> None:
	"""Take the sidecar's user and key away; what it wrote stays."""
	user = pairing.sidecar_user()
	webhooks.disconnect()
	pairing.clear_epoch()
	pairing.store({"sidecar_user": None, "connected_address": None})
	outbox.reader_changed()
	if user:
		_delete_user(user)


def faults(user: str) -> list[dict[str, str]]:
	"""What would let the sidecar's key reach more than the contract, or the contract not work."""
	messages = []
	for doctype in ("DocPerm", "Custom DocPerm"):
		granted = frappe.get_all(doctype, filters={"role": ROLE}, pluck="parent", distinct=True)
		if granted:
			messages.append(
				_("The role {0} must have no permissions, but {1} grants some on: {2}. Remove them.").format(
					ROLE, doctype, ", ".join(sorted(granted))
				)
			)
	others = frappe.get_all("Has Role", filters={"parent": user, "role": ("!=", ROLE)}, pluck="role")
	if others:
		messages.append(
			_("The user {0} must hold no role but {1}. Take away: {2}.").format(
				user, ROLE, ", ".join(sorted(others))
			)
		)
	found = [{"code": "role.fault", "message": message} for message in messages]
	if _mariadb() < OLDEST_MARIADB:
		found.append({"code": "database.old", "message": _("MariaDB 10.6 or newer is needed (JSON_TABLE).")})
	return found


def status() -> dict:
	"""What `status` prints and AI Settings shows; no key and no name of a pupil."""
	state = pairing.state()
	return {
		"connected": bool(state.sidecar_user),
		"user": state.sidecar_user,
		"paired": bool(state.epoch),
		"last_contact": str(state.last_seen) if state.last_seen else None,
		"sidecar_version": state.sidecar_version,
		"lag_seconds": state.lag_seconds,
		"pending": pending(),
		"dead": frappe.db.count("AI Sync Report", {"kind": "dead"}),
		"copied": pairing.is_copy(state),
		"webhooks": {
			"on": webhooks.is_on(),
			"obstacle": webhooks.obstacle(frappe.db.get_single_value("AI Settings", "sidecar_address")),
		},
		"faults": faults(state.sidecar_user) if state.sidecar_user else [],
	}


def pending(beyond: int = 0) -> int:
	"""Outbox rows behind the first `beyond`, capped at 10,001: counting millions would take seconds."""
	counted = frappe.db.sql(
		"select count(*) from (select 1 from `tabAI Sync Event` limit %s) some", 10_001 + beyond
	)
	return max(counted[0][0] - beyond, 0)


def socket_url(url: str) -> str:
	"""Behind a proxy the socket is at the site's own address; straight at the web server it has its own port."""
	parts = urlsplit(url)
	if parts.port and parts.port == int(frappe.conf.get("webserver_port") or 0):
		return f"{parts.scheme}://{parts.hostname}:{frappe.conf.get('socketio_port') or 9000}"
	return url


def _make_user(user: str) -> None:
	"""Plain rows: User's own hooks would make a contact, notification settings, a share and a gravatar request."""
	if frappe.db.exists("User", user):
		return
	doc = frappe.new_doc("User", name=user, email=user, first_name="Education AI", last_name="Sidecar")
	doc.update(
		{"full_name": "Education AI Sidecar", "username": None, "enabled": 1, "user_type": "Website User"}
	)
	doc.append("roles", {"role": ROLE})
	doc.set_user_and_timestamp()
	doc.db_insert()
	for row in doc.get_all_children():
		row.set("parent", user)
		row.db_insert()
	frappe.clear_cache(user=user)


def _delete_user(user: str) -> None:
	if not frappe.db.exists("User", user):
		return
	frappe.delete_doc("User", user, force=True, ignore_permissions=True, delete_permanently=True)
	for doctype, column in (("Contact", "user"), ("Notification Settings", "name"), ("DocShare", "user")):
		for name in frappe.get_all(doctype, filters={column: user}, pluck="name"):
			frappe.delete_doc(doctype, name, force=True, ignore_permissions=True, delete_permanently=True)
	frappe.db.delete("Deleted Document", {"deleted_name": user})
	frappe.db.delete("DefaultValue", {"parent": user})
	frappe.db.sql("delete from `__UserSettings` where user = %s", user)
	frappe.db.sql("delete from `__Auth` where doctype = 'User' and name = %s", user)


def _mariadb() -> tuple[int, ...]:
	version = frappe.db.sql("select version()")[0][0]
	return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


def _kept(out: Path, variable: str) -> str | None:
	if not out.exists():
		return None
	found = re.search(rf"^{variable}=(.+)$", out.read_text(), re.MULTILINE)
	return found.group(1).strip() if found else None


def _write(out: Path, values: dict[str, str | None]) -> None:
	"""Replaces the lines that are ours, without those of None, and keeps what a person added (DATABASE_URL, PORT)."""
	kept = []
	if out.exists():
		kept = [line for line in out.read_text().splitlines() if line.partition("=")[0].strip() not in values]
	lines = [f"{variable}={value}" for variable, value in values.items() if value is not None] + kept
	beside = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
	with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
		file.write("\n".join(lines) + "\n")
	os.replace(beside, out)
