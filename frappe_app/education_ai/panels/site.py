"""What a panel needs to know of the site before it says anything: whether it may show, how old its data is."""

from dataclasses import dataclass

import frappe
from frappe.utils import add_to_date, now_datetime

from education_ai.pairing import ROW, STATE
from education_ai.permissions import Audience

OFF = {"state": "off"}
# A sidecar pulls every 20 seconds; silent for ten minutes, it is not running.
SILENT_AFTER_MINUTES = 10


@dataclass(frozen=True)
class Freshness:
	"""`stale_since`: when the sidecar was last heard of, where that is too long ago.

	`loaded`: a first load was finished, so that no insight means nothing to say. It is seen by its result: analysis
	begins when everything is loaded.
	"""

	loaded: bool
	stale_since: str | None


def shows_to(audience: Audience) -> bool:
	"""The switches of AI Settings: pupils and guardians see something only once the school releases it to them."""
	settings = frappe.get_cached_doc("AI Settings")
	released = {"staff": True, "student": settings.show_to_students, "guardian": settings.show_to_guardians}
	return bool(settings.show and released[audience])


def minimum_group_size() -> int:
	return frappe.get_cached_doc("AI Settings").minimum_group_size


def freshness() -> Freshness:
	[(last_seen, loaded)] = frappe.db.sql(
		f"""select (select last_seen from `tab{STATE}` where name = %s),
		exists (select 1 from `tabAI Insight`)
		or exists (select 1 from `tabAI Sync Report` where kind = 'check' and code = 'backfill')""",
		ROW,
	)
	silent = last_seen and last_seen < add_to_date(now_datetime(), minutes=-SILENT_AFTER_MINUTES)
	return Freshness(loaded=bool(loaded), stale_since=str(last_seen) if silent else None)
