"""A connected site on which webhooks can be switched on, for the tests of both halves: the records and what they send."""

import frappe
from frappe.utils import add_to_date, now_datetime

from education_ai import webhooks
from education_ai.tests.contract_case import ContractCase
from education_ai.tests.small_school import row

SECRET = "wx-secret-of-more-than-32-characters"
ADDRESS = "http://127.0.0.1:8787"
RECORD = f"{webhooks.PREFIX}Student Attendance, on_change"


class WebhooksCase(ContractCase):
	def setUp(self) -> None:
		super().setUp()
		frappe.db.delete("Webhook Request Log", {"webhook": ("like", f"{webhooks.PREFIX}%")})
		self.set_state(last_seen=now_datetime())
		self.next_delivery()
		self.settings(webhooks=0, sidecar_address=None)
		webhooks.keep_secret(SECRET)
		self.addCleanup(frappe.cache.delete_value, "webhooks")

	def tearDown(self) -> None:
		super().tearDown()
		self.next_delivery()
		frappe.cache.delete_value("webhooks")

	def settings(self, **values) -> None:
		settings = frappe.get_single("AI Settings")
		settings.update(values)
		settings.save()

	def switch_on(self) -> None:
		self.settings(webhooks=1, sidecar_address=f"{ADDRESS}/")

	def records(self, **filters) -> list[str]:
		return frappe.get_all("Webhook", {"name": ("like", f"{webhooks.PREFIX}%"), **filters}, pluck="name")

	def next_delivery(self) -> None:
		"""Each delivery is a job of its own."""
		frappe.local.flags.pop("education_ai_webhook_time", None)

	def tried(self, error: str, *, ago: int = 0) -> None:
		at = add_to_date(now_datetime(), seconds=-ago)
		name = frappe.generate_hash(length=10)
		row("Webhook Request Log", name, webhook=RECORD, error=error)
		frappe.db.set_value("Webhook Request Log", name, "creation", at, update_modified=False)
