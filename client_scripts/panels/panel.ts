/**
 * The life of a panel on a form: ask, show, listen, ask again, leave. The only part with state; what is shown
 * is decided by the pure templates. It never awaits in a form event and never throws into one, since a
 * failure there would stop Education's own scripts.
 */
import { html, render, type TemplateResult } from 'lit-html';
import type { Answer } from './answers.ts';
import type { Form } from './desk.ts';
import { openEdit } from './edit.ts';
import { openEvidence } from './evidence.ts';
import { saveSettings } from './settings-save.ts';
import { type Notice, showLine } from './line.ts';
import { Pace } from './pace.ts';
import { part, text } from './reading.ts';
import { Room } from './room.ts';
import type { Actions, Ui } from './sections.ts';
import { ask, type Reply } from './site.ts';
import { failed, loading } from './states.ts';
import { addStyle } from './style.ts';
import { enterTab, openTab, panelRoot, toggleTab } from './tab.ts';

export interface PanelKind<A extends Answer> {
  doctype: string;
  /** The method below `education_ai.`. */
  method: string;
  read(message: unknown): A | null;
  view(answer: A, ui: Ui, actions: Actions): TemplateResult;
  notice(answer: A): Notice | null;
}

/** What is asked for. Compared by identity: an answer to an earlier question is dropped. */
interface Question {
  frm: Form;
  name: string;
  args: Record<string, string>;
}

type Shown<A> = { kind: 'hidden' | 'loading' | 'failed' } | { kind: 'answer'; answer: A };

const TICK_MS = 60_000;
/** Also without any message the panel asks again: for the room's new day, and to say that data got old. */
const ASK_AGAIN_MS = 5 * 60_000;
/** The flag by which a Course form asks the Student form to open with our tab. */
const OPEN_FLAG = 'education_ai_open_student';

/** Puts the panel on every form of its DocType. */
export function attach<A extends Answer>(kind: PanelKind<A>): void {
  const panel = new Panel(kind);
  frappe.ui.form.on(kind.doctype, {
    setup: (frm) => guarded(() => panel.prepare(frm)),
    refresh: (frm) => guarded(() => panel.show(frm)),
  });
}

function guarded(step: () => void): void {
  try {
    step();
  } catch (error) {
    console.error('education_ai: the panel failed', error);
  }
}

class Panel<A extends Answer> {
  private readonly kind: PanelKind<A>;
  private readonly room = new Room(() => this.news());
  private readonly pace = new Pace(() => guarded(() => this.ask()));
  private question: Question | null = null;
  private asking: Question | null = null;
  private askAgain = false;
  private shown: Shown<A> = { kind: 'hidden' };
  private answeredAt = 0;
  private unread = false;
  private away = false;
  private announced = '';
  /** What the site said to what the reader did here last. */
  private said = '';
  private ui: Ui = { chartAsTable: false, showAll: false, busy: false };

  constructor(kind: PanelKind<A>) {
    this.kind = kind;
  }

  /** Once per form: the tab stays away until the site has said that this reader may see it. */
  prepare(frm: Form): void {
    addStyle();
    toggleTab(frm, false);
    frm.page.wrapper.on('hide', () => this.leave());
    setInterval(() => guarded(() => this.tick()), TICK_MS);
    document.addEventListener('visibilitychange', () => guarded(() => this.lookedAt()));
  }

  show(frm: Form): void {
    if (!panelRoot(frm)) return;
    this.away = false;
    if (frm.is_new()) {
      this.turnTo(null);
      this.draw(frm);
      return;
    }
    if (this.question?.name !== frm.docname) {
      this.turnTo({ frm, name: frm.docname, args: { name: frm.docname } });
    }
    this.draw(frm);
    this.ask();
  }

  private turnTo(question: Question | null): void {
    // Staff keep the tab while the next pupil loads; anyone else gets it only with an answer of their own.
    const staff = this.shown.kind === 'answer' && isStaff(this.shown.answer);
    this.room.move(null);
    this.question = question;
    this.shown = { kind: staff && question ? 'loading' : 'hidden' };
    this.announced = '';
    this.said = '';
    this.ui = { ...this.ui, showAll: false, busy: false };
  }

  private leave(): void {
    this.away = true;
    this.room.move(null);
  }

  private ask(): void {
    const question = this.question;
    if (!question || this.away) return;
    if (this.asking === question) {
      this.askAgain = true;
      return;
    }
    this.asking = question;
    this.askAgain = false;
    void this.answer(question);
  }

  private async answer(question: Question): Promise<void> {
    const reply = await ask(this.kind.method, question.args);
    if (this.asking === question) this.asking = null;
    if (this.question === question) guarded(() => this.settle(question, reply));
  }

  private settle(question: Question, reply: Reply): void {
    const answer = reply.kind === 'answer' ? this.kind.read(reply.message) : null;
    const before = this.shown.kind === 'answer' ? this.shown.answer : null;
    if (reply.kind === 'forbidden' || answer?.state === 'off') this.shown = { kind: 'hidden' };
    else if (answer) this.shown = { kind: 'answer', answer };
    // What is there stays there: it says its age, and the next try comes by itself. Not so for another group.
    else if (!before || this.ui.busy) this.shown = { kind: 'failed' };
    if (answer && before && content(answer) !== content(before))
      this.announced = __('The insights have changed.');
    this.ui = { ...this.ui, busy: false };
    this.answeredAt = Date.now();
    this.unread = false;
    if (!this.away) this.room.move(this.shown.kind === 'answer' ? this.shown.answer.channel : null);
    this.draw(question.frm);
    this.openIfAsked(question);
    if (this.askAgain) this.ask();
  }

  private openIfAsked(question: Question): void {
    if (this.kind.doctype !== 'Student' || frappe.flags[OPEN_FLAG] !== question.name) return;
    delete frappe.flags[OPEN_FLAG];
    if (this.shown.kind === 'answer') openTab(question.frm);
  }

  private news(): void {
    this.said = '';
    if (document.hidden) this.unread = true;
    else this.pace.request();
  }

  private lookedAt(): void {
    if (!document.hidden && (this.unread || Date.now() - this.answeredAt > ASK_AGAIN_MS)) this.ask();
  }

  private tick(): void {
    if (!this.question || this.away || document.hidden) return;
    this.announced = '';
    if (Date.now() - this.answeredAt >= ASK_AGAIN_MS) this.ask();
    else this.draw(this.question.frm);
  }

  private draw(frm: Form): void {
    const root = panelRoot(frm);
    if (!root) return;
    const visible = this.shown.kind !== 'hidden';
    toggleTab(frm, visible);
    root.classList.toggle('edai-busy', this.ui.busy);
    const look = this.said ? 'edai-note edai-said' : 'edai-hear';
    root.setAttribute('aria-busy', String(this.ui.busy || this.shown.kind === 'loading'));
    render(
      html`${this.body()}
        <div class=${look} aria-live="polite">${this.said || this.announced}</div>`,
      root,
    );
    const notice = this.shown.kind === 'answer' ? this.kind.notice(this.shown.answer) : null;
    showLine(frm, notice, () => enterTab(frm));
  }

  private body(): TemplateResult {
    if (this.shown.kind === 'answer') return this.kind.view(this.shown.answer, this.ui, this.actions);
    if (this.shown.kind === 'failed') return failed(() => this.retry());
    return this.shown.kind === 'loading' ? loading() : html``;
  }

  private retry(): void {
    if (!this.question) return;
    this.shown = { kind: 'loading' };
    this.draw(this.question.frm);
    this.ask();
  }

  /** Tells the site something, and then asks what it says now. */
  private async tell(method: string, args: (name: string) => Record<string, unknown>): Promise<void> {
    const question = this.question;
    if (!question) return;
    this.said = '';
    this.update({ busy: true });
    const reply = await ask(method, args(question.name));
    if (this.question !== question) return;
    if (reply.kind === 'answer') {
      this.say(text(part(reply.message, 'said')));
      this.ask();
    } else if (reply.kind === 'refused') {
      this.update({ busy: false });
      this.say(reply.why || __('This could not be saved. Try again.'));
    } else guarded(() => this.settle(question, reply));
  }

  /** Stands below the panel, and is brought into view. */
  private say(said: string): void {
    this.said = said;
    this.update({});
    if (!this.question || !said) return;
    panelRoot(this.question.frm)?.querySelector('.edai-said')?.scrollIntoView({ block: 'nearest' });
  }

  private update(change: Partial<Ui>): void {
    this.ui = { ...this.ui, ...change };
    if (this.question) this.draw(this.question.frm);
  }

  private readonly actions: Actions = {
    showRows: openEvidence,
    toggleChart: () => this.update({ chartAsTable: !this.ui.chartAsTable }),
    toggleAll: () => this.update({ showAll: !this.ui.showAll }),
    openStudent: (student) => {
      frappe.flags[OPEN_FLAG] = student;
      frappe.set_route('Form', 'Student', student);
    },
    leaveOut: (out) =>
      void this.tell(out ? 'exclusion.exclude' : 'exclusion.include', (student) => ({ student })),
    keep: (student, other, wish) =>
      void this.tell('api.panel.keep', (name) => ({ name, student, other, wish })),
    act: (insights, acted) => void this.tell('api.panel.act', () => ({ insights, acted })),
    edit: (setting) => {
      const question = this.question;
      if (!question) return;
      const place = { doctype: this.kind.doctype, name: question.name, field: setting.field };
      openEdit({ ...setting, save: saveSettings(place, () => guarded(() => this.ask())) });
    },
    openConflict: (name) => frappe.set_route('Form', 'AI Conflict', name),
    choose: (studentGroup, academicTerm) => {
      const question = this.question;
      if (!question) return;
      const args = { name: question.name, student_group: studentGroup, academic_term: academicTerm };
      this.question = { ...question, args };
      this.update({ busy: true, showAll: false });
      this.ask();
    },
  };
}

/** What a reader would call a change: not the age, not the room. */
function content(answer: Answer): string {
  return JSON.stringify({ ...answer, worked_out: null, channel: null });
}

/** Only a Student's own page and a guardian's have another audience. */
function isStaff(answer: Answer): boolean {
  return !('audience' in answer) || answer.audience === 'staff';
}
