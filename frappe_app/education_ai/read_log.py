"""Who read which insight: one row per reader, target and day, made the first time that day.

Written in the panel's own transaction, so that nothing is shown that is not noted. That is why the panel methods take
POST alone: what a GET writes, Frappe throws away.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from typing import NamedTuple

import frappe
from frappe.utils import today

from education_ai.keys import derive
from education_ai.panels.composition import Insight


class Target(NamedTuple):
	"""What an insight is about: a pupil, a group, or a course in a group and term."""

	doctype: str
	name: str
	student_group: str = ""
	academic_term: str = ""


def target_of(insight: Insight) -> Target:
	if insight.target_student:
		return Target("Student", insight.target_student)
	doctype = "Student Group" if insight.kind == "group" else "Course"
	return Target(doctype, insight.target, insight.student_group, insight.academic_term)


def note(targets: Iterable[Target], rows_opened: bool = False) -> None:
	"""The session user was shown insights about these; `rows_opened`: and the records behind one."""
	reader, day = frappe.session.user, today()
	# In one order, so that two requests of the same reader cannot deadlock.
	rows = sorted((_name(target, reader, day), target) for target in set(targets))
	if not rows:
		return
	values = [
		(name, reader, reader, *(part or None for part in target), reader, day, rows_opened)
		for name, target in rows
	]
	frappe.db.sql(
		f"""insert into `tabAI Read Log` (name, creation, modified, owner, modified_by,
			target_doctype, target, student_group, academic_term, reader, day, rows_opened)
		values {", ".join(["(%s, now(6), now(6), %s, %s, %s, %s, %s, %s, %s, %s, %s)"] * len(values))}
		on duplicate key update rows_opened = greatest(rows_opened, values(rows_opened))""",
		[value for row in values for value in row],
	)


def _name(target: Target, reader: str, day: str) -> str:
	"""The key that makes the row one of its kind; it says nothing, and holds no link that a merge would rename."""
	said = json.dumps([*target, reader, day], ensure_ascii=False)
	return hmac.new(derive("read log"), said.encode(), hashlib.sha256).hexdigest()[:32]
