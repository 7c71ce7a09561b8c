"""The card of the early warning: one row for each time that something else was learned, the newest one speaking."""

import frappe

from education_ai.contract.shapes import ModelCard
from education_ai.contract.stored import text

DOCTYPE = "AI Model Card"


def store(card: ModelCard | None) -> None:
	"""The sidecar tells it with every report; only a card that says something else becomes a row."""
	if card is None:
		return
	# What an older sidecar does not tell is missing from the card, too: null says that there were too few to compare.
	said = text(card.model_dump(exclude_unset=True))
	newest = frappe.get_all(DOCTYPE, fields=["card"], order_by="creation desc, name desc", limit=1)
	if newest and newest[0].card == said:
		return
	frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"rung": card.rung,
			"learned_on": card.learned_on,
			"pupil_terms": card.pupil_terms,
			"failed_or_left": card.failed_or_left,
			"checked_on": card.checked.pupil_terms if card.checked else 0,
			"card": said,
		}
	).insert(ignore_permissions=True)
