"""The pairing between this site and one sidecar database: epoch, token, and whose requests are the sidecar's.

The state is one row of a table of its own. AI Settings is no place for it: whoever saves those would wait for a pull.
"""

import json
import secrets

import frappe
from frappe.utils import now_datetime

ROLE = "AI Sidecar"
STATE = "AI Sync State"
ROW = "state"


def sidecar_user() -> str | None:
	"""The user whom `connect` made. Compared by name, never by role: Administrator holds every role."""
	found = frappe.db.sql(f"select sidecar_user from `tab{STATE}` where name = %s", ROW)
	return found[0][0] if found else None


def state(for_update: bool = False) -> frappe._dict:
	"""The whole row. `for_update` makes pulls and hellos wait for each other; no save ever touches it."""
	rows = frappe.db.sql(
		f"select * from `tab{STATE}` where name = %s {'for update' if for_update else ''}", ROW, as_dict=True
	)
	if not rows:
		make_row()
		return state(for_update)
	return rows[0]


def make_row() -> None:
	frappe.db.sql(
		f"""insert ignore into `tab{STATE}` (name, creation, modified, owner, modified_by, site_id)
		values (%s, now(6), now(6), 'Administrator', 'Administrator', %s)""",
		(ROW, secrets.token_hex(8)),
	)


def store(values: dict) -> None:
	frappe.db.set_value(STATE, ROW, values, update_modified=False)


def is_copy(state: frappe._dict) -> bool:
	"""Whether this is a copy, at another address, of the site that was connected."""
	return bool(state.connected_address) and state.connected_address != address()


def new_epoch() -> dict[str, str | None]:
	"""A new life of the pairing: the sidecar does a first load and treats every insight as unsent."""
	values = {"epoch": secrets.token_hex(12), "token": secrets.token_hex(12), "prev_token": None}
	store(values | {"last_seen": now_datetime()})
	return values


def clear_epoch() -> None:
	store({"epoch": None, "token": None, "prev_token": None})


def address() -> str:
	"""Where this site is, from its configuration and not from the request: a copy of the database has another."""
	return json.dumps([frappe.conf.get("host_name") or frappe.local.site, frappe.conf.db_name])
