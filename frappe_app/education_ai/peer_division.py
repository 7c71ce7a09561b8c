"""Whether a class can be divided into groups to learn together as a teacher wishes; who cannot, and what to do instead.

Groups have four pupils at most and differ by one at most, as the sidecar forms them (`sidecar/analysis/peers/`).
"""

import json
from collections.abc import Mapping, Sequence

import frappe
from frappe import _

from education_ai.sentences import fill
from education_ai.watched import DATA

# (student, other, whether they are to be together)
Wish = tuple[str, str, bool]
# A search that takes longer is given up, and the wish taken: the groups say then what could not be met.
MOST_STEPS = 20_000


def check(names: Mapping[str, str], standing: Sequence[Wish], new: Wish) -> None:
	"""Throws where the class, `names` as they are shown, could not be divided by these wishes and the new one."""
	student, other, together = new
	wishes = [*standing, new]
	units = _units(wishes)
	unit = units[student]
	apart = [(a, b) for a, b, same in wishes if not same]
	if not together and other in unit:
		_refuse(
			_("Kept together are {names}. Take one of these wishes back first."), names=_listed(names, unit)
		)
	for a, b in apart if together else ():
		if {a, b} <= unit:
			sentence = _("{a} and {b} would come together and are kept apart. Take that wish back first.")
			_refuse(sentence, a=names[a], b=names[b])
	groups, most = division(len(names))
	if together and len(unit) > most:
		sentence = _(
			"{names}: together {count}, and a group of this class holds {most}. "
			"Take one of these wishes back first."
		)
		_refuse(sentence, names=_listed(names, unit), count=len(unit), most=most)
	if not _can_be_divided(len(names), units, apart):
		sentence = (
			_(
				"As the other wishes stand, {a} and {b} cannot be together: the class has {groups} groups. "
				"Take another wish back first."
			)
			if together
			else _(
				"As the other wishes stand, {a} and {b} cannot be apart: the class has {groups} groups. "
				"Take another wish back first."
			)
		)
		_refuse(sentence, a=names[student], b=names[other], groups=groups)


def division(pupils: int) -> tuple[int, int]:
	"""How many groups a class has, and how many pupils the largest of them."""
	groups = -(-pupils // _most_pupils())
	return groups, -(-pupils // groups)


def _most_pupils() -> int:
	return json.loads((DATA / "peer_groups.json").read_text(encoding="utf-8"))["most_pupils"]


def _units(wishes: Sequence[Wish]) -> dict[str, set[str]]:
	"""Of each pupil in a wish, all who hang together with this one; the same set for each of them."""
	units: dict[str, set[str]] = {}
	for student, other, together in wishes:
		for pupil in (student, other):
			units.setdefault(pupil, {pupil})
		if together:
			joined = units[student] | units[other]
			units.update(dict.fromkeys(joined, joined))
	return units


def _can_be_divided(pupils: int, units: Mapping[str, set[str]], apart: Sequence[tuple[str, str]]) -> bool:
	"""Everybody in no wish fills up what is left, so that only the others are placed."""
	# The largest first; the same set stands at each of its pupils.
	placed = sorted(
		{id(unit): unit for unit in units.values()}.values(), key=lambda unit: (-len(unit), min(unit))
	)
	against: dict[str, set[str]] = {}
	for a, b in apart:
		against.setdefault(a, set()).add(b)
		against.setdefault(b, set()).add(a)
	count, _most = division(pupils)
	size, larger = divmod(pupils, count)
	groups: list[set[str]] = [set() for _group in range(count)]
	steps = 0

	def fits(unit: set[str], group: set[str]) -> bool:
		if any(against.get(pupil, set()) & group for pupil in unit):
			return False
		then = len(group) + len(unit)
		if then <= size:
			return True
		fuller = sum(len(one) > size for one in groups if one is not group)
		return then == size + 1 and fuller < larger

	def place(at: int) -> bool:
		nonlocal steps
		steps += 1
		if at == len(placed) or steps > MOST_STEPS:
			return True
		unit = placed[at]
		tried_empty = False
		for group in groups:
			# One empty group is like another.
			if not group and tried_empty:
				continue
			tried_empty = tried_empty or not group
			if fits(unit, group):
				group |= unit
				if place(at + 1):
					return True
				group -= unit
		return False

	return place(0)


def _listed(names: Mapping[str, str], unit: set[str]) -> str:
	return ", ".join(shown for name, shown in names.items() if name in unit)


def _refuse(sentence: str, **values: str | int) -> None:
	frappe.throw(fill(sentence, {key: str(value) for key, value in values.items()}))
