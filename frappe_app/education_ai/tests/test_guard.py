"""The sidecar's key reaches the contract and nothing else: the whole site is walked through, over real requests."""

import base64
import json
import pkgutil
import threading
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from io import StringIO
from typing import Any

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils.password import get_decrypted_password
from werkzeug.test import Client, TestResponse

from education_ai import guard, pairing

CONTRACT = [f"education_ai.api.sidecar.{method}" for method in guard.METHODS]


class TestGuard(FrappeTestCase):
	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		user = pairing.sidecar_user()
		if not user:
			raise cls.skipTest(cls, "connect a sidecar first: bench education-ai connect")
		cls.token = f"token {frappe.db.get_value('User', user, 'api_key')}:{get_decrypted_password('User', user, 'api_secret')}"

	def request(self, method: str, path: str, token: str | None = None, **options: Any) -> TestResponse:
		"""One request through Frappe's own application, in a thread of its own, as a worker would see it."""
		answers: list[TestResponse] = []
		headers = {
			"Authorization": token or self.token,
			"Host": frappe.local.site,
			"X-Frappe-Site-Name": frappe.local.site,
		}

		def run() -> None:
			from frappe.app import application

			answers.append(Client(application).open(path, method=method, headers=headers, **options))

		thread = threading.Thread(target=run)
		# Frappe prints the traceback of each refusal.
		with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
			thread.start()
			thread.join()
		return answers[0]

	def assert_refused(self, method: str, path: str, **options: Any) -> None:
		self.assertEqual(self.request(method, path, **options).status_code, 403, f"{method} {path}")

	def test_every_doctype_is_refused_in_both_versions_of_the_api(self):
		for doctype in frappe.get_all("DocType", filters={"istable": 0}, pluck="name"):
			self.assert_refused("GET", f"/api/resource/{doctype}")
		for doctype in ("Student", "User", "AI Insight", "File"):
			for path in (
				f"/api/v1/resource/{doctype}",
				f"/api/v2/document/{doctype}",
				f"/api/resource/{doctype}/x",
			):
				self.assert_refused("GET", path)
				self.assert_refused("POST", path, json={})

	def test_every_whitelisted_method_is_refused(self):
		methods = [name for name in whitelisted() if name not in (*CONTRACT, "frappe.realtime.get_user_info")]
		self.assertGreater(len(methods), 500)
		for name in methods:
			self.assert_refused("POST", f"/api/method/{name}", json={})

	def test_the_contract_is_refused_under_any_other_spelling(self):
		for name in (*CONTRACT, "frappe.realtime.get_user_info", "frappe.client.get_list"):
			for path in (
				f"/api/v1/method/{name}",
				f"/api/v2/method/{name}",
				f"/api/method/{name}/",
				f"/api/method/{name}/x",
				f"//api/method/{name}",
				f"/api/method//{name}",
			):
				self.assert_refused("POST", path, json={})

	def test_a_command_in_query_or_body_is_refused(self):
		path = f"/api/method/{CONTRACT[0]}"
		command = {"cmd": "frappe.client.get_list", "doctype": "Student"}
		self.assert_refused("POST", f"{path}?cmd=frappe.client.get_list", json={})
		self.assert_refused("POST", f"{path}?cmd=", data={})
		self.assert_refused("POST", path, json=command)
		self.assert_refused("POST", path, data=command)
		self.assert_refused("POST", path, data=json.dumps(command), content_type="application/json")
		self.assert_refused("GET", "/?cmd=frappe.client.get_list&doctype=Student")
		self.assert_refused("POST", "/", data=command)

	def test_pages_files_and_the_desk_are_refused(self):
		for path in (
			"/app",
			"/me",
			"/",
			"/login",
			"/student-portal",
			"/private/files/x",
			"/backups/x",
			"/printview",
			"/api/method/upload_file",
		):
			self.assert_refused("GET", path)
		self.assert_refused("PUT", "/api/resource/User/Administrator", json={"enabled": 0})
		self.assert_refused("DELETE", "/api/resource/Student/x")

	def test_the_contract_and_the_handshake_of_the_socket_are_reached(self):
		answer = self.request("GET", "/api/method/frappe.realtime.get_user_info")
		self.assertEqual(answer.status_code, 200)
		for name in CONTRACT:
			self.assertEqual(
				self.request("POST", f"/api/method/{name}", json={"epoch": 1}).status_code, 422, name
			)
			self.assertEqual(self.request("GET", f"/api/method/{name}").status_code, 403, name)

	def test_basic_authentication_is_the_same_user(self):
		pair = base64.b64encode(self.token.split(" ")[1].encode()).decode()
		answer = self.request("GET", "/api/resource/Student", token=f"Basic {pair}")
		self.assertEqual(answer.status_code, 403)

	def test_administrator_and_other_users_are_not_locked_out(self):
		frappe.set_user("Administrator")
		frappe.local.request = frappe._dict(path="/app", args={}, form={})
		for user in ("Administrator", "Guest", "somebody@school.example"):
			frappe.local.session.user = user
			guard.refuse_all_but_the_contract()
		frappe.local.session.user = "Administrator"


def whitelisted() -> list[str]:
	"""Every whitelisted function of the installed apps, by its dotted name."""
	for app in ("frappe", "erpnext", "education", "education_ai"):
		package = import_module(app)
		for module in pkgutil.walk_packages(package.__path__, f"{app}.", onerror=lambda name: None):
			if ".test" in module.name or ".patches." in module.name or ".commands" in module.name:
				continue
			try:
				import_module(module.name)
			except Exception:
				continue
	return sorted({f"{method.__module__}.{method.__qualname__}" for method in frappe.whitelisted})
