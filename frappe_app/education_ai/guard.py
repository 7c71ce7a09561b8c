"""What the sidecar's user may reach over HTTP: the contract, the socket's handshake, and nothing else.

Having no permission is not enough: any logged-in user lists some twenty DocTypes, uploads files and may call the
Education app's own methods for any pupil.
"""

import frappe
from frappe import _

from education_ai.pairing import sidecar_user

METHODS = ("hello", "pull", "snapshot", "digest", "write_back", "report")
ALLOWED_PATHS = frozenset(
	[f"/api/method/education_ai.api.sidecar.{method}" for method in METHODS]
	+ ["/api/method/frappe.realtime.get_user_info"]
)


def refuse_all_but_the_contract() -> None:
	"""auth_hooks: runs after the token was checked and before anything is dispatched."""
	user = frappe.session.user
	if user in ("Guest", "Administrator") or user != sidecar_user():
		return
	if frappe.request.path not in ALLOWED_PATHS or _names_a_command():
		raise frappe.PermissionError(_("The user of the sidecar may only call its own methods."))


def _names_a_command() -> bool:
	"""Frappe dispatches `cmd`, from wherever it comes, before it looks at the path."""
	request = frappe.request
	return "cmd" in frappe.form_dict or "cmd" in request.args or "cmd" in request.form
