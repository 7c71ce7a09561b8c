"""One thing said about a pupil or a class. Written in sets by contract/insights.py."""

from frappe.model.document import Document


class AIInsight(Document):
	pass
