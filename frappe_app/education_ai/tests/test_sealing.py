"""What is sealed can be opened for the very field of the very document only, and stays openable through a rename."""

import json
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase

from education_ai import sealing
from education_ai.sealing import seal, sealed_row, unseal

PLACE = ("Course", "SX Course", "ai_content_mapping")
SECRET = {"note": "Lina reads well", "n": [1, 2.5, None, "é😀"]}


class TestSealing(FrappeTestCase):
	def tearDown(self) -> None:
		frappe.db.rollback()

	def test_what_was_sealed_opens_unchanged(self):
		for value in (SECRET, "text", 0, [], False, {"": ""}):
			self.assertEqual(unseal(seal(value, *PLACE), *PLACE), value)

	def test_the_same_value_never_looks_the_same_and_shows_nothing(self):
		first, second = seal(SECRET, *PLACE), seal(SECRET, *PLACE)
		self.assertNotEqual(first, second)
		self.assertNotIn("Lina", first)
		self.assertEqual(sorted(json.loads(first)), ["epoch", "revision", "sealed", "v"])

	def test_the_length_of_what_is_stored_says_nothing_about_short_contents(self):
		self.assertEqual(len({len(seal("x" * length, *PLACE)) for length in range(0, 1000, 100)}), 1)

	def test_another_document_field_or_doctype_does_not_open_it(self):
		sealed = seal(SECRET, *PLACE)
		for place in (
			("Course", "Other", PLACE[2]),
			("Student", PLACE[1], PLACE[2]),
			(*PLACE[:2], "ai_resource_links"),
		):
			self.assertIsNone(unseal(sealed, *place))

	def test_what_cannot_be_opened_counts_as_empty(self):
		sealed = json.loads(seal(SECRET, *PLACE))
		key_id, _, text = sealed["sealed"].partition(".")
		spoiled = [
			None,
			"",
			"{}",
			"no json",
			"[]",
			json.dumps({"v": 1, "sealed": sealed["sealed"]}),
			json.dumps({"v": 2, "sealed": f"00000000.{text}"}),
			json.dumps({"v": 2, "sealed": f"{key_id}.{text[:-8]}AAAA"}),
			json.dumps({"v": 2, "sealed": f"{key_id}.!"}),
		]
		for stored in spoiled:
			self.assertIsNone(unseal(stored, *PLACE), stored)

	def test_another_site_key_does_not_open_it(self):
		sealed = seal(SECRET, *PLACE)
		with patch.object(sealing, "derive", lambda purpose: b"k" * 32):
			self.assertIsNone(unseal(sealed, *PLACE))

	def test_a_rename_seals_anew_and_a_merge_leaves_the_surviving_record_its_own(self):
		for name in ("SX Course", "SX Other"):
			frappe.get_doc({"doctype": "Course", "course_name": name}).insert()
			value = seal({"of": name}, "Course", name, PLACE[2], "e", 7)
			frappe.db.set_value("Course", name, PLACE[2], value, update_modified=False)
		rename("SX Course", "SX New")
		stored = frappe.db.get_value("Course", "SX New", PLACE[2])
		self.assertEqual(unseal(stored, "Course", "SX New", PLACE[2]), {"of": "SX Course"})
		self.assertEqual(sealing.stamp(stored), ("e", 7))
		rename("SX New", "SX Other", merge=True)
		stored = frappe.db.get_value("Course", "SX Other", PLACE[2])
		self.assertEqual(unseal(stored, "Course", "SX Other", PLACE[2]), {"of": "SX Other"})

	def test_a_row_is_found_under_its_very_name_alone(self):
		frappe.get_doc({"doctype": "Course", "course_name": "SX Course"}).insert()
		frappe.db.set_value("Course", "SX Course", PLACE[2], seal(SECRET, *PLACE), update_modified=False)
		for for_update in (False, True):
			self.assertEqual(sealed_row("Course", "SX Course", for_update).opened(PLACE[2]), SECRET)
			self.assertIsNone(sealed_row("Course", "sx course", for_update))
			self.assertIsNone(sealed_row("Course", "SX none", for_update))

	def test_a_copied_document_counts_as_empty(self):
		doc = frappe.get_doc({"doctype": "Course", "course_name": "SX Course"}).insert()
		doc.db_set(PLACE[2], seal(SECRET, *PLACE))
		copy = frappe.copy_doc(doc, ignore_no_copy=True)
		copy.course_name = "SX Copy"
		copy.insert()
		self.assertIsNone(unseal(copy.get(PLACE[2]), "Course", "SX Copy", PLACE[2]))


def rename(old: str, new: str, merge: bool = False) -> None:
	frappe.rename_doc("Course", old, new, merge=merge, show_alert=False, rebuild_search=False)
