"""What can go wrong in a call of the contract, as the sidecar is told: a code, an HTTP status, a sentence safe to show."""


class ContractError(Exception):
	"""Answered as `{"error": {"code", "message"}}`. Nothing of the call takes effect. A 4xx is never tried again."""

	status = 409
	code = "site.error"

	def __init__(self, message: str) -> None:
		super().__init__(message)
		self.message = message


class Taken(ContractError):
	code = "site.taken"


class Fenced(ContractError):
	code = "site.fenced"


class Off(ContractError):
	code = "site.off"


class Copied(ContractError):
	code = "site.copied"


class UnknownVersion(ContractError):
	code = "contract.version"


class Invalid(ContractError):
	status = 422
	code = "contract.invalid"


class Busy(ContractError):
	"""A deadlock or a lock wait: the same call will work a moment later."""

	status = 503
	code = "site.busy"


class SiteFault(ContractError):
	status = 500
	code = "site.error"
