"""Reading and writing rows of ours in sets: the comparison of revisions stands inside the UPDATE, never before it."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal

import frappe
from frappe.utils import now


@dataclass(frozen=True)
class Result:
	"""What became of one item. `code` says why where it is an error."""

	outcome: Literal["stored", "unchanged", "stale", "error"]
	code: str | None = None


STORED, UNCHANGED, STALE = Result("stored"), Result("unchanged"), Result("stale")
TARGET_GONE, TARGET_EXCLUDED = Result("error", "target.gone"), Result("error", "target.excluded")


def text(value: Any) -> str:
	"""JSON as it is stored: sorted, so that the same content is the same text."""
	return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_hash(values: Any) -> str:
	return hashlib.sha256(text(values).encode()).hexdigest()


def is_not_older(row: dict, epoch: str, revision: int) -> bool:
	"""Whether what is stored comes from this run or a later one, in the same epoch."""
	return row["epoch"] == epoch and row["revision"] >= revision


def existing(doctype: str, names: set[str]) -> set[str]:
	"""Those of `names` that are there, byte for byte: SQL would let case and accents pass."""
	if not names:
		return set()
	return names & set(
		frappe.db.sql_list(f"select name from `tab{doctype}` where name in %s", (sorted(names),))
	)


def update(doctype: str, epoch: str, changes: list[dict], set_also: str = "") -> None:
	"""Update rows by name; each change holds `name`, `revision` and the same columns as the others.

	`entry`, where given, is no column: it is appended to `history`. A row that a later revision of this epoch has
	reached meanwhile is left alone.
	"""
	if not changes:
		return
	changes = sorted(changes, key=lambda change: change["name"])
	columns = [column for column in changes[0] if column not in ("name", "revision")]
	read = "".join(f", `{column}` longtext path '$.{column}'" for column in columns)
	write = "".join(f", r.`{column}` = v.`{column}`" for column in columns if column != "entry")
	if "entry" in columns:
		write += ", r.history = json_array_append(ifnull(r.history, '[]'), '$', json_compact(v.entry))"
	frappe.db.sql(
		f"""update json_table(%(changes)s, '$[*]' columns (
			name varchar(140) path '$.name', revision bigint path '$.revision'{read})) v
		straight_join `tab{doctype}` r on r.name = convert(v.name using utf8mb4) collate utf8mb4_unicode_ci
		set r.revision = v.revision{write}{", " + set_also if set_also else ""}, r.epoch = %(epoch)s
		where ifnull(r.epoch, '') <> %(epoch)s or r.revision < v.revision""",
		{"changes": json.dumps(changes, ensure_ascii=False), "epoch": epoch, "now": now()},
	)


def insert(doctype: str, rows: list[dict]) -> None:
	"""Insert rows as they are, without document events. Each has the same columns; names are made here."""
	if not rows:
		return
	moment, user = now(), frappe.session.user
	columns = ["name", "creation", "modified", "owner", "modified_by", *rows[0]]
	frappe.db.bulk_insert(
		doctype,
		columns,
		[(frappe.generate_hash(length=10), moment, moment, user, user, *row.values()) for row in rows],
	)
