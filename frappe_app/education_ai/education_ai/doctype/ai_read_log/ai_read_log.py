"""That somebody was shown an insight on a day. Written by read_log.py."""

from frappe.model.document import Document


class AIReadLog(Document):
	pass
