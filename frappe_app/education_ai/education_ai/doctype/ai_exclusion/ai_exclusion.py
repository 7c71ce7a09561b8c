"""A pupil left out of the analysis. What that means stands in exclusion.py."""

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime

from education_ai import exclusion


class AIExclusion(Document):
	def before_insert(self) -> None:
		self.excluded_by = frappe.session.user
		self.since = now_datetime()

	def after_insert(self) -> None:
		exclusion.began(self.target_student)

	def on_trash(self) -> None:
		exclusion.ended(self.target_student)
