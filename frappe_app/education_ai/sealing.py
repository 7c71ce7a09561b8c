"""Sealing of the ai_* fields: AES-256-GCM, bound to the very field of the very document.

Permission levels hide a value but not a filter or an order on it, so what must stay secret does not lie in the
database in clear. A value that cannot be opened (another key, a copied document) counts as empty and is written again.
"""

import base64
import binascii
import hashlib
import json
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import frappe
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from frappe.model.document import Document

from education_ai.keys import derive
from education_ai.watched import read

VERSION = 2
NONCE_BYTES = 12
# Contents are filled up to a multiple of this: a filter can still measure the length of what is stored.
BLOCK_BYTES = 512


@lru_cache(maxsize=1)
def sealed_fields() -> dict[str, tuple[str, ...]]:
	"""DocType -> its sealed fields, in the order of `data/custom_fields.json`."""
	fields: dict[str, tuple[str, ...]] = {}
	for row in read("custom_fields.json"):
		fields[row["doctype"]] = (*fields.get(row["doctype"], ()), row["fieldname"])
	return fields


def seal(value: Any, doctype: str, name: str, fieldname: str, epoch: str = "", revision: int = 0) -> str:
	"""The JSON to store. Epoch and revision stay in clear: a write compares them inside its UPDATE."""
	key, key_id = _key()
	nonce = os.urandom(NONCE_BYTES)
	# Small, since every save of the document carries it along.
	text = zlib.compress(json.dumps(value, ensure_ascii=False, sort_keys=True).encode())
	filled = text.ljust(-(-len(text) // BLOCK_BYTES) * BLOCK_BYTES)
	sealed = nonce + AESGCM(key).encrypt(nonce, filled, _place(doctype, name, fieldname))
	return json.dumps(
		{
			"v": VERSION,
			"epoch": epoch,
			"revision": revision,
			"sealed": f"{key_id}.{base64.urlsafe_b64encode(sealed).decode()}",
		}
	)


def unseal(stored: str | None, doctype: str, name: str, fieldname: str) -> Any:
	"""The value, or None where there is none or it cannot be opened."""
	envelope = _envelope(stored)
	if not envelope:
		return None
	key, key_id = _key()
	stored_key_id, _, text = str(envelope.get("sealed", "")).partition(".")
	if stored_key_id != key_id:
		return None
	try:
		sealed = base64.urlsafe_b64decode(text)
		opened = AESGCM(key).decrypt(
			sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _place(doctype, name, fieldname)
		)
	except (InvalidTag, ValueError, binascii.Error):
		return None
	# What fills it up stands behind the end and is left over.
	return json.loads(zlib.decompressobj().decompress(opened))


@dataclass(frozen=True)
class SealedRow:
	"""The sealed fields of one document as they were stored when it was read; opened one by one."""

	doctype: str
	name: str
	stored: Mapping[str, str | None]

	def opened(self, fieldname: str) -> Any:
		return unseal(self.stored[fieldname], self.doctype, self.name, fieldname)


def sealed_row(doctype: str, name: str, for_update: bool = False) -> SealedRow | None:
	"""None where there is no such document; `for_update` holds its row until the transaction ends."""
	columns = ", ".join(f"`{fieldname}`" for fieldname in sealed_fields()[doctype])
	lock = "for update" if for_update else ""
	rows = frappe.db.sql(
		f"select name, {columns} from `tab{doctype}` where name = %s {lock}", name, as_dict=True
	)
	# MariaDB finds a name in any case; another spelling is another document.
	return SealedRow(doctype, name, rows[0]) if rows and rows[0].name == name else None


def stamp(stored: str | None) -> tuple[str, int]:
	"""Epoch and revision of what is stored; ('', 0) where there is none."""
	envelope = _envelope(stored) or {}
	return envelope.get("epoch", ""), envelope.get("revision", 0)


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Re-seal under the new name. After a merge the surviving record keeps its own values."""
	if merge:
		return
	fields = sealed_fields()[doc.doctype]
	row = frappe.db.get_value(doc.doctype, new, fields, as_dict=True)
	if not row:
		return
	changed = {}
	for fieldname in fields:
		if not row[fieldname]:
			continue
		value = unseal(row[fieldname], doc.doctype, old, fieldname)
		changed[fieldname] = (
			None if value is None else seal(value, doc.doctype, new, fieldname, *stamp(row[fieldname]))
		)
	if changed:
		frappe.db.set_value(doc.doctype, new, changed, update_modified=False)


def leave_no_copy(doc: Document, method: str | None = None) -> None:
	"""on_trash: Deleted Document keeps what the record holds in memory, for as long as the site keeps that."""
	for fieldname in sealed_fields()[doc.doctype]:
		doc.set(fieldname, None)


def _key() -> tuple[bytes, str]:
	key = derive("sealed fields")
	return key, hashlib.sha256(key).hexdigest()[:8]


def _place(doctype: str, name: str, fieldname: str) -> bytes:
	return json.dumps([doctype, name, fieldname], ensure_ascii=False).encode()


def _envelope(stored: str | None) -> dict | None:
	try:
		envelope = json.loads(stored) if stored else None
	except ValueError:
		return None
	return envelope if isinstance(envelope, dict) and envelope.get("v") == VERSION else None
