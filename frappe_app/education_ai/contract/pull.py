"""pull: give out the oldest changes, and drop those that the sidecar says it has stored.

There is no cursor: ids do not follow the order of commits, and a cursor would skip whoever commits late.
"""

import json
from collections.abc import Iterable

import frappe
from frappe.utils import now_datetime

from education_ai import connect, pairing
from education_ai.contract.door import check_epoch, check_on
from education_ai.contract.errors import Fenced
from education_ai.contract.shapes import Pull
from education_ai.settings import for_sidecar


def pull(request: Pull) -> dict:
	check_on()
	token = acknowledge(request)
	events = frappe.db.sql(
		"""select name as id, ref_doctype as doctype, ref_name as name, event, new_name
		from `tabAI Sync Event` order by `tabAI Sync Event`.name limit %s""",
		request.limit,
		as_dict=True,
	)
	return {
		"token": token,
		"events": events,
		"pending": connect.pending(beyond=len(events)),
		"settings": for_sidecar(),
	}


def acknowledge(request: Pull) -> str:
	"""Delete what is stored and answer the token to use next. Commits.

	The token moves on only with a delete, and the one before is still good: a lost answer does no harm, and a
	database that is two pulls behind is always noticed.
	"""
	# So that what is read from here on is what there is now: the request has looked at the database before.
	frappe.db.commit()
	state = pairing.state(for_update=True)
	check_epoch(request.epoch, state)
	if request.token not in (state.token, state.prev_token):
		raise Fenced("This token is over: the sidecar's database is older than its last pull.")
	values: dict = {"last_seen": now_datetime()}
	if request.ack:
		delete_events(request.ack)
		if request.token == state.token:
			values |= {"prev_token": state.token, "token": frappe.generate_hash(length=24)}
	pairing.store(values)
	before_commit()
	frappe.db.commit()
	return values.get("token") or state.token


def delete_events(ids: Iterable[int]) -> None:
	"""By primary key, row by row: `name in (...)` would scan the table and wait for every open save.

	Only rows that are there: for one that is not, the delete would lock the gap where it was, and at the end of the
	table every save would wait for this transaction.
	"""
	asked = list(ids)
	there = (
		frappe.db.sql_list("select name from `tabAI Sync Event` where name in %s", (asked,)) if asked else []
	)
	if there:
		frappe.db.sql(
			"""delete e from json_table(%s, '$[*]' columns (id bigint path '$')) v
			straight_join `tabAI Sync Event` e on e.name = v.id""",
			json.dumps(there),
		)


def before_commit() -> None:
	"""Between the delete and its commit; a test holds a pull here."""
