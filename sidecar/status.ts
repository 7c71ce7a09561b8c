/** What is known about the sidecar's own state, for `/health`, the log and the first load's progress line. */
import type { StageName } from './config.ts';
import type { AppError } from './errors.ts';
import type { LoadProgress } from './store/backfill.ts';

export interface Health {
  live: boolean;
  ready: boolean;
  /** Why not ready, or what is not as it should be; each with what to do. */
  why: { code: string; message: string; check: string }[];
  /** The first load, while it runs. */
  load: { rows: number; total: number; doctypes: LoadProgress[] } | null;
  /** Which ways of hearing of a change work; `webhook` is when one was last accepted (ISO 8601, UTC). */
  hears: { socket: boolean; webhook: string | null; timer: boolean };
}

type Part = StageName | 'pairing' | 'socket';

export class Status {
  /** null for a part that was seen to work; one that has not been tried yet is not there. */
  readonly #parts = new Map<Part, AppError | null>();
  #paired = false;
  #webhookAt: number | null = null;

  stage(part: Part, problem: AppError | null): void {
    this.#parts.set(part, problem);
  }

  webhook(now: number): void {
    this.#webhookAt = now;
  }

  paired(paired: boolean): void {
    this.#paired = paired;
  }

  /** Ready: paired (or another process leads), everything loaded, and no stage held up. */
  health(loaded: boolean, load: LoadProgress[]): Health {
    const problems = [...this.#parts].flatMap(([part, error]): [Part, AppError][] =>
      error === null || error.code === 'leader.lost' ? [] : [[part, error]],
    );
    const why = new Map<string, Health['why'][number]>(
      problems.map(([, error]) => [
        error.code,
        {
          code: error.code,
          message: error.detail === null ? error.message : `${error.message} (${error.detail})`,
          check: error.check,
        },
      ]),
    );
    if (!this.#paired && why.size === 0) {
      why.set('pairing', {
        code: 'starting',
        message: 'Waiting for the site to answer.',
        check: 'Wait a moment.',
      });
    }
    if (!loaded) {
      const check = 'Wait: insights appear when every record is loaded. It goes on where it stopped.';
      why.set('load', { code: 'loading', message: 'The first load is running.', check });
    }
    // Without the socket every change is still noticed, 20 s later at most.
    const held = problems.some(([part]) => part !== 'socket');
    const sum = (pick: (step: LoadProgress) => number) => load.reduce((total, step) => total + pick(step), 0);
    return {
      live: true,
      ready: this.#paired && loaded && !held,
      why: [...why.values()],
      load: loaded
        ? null
        : {
            rows: sum((step) => step.rows),
            total: sum((step) => Math.max(step.total, step.rows)),
            doctypes: load,
          },
      hears: {
        socket: this.#parts.get('socket') === null,
        webhook: this.#webhookAt === null ? null : new Date(this.#webhookAt).toISOString(),
        timer: this.#parts.get('intake') === null,
      },
    };
  }
}
