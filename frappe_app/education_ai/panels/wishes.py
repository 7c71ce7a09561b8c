"""What a teacher set for the own panels: which kinds of insights to show, how many steps, which order of pupils.

A wish is no permission: what is left away can be had back on the Instructor form. A panel says that it left
something away, and claims nothing about it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import frappe
from frappe import _

from education_ai import editable
from education_ai.panels.composition import Insight
from education_ai.scope import active_instructors

DOCTYPE = "Instructor"
HELP, SHOWN = "ai_assistance_preferences", "ai_insights_config"
MOST_STEPS = 3


@dataclass(frozen=True)
class Wishes:
	"""`hidden`: kinds of AI Insight not shown; `steps`: how many at most."""

	hidden: tuple[str, ...] = ()
	steps: int = MOST_STEPS
	by_name: bool = False

	def shown(self, insights: Iterable[Insight]) -> list[Insight]:
		return [insight for insight in insights if insight.kind not in self.hidden]

	def few(self, steps: Sequence[str]) -> list[str]:
		return list(steps[: self.steps])

	@property
	def said(self) -> str | None:
		"""What the panel says about what it leaves away."""
		if not self.hidden:
			return None
		labels = [_((editable.key_of(DOCTYPE, SHOWN, kind) or {})["label"]) for kind in self.hidden]
		return _("Not shown, as you set on your Instructor form: {0}.").format(", ".join(labels))


def wishes(user: str | None = None) -> Wishes:
	"""Of a user with one active Instructor record; everybody else wishes nothing."""
	records = active_instructors(user or frappe.session.user)
	if len(records) != 1:
		return Wishes()
	states = editable.current(DOCTYPE, records[0])

	def setting(field: str, key: str) -> object:
		return editable.setting(states, field, DOCTYPE, key)

	kinds = [row["key"] for row in editable.catalogue()[(DOCTYPE, SHOWN)]["keys"]]
	return Wishes(
		hidden=tuple(kind for kind in kinds if not setting(SHOWN, kind)),
		steps=int(str(setting(HELP, "suggestions_at_most"))) if setting(HELP, "suggestions") else 0,
		by_name=setting(HELP, "order_pupils_by") == "name",
	)
