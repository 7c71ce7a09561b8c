"""Prints, once for each row, the tables of Education AI on a site that still mention one of the given texts.

Run by the bench's own Python, in the bench's `sites` folder: `python site_grep.py SITE TEXT...`. Looks through every
DocType of ours, what is attached to its rows, the sealed fields of records with one of these names, and the copies
that Frappe keeps of deleted records.
"""

import sys

import frappe

from education_ai.erasure import ATTACHED
from education_ai.sealing import sealed_fields


def main(site: str, texts: list[str]) -> None:
    frappe.init(site=site)
    frappe.connect()
    try:
        for table in [*ours(texts), *attached(), *sealed(texts), *copies(texts)]:
            print(table)
    finally:
        frappe.destroy()


def ours(texts: list[str]) -> list[str]:
    doctypes = frappe.get_all(
        "DocType", {"module": "Education AI", "issingle": 0}, pluck="name"
    )
    return [
        doctype
        for doctype in doctypes
        for row in frappe.db.sql(f"select * from `tab{doctype}`")
        if any(text in str(value) for value in row for text in texts)
    ]


def attached() -> list[str]:
    """What points to a row of ours that is gone."""
    doctypes = frappe.get_all(
        "DocType", {"module": "Education AI", "issingle": 0}, pluck="name"
    )
    found = []
    for table, doctype_column, name_column in ATTACHED:
        for doctype in doctypes:
            orphans = frappe.db.sql(
                f"""select name from `tab{table}` where `{doctype_column}` = %s and `{name_column}` != ''
				and `{name_column}` not in (select name from `tab{doctype}`)""",
                doctype,
            )
            found += [f"{table} of {doctype}"] * len(orphans)
    return found


def sealed(texts: list[str]) -> list[str]:
    found = []
    for doctype, column in (("Student", "name"), ("Program Enrollment", "student")):
        filled = " or ".join(
            f"`{field}` is not null" for field in sealed_fields()[doctype]
        )
        rows = frappe.db.sql(
            f"select name from `tab{doctype}` where `{column}` in %s and ({filled})",
            (texts,),
        )
        found += [f"sealed fields of {doctype}"] * len(rows)
    return found


def copies(texts: list[str]) -> list[str]:
    rows = frappe.get_all(
        "Deleted Document", {"deleted_name": ("in", texts)}, pluck="data"
    )
    return ["Deleted Document" for data in rows if '\\"sealed\\"' in data]


main(sys.argv[1], sys.argv[2:])
