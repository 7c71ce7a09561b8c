"""The outbox: a committed change to a watched document leaves one AI Sync Event, in the same transaction.

Never costs a user their save: whatever goes wrong here is logged and the checks find what was missed. No savepoint is
needed for that, and every save would pay for it: the one insert undoes itself where it fails. The exception is a
failure that took the whole transaction along, as a deadlock does: swallowing it would answer "saved" for nothing saved.
"""

from contextlib import suppress

import frappe
from frappe.model.document import Document
from frappe.utils import cint

from education_ai.watched import watched

# "Pull now", and "pull when it suits": a burst of absences need not be a burst of requests.
WAKE_EVENT, SOON_EVENT = "education_ai_wake", "education_ai_wake_soon"

READER = "education_ai_reader"
# A transaction begun before the switch may still keep the answer of then. What it costs, the hourly check finds.
READER_SECONDS = 60


def changed(doc: Document, method: str | None = None) -> None:
	"""on_change: insert, save, submit, edit after submit, cancel, db_set."""
	if doc.flags.in_delete:
		return  # on_trash has written it
	touch(doc.doctype, doc.name, "insert" if doc.flags.in_insert else "update")


def deleted(doc: Document, method: str | None = None) -> None:
	if _merged().pop((doc.doctype, doc.name), None):
		return  # the merge has written it
	touch(doc.doctype, doc.name, "delete")


def renamed(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	if merge:
		_merged()[(doc.doctype, old)] = True
	touch(doc.doctype, old, "rename", new)


def touch(doctype: str, name: str, event: str, new_name: str | None = None) -> None:
	"""Write one row and ask for one wake-up after the commit, unless the sidecar itself is writing."""
	try:
		_note(doctype, name, event, new_name)
	except Exception as error:
		if not _transaction_lives():
			raise
		_log(error)


def _note(doctype: str, name: str, event: str, new_name: str | None) -> None:
	collects, listener = _reader()
	if not collects or (listener and listener == frappe.session.user):
		return
	# Raw: a document would cost 1.2 ms instead of 0.3. The name column has no AUTO_INCREMENT, only a sequence.
	frappe.db.sql(
		"""insert into `tabAI Sync Event` (name, creation, modified, ref_doctype, ref_name, event, new_name)
		values (nextval(ai_sync_event_id_seq), now(6), now(6), %s, %s, %s, %s)""",
		(doctype, name, event, new_name),
	)
	if listener:
		_wake(listener, SOON_EVENT if watched()[doctype].due_seconds else WAKE_EVENT)


def _wake(listener: str, event: str) -> None:
	"""A wake-up without data after the commit; in a request, when its answer is on its way: no save waits for it."""
	after_response = getattr(getattr(frappe.local, "request", None), "after_response", None)
	if after_response is None:
		# Constant, so that Frappe sends at most one of a kind in a transaction.
		frappe.publish_realtime(event, {}, user=listener, after_commit=True)
		return

	def committed() -> None:
		sent = frappe.local.flags.setdefault("education_ai_wakes", set())
		if event not in sent:
			sent.add(event)
			after_response.add(lambda: frappe.publish_realtime(event, {}, user=listener))

	frappe.db.after_commit.add(committed)


def reader_changed() -> None:
	"""To be called by whoever switches collecting, connects or disconnects, in that transaction."""

	def forget() -> None:
		frappe.cache.delete_value(READER)

	forget()
	frappe.db.after_commit.add(forget)
	frappe.db.after_rollback.add(forget)


def _reader() -> tuple[bool, str | None]:
	"""Whether anything is noted at all, and the sidecar's user: from redis, since every save pays for it.

	Kept by no process: a long job would go by an old answer until its end.
	"""
	known = frappe.cache.get_value(READER, expires=True)
	if known is None:
		found = frappe.db.sql(
			"""select (select value from `tabSingles` where doctype = 'AI Settings' and field = 'collect'),
				(select sidecar_user from `tabAI Sync State` where name = 'state')"""
		)
		collect, listener = found[0]
		known = bool(cint(collect)), listener
		frappe.cache.set_value(READER, known, expires_in_sec=READER_SECONDS)
	return known


def _transaction_lives() -> bool:
	"""Frappe begins one at once after each commit, so that without one the database has dropped it."""
	return bool(frappe.db.sql("select @@in_transaction")[0][0])


def _log(error: Exception) -> None:
	with suppress(Exception):
		# Deferred: through redis, so that it outlives a rollback and holds no lock of this transaction.
		frappe.log_error(title="Education AI: a change was not noted", message=str(error), defer_insert=True)


def _merged() -> dict[tuple[str, str], bool]:
	return frappe.local.flags.setdefault("education_ai_merged", {})
