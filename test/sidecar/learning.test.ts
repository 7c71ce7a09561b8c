/** Learning as a piece of work: when it is done, with what, and what follows from it. */
import { describe, expect, test, vi } from 'vitest';
import { learnInThread } from '../../sidecar/learner.ts';
import { historyCases } from '../../sidecar/analysis/risk/history.ts';
import { foldOf } from '../../sidecar/analysis/model/random.ts';
import { learn } from '../../sidecar/analysis/risk/learn.ts';
import { siteDay } from '../../sidecar/clock.ts';
import { readModel } from '../../sidecar/store/models.ts';
import { readState } from '../../sidecar/store/state.ts';
import { pastTerms } from './analysis/past-terms.ts';
import { weekdays } from './analysis/pupil.ts';
import { SETTINGS, type FakeSite } from './fake-site.ts';
import { lineForEachTest } from './school-line.ts';

const here = lineForEachTest();
const DAY_MS = 86_400_000;

/** As a school may have entered it: of one pupil in ten nothing. */
const genderOf = (name: string): string | null =>
  ['Female', 'Male', null][[0, 0, 0, 0, 0, 1, 1, 1, 1, 2][foldOf(name, 10, 7)] ?? 2] ?? null;

/** A finished term of 125 pupils, all entered on the days of the tests. */
function addPast(site: FakeSite): ReturnType<typeof pastTerms> {
  const today = site.day;
  const past = pastTerms({ terms: 1, pupils: 125, courses: 1, steady: 0.5 });
  for (const rows of past) {
    const silent = { silent: true };
    const submitted = { silent: true, docstatus: 1 };
    for (const { name, ...term } of rows.academicTerms) site.save('Academic Term', name, term, silent);
    for (const { name } of rows.students)
      site.save(
        'Student',
        name,
        { student_name: name, gender: genderOf(name), enabled: 1, joining_date: null },
        silent,
      );
    for (const { name, students } of rows.studentGroups) {
      const members = students.map(({ student }) => ({ student, active: 1 }));
      site.save('Student Group', name, { academic_term: 'Term 1', disabled: 0, students: members }, silent);
    }
    for (const { name, ...plan } of rows.assessmentPlans)
      site.save('Assessment Plan', name, { assessment_name: name, ...plan }, submitted);
    for (const { name, creation, ...result } of rows.assessmentResults) {
      const plan = rows.assessmentPlans.find((each) => each.name === result.assessment_plan);
      site.day = creation;
      const { course = '', student_group = '', academic_term = '' } = plan ?? {};
      site.save('Assessment Result', name, { ...result, course, student_group, academic_term }, submitted);
    }
  }
  site.day = today;
  return past;
}

describe('learning', { timeout: 120_000 }, () => {
  test('follows a first load, and finds the same as from the rows themselves', async () => {
    const past = addPast(here.line.site);
    await here.line.settle();
    const cases = past.flatMap((rows) => historyCases(rows, SETTINGS, 1));
    const model = await readModel(here.store.db);
    expect(model?.day).toBe('2026-11-23');
    expect(model?.learned.rung).toBe('pooled');
    const groups = new Map(cases.map(({ student }) => [student, genderOf(student) ?? '']));
    expect(model?.learned).toEqual(learn(cases, groups));
    expect(model?.learned.checked?.fairness?.groups.map(({ group }) => group)).toEqual(['Female', 'Male']);
  });

  test('is rung for as soon as a first load is complete, and when the settings change', async () => {
    const { learn: bell, analysis } = here.line.bells;
    const rung = vi.spyOn(bell, 'ring');
    await here.line.settle();
    expect(rung).toHaveBeenCalledTimes(1);
    const looked = vi.spyOn(analysis, 'ring');
    here.line.site.settings = { ...SETTINGS, pass_mark: 60 };
    here.line.intake.pullNow();
    await here.line.round();
    expect(rung).toHaveBeenCalledTimes(2);
    expect(looked).toHaveBeenCalled();
  });

  test('comes round when a term ends, and after four weeks at the latest', async () => {
    await here.line.settle();
    const due = async () =>
      (await here.store.db.selectFrom('work').select('due_at').where('stage', '=', 'learn').execute()).map(
        ({ due_at }) => siteDay(due_at, timeZone ?? 'UTC'),
      );
    const { timeZone } = await readState(here.store.db);
    // The term runs to 18 December.
    expect(await due()).toEqual(['2026-12-19']);
    here.line.clock.advance(26 * DAY_MS);
    await here.line.settle();
    expect(await due()).toEqual(['2027-01-16']);
  });

  test('has every pupil looked at again where it says something new, and nobody where it does not', async () => {
    addPast(here.line.site);
    await here.line.settle();
    const analysed = async () =>
      here.store.db.selectFrom('work').select('name').where('stage', '=', 'analyse').execute();
    here.line.site.settings = { ...SETTINGS, minimum_group_size: 3 };
    const before = await readModel(here.store.db);
    await here.line.settle();
    expect(await readModel(here.store.db)).toEqual(before);
    here.line.site.settings = { ...SETTINGS, pass_mark: 60 };
    await here.line.settle();
    expect((await readModel(here.store.db))?.learned.failed_or_left).toBeGreaterThan(
      before?.learned.failed_or_left ?? 0,
    );
    expect((await analysed()).length).toBeLessThan(125);
  });

  test('follows the steps that people took, four weeks later, beside classmates who had none', async () => {
    const { site } = here.line;
    const [pupil, classmate, busy] = ['S-followed', 'S-alike', 'S-busy'];
    for (const student of [pupil, classmate, busy]) {
      site.save('Student', student, { student_name: student, enabled: 1 }, { silent: true });
      for (const date of weekdays('2026-09-14', '2026-11-06')) {
        const isAbsent = date < '2026-10-12' && date.endsWith('4');
        const row = { student, student_group: 'G', date, status: isAbsent ? 'Absent' : 'Present' };
        site.save('Student Attendance', `${student} ${date}`, row, { silent: true, docstatus: 1 });
      }
    }
    const answered = { status: 'Acted Upon', answered_on: '2026-10-12', course: null };
    site.save('AI Insight', 'I-1', { ...answered, target_student: pupil }, { silent: true });
    await here.line.settle();
    expect((await readModel(here.store.db))?.effects?.attendance).toEqual({ pairs: 1, range: null });
    for (const [name, student] of [
      ['I-2', classmate],
      ['I-3', busy],
    ] as const)
      site.save('AI Insight', name, { ...answered, target_student: student });
    await here.line.settle();
    here.line.site.settings = { ...SETTINGS, pass_mark: 60 };
    await here.line.settle();
    expect((await readModel(here.store.db))?.effects?.attendance).toEqual({ pairs: 0, range: null });
  });

  test('in a thread of its own gives the same to the last bit', async () => {
    const cases = pastTerms({ terms: 1, pupils: 150, courses: 1, steady: 0.5 }).flatMap((rows) =>
      historyCases(rows, SETTINGS, 1),
    );
    const groups = new Map(cases.map(({ student }) => [student, genderOf(student) ?? '']));
    const there = await learnInThread(cases, groups);
    expect(there.checked?.fairness).toBeTruthy();
    expect(JSON.stringify(there)).toBe(JSON.stringify(learn(cases, groups)));
  });
});
