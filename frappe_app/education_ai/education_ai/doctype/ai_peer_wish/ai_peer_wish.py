"""Two pupils kept together or apart in the groups of their class. What that means stands in peer_wishes.py."""

from frappe.model.document import Document

from education_ai import peer_wishes


class AIPeerWish(Document):
	def validate(self) -> None:
		peer_wishes.check_pair(self)
