/** A refusal of the contract: the HTTP status and the code beside it, and a sentence that is safe to show. */
export class ContractFault extends Error {
  readonly status: 409 | 422;
  readonly code: string;

  constructor(code: string, message: string, status: 409 | 422 = 409) {
    super(message);
    this.name = 'ContractFault';
    this.code = code;
    this.status = status;
  }
}

export function invalid(message: string): ContractFault {
  return new ContractFault('contract.invalid', message, 422);
}
