"""What the early warning learned from finished terms, and how often it was right here. Written by contract/model_card.py."""

from frappe.model.document import Document


class AIModelCard(Document):
	pass
