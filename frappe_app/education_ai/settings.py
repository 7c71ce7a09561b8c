"""AI Settings as the sidecar is told them."""

import frappe
from frappe.utils import cint, flt


def for_sidecar() -> dict:
	"""Rates and marks in percent."""
	settings = frappe.get_cached_doc("AI Settings")
	return {
		"collect": bool(cint(settings.collect)),
		"show": bool(cint(settings.show)),
		"attendance_watch_rate": flt(settings.attendance_watch_rate),
		"attendance_act_rate": flt(settings.attendance_act_rate),
		"pass_mark": flt(settings.pass_mark),
		"minimum_group_size": cint(settings.minimum_group_size),
	}
