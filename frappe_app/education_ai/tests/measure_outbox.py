"""Figures of the outbox that only show inside the bench: its cost in one process, and who waits for whom.

`bench --site S execute education_ai.tests.measure_outbox.figures` answers them as JSON; `npm run bench:live` prints
them beside their bars. Everything written here is made up and removed again.
"""

import statistics
import threading
import time
from collections.abc import Callable

import frappe

from education_ai import outbox
from education_ai.contract.pull import delete_events

SAVES = 200
WAITS = 30


def figures() -> dict[str, float]:
	"""All times in milliseconds; the waits are the longest seen."""
	try:
		return {
			"outbox_cost_ms": _cost(),
			"save_behind_pull_ms": _longest(_save_behind_pull),
			"pull_behind_writer_ms": _longest(_pull_behind_writer),
		}
	finally:
		clear()


def fill(count: int = 1000) -> None:
	"""Rows for one pull over HTTP; `clear` takes them away."""
	_some_rows(count)


def clear() -> None:
	frappe.db.delete("AI Sync Event", {"ref_name": ("like", "measured%")})
	frappe.db.commit()


def _cost() -> float:
	"""The median of a commit with one row of the outbox, less that of the same commit without."""
	return statistics.median(_commits(with_row=True)) - statistics.median(_commits(with_row=False))


def _commits(with_row: bool) -> list[float]:
	times = []
	for turn in range(SAVES):
		started = time.perf_counter()
		frappe.db.sql("update `tabAI Sync State` set lag_seconds = %s", turn % 7)
		if with_row:
			outbox.touch("Article", f"measured {turn}", "update")
		frappe.db.commit()
		times.append((time.perf_counter() - started) * 1000)
	return times


def _save_behind_pull() -> float:
	"""A save commits while a pull has deleted its acknowledged rows and not committed yet."""
	ids = _some_rows(50)
	with Elsewhere(lambda: delete_events(ids)):
		return _timed(lambda: (outbox.touch("Article", "measured", "update"), frappe.db.commit()))


def _pull_behind_writer() -> float:
	"""A pull deletes and commits while a save has written its row and not committed yet."""
	ids = _some_rows(50)
	with Elsewhere(lambda: outbox.touch("Article", "measured", "update")):
		return _timed(lambda: (delete_events(ids), frappe.db.commit()))


def _some_rows(count: int) -> list[int]:
	for turn in range(count):
		outbox.touch("Article", f"measured {turn}", "update")
	frappe.db.commit()
	return frappe.get_all(
		"AI Sync Event", {"ref_name": ("like", "measured%")}, pluck="name", order_by="name", limit=count
	)


def _longest(wait: Callable[[], float]) -> float:
	return max(wait() for _turn in range(WAITS))


def _timed(work: Callable) -> float:
	started = time.perf_counter()
	work()
	return (time.perf_counter() - started) * 1000


class Elsewhere:
	"""Does something on a connection of its own and holds its transaction open while the block runs."""

	def __init__(self, work: Callable[[], None]):
		self._work = work
		self._site, self._path = frappe.local.site, frappe.local.sites_path
		self._done, self._leave = threading.Event(), threading.Event()
		self._thread = threading.Thread(target=self._run)

	def __enter__(self) -> None:
		self._thread.start()
		self._done.wait(10)

	def __exit__(self, *_error) -> None:
		self._leave.set()
		self._thread.join()

	def _run(self) -> None:
		frappe.init(site=self._site, sites_path=self._path)
		frappe.connect()
		try:
			self._work()
			self._done.set()
			self._leave.wait(60)
			frappe.db.commit()
		finally:
			self._done.set()
			frappe.destroy()
