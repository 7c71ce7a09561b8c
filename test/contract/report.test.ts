import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PLACES, Sidecar, type Place } from './place.ts';

const REPORT = 'AI Sync Report';
const CARD = 'AI Model Card';
const CHECKS = [['kind', '=', 'check']];
const OURS = [['ref_name', '=', 'contract-suite']];

describe.each(PLACES)('report on $title', ({ open }) => {
  let place: Place;
  let sidecar: Sidecar;
  let epoch: string;
  let before: Set<string>;

  beforeAll(async () => {
    place = await open();
    sidecar = new Sidecar(place);
    ({ epoch } = await sidecar.begin());
    before = new Set((await place.admin.list(REPORT, { filters: CHECKS })).map(({ name }) => name));
  });
  afterAll(async () => {
    for (const { name } of await newChecks()) await place.admin.remove(REPORT, name);
    await place.close();
  });

  async function newChecks() {
    const fields = ['name', 'code', 'examined', 'found', 'repaired', 'details'];
    const all = await place.admin.list(REPORT, { fields, filters: CHECKS });
    return all.filter(({ name }) => !before.has(name));
  }

  async function cards() {
    return place.admin.list(CARD, { fields: ['name', 'rung', 'pupil_terms', 'checked_on', 'card'] });
  }

  test('a check is kept with what it found and repaired of each DocType', async () => {
    const details = [
      { doctype: 'Student Attendance', found: 2, repaired: 1 },
      { doctype: 'Course', found: 1, repaired: 1 },
    ];
    const counts = { examined: 5, found: 3, repaired: 2 };
    const checks = [{ check: 'hourly' as const, finished: '2026-11-20T10:00:00Z', ...counts, details }];
    await sidecar.call('report', { epoch, checks, dead: [], lag_seconds: 0 });
    const [kept, ...others] = await newChecks();
    expect(others).toEqual([]);
    expect(kept).toMatchObject({ code: 'hourly', ...counts });
    expect(JSON.parse(String(kept?.['details']))).toEqual(details);
  });

  test('a check without its details is refused as a whole', async () => {
    const check = { check: 'hourly', finished: '2026-11-20T10:00:00Z', examined: 5, found: 0, repaired: 0 };
    const refused = await sidecar.refused('report', { epoch, checks: [check], dead: [], lag_seconds: 0 });
    expect(refused).toMatchObject({ status: 422, code: 'contract.invalid' });
    expect(refused.message).toMatch(/^checks\.0\.details/);
  });

  test('a card of what was learned becomes a row once, and a new one when it says something else', async () => {
    const score = { rung: 'rule' as const, brier: 0.12, log_loss: 0.4, calibration_error: 0.02, auc: 0.8 };
    const share = { value: 0.25, low: 0.125, high: 0.5 };
    const errors = { auc: { value: 0.75, low: 0.5, high: 1 }, caught: share, false_alarms: share };
    const group = { ...errors, pupils: 80, courses: 320, failed_or_left: 60 };
    const model = {
      rung: 'rule' as const,
      learned_on: '2026-11-20',
      pupil_terms: 640,
      failed_or_left: 120,
      terms: ['contract-suite'],
      checked: {
        how: 'folds' as const,
        pupil_terms: 640,
        scores: [score, { ...score, rung: 'pooled' as const }],
        bins: [{ said: 0.1, came: 0.12, pupils: 64 }],
        rule: { pupils: 41, came: 1 },
        fairness: { groups: ['', 'Female'].map((name) => ({ ...group, group: name })), gaps: errors },
      },
    };
    const said = { epoch, checks: [], dead: [], lag_seconds: 0 };
    const known = new Set((await cards()).map(({ name }) => name));
    await sidecar.call('report', { ...said, model });
    await sidecar.call('report', { ...said, model });
    await sidecar.call('report', { ...said, model: null });
    await sidecar.call('report', said);
    const once = (await cards()).filter(({ name }) => !known.has(name));
    expect(once).toMatchObject([{ rung: 'rule', pupil_terms: 640, checked_on: 640 }]);
    expect(JSON.parse(String(once[0]?.['card']))).toEqual(model);
    await sidecar.call('report', { ...said, model: { ...model, pupil_terms: 700, checked: null } });
    const all = (await cards()).filter(({ name }) => !known.has(name));
    expect(new Set(all.map((card) => card['checked_on']))).toEqual(new Set([0, 640]));
    expect(all).toHaveLength(2);
    for (const { name } of all) await place.admin.remove(CARD, name);
    const { fairness, ...older } = model.checked;
    for (const checked of [older, { ...older, fairness: null }]) {
      await sidecar.call('report', { ...said, model: { ...model, checked } });
      const card = (await cards()).find(({ name }) => !known.has(name));
      expect(JSON.parse(String(card?.['card']))).toEqual({ ...model, checked });
      await place.admin.remove(CARD, String(card?.name));
    }
    const beyond = { ...fairness.gaps, caught: { ...share, high: 1.2 } };
    for (const wrong of [
      { ...model.checked, rule: { pupils: 41, came: 1.2 } },
      { ...model.checked, fairness: { ...fairness, gaps: beyond } },
      { ...model.checked, fairness: { groups: [{ ...errors, group: 'Female' }], gaps: errors } },
    ]) {
      const odd = { ...said, model: { ...model, checked: wrong } };
      expect(await sidecar.refused('report', odd)).toMatchObject({ status: 422, code: 'contract.invalid' });
    }
  });

  test('dead work stands on the site as long as the sidecar reports it', async () => {
    const dead = [{ code: 'work.unknown_doctype', doctype: 'Example', name: 'contract-suite' }];
    const said = { epoch, checks: [], lag_seconds: 0 };
    expect(await sidecar.call('report', { ...said, dead })).toMatchObject({ redrive: [] });
    await sidecar.call('report', { ...said, dead });
    expect(await place.admin.list(REPORT, { filters: OURS })).toHaveLength(1);
    await sidecar.call('report', { ...said, dead: [] });
    expect(await place.admin.list(REPORT, { filters: OURS })).toHaveLength(0);
  });
});
