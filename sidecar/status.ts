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
}

type Part = StageName | 'pairing' | 'socket';

export class Status {
  readonly #problems = new Map<Part, AppError>();
  #paired = false;

  stage(part: Part, problem: AppError | null): void {
    if (problem === null) this.#problems.delete(part);
    else this.#problems.set(part, problem);
  }

  paired(paired: boolean): void {
    this.#paired = paired;
  }

  /** Ready: paired (or another process leads), everything loaded, and no stage held up. */
  health(loaded: boolean, load: LoadProgress[]): Health {
    const problems = [...this.#problems].filter(([, error]) => error.code !== 'leader.lost');
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
    };
  }
}
