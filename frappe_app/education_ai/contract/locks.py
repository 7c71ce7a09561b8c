"""One writer at a time among the sidecar's own requests; a person's save never meets this lock."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

from education_ai.contract.errors import Busy

WAIT_SECONDS = 10


@contextmanager
def one_writer() -> Iterator[None]:
	"""Hold the site's write-back lock. The caller commits before leaving.

	Row locks will not do: the first insight about a target has no row yet, and the row of the state is the pull's.
	"""
	lock = f"education_ai:{frappe.conf.db_name}"
	if not frappe.db.sql("select get_lock(%s, %s)", (lock, WAIT_SECONDS))[0][0]:
		raise Busy("Another request of the sidecar is still writing.")
	try:
		# Reads of this request so far belong to an older snapshot of the database.
		frappe.db.commit()
		yield
	finally:
		frappe.db.sql("select release_lock(%s)", lock)
