/** The evaluation on public data; skipped where EVALUATION_DATA does not say where that lies. */
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { evaluate, jsonOf, tableOf } from '../../../sidecar/evaluation/evaluate.ts';
import { fairnessLines } from '../../../sidecar/evaluation/fairness.ts';
import { hiddenAfter } from '../../../sidecar/evaluation/leakage.ts';
import { ouladRows, readOulad } from '../../../sidecar/evaluation/oulad-rows.ts';

const DATA = process.env['EVALUATION_DATA'] ?? '';

test.skipIf(!existsSync(DATA))(
  'the last marks of the 2008 data are foreseen within a tenth of a grade of the reference, 77-83% inside their intervals',
  () => {
    const evaluation = evaluate({ data: DATA, dataset: 'uci', train: '', test: '' });
    const lines = evaluation.lines.map((line) => ({ ...line, bar: line.bar ?? 0 }));
    expect(lines).toHaveLength(14);
    for (const line of lines.filter(({ figure }) => figure.includes('RMSE')))
      expect(line.value, line.figure).toBeLessThan(line.bar + 0.1);
    for (const line of lines.filter(({ figure }) => figure.includes('coverage')))
      expect(line.value, line.figure).toBeLessThanOrEqual(0.03);
    expect(tableOf(evaluation).some((line) => line.startsWith('UCI RMSE, mathematics'))).toBe(true);
    expect(JSON.stringify(jsonOf(evaluation))).toContain('"met":');
  },
  300_000,
);

function refused(detail: string) {
  return expect.objectContaining({ code: 'data.unreadable', detail: expect.stringContaining(detail) });
}

/** Two pupils in one module: the second left on day 30. */
const TABLES = {
  course: 'code_module,code_presentation,module_presentation_length\nAAA,2013J,100\n',
  assessment:
    'code_module,code_presentation,id_assessment,assessment_type,date,weight\nAAA,2013J,1,TMA,10,40\nAAA,2013J,2,Exam,,100\n',
  student:
    'code_module,code_presentation,id_student,gender,region,highest_education,imd_band,age_band,num_of_prev_attempts,studied_credits,disability,final_result\n' +
    'AAA,2013J,11,M,x,y,,0-35,1,60,N,Pass\nAAA,2013J,12,F,x,y,0-10%,0-35,0,30,N,Withdrawn\n',
  student_assessment: 'id_assessment,id_student,date_submitted,is_banked,score\n1,11,9,0,70\n1,12,12,0,\n',
  student_registration:
    'code_module,code_presentation,id_student,date_registration,date_unregistration\nAAA,2013J,11,-20,\nAAA,2013J,12,-5,30\n',
};

test('a presentation becomes mirror rows: exams and unmarked work left out, leaving a cancelled enrollment', () => {
  const folder = mkdtempSync(join(tmpdir(), 'evaluation-'));
  for (const [name, text] of Object.entries(TABLES)) writeFileSync(join(folder, `${name}.csv`), text);
  const rows = ouladRows(readOulad(folder), '2013J');
  expect(rows.assessmentPlans.map((plan) => [plan.name, plan.schedule_date])).toEqual([['1', '2013-10-11']]);
  expect(rows.assessmentResults.map((row) => [row.student, row.total_score, row.creation])).toEqual([
    ['11', 28, '2013-10-10'],
  ]);
  expect(rows.programEnrollments.map((row) => [row.student, row.docstatus, row.enrollment_date])).toEqual([
    ['11', 1, '2013-09-11'],
    ['11', 1, '2011-10-02'],
    ['12', 2, '2013-09-26'],
  ]);
  expect(hiddenAfter(rows, '2013-10-05').assessmentResults[0]?.total_score).toBe(12);
});

test('a data set that is missing, broken or without the presentation is refused with the file or what there is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'evaluation-'));
  const options = { data: folder, dataset: 'oulad', train: '2013J', test: '2014B' } as const;
  expect(() => evaluate(options)).toThrow(refused('course.csv'));
  for (const [name, text] of Object.entries(TABLES)) writeFileSync(join(folder, `${name}.csv`), text);
  expect(() => evaluate(options)).toThrow(refused('no presentation 2014B, there are 2013J'));
  writeFileSync(join(folder, 'assessment.csv'), 'code_module,weight\nAAA,a lot\n');
  expect(() => evaluate(options)).toThrow(refused('assessment.csv, row 1, column code_presentation'));
});

test('groups that are served alike show no gap, groups that are not do', () => {
  const served = Array.from({ length: 1200 }, (_, i) => ({
    student: `S${i}`,
    outcome: i % 3 === 0 ? 1 : 0,
    chance: ((i * 7919) % 1200) / 1200 / 2 + (i % 3 === 0 ? 0.3 : 0),
    groups: { half: i < 600 ? 'a' : 'b', few: i < 100 ? 'a' : 'b' },
  }));
  for (const { value } of fairnessLines(28, 'half', served, 300)) expect(value).toBeLessThan(0.03);
  expect(fairnessLines(28, 'few', served, 300)).toEqual([]);
  const turned = served.map((row) => (row.groups.half === 'b' ? { ...row, chance: 1 - row.chance } : row));
  expect(fairnessLines(28, 'half', turned, 300)[0]?.value).toBeGreaterThan(0.3);
});
