"""Our tab stands last on a form and never holds a field of the site's own, however the site orders its fields."""

import json

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.tests.utils import FrappeTestCase

from education_ai import anchor
from education_ai.anchor import PANEL, TAB, our_fields


class TestAnchor(FrappeTestCase):
	def setUp(self) -> None:
		frappe.db.rollback()
		frappe.clear_cache(doctype="Student")

	def tearDown(self) -> None:
		frappe.db.rollback()
		frappe.clear_cache(doctype="Student")

	def order(self) -> list[str]:
		frappe.clear_cache(doctype="Student")
		return [df.fieldname for df in frappe.get_meta("Student", cached=False).fields]

	def assert_last(self) -> None:
		ours = our_fields("Student")
		self.assertEqual(self.order()[-len(ours) :], ours)
		self.assertEqual(ours[:2], [TAB, PANEL])

	def set_order(self, order: list[str]) -> None:
		make_property_setter("Student", None, "field_order", json.dumps(order), "Data", for_doctype=True)

	def custom_field(self, fieldname: str, insert_after: str) -> None:
		frappe.get_doc(
			{
				"doctype": "Custom Field",
				"dt": "Student",
				"fieldname": fieldname,
				"fieldtype": "Check",
				"label": fieldname,
				"insert_after": insert_after,
				"is_virtual": 1,
			}
		).db_insert()
		anchor.custom_field_changed(frappe.get_doc("Custom Field", {"dt": "Student", "fieldname": fieldname}))

	def test_last_on_every_form_as_installed(self):
		for doctype in anchor.anchored_doctypes():
			ours = our_fields(doctype)
			frappe.clear_cache(doctype=doctype)
			fields = [df.fieldname for df in frappe.get_meta(doctype, cached=False).fields]
			self.assertEqual(fields[-len(ours) :], ours)

	def test_last_when_the_site_turns_its_own_order_round(self):
		own = [name for name in self.order() if name not in our_fields("Student")]
		self.set_order(own[::-1])
		self.assert_last()

	def test_last_when_the_site_moves_its_last_field_to_the_front(self):
		own = [name for name in self.order() if name not in our_fields("Student")]
		self.set_order([own[-1], *own[:-1]])
		self.assert_last()

	def test_last_when_the_site_s_order_holds_our_fields_at_the_front(self):
		order = self.order()
		ours = our_fields("Student")
		self.set_order([*ours, *[name for name in order if name not in ours]])
		self.assert_last()
		stored = frappe.db.get_value(
			"Property Setter", {"doc_type": "Student", "property": "field_order"}, "value"
		)
		self.assertFalse(set(json.loads(stored)) & set(ours))

	def test_a_field_the_site_puts_behind_ours_moves_before_our_tab(self):
		self.custom_field("cx_after_panel", PANEL)
		self.custom_field("cx_after_that", "cx_after_panel")
		order = self.order()
		self.assert_last()
		self.assertLess(order.index("cx_after_panel"), order.index("cx_after_that"))

	def test_doing_it_again_changes_nothing(self):
		before = frappe.get_all(
			"Custom Field", filters={"dt": "Student"}, fields=["name", "idx", "insert_after", "modified"]
		)
		anchor.keep_last("Student")
		after = frappe.get_all(
			"Custom Field", filters={"dt": "Student"}, fields=["name", "idx", "insert_after", "modified"]
		)
		self.assertEqual(before, after)
