"""The answers have the shape of the recorded examples, which the sidecar and the stand-in are tested with."""

import json
import unittest
from pathlib import Path
from typing import Any

import frappe

from education_ai.contract import shapes
from education_ai.contract.door import parse
from education_ai.contract.errors import Invalid
from education_ai.tests.contract_case import EPOCH, RO, TOKEN, ContractCase

# In the repository beside the app; not part of the app as installed.
RECORDED = Path(frappe.conf.get("education_ai_repository") or "/nowhere") / "fixtures" / "contract"
SHAPES = {
	"hello": shapes.Hello,
	"pull": shapes.Pull,
	"snapshot": shapes.Snapshot,
	"digest": shapes.Digest,
	"write_back": shapes.WriteBack,
	"report": shapes.Report,
}


def recorded(name: str) -> dict:
	return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))


def shape(value: Any) -> Any:
	"""Keys and kinds of values, without the values; a list is the kinds of its items."""
	if isinstance(value, dict):
		return {key: shape(one) for key, one in sorted(value.items())}
	if isinstance(value, list):
		return sorted({json.dumps(shape(one)) for one in value})
	return (
		"number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
	)


@unittest.skipUnless(RECORDED.exists(), "needs the repository: bench set-config education_ai_repository PATH")
class TestRecorded(ContractCase):
	def test_every_recorded_request_is_understood_or_refused_as_recorded(self):
		for path in sorted(RECORDED.glob("*.json")):
			method = path.name.split(".")[0]
			example = json.loads(path.read_text(encoding="utf-8"))
			with self.subTest(example=path.name):
				refused = example["status"] == 422 and "doctype" not in example["request"]
				if refused:
					self.assertRaises(Invalid, parse, SHAPES[method], example["request"])
				else:
					parse(SHAPES[method], example["request"])

	def test_hello_pull_and_report_answer_in_the_recorded_shape(self):
		now = {
			"hello": {**recorded("hello.continued")["request"], "epoch": EPOCH, "token": TOKEN},
			"pull": {"epoch": EPOCH, "token": TOKEN, "ack": [], "limit": 10},
			"report": {**recorded("report")["request"], "epoch": EPOCH},
		}
		for method, request in now.items():
			with self.subTest(method=method):
				expected = recorded("pull.acknowledged" if method == "pull" else method)["response"]
				self.assertEqual(shape(self.ask(method, **request)), shape(expected))

	def test_snapshot_and_digest_answer_in_the_recorded_shape(self):
		snapshot = self.ask("snapshot", epoch=EPOCH, doctype="Student", names=[RO, "gone"])
		self.assertEqual(shape(snapshot), shape_of_rows(recorded("snapshot")["response"], snapshot))
		digest = self.ask("digest", epoch=EPOCH, doctype="Academic Year", buckets=True)
		self.assertEqual(sorted(digest), sorted(recorded("digest")["response"]))

	def test_write_back_answers_as_recorded(self):
		item = recorded("write_back")["request"]["items"][0]
		address = {**item["address"], "target": RO}
		gone = {**item, "address": {**address, "target": "gone-student"}}
		withdraw = {"kind": "withdraw", "revision": 5, "address": address}
		self.ask("write_back", epoch=EPOCH, items=[{**item, "address": address}])
		answer = self.ask("write_back", epoch=EPOCH, items=[{**item, "address": address}, gone, withdraw])
		self.assertEqual(answer, recorded("write_back.outcomes")["response"])

	def test_errors_answer_as_recorded(self):
		for name, request in (
			("pull.fenced", {"epoch": EPOCH, "token": "another", "ack": [], "limit": 1000}),
			("pull.invalid", {"epoch": EPOCH, "token": TOKEN, "ack": [], "limit": 0}),
			("snapshot.invalid", {"epoch": EPOCH, "doctype": "User", "names": ["Administrator"]}),
			("hello.version", {**recorded("hello.version")["request"], "epoch": EPOCH, "token": TOKEN}),
			("write_back.fenced", {"epoch": "another", "items": []}),
		):
			with self.subTest(example=name):
				answer = self.ask(name.split(".")[0], **request)
				example = recorded(name)
				self.assertEqual(
					(answer["status"], answer["error"]), (example["status"], example["response"]["error"])
				)


def shape_of_rows(example: dict, answer: dict) -> Any:
	"""The recorded shape, where a date that one pupil has not may be null."""
	example = json.loads(json.dumps(example))
	for mine, theirs in zip(answer["rows"], example["rows"], strict=True):
		theirs.update({key: value for key, value in mine.items() if value is None or theirs[key] is None})
	return shape(example)
