"""The one door of the contract: who may call, whether the request has its shape, and how an error is answered."""

from collections.abc import Callable
from typing import TypeVar

import frappe
from frappe import _
from pydantic import BaseModel, ValidationError

from education_ai import pairing
from education_ai.contract.errors import Busy, ContractError, Fenced, Invalid, Off, SiteFault
from education_ai.settings import for_sidecar

Shape = TypeVar("Shape", bound=BaseModel)


def answer(shape: type[Shape], body: dict, handle: Callable[[Shape], dict]) -> dict | None:
	"""Check the caller, parse the body, handle it; a typed error becomes `error` beside its HTTP status."""
	if frappe.session.user != pairing.sidecar_user():
		raise frappe.PermissionError(_("Only the connected sidecar may call this."))
	try:
		return handle(parse(shape, body))
	except ContractError as error:
		return _refuse(error)
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		return _refuse(Busy("The site's database was busy. Try again in a moment."))
	except Exception:
		traceback = frappe.get_traceback()
		frappe.db.rollback()
		# Without the values of the call, which Frappe's own traceback would hold: the log is read by other people.
		frappe.log_error("Education AI: a call of the sidecar failed", traceback)
		frappe.db.commit()
		return _refuse(SiteFault("The site could not answer. Its Error Log says why."))


def parse(shape: type[Shape], body: dict) -> Shape:
	"""The request, typed. The message names the field and never repeats a value: it may be a pupil's name."""
	try:
		return shape.model_validate({key: value for key, value in body.items() if key != "cmd"})
	except ValidationError as error:
		first = error.errors(include_url=False, include_input=False, include_context=False)[0]
		place = ".".join(str(part) for part in first["loc"]) or "request"
		# This one message of pydantic's repeats what was sent.
		message = "is of an unknown kind" if first["type"] == "union_tag_invalid" else first["msg"]
		raise Invalid(f"{place}: {message}")


def check_epoch(epoch: str, state: frappe._dict) -> None:
	"""Fenced: said by a sidecar database that lived before the present pairing."""
	if not state.epoch or epoch != state.epoch:
		raise Fenced("This epoch is over. Say hello to start a new one.")


def check_on() -> None:
	if not for_sidecar()["collect"]:
		raise Off("Collecting is switched off in AI Settings.")


def _refuse(error: ContractError) -> None:
	frappe.db.rollback()
	frappe.local.response["http_status_code"] = error.status
	frappe.local.response["error"] = {"code": error.code, "message": error.message}
	return None
