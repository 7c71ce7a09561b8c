"""What a check found, or a piece of dead work. Written by contract/report.py."""

from frappe.model.document import Document


class AISyncReport(Document):
	pass
