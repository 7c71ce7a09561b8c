/**
 * The pairing of this process with the site, held in memory while it stands: nothing is pulled, fetched or sent
 * without it. Lost when the site fences us or another process takes the lead; `lead.ts` makes it anew.
 */
export interface Session {
  epoch: string;
  /** Number of the first load that documents stored now belong to. */
  load: number;
}

export class Pairing {
  #session: Session | null = null;
  /** When the latest pull began that left nothing waiting on the site. */
  drainedAt: number | null = null;
  readonly #onMade: () => void;
  readonly #onLost: () => void;

  constructor(listeners: { onMade(): void; onLost(): void }) {
    this.#onMade = () => listeners.onMade();
    this.#onLost = () => listeners.onLost();
  }

  get session(): Session | null {
    return this.#session;
  }

  made(session: Session): void {
    this.#session = session;
    this.drainedAt = null;
    this.#onMade();
  }

  lost(): void {
    this.#session = null;
    this.#onLost();
  }
}
