"""Keys derived from the site's own `encryption_key`, one for each purpose, so that no key is stored anywhere else."""

import base64

import frappe
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from frappe.utils.password import get_encryption_key


def derive(purpose: str) -> bytes:
	"""32 bytes by HKDF-SHA256 (RFC 5869). The site's key lives in site_config.json, not in the database dump."""
	cached = frappe.local.flags.setdefault("education_ai_keys", {})
	if purpose not in cached:
		secret = base64.urlsafe_b64decode(get_encryption_key())
		cached[purpose] = HKDF(SHA256(), 32, salt=None, info=f"education_ai {purpose}".encode()).derive(
			secret
		)
	return cached[purpose]
