"""Switches, thresholds and who reads what."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt

from education_ai import outbox, pairing, webhooks


class AISettings(Document):
	def validate(self) -> None:
		for field in ("attendance_watch_rate", "attendance_act_rate", "pass_mark"):
			if not 0 <= flt(self.get(field)) <= 100:
				frappe.throw(_("{0} must be between 0 and 100.").format(_(self.meta.get_label(field))))
		if flt(self.attendance_act_rate) > flt(self.attendance_watch_rate):
			frappe.throw(_("Attendance to act on must not be above attendance to watch."))
		wrong = self.sidecar_address and webhooks.fault_of(self.sidecar_address)
		if cint(self.webhooks):
			wrong = webhooks.obstacle(self.sidecar_address)
		if wrong:
			frappe.throw(wrong)

	def on_update(self) -> None:
		outbox.reader_changed()
		if not cint(self.collect):
			pairing.clear_epoch()
			frappe.db.delete("AI Sync Event")
		if any(self.has_value_changed(field) for field in ("webhooks", "sidecar_address", "collect")):
			webhooks.apply()
