"""digest: counts and row sums, from which the sidecar sees what its mirror missed without fetching it."""

import frappe

from education_ai import pairing
from education_ai.contract import rows
from education_ai.contract.door import check_epoch
from education_ai.contract.shapes import Digest

BUCKETS = 256
PAGE = 5000


def digest(request: Digest) -> dict:
	check_epoch(request.epoch, pairing.state())
	source = rows.find(request.doctype)
	table = f"from `tab{source.doctype}` t where {rows.present(source)}"
	total = frappe.db.sql(f"select count(*), cast(max(t.modified) as char) {table}", rows.parameters())[0]
	answer: dict = {"doctype": source.doctype, "count": total[0], "newest": total[1], "next": None}
	if request.buckets:
		answer["buckets"] = frappe.db.sql(
			f"""select crc32(t.name) %% {BUCKETS} as bucket, count(*) as count,
			cast(sum({rows.row_sum(source)}) as unsigned) as sum {table} group by 1 order by 1""",
			rows.parameters(),
			as_dict=True,
		)
	if request.bucket is not None or request.modified_from is not None:
		answer |= _page(
			request,
			f"select t.name, cast(t.modified as char) as modified, {rows.row_sum(source)} as row_sum {table}",
		)
	return answer


def _page(request: Digest, select: str) -> dict:
	conditions = ["t.name > %(after)s"]
	if request.bucket is not None:
		conditions.append(f"crc32(t.name) %% {BUCKETS} = %(bucket)s")
	if request.modified_from is not None:
		conditions.append("t.modified >= %(modified_from)s")
	found = frappe.db.sql(
		f"{select} and {' and '.join(conditions)} order by t.name limit {PAGE}",
		{
			**rows.parameters(),
			"after": request.after or "",
			"bucket": request.bucket,
			"modified_from": request.modified_from,
		},
		as_dict=True,
	)
	return {"rows": found, "next": found[-1]["name"] if len(found) == PAGE else None}
