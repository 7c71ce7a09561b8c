"""The one row of the pairing with a sidecar. Read and written by pairing.py."""

from frappe.model.document import Document


class AISyncState(Document):
	pass
