import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../sidecar/config.ts';
import { createSite } from '../../sidecar/erpnext/client.ts';
import type { AssessmentEntry, EngagementEntry, ProfileEntry } from '../../sidecar/erpnext/entries.ts';
import {
  courseSchedule,
  createAssessmentInsight,
  recordEngagement,
  studentAssessments,
  studentBatch,
  studentDetails,
  studentEnrollments,
  updateStudentProfile,
  type Desk,
} from '../../sidecar/erpnext/operations.ts';
import type { Lesson, LessonFilter } from '../../sidecar/erpnext/records.ts';
import { createMetrics } from '../../sidecar/metrics.ts';
import type { Document } from '../live/site.ts';
import { runningClock } from '../sidecar/clock.ts';
import { SEALING_KEY } from '../sidecar/databases.ts';
import { PLACES, Sidecar, steadyPupil, type Place } from './place.ts';

const SESSION = 'operations-suite';
const EVERY_LESSON: LessonFilter = { student_group: null, instructor: null, from_date: null, to_date: null };

const names = (rows: readonly { name: string }[]) => rows.map(({ name }) => name).sort();

describe.each(PLACES)('the operations on $title', ({ open }) => {
  let place: Place;
  let sidecar: Sidecar;
  let epoch: string;
  let desk: Desk;
  let student: string;
  let group: string;
  let leftOut: string;
  let results: Document[];
  let timetable: Document[];

  beforeAll(async () => {
    place = await open();
    sidecar = new Sidecar(place);
    ({ epoch } = await sidecar.begin());
    const environment = { SEALING_KEY: SEALING_KEY.toString('base64'), ...place.environment };
    const clock = runningClock();
    const config = { ...parseConfig(environment), requestsPerMinute: 0 };
    desk = { site: createSite(config, clock, createMetrics()), clock, epoch: () => Promise.resolve(epoch) };
    ({ student, group } = await steadyPupil(place.admin));
    const pupils = await place.admin.list('Student');
    leftOut = pupils.findLast(({ name }) => name !== student)?.name ?? '';
    await place.admin.call('education_ai.exclusion.exclude', { student: leftOut });
    results = await place.admin.list('Assessment Result', {
      fields: ['name', 'course', 'academic_year', 'total_score', 'docstatus'],
      filters: [['student', '=', student]],
    });
    timetable = await place.admin.list('Course Schedule', {
      fields: ['name', 'student_group', 'instructor', 'schedule_date'],
    });
  });
  afterAll(async () => {
    await place.admin.call('education_ai.exclusion.include', { student: leftOut });
    const filters = [['session', '=', SESSION]];
    for (const { name } of await place.admin.list('AI Engagement Log', { filters }))
      await place.admin.remove('AI Engagement Log', name);
    await place.close();
  });

  function lessons(filter: Partial<LessonFilter>): Promise<Lesson[]> {
    return courseSchedule(desk, { ...EVERY_LESSON, ...filter });
  }

  test('student details are what the site says, with guardians and every group the pupil is in', async () => {
    const [details] = await studentDetails(desk, [student]);
    const own = await place.admin.get('Student', student);
    const guardians = [own['guardians']].flat().map((row) => Object(row)['guardian']);
    expect(guardians.length).toBeGreaterThan(0);
    expect(details).toMatchObject({ name: student, student_name: 'Amara Okafor', enabled: true });
    expect(details?.guardians.map(({ name }) => name)).toEqual(guardians);
    for (const { name, guardian_name: shown } of details?.guardians ?? [])
      expect(shown).toBe((await place.admin.get('Guardian', name))['guardian_name']);
    const groups = [];
    for (const { name } of await place.admin.list('Student Group')) {
      const listed = [(await place.admin.get('Student Group', name))['students']].flat();
      if (listed.some((row) => Object(row)['student'] === student)) groups.push(name);
    }
    expect(names(details?.groups ?? [])).toEqual(groups.sort());
    expect(groups).toContain(group);
    expect(details?.groups.every(({ active }) => active)).toBe(true);
    // of the others in the group nothing is told
    expect(JSON.stringify(details)).not.toMatch(/"students"/);
  });

  test('enrollments are those in programs and in courses', async () => {
    const { programs, courses } = await studentEnrollments(desk, [student]);
    const filters = [['student', '=', student]];
    expect(programs.length).toBeGreaterThan(0);
    expect(names(programs)).toEqual(names(await place.admin.list('Program Enrollment', { filters })));
    expect(names(courses)).toEqual(names(await place.admin.list('Course Enrollment', { filters })));
    expect(programs[0]?.courses.length).toBeGreaterThan(0);
  });

  test('assessments are all of them, or those of one year', async () => {
    const all = await studentAssessments(desk, [student], null);
    expect(names(all)).toEqual(names(results));
    const [one] = results;
    expect(all.find(({ name }) => name === one?.name)?.total_score).toBe(one?.['total_score']);
    const year = String(one?.['academic_year']);
    const ofYear = results.filter((result) => result['academic_year'] === year);
    expect(names(await studentAssessments(desk, [student], year))).toEqual(names(ofYear));
    expect(await studentAssessments(desk, [student], 'another year')).toEqual([]);
  });

  test('a schedule is by group, by instructor and by days, both included, in the order of time', async () => {
    const days = timetable.map((lesson) => String(lesson['schedule_date'])).sort();
    const day = days[Math.floor(days.length / 2)] ?? '';
    const [first] = timetable;
    const instructor = String(first?.['instructor']);
    const of = (fits: (lesson: Document) => boolean) => names(timetable.filter(fits));

    expect(timetable.length).toBeGreaterThan(0);
    expect(names(await lessons({ student_group: String(first?.['student_group']) }))).toEqual(
      of((lesson) => lesson['student_group'] === first?.['student_group']),
    );
    const taught = await lessons({ instructor });
    expect(names(taught)).toEqual(of((lesson) => lesson['instructor'] === instructor));
    const times = taught.map((lesson) => `${lesson.schedule_date} ${lesson.from_time}`);
    expect(times).toEqual([...times].sort());
    const from = await lessons({ from_date: day });
    const to = await lessons({ to_date: day });
    expect(names(from)).toEqual(of((lesson) => String(lesson['schedule_date']) >= day));
    expect(names(to)).toEqual(of((lesson) => String(lesson['schedule_date']) <= day));
    expect(from.length).toBeLessThan(timetable.length);
    const both = of((lesson) => lesson['instructor'] === instructor && lesson['schedule_date'] === day);
    expect(names(await lessons({ instructor, from_date: day, to_date: day }))).toEqual(both);
  });

  test.each([{ student_group: 'no such group' }, { instructor: 'Nobody' }])(
    'a schedule of nobody is an error and no empty timetable: %o',
    async (filter) => {
      await expect(lessons(filter)).rejects.toMatchObject({
        code: 'work.no_document',
        retry: 'never',
      });
    },
  );

  test('of a batch, who is not there and who is left out fail with a code, and the others arrive', async () => {
    const batch = await studentBatch(desk, ['EDU-STU-NOBODY', student, leftOut, student], null);
    expect(batch.failed).toEqual([
      { name: 'EDU-STU-NOBODY', code: 'work.no_document' },
      { name: leftOut, code: 'work.no_document' },
    ]);
    expect(batch.success.map((record) => record.student.name)).toEqual([student]);
    expect(names(batch.success[0]?.assessments ?? [])).toEqual(names(results));
    expect(batch.success[0]?.enrollments.programs.length).toBeGreaterThan(0);
    await expect(studentBatch(desk, [student], 'no such year')).rejects.toMatchObject({
      code: 'work.no_document',
    });
  });

  test('more pupils than a page holds arrive all, each with the own records only', async () => {
    const pupils = (await place.admin.list('Student', { limit: 120 }))
      .map(({ name }) => name)
      .filter((name) => name !== leftOut);
    const nobody = [leftOut, ...Array.from({ length: 60 }, (_, at) => `EDU-STU-NOBODY-${at}`)];
    const { success, failed } = await studentBatch(desk, [...nobody, ...pupils], null);
    expect(success.map((record) => record.student.name).sort()).toEqual(pupils.sort());
    expect(failed).toEqual(nobody.map((name) => ({ name, code: 'work.no_document' })));
    for (const record of success) {
      const { programs, courses } = record.enrollments;
      for (const row of [...programs, ...courses, ...record.assessments])
        expect(row.student).toBe(record.student.name);
    }
  });

  test("a pupil's AI profile is written once, sealed, and not for a pupil who is left out", async () => {
    const profile: ProfileEntry = {
      student,
      learning_profile: { pace: `steady ${epoch}` },
      interaction_summary: 'No sessions yet.',
    };
    expect(await updateStudentProfile(desk, 1, profile)).toBe('stored');
    expect(await updateStudentProfile(desk, 2, profile)).toBe('unchanged');
    expect(JSON.stringify(await place.admin.get('Student', student))).not.toContain(`steady ${epoch}`);
    await expect(updateStudentProfile(desk, 3, { ...profile, student: leftOut })).rejects.toMatchObject({
      code: 'work.no_document',
    });
  });

  test('an insight into a result is about the pupil and the course of that result', async () => {
    const submitted = results.find((result) => result['docstatus'] === 1);
    const insight: AssessmentEntry = {
      assessment_result: submitted?.name ?? '',
      ai_analysis: [],
      improvement_suggestions: [],
      learning_gaps: [{ criterion: 'Fractions', score: 1, maximum: 4, class_percent: null }],
      predicted_next: null,
      confidence: 'little',
      model_version: `operations-suite ${epoch}`,
    };
    expect(await createAssessmentInsight(desk, 10, insight)).toBe('stored');
    expect(await createAssessmentInsight(desk, 11, insight)).toBe('unchanged');
    const rows = await place.admin.list('Assessment Insight', {
      fields: ['name', 'student', 'course'],
      filters: [['model_version', '=', insight.model_version]],
    });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ student, course: submitted?.['course'] });
    await place.admin.remove('Assessment Insight', rows[0]?.name ?? '');
    const gone = { ...insight, assessment_result: 'EDU-RES-NOWHERE' };
    await expect(createAssessmentInsight(desk, 12, gone)).rejects.toMatchObject({ code: 'work.no_document' });
  });

  test('a session with the tutor is one row, however often it is told, and none of a pupil left out', async () => {
    const session: EngagementEntry = {
      session: SESSION,
      student,
      session_date: '2026-11-20',
      interaction_duration: 12,
      questions_asked: 4,
      concepts_explored: ['Fractions'],
      help_requests: 1,
      independence_score: 0.5,
    };
    expect(await recordEngagement(desk, 20, session)).toBe('stored');
    expect(await recordEngagement(desk, 21, session)).toBe('unchanged');
    expect(await recordEngagement(desk, 22, { ...session, questions_asked: 5 })).toBe('stored');
    const rows = await place.admin.list('AI Engagement Log', {
      fields: ['name', 'student', 'questions_asked', 'interaction_duration'],
      filters: [['session', '=', SESSION]],
    });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ student, questions_asked: 5, interaction_duration: 12 });
    await expect(recordEngagement(desk, 23, { ...session, student: leftOut })).rejects.toMatchObject({
      code: 'work.no_document',
    });
  });

  test('a pairing that is renewed while somebody asks is asked for again', async () => {
    const epochs = ['over', epoch];
    const renewed = { ...desk, epoch: () => Promise.resolve(epochs.shift() ?? epoch) };
    const [details] = await studentDetails(renewed, [student]);
    expect(details?.name).toBe(student);
  });
});
