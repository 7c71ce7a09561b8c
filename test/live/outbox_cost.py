"""Prints what the outbox costs a save, in one process: `python outbox_cost.py SITE`, in the bench's `sites` folder.

Each pair saves the same Course with and without the outbox, one right after the other, and commits; the median of the
pairs is what counts on a machine that does other things as well. The rows written are deleted again.
"""

import json
import statistics
import sys
import time
from unittest.mock import patch

import frappe

PAIRS = 200


def main(site: str) -> None:
	frappe.init(site=site)
	frappe.connect()
	from education_ai import outbox

	course = frappe.get_doc({"doctype": "Course", "course_name": "Outbox cost"}).insert()
	frappe.db.commit()

	def save() -> float:
		began = time.perf_counter()
		course.description = str(began)
		course.save()
		frappe.db.commit()
		return (time.perf_counter() - began) * 1000

	try:
		with_it, without_it = [], []
		for _pair in range(PAIRS):
			with_it.append(save())
			with patch.object(outbox, "touch", lambda *args: None):
				without_it.append(save())
		pairs = zip(with_it, without_it, strict=True)
		figures = {
			"save_ms": statistics.median(without_it),
			"save_with_outbox_ms": statistics.median(with_it),
			"outbox_ms": statistics.median(one - other for one, other in pairs),
		}
		print(json.dumps({name: round(value, 2) for name, value in figures.items()}))
	finally:
		frappe.delete_doc("Course", course.name)
		frappe.db.delete("AI Sync Event", {"ref_doctype": "Course", "ref_name": course.name})
		frappe.db.commit()
		frappe.destroy()


main(sys.argv[1])
