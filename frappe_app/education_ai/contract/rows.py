"""How a watched document is read in SQL: its fields, its children, and one checksum over all of them.

A row sum is worked out by the database alone and never formatted twice, so dates, floats and time zones cannot
differ between a snapshot and a digest. It covers ERPNext's fields and never our own.
"""

from collections.abc import Iterable

from education_ai.contract.errors import Invalid
from education_ai.exclusion import excluded
from education_ai.watched import Child, Field, Watched, watched

# CONCAT_WS skips NULL, so that (NULL, 'x') and ('x', NULL) would be the same row.
NULL = "char(0)"
SEPARATOR = "char(31)"


def find(doctype: str) -> Watched:
	found = watched().get(doctype)
	if not found:
		raise Invalid("doctype: is not watched")
	return found


def columns(fields: Iterable[Field], table: str) -> list[str]:
	"""What to select: dates and times as text, the way the contract writes them."""
	return [f"{_as_written(field, table)} as `{field.name}`" for field in fields]


def row_sum(source: Watched) -> str:
	"""CRC32 over the listed fields, docstatus and the children's sums, of the row aliased `t`."""
	parts = [f"ifnull(t.`{field.name}`, {NULL})" for field in source.fields]
	parts += ["t.docstatus", *[_child_sum(source, child) for child in source.children]]
	return f"crc32(concat_ws({SEPARATOR}, t.name, {', '.join(parts)}))"


def present(source: Watched) -> str:
	"""Condition that leaves out excluded pupils with every row that points to one, and rows that only we wrote."""
	conditions = ["1=1"]
	if source.student:
		conditions.append(f"ifnull(t.`{source.student}`, '') not in %(excluded)s")
	if source.untouched:
		same = [f"ifnull(t.`{field}`, '') in ('', '{value}')" for field, value in source.untouched.items()]
		conditions.append(f"not ({' and '.join(same)})")
	return " and ".join(conditions)


def present_child(child: Child) -> str:
	return f"ifnull(c.`{child.student}`, '') not in %(excluded)s" if child.student else "1=1"


def parameters() -> dict:
	"""What every statement made of these parts needs. One name that no document has: the list is never empty."""
	return {"excluded": tuple(sorted(excluded() | {"\x00"}))}


def _child_sum(source: Watched, child: Child) -> str:
	fields = ", ".join(f"ifnull(c.`{field.name}`, {NULL})" for field in child.fields)
	return f"""(select ifnull(sum(crc32(concat_ws({SEPARATOR}, c.idx, {fields}))), 0) from `tab{child.doctype}` c
		where c.parent = t.name and c.parenttype = '{source.doctype}' and c.parentfield = '{child.field}'
		and {present_child(child)})"""


def _as_written(field: Field, table: str) -> str:
	column = f"{table}.`{field.name}`"
	if field.type == "date":
		return f"date_format({column}, '%%Y-%%m-%%d')"
	if field.type == "time":
		return f"time_format({column}, '%%H:%%i:%%s')"
	return column
