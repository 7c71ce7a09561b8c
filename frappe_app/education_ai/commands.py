"""bench --site S education-ai connect | disconnect | status"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import click
import frappe
from frappe.commands import get_site, pass_context


@click.group("education-ai")
def education_ai() -> None:
	"""The sidecar of Education AI: connect it, disconnect it, see how it is."""


@education_ai.command("connect")
@click.option(
	"--out",
	required=True,
	type=click.Path(dir_okay=False, path_type=Path),
	help="The file to write; the sidecar starts from it.",
)
@click.option(
	"--new-webhook-secret",
	is_flag=True,
	help="Sign webhooks with a new secret from now on; the file keeps the one before beside it.",
)
@pass_context
def connect_command(context: frappe._dict, out: Path, new_webhook_secret: bool) -> None:
	"""Give the sidecar a user and a key, and write both to a file that only you can read."""
	from education_ai.connect import ConnectError, connect

	def run() -> None:
		try:
			connect(out, new_webhook_secret)
		except ConnectError as error:
			click.secho(str(error), fg="red")
			sys.exit(1)
		click.echo(f"Connected. Start the sidecar with the file {out}")

	_on_site(context, run)


@education_ai.command("disconnect")
@pass_context
def disconnect_command(context: frappe._dict) -> None:
	"""Take the sidecar's user and key away. What it wrote stays."""
	from education_ai.connect import disconnect

	def run() -> None:
		disconnect()
		frappe.db.commit()
		click.echo("Disconnected.")

	_on_site(context, run)


@education_ai.command("status")
@pass_context
def status_command(context: frappe._dict) -> None:
	"""Whether the sidecar is connected, when it last called, and what waits for it."""
	from education_ai.connect import status

	_on_site(context, lambda: click.echo(json.dumps(status(), indent=1)))


def _on_site(context: frappe._dict, run: Callable[[], None]) -> None:
	site = get_site(context)
	frappe.init(site=site)
	frappe.connect()
	try:
		run()
	finally:
		frappe.destroy()


commands = [education_ai]
