/** The Student form's own part: who it is, and small forms to mark attendance and to enter a result. */
import { html, nothing, render, type TemplateResult } from 'lit-html';
import type { DeskForm } from './form.ts';
import { insert, list, read, rows, text, update, type Fields } from './site.ts';

const STATUSES = ['Present', 'Absent', 'Leave'];
const DAYS_SHOWN = 5;

interface Pupil {
  student: Fields;
  group: string;
  /** The last marked days, newest first. */
  days: Fields[];
  /** Today, if it is not marked yet. */
  unmarked: string | null;
  /** Tests of the group that have no result of this pupil yet. */
  tests: Fields[];
}

/** Shows the pupil, and the small forms to those who enter records; every save writes to the site, and the panel hears of it by itself. */
export async function showStudent(
  { details, entry }: DeskForm,
  name: string,
  enters: boolean,
): Promise<void> {
  let message = '';
  const draw = async (): Promise<void> => {
    const pupil = await load(name);
    render(fields(pupil), details);
    if (enters) render(cards(pupil, message, save), entry);
  };
  const save: Save = async (step, saved) => {
    try {
      await step();
      message = saved;
    } catch (error) {
      message = error instanceof Error ? error.message : String(error);
    }
    await draw();
  };
  await draw();
}

async function load(name: string): Promise<Pupil> {
  const student = await read('Student', name);
  const attendance = await list(
    'Student Attendance',
    ['name', 'date', 'status', 'student_group'],
    [
      ['student', '=', name],
      ['docstatus', '=', 1],
    ],
  );
  attendance.sort((a, b) => (text(a['date']) < text(b['date']) ? 1 : -1));
  const group = text(attendance[0]?.['student_group']);
  const today = localDay();
  const results = await list('Assessment Result', ['assessment_plan'], [['student', '=', name]]);
  const entered = new Set(results.map((result) => text(result['assessment_plan'])));
  const plans = await list('Assessment Plan', ['name', 'docstatus'], [['student_group', '=', group]]);
  const open = plans.filter((plan) => plan['docstatus'] === 1 && !entered.has(text(plan['name'])));
  return {
    student,
    group,
    days: attendance.slice(0, DAYS_SHOWN),
    unmarked: attendance.some((one) => text(one['date']) === today) ? null : today,
    tests: await Promise.all(open.map((plan) => read('Assessment Plan', text(plan['name'])))),
  };
}

type Save = (step: () => Promise<unknown>, saved: string) => Promise<void>;

function fields(pupil: Pupil): TemplateResult {
  const { student } = pupil;
  return html`<dl class="fields">
    <dt>Name</dt>
    <dd dir="auto">${text(student['student_name'])}</dd>
    <dt>Number</dt>
    <dd>${text(student['name'])}</dd>
    <dt>Class</dt>
    <dd>${pupil.group}</dd>
    <dt>Joined</dt>
    <dd>${text(student['joining_date'])}</dd>
    <dt>Guardians</dt>
    <dd dir="auto">
      ${rows(student['guardians'])
        .map((one) => text(one['guardian_name']))
        .join(', ')}
    </dd>
  </dl>`;
}

function cards(pupil: Pupil, message: string, save: Save): TemplateResult {
  return html`<p class="hint" role="status">
      ${message || 'Enter something here: the insights below follow by themselves.'}
    </p>
    <div class="cards">
      ${attendanceCard(pupil, save)} ${pupil.tests.map((test) => resultCard(pupil, test, save))}
    </div>`;
}

function attendanceCard(pupil: Pupil, save: Save): TemplateResult {
  const mark = (date: string, status: string): Promise<void> =>
    save(
      () =>
        insert('Student Attendance', {
          student: pupil.student['name'],
          student_group: pupil.group,
          date,
          status,
          docstatus: 1,
        }),
      `${date}: ${status}. Saved.`,
    );
  const change = (row: Fields, status: string): Promise<void> =>
    save(
      () => update('Student Attendance', text(row['name']), { status }),
      `${text(row['date'])}: ${status}. Saved.`,
    );
  return html`<section class="card">
    <h3>Attendance</h3>
    ${pupil.unmarked === null ? nothing : dayRow(pupil.unmarked, '', (status) => mark(pupil.unmarked ?? '', status))}
    ${pupil.days.map((one) => dayRow(text(one['date']), text(one['status']), (status) => change(one, status)))}
  </section>`;
}

function dayRow(date: string, status: string, choose: (status: string) => Promise<void>): TemplateResult {
  return html`<div class="day">
    <span>${date}</span>
    <div role="group" aria-label=${date}>
      ${STATUSES.map(
        (one) =>
          html`<button
            type="button"
            class="btn btn-xs ${one === status ? 'chosen' : ''}"
            aria-pressed=${one === status}
            @click=${() => void choose(one)}
          >
            ${one}
          </button>`,
      )}
    </div>
  </div>`;
}

function resultCard(pupil: Pupil, test: Fields, save: Save): TemplateResult {
  const criteria = rows(test['assessment_criteria']);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement)) return;
    const entered = new FormData(event.target);
    const details = criteria.map((criterion) => {
      const name = text(criterion['assessment_criteria']);
      return { assessment_criteria: name, score: Number(entered.get(name)) };
    });
    void save(
      () =>
        insert('Assessment Result', {
          assessment_plan: test['name'],
          student: pupil.student['name'],
          details,
          docstatus: 1,
        }),
      `${text(test['assessment_name'])}: result submitted.`,
    );
  };
  return html`<form class="card" @submit=${submit}>
    <h3>${text(test['assessment_name'])}</h3>
    ${criteria.map((criterion) => {
      const name = text(criterion['assessment_criteria']);
      const maximum = text(criterion['maximum_score']);
      return html`<label class="day">
        <span>${name}, of ${maximum}</span>
        <input class="form-control" name=${name} type="number" min="0" max=${maximum} step="0.5" required />
      </label>`;
    })}
    <button type="submit" class="btn btn-primary btn-sm">Submit result</button>
  </form>`;
}

/** Today where the reader is, which is where the stand-in runs. Swedish writes days as the site does. */
function localDay(): string {
  return new Intl.DateTimeFormat('sv-SE').format(new Date());
}
