/** One life of the pairing between this site and one sidecar database: epoch, tokens, and when it was last heard. */
import { randomBytes } from 'node:crypto';
import { ContractFault } from './fault.ts';

const ALIVE_MS = 60_000;

export class Pairing {
  epoch: string | null = null;
  token = '';
  lastSeen: Date | null = null;
  #previous: string | null = null;

  /** Goes on with a matching epoch and token, else begins anew; true for anew. */
  meet(epoch: string | null, token: string | null, takeOver: boolean, now: Date): boolean {
    const continues = this.epoch !== null && epoch === this.epoch && token !== null && this.#knows(token);
    if (!continues) {
      const other = this.epoch !== null && epoch !== this.epoch && this.lastSeen !== null;
      if (other && !takeOver && now.getTime() - this.#seen() < ALIVE_MS) {
        throw new ContractFault(
          'site.taken',
          'Another sidecar called less than a minute ago. Stop it, or take over.',
        );
      }
      this.epoch = secret();
      this.token = secret();
      this.#previous = null;
    }
    this.lastSeen = now;
    return !continues;
  }

  check(epoch: string): void {
    if (this.epoch === null || epoch !== this.epoch) {
      throw new ContractFault('site.fenced', 'This epoch is over. Say hello to start a new one.');
    }
  }

  /** The token to use next. It moves on only where something was acked with the present one. */
  acknowledge(token: string, acked: boolean, now: Date): string {
    if (!this.#knows(token)) {
      throw new ContractFault(
        'site.fenced',
        "This token is over: the sidecar's database is older than its last pull.",
      );
    }
    if (acked && token === this.token) {
      this.#previous = this.token;
      this.token = secret();
    }
    this.lastSeen = now;
    return this.token;
  }

  #knows(token: string): boolean {
    return token === this.token || token === this.#previous;
  }

  #seen(): number {
    return this.lastSeen?.getTime() ?? 0;
  }
}

function secret(): string {
  return randomBytes(12).toString('hex');
}
