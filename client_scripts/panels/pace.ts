/**
 * How soon a message is followed by a look at the site: the first at once, a burst of them ever less often.
 * While a first load runs, a class's room is told of every pupil; each open page would ask each time.
 */

const FIRST_GAP_MS = 100;
const LONGEST_GAP_MS = 8000;
/** After this long without a message the next one counts as the first again. */
const QUIET_MS = 10_000;

export class Pace {
  private readonly look: () => void;
  private gap = 0;
  private nextAt = 0;
  private heardAt = 0;
  private planned = false;

  constructor(look: () => void) {
    this.look = look;
  }

  request(): void {
    const now = Date.now();
    if (now - this.heardAt > QUIET_MS) this.gap = 0;
    this.heardAt = now;
    if (this.planned) return;
    if (this.gap === 0 || now >= this.nextAt) {
      this.go();
      return;
    }
    this.planned = true;
    setTimeout(() => {
      this.planned = false;
      this.go();
    }, this.nextAt - now);
  }

  private go(): void {
    this.gap = this.gap === 0 ? FIRST_GAP_MS : Math.min(2 * this.gap, LONGEST_GAP_MS);
    this.nextAt = Date.now() + this.gap;
    this.look();
  }
}
