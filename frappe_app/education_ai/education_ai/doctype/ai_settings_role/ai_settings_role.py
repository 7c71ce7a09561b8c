"""A role that reads the insights of the whole school."""

from frappe.model.document import Document


class AISettingsRole(Document):
	pass
