"""What one submitted result shows. Written in sets by contract/assessments.py."""

from frappe.model.document import Document


class AssessmentInsight(Document):
	pass
