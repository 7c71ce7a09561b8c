"""Prints what a site holds, one line per table column, index, sequence and row, without what changes by itself.

Run by the bench's own Python, in the bench's `sites` folder: `python site_dump.py SITE`. Two dumps with equal lines
are sites with equal schema and contents; ids that Frappe draws at random and its own timestamps are left out.
"""

import hashlib
import re
import sys

import frappe

RANDOM_NAME = re.compile(r"^[0-9a-z]{10}$")
MOMENTS = {"creation", "modified", "last_execution", "_last_update"}
# Written by Frappe at any install, uninstall or tick of its clock.
BY_ITSELF = {
	"tabScheduled Job Log",
	"tabError Log",
	"tabActivity Log",
	"tabAccess Log",
	"tabRQ Job",
	"tabRQ Worker",
	"tabInstalled Application",
	"tabPackage Import",
	"tabChangelog Feed",
	"__global_search",
}


def main(site: str) -> None:
	frappe.init(site=site)
	frappe.connect()
	try:
		for line in sorted(schema() + rows()):
			print(line)
	finally:
		frappe.destroy()


def schema() -> list[str]:
	columns = frappe.db.sql(
		"""select table_name, column_name, column_type, is_nullable, ifnull(column_default, '-'), column_key
		from information_schema.columns where table_schema = database()"""
	)
	indexes = frappe.db.sql(
		"""select table_name, index_name, seq_in_index, column_name, non_unique
		from information_schema.statistics where table_schema = database()"""
	)
	kinds = frappe.db.sql(
		"select table_name, table_type from information_schema.tables where table_schema = database()"
	)
	return [
		f"schema {kind} {row}"
		for kind, found in (("column", columns), ("index", indexes), ("table", kinds))
		for row in found
	]


def rows() -> list[str]:
	tables = [
		name
		for name, kind in frappe.db.sql(
			"select table_name, table_type from information_schema.tables where table_schema = database()"
		)
		if kind == "BASE TABLE" and name not in BY_ITSELF
	]
	return [line for table in tables for line in rows_of(table)]


def rows_of(table: str) -> list[str]:
	lines = []
	for row in frappe.db.sql(f"select * from `{table}`", as_dict=True):
		kept = {column: value for column, value in row.items() if column not in MOMENTS}
		if RANDOM_NAME.match(str(kept.get("name", ""))):
			kept.pop("name")
		if table == "tabSingles" and row.get("field") in MOMENTS:
			continue
		text = str(sorted(kept.items()))
		label = str(row.get("name") or "")[:60]
		label = "" if RANDOM_NAME.match(label) else label
		lines.append(
			f"row {table} {label} {text[:300] if len(text) < 300 else hashlib.sha1(text.encode()).hexdigest()}"
		)
	return lines


main(sys.argv[1])
