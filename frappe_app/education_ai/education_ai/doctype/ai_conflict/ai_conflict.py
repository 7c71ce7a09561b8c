"""A setting that needs a person. What it means and how it is decided stands in conflicts.py and decisions.py."""

from frappe.model.document import Document


class AIConflict(Document):
	pass
