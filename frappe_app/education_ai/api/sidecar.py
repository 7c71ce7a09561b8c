"""The contract with the sidecar, as Frappe's whitelisted methods: each hands its body to the module of its name.

The guard lets the sidecar's user call these and nothing else, and the door lets nobody else call these.
"""

from typing import Any

import frappe

from education_ai.contract import shapes
from education_ai.contract.digest import digest as answer_digest
from education_ai.contract.door import answer
from education_ai.contract.hello import hello as answer_hello
from education_ai.contract.pull import pull as answer_pull
from education_ai.contract.report import report as answer_report
from education_ai.contract.snapshot import snapshot as answer_snapshot
from education_ai.contract.write_back import write_back as answer_write_back


@frappe.whitelist(methods=["POST"])
def hello(**body: Any) -> dict | None:
	return answer(shapes.Hello, body, answer_hello)


@frappe.whitelist(methods=["POST"])
def pull(**body: Any) -> dict | None:
	return answer(shapes.Pull, body, answer_pull)


@frappe.whitelist(methods=["POST"])
def snapshot(**body: Any) -> dict | None:
	return answer(shapes.Snapshot, body, answer_snapshot)


@frappe.whitelist(methods=["POST"])
def digest(**body: Any) -> dict | None:
	return answer(shapes.Digest, body, answer_digest)


@frappe.whitelist(methods=["POST"])
def write_back(**body: Any) -> dict | None:
	return answer(shapes.WriteBack, body, answer_write_back)


@frappe.whitelist(methods=["POST"])
def report(**body: Any) -> dict | None:
	return answer(shapes.Report, body, answer_report)
