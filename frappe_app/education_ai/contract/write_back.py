"""write_back: what the sidecar found, stored in sets; where a set fails, its items go one by one.

Only this module knows all kinds of items; how each is stored stands in the module of its kind.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import frappe

from education_ai import channels, pairing
from education_ai.contract import assessments, conflicts, engagement, fields, insights, proposals
from education_ai.contract.door import check_epoch
from education_ai.contract.locks import one_writer
from education_ai.contract.shapes import ConflictAddress, InsightAddress, WriteBack
from education_ai.contract.stored import Result

SAVEPOINT = "education_ai_write_back"
FAILED = Result("error", "write.failed")
Write = Callable[[Sequence[Any], str], list[Result]]


def write_back(request: WriteBack) -> dict:
	check_epoch(request.epoch, pairing.state())
	with one_writer():
		# Again: a hello may have ended the epoch while this waited.
		check_epoch(request.epoch, pairing.state())
		results = _write(request.items, request.epoch)
		_tell_panels(
			[item for item, result in zip(request.items, results, strict=True) if result.outcome == "stored"]
		)
		frappe.db.commit()
	return {"results": [{"outcome": result.outcome, "code": result.code} for result in results]}


def _write(items: Sequence[Any], epoch: str) -> list[Result]:
	results: dict[int, Result] = {}
	for write, places in _groups(items).items():
		group = [items[place] for place in places]
		results.update(zip(places, _as_set_or_singly(write, group, epoch), strict=True))
	return [results[place] for place in range(len(items))]


def _groups(items: Sequence[Any]) -> dict[Write, list[int]]:
	"""Which function stores which items, by their places in the request."""
	groups: dict[Write, list[int]] = {}
	for place, item in enumerate(items):
		groups.setdefault(_writer(item), []).append(place)
	return groups


def _writer(item: Any) -> Write:
	if item.kind == "withdraw":
		if isinstance(item.address, ConflictAddress):
			return conflicts.withdraw
		return insights.withdraw if isinstance(item.address, InsightAddress) else assessments.withdraw
	return {
		"insight": insights.write,
		"assessment_insight": assessments.write,
		"fields": fields.write,
		"conflict": conflicts.write,
		"engagement": engagement.write,
	}[item.kind]


def _as_set_or_singly(write: Write, items: Sequence[Any], epoch: str) -> list[Result]:
	addresses = {item.address.model_dump_json() for item in items}
	if len(addresses) == len(items):
		results = _try(write, items, epoch)
		if results:
			return results
	return [(_try(write, [item], epoch) or [FAILED])[0] for item in items]


def _try(write: Write, items: Sequence[Any], epoch: str) -> list[Result] | None:
	"""None where nothing of it was stored. A deadlock ends the whole request: its transaction is gone."""
	frappe.db.savepoint(SAVEPOINT)
	try:
		results = write(items, epoch)
	except Exception as error:
		if _is_deadlock(error) or isinstance(error, frappe.QueryTimeoutError):
			raise
		frappe.db.rollback(save_point=SAVEPOINT)
		if len(items) == 1:
			# Without the values of the call, which Frappe's own traceback would hold: the log is read by other people.
			frappe.log_error(
				"Education AI: an item could not be stored", frappe.get_traceback(), defer_insert=True
			)
		return None
	frappe.db.release_savepoint(SAVEPOINT)
	return results


def _is_deadlock(error: Exception) -> bool:
	cause = error.__cause__ or error
	return isinstance(error, frappe.QueryDeadlockError) or bool(cause.args and cause.args[0] == 1213)


def _tell_panels(items: Iterable[Any]) -> None:
	students, classes, groups, documents = set(), set(), set(), set()
	for item in items:
		address = item.address
		# What is proposed tells its panels where it is put.
		if item.kind == "fields" and not proposals.is_proposal(item):
			documents.add((address.doctype, address.name))
		if isinstance(address, InsightAddress):
			if address.target_doctype == "Student":
				students.add(address.target)
			elif address.target_doctype == "Student Group":
				groups.add(address.target)
			else:
				classes.add((address.target, address.student_group, address.academic_term))
		elif item.kind == "assessment_insight":
			students.add(item.values.student)
	around = _classes_of(students)
	classes |= {(course, group, term) for group, course, term in around if course}
	groups |= {group for group, _course, _term in around} | {group for _course, group, _term in classes}
	# The page of all groups of a course listens under no group and no term.
	classes |= {(course, "", "") for course, _group, _term in classes}
	students |= {name for doctype, name in documents if doctype == "Student"}
	channels.publish("Student", sorted(students))
	for doctype, name in sorted(documents):
		if doctype != "Student":
			channels.publish_document(doctype, name)
	channels.publish("Course", sorted(channels.class_name(*each) for each in classes))
	channels.publish("Student Group", sorted(groups))


def _classes_of(students: set[str]) -> set[tuple[str, str | None, str]]:
	"""The groups on whose panels any of these pupils may stand, each with its courses of which something is said."""
	if not students:
		return set()
	return set(
		frappe.db.sql(
			"""select distinct s.parent, i.target, ifnull(i.academic_term, '')
			from `tabStudent Group Student` s
			left join `tabAI Insight` i on i.student_group = s.parent and i.kind = 'class' and i.is_current = 1
			where s.student in %s and s.active = 1 and s.parenttype = 'Student Group'""",
			(sorted(students),),
		)
	)
