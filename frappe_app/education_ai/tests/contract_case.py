"""A sidecar and a small school for the tests of the contract, in one transaction that is rolled back after each test.

The contract's methods commit; here they do not, so that a test leaves nothing on the site it runs on.
"""

import json
from typing import Any
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase

from education_ai import outbox, pairing
from education_ai.api import sidecar
from education_ai.tests.small_school import row

SIDECAR = "cx.sidecar@school.example"
EPOCH, TOKEN, PREVIOUS = "cx-epoch", "cx-token", "cx-previous"
RO, SU, GROUP, COURSE = "CX-STU-RO", "CX-STU-SU", "CX Class", "CX Mathematics"


class ContractCase(FrappeTestCase):
	def setUp(self) -> None:
		frappe.db.rollback()
		# A savepoint may still be rolled back to; the whole transaction only by tearDown.
		database = frappe.db._get_current_object() if hasattr(frappe.db, "_get_current_object") else frappe.db
		for method in ("commit", "rollback"):
			patcher = patch.object(database, method, _only_savepoints(getattr(database, method)))
			patcher.start()
			self.addCleanup(patcher.stop)
		row("User", SIDECAR, email=SIDECAR, first_name="cx", enabled=1, user_type="Website User")
		pairing.make_row()
		for doctype in ("AI Sync Event", "AI Exclusion", "AI Sync Report"):
			frappe.db.delete(doctype)
		self.set_state(
			epoch=EPOCH,
			token=TOKEN,
			prev_token=PREVIOUS,
			last_seen=None,
			sidecar_user=SIDECAR,
			connected_address=pairing.address(),
		)
		frappe.db.set_single_value("AI Settings", "collect", 1)
		outbox.reader_changed()
		for student in (RO, SU):
			row("Student", student, student_name=student, enabled=1, joining_date="2026-08-01")
		row("Course", COURSE, course_name=COURSE)
		row("Student Group", GROUP, student_group_name=GROUP, disabled=0)
		for idx, student in enumerate((RO, SU), 1):
			of_group = {"parent": GROUP, "parenttype": "Student Group", "parentfield": "students", "idx": idx}
			row("Student Group Student", None, student=student, active=1, **of_group)
		self.addCleanup(self._undo)

	def _undo(self) -> None:
		frappe.set_user("Administrator")

	def tearDown(self) -> None:
		self.doCleanups()
		frappe.db.rollback()
		frappe.clear_cache(user=SIDECAR)
		frappe.clear_document_cache("AI Settings", "AI Settings")
		outbox.reader_changed()

	def set_state(self, **values: Any) -> None:
		frappe.db.set_value("AI Sync State", "state", values, update_modified=False)

	def ask(self, method: str, **body: Any) -> dict:
		"""Call a method as the sidecar, over JSON; its message, or `{"error", "status"}`."""
		frappe.set_user(SIDECAR)
		frappe.local.response = frappe._dict()
		try:
			message = getattr(sidecar, method)(**json.loads(json.dumps(body)))
		finally:
			frappe.set_user("Administrator")
		response = frappe.local.response
		if "error" in response:
			return {"error": response["error"], "status": response["http_status_code"]}
		return json.loads(frappe.as_json(message))


def _only_savepoints(original: Any) -> Any:
	def call(*, save_point: str | None = None, chain: bool = False) -> None:
		if save_point:
			original(save_point=save_point)

	return call
