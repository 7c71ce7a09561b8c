"""Nobody waits for the sidecar: a save while a pull is held open, and a pull while a save is open.

Each side has a connection of its own, as on a busy site. What is held is rolled back; only a few outbox rows that
touch an Academic Year are committed for a moment.
"""

import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase

from education_ai import outbox, pairing
from education_ai.contract import pull
from education_ai.contract.shapes import Pull

MOST_MS = 50
MANY = 1000
# Longer than three statements that give up waiting for a lock after a second each.
HELD_SECONDS = 20


def _milliseconds(run: Callable[[], None]) -> float:
	began = time.perf_counter()
	run()
	return (time.perf_counter() - began) * 1000


class Undo(Exception):
	"""Raised in place of a commit."""


class TestWaits(FrappeTestCase):
	def setUp(self) -> None:
		self.site = frappe.local.site
		state = pairing.state()
		if not state.epoch:
			pairing.new_epoch()
			frappe.db.commit()
			state = pairing.state()
		self.pairing = {"epoch": state.epoch, "token": state.token}
		self.ids = self.committed_rows(MANY)
		frappe.db.sql("set session innodb_lock_wait_timeout = 1")

	def tearDown(self) -> None:
		frappe.db.sql("set session innodb_lock_wait_timeout = default")
		pull.delete_events(self.ids)
		frappe.db.commit()

	def committed_rows(self, count: int) -> list[int]:
		newest = frappe.db.sql("select ifnull(max(name), 0) from `tabAI Sync Event`")[0][0]
		for _n in range(count):
			outbox.touch("Academic Year", "WX none", "update")
		frappe.db.commit()
		return frappe.db.sql_list(
			"select name from `tabAI Sync Event` where name > %s and ref_name = 'WX none'", newest
		)

	@contextmanager
	def connection(self):
		frappe.init(site=self.site)
		frappe.connect()
		try:
			yield
		finally:
			frappe.db.rollback()
			frappe.destroy()

	def beside(
		self,
		hold: Callable[[threading.Event, threading.Event], None],
		measured: Callable[[], None],
		times: int = 3,
	) -> float:
		"""Milliseconds that `measured` takes while `hold`, in a thread of its own, holds its transaction open."""
		held, release = threading.Event(), threading.Event()
		errors: list[BaseException] = []

		def run() -> None:
			try:
				with self.connection():
					hold(held, release)
			except Undo:
				pass
			except BaseException as error:
				errors.append(error)
			finally:
				held.set()

		thread = threading.Thread(target=run)
		thread.start()
		self.assertTrue(held.wait(20))
		try:
			# The best of three: a lock holds up each of them, a busy processor only one.
			took = min(_milliseconds(measured) for _time in range(times))
		finally:
			release.set()
			thread.join()
		self.assertEqual(errors, [])
		return took

	def held_pull(self, ids: list[int]) -> Callable[[threading.Event, threading.Event], None]:
		"""A pull between its delete and its commit."""

		def hold(held: threading.Event, release: threading.Event) -> None:
			def wait() -> None:
				held.set()
				release.wait(HELD_SECONDS)
				raise Undo

			with patch.object(pull, "before_commit", wait):
				pull.acknowledge(Pull(**self.pairing, ack=ids, limit=1))

		return hold

	def save(self) -> None:
		frappe.db.savepoint("wx")
		outbox.touch("Academic Year", "WX none", "update")
		frappe.db.rollback(save_point="wx")

	def test_a_save_does_not_wait_for_a_pull_that_is_held_open_after_its_delete_rule_3(self):
		self.save()
		took = self.beside(self.held_pull(self.ids), self.save)
		print(f"\nsave while a pull is held: {took:.1f} ms")
		self.assertLess(took, MOST_MS)

	def test_a_save_does_not_wait_for_a_repeated_ack_of_rows_that_are_gone(self):
		gone = [max(self.ids) + 10_000 + n for n in range(100)]
		took = max(self.beside(self.held_pull(ids), self.save) for ids in (gone, self.ids[:10] + gone))
		print(f"\nsave while a repeated ack is held: {took:.1f} ms")
		self.assertLess(took, MOST_MS)

	def test_a_save_does_not_wait_for_a_pull_of_the_newest_rows(self):
		took = self.beside(self.held_pull(self.ids[-10:]), self.save)
		self.assertLess(took, MOST_MS)

	def test_a_pull_does_not_wait_for_a_save_that_is_open_rule_3(self):
		def hold(held: threading.Event, release: threading.Event) -> None:
			outbox.touch("Academic Year", "WX none", "update")
			held.set()
			release.wait(HELD_SECONDS)

		def measured() -> None:
			pull.delete_events(self.ids)
			frappe.db.sql("select name from `tabAI Sync Event` order by name limit 1000")

		took = self.beside(hold, measured, times=1)
		frappe.db.rollback()
		print(f"\npull of {MANY} acknowledged rows while a save is open: {took:.1f} ms")
		self.assertLess(took, MOST_MS)

	def write(self, ids: list[int]) -> None:
		frappe.db.sql(
			"update `tabAI Sync Event` set event = 'update', new_name = 'WX' where name in %s", (ids,)
		)

	def test_a_deadlock_inside_the_outbox_reaches_the_save_since_nothing_of_it_is_left_rule_4(self):
		first, others = self.ids[:1], self.ids[1:100]

		def hold(held: threading.Event, _release: threading.Event) -> None:
			# More rows than ours, so that the database gives up ours.
			self.write(others)
			held.set()
			self.write(first)

		def note(*_args: object) -> None:
			self.write(others[:1])

		def measured() -> None:
			with patch.object(outbox, "_note", note):
				self.assertRaises(frappe.QueryDeadlockError, outbox.touch, "Academic Year", "WX", "update")

		self.write(first)
		self.beside(hold, measured, times=1)
		frappe.db.rollback()

	def test_an_outbox_that_waits_too_long_for_a_lock_costs_nobody_their_save(self):
		def hold(held: threading.Event, release: threading.Event) -> None:
			self.write(self.ids[1:2])
			held.set()
			release.wait(HELD_SECONDS)

		def note(*_args: object) -> None:
			self.write(self.ids[1:2])

		def measured() -> None:
			with patch.object(outbox, "_note", note), patch.object(frappe, "log_error") as log:
				outbox.touch("Academic Year", "WX", "update")
			log.assert_called_once()

		self.write(self.ids[:1])
		self.beside(hold, measured, times=1)
		kept = frappe.db.sql("select new_name from `tabAI Sync Event` where name = %s", self.ids[0])
		self.assertEqual(kept, (("WX",),))
		frappe.db.rollback()
