"""hello: who is there, on both sides, and whether the pairing goes on or starts anew."""

from datetime import datetime, timezone

import frappe
from frappe.utils import get_system_timezone, now_datetime, time_diff_in_seconds

from education_ai import __version__, connect, pairing
from education_ai.contract.door import check_on
from education_ai.contract.errors import Copied, Taken, UnknownVersion
from education_ai.contract.locks import one_writer
from education_ai.contract.shapes import Hello
from education_ai.settings import for_sidecar

CONTRACT_VERSIONS = (1,)
# Another sidecar that called within this time is taken to be alive.
ALIVE_SECONDS = 60


def hello(request: Hello) -> dict:
	check_on()
	contract = _common(request.contract_versions)
	with one_writer():
		state = pairing.state(for_update=True)
		if pairing.is_copy(state):
			raise Copied(
				"This site is a copy of the one that was connected. Run `bench education-ai connect` here to use it."
			)
		resync = not _continues(request, state)
		if resync:
			if _somebody_else_is_alive(request, state) and not request.take_over:
				raise Taken("Another sidecar called less than a minute ago. Stop it, or take over.")
			state.update(pairing.new_epoch())
		pairing.store({"last_seen": now_datetime(), "sidecar_version": request.sidecar_version})
		frappe.db.commit()
	return {
		"site_id": state.site_id,
		"epoch": state.epoch,
		"token": state.token,
		"resync": resync,
		"contract": contract,
		"versions": _versions(),
		"time_zone": get_system_timezone(),
		"now": datetime.now(timezone.utc).isoformat(),
		"settings": for_sidecar(),
		"pending": connect.pending(),
		"faults": connect.faults(frappe.session.user),
	}


def _common(theirs: list[int]) -> int:
	common = set(theirs) & set(CONTRACT_VERSIONS)
	if common:
		return max(common)
	ours = max(CONTRACT_VERSIONS)
	older = "sidecar" if max(theirs, default=0) < ours else "app education_ai on the site"
	raise UnknownVersion(f"No common contract version (this site: {ours}). Update the {older}.")


def _continues(request: Hello, state: frappe._dict) -> bool:
	return bool(
		state.epoch
		and request.epoch == state.epoch
		and request.token
		and request.token in (state.token, state.prev_token)
	)


def _somebody_else_is_alive(request: Hello, state: frappe._dict) -> bool:
	if not state.epoch or request.epoch == state.epoch or not state.last_seen:
		return False
	return time_diff_in_seconds(now_datetime(), state.last_seen) < ALIVE_SECONDS


def _versions() -> dict[str, str]:
	def of(app: str) -> str:
		return getattr(frappe.get_module(app), "__version__", "")

	return {
		"frappe": of("frappe"),
		"erpnext": of("erpnext"),
		"education": of("education"),
		"app": __version__,
		"database": frappe.db.sql("select version()")[0][0],
	}
