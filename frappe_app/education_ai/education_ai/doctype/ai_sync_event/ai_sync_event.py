"""One row of the outbox. Written by outbox.py, given out and deleted by contract/pull.py."""

from frappe.model.document import Document


class AISyncEvent(Document):
	pass
