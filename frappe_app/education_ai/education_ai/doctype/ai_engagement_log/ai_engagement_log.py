"""One tutor session of a pupil. Written in sets by contract/engagement.py."""

from frappe.model.document import Document


class AIEngagementLog(Document):
	pass
