import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { OpenedField, type SettingValues, type WriteBackItem } from '../../sidecar/erpnext/contract.ts';
import { CONFLICT_RULES } from '../../sidecar/erpnext/editable.ts';
import { PLACES, Sidecar, steadyPupil, type Place } from './place.ts';

const PREFERENCES = 'ai_preferences_settings';
const OBJECTIVES = 'ai_learning_objectives';
const ART = { doctype: 'Course', name: 'Art' };

type State = ReturnType<typeof OpenedField.parse>;

const Saved = z.object({
  moved: z.boolean(),
  settings: z.array(z.looseObject({ field: z.string(), seen: z.string() })),
});
const Conflict = z.looseObject({ state: z.string(), seen: z.string() });

describe.each(PLACES)('settings that people edit, on $title', ({ open }) => {
  let place: Place;
  let sidecar: Sidecar;
  let epoch: string;
  let pupil: { doctype: string; name: string };
  let revision = 0;

  beforeAll(async () => {
    place = await open();
    sidecar = new Sidecar(place);
    const begun = await sidecar.begin();
    epoch = begun.epoch;
    pupil = { doctype: 'Student', name: (await steadyPupil(place.admin)).student };
    await clear();
    await sidecar.drain(epoch, begun.token);
  });
  afterAll(async () => {
    await clear();
    await place.close();
  });

  async function clear(): Promise<void> {
    for (const row of await conflicts()) await place.admin.remove('AI Conflict', row.name);
    await write(propose(pupil, PREFERENCES, {}, {}, (await state(pupil, PREFERENCES)).seen));
    await write(propose(ART, OBJECTIVES, {}, {}, (await state(ART, OBJECTIVES)).seen));
  }

  function conflicts() {
    const filters = [['ref_name', '=', pupil.name]];
    return place.admin.list('AI Conflict', { fields: ['name', 'status', 'decision'], filters });
  }

  async function state({ doctype, name }: { doctype: string; name: string }, field: string): Promise<State> {
    const { rows } = await sidecar.call('snapshot', { epoch, doctype, names: [name] });
    return OpenedField.nullable().parse(rows[0]?.[field]) ?? { value: {}, base: {}, seen: '' };
  }

  async function rowSum(): Promise<number | undefined> {
    const { rows } = await sidecar.call('snapshot', { epoch, doctype: 'Course', names: ['Art'] });
    return rows[0]?.row_sum;
  }

  async function save(about: object, field: string, values: object, seen: string) {
    const args = { ...about, field, values, seen };
    return Saved.parse(await place.admin.call('education_ai.api.settings.save', args));
  }

  /** An edit of somebody who looked at what is there now. */
  async function edit(
    about: { doctype: string; name: string },
    field: string,
    values: object,
  ): Promise<void> {
    expect((await save(about, field, values, (await state(about, field)).seen)).moved).toBe(false);
  }

  function propose(
    address: { doctype: string; name: string },
    field: string,
    value: SettingValues,
    base: SettingValues,
    seen: string,
  ): WriteBackItem {
    revision += 1;
    const values = { [field]: { value, base } };
    return { kind: 'fields', revision, address, values, seen: { [field]: seen } };
  }

  function ask(site: string | null, ai: string, key = 'contact_first'): WriteBackItem {
    revision += 1;
    return {
      kind: 'conflict',
      revision,
      address: { ...pupil, field: PREFERENCES, key },
      values: { site, ai, base: null, rule: 'manual_review' },
    };
  }

  async function write(...items: WriteBackItem[]): Promise<string[]> {
    const { results } = await sidecar.call('write_back', { epoch, items });
    return results.map(({ outcome, code }) => (code === null ? outcome : `${outcome} ${code}`));
  }

  async function events(): Promise<string[]> {
    const { token } = await sidecar.begin().then((begun) => {
      epoch = begun.epoch;
      return begun;
    });
    const found = await sidecar.drain(epoch, token);
    return found.events.map(({ doctype, name }) => `${doctype} ${name}`);
  }

  test('an edit is noted once and given open, with a name for its state', async () => {
    await events();
    await edit(ART, OBJECTIVES, { objectives: ['  See what is  there ', ''] });
    expect(await events()).toEqual(['Course Art']);
    expect(await state(ART, OBJECTIVES)).toEqual({
      value: { objectives: ['See what is there'] },
      base: {},
      seen: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('an edit does not change the checksum of the document', async () => {
    const before = await rowSum();
    await edit(ART, OBJECTIVES, { objectives: ['Draw'] });
    expect(await rowSum()).toBe(before);
  });

  test('a proposal is taken into the state it was merged with, and into no other', async () => {
    const merged = { objectives: ['Draw', 'Colour'] };
    const { seen } = await state(ART, OBJECTIVES);
    expect(await write(propose(ART, OBJECTIVES, merged, { objectives: ['Colour'] }, seen))).toEqual([
      'stored',
    ]);
    expect(await state(ART, OBJECTIVES)).toMatchObject({ value: merged, base: { objectives: ['Colour'] } });
    expect(await write(propose(ART, OBJECTIVES, merged, { objectives: ['Colour'] }, seen))).toEqual([
      'unchanged',
    ]);
    await edit(ART, OBJECTIVES, { objectives: ['Draw'] });
    expect(await write(propose(ART, OBJECTIVES, merged, merged, seen))).toEqual(['stale']);
    expect((await state(ART, OBJECTIVES)).value).toEqual({ objectives: ['Draw'] });
  });

  test('a person is not given the word over what somebody else set meanwhile', async () => {
    const { seen } = await state(ART, OBJECTIVES);
    await edit(ART, OBJECTIVES, { objectives: ['First'] });
    const second = await save(ART, OBJECTIVES, { objectives: ['Second'] }, seen);
    expect(second.moved).toBe(true);
    const now = second.settings.find(({ field }) => field === OBJECTIVES);
    expect(now?.seen).toBe((await state(ART, OBJECTIVES)).seen);
    expect((await state(ART, OBJECTIVES)).value).toEqual({ objectives: ['First'] });
  });

  test('what a field does not take is refused, from people and from the sidecar', async () => {
    const { seen } = await state(ART, OBJECTIVES);
    for (const values of [{ objectives: ['x'.repeat(201)] }, { objectives: 'x' }, { other: ['x'] }]) {
      await expect(save(ART, OBJECTIVES, values, seen)).rejects.toMatchObject({ status: 417 });
    }
    for (const value of [{ objectives: [' untidy'] }, { other: ['x'] }]) {
      expect(await write(propose(ART, OBJECTIVES, value, {}, seen))).toEqual(['error fields.refused']);
    }
  });

  test('only documents and fields with settings have them', async () => {
    for (const [doctype, name, field] of [
      ['Course', 'Art', 'ai_difficulty_profile'],
      ['Course', 'nothing', OBJECTIVES],
      ['Room', 'Art', OBJECTIVES],
    ]) {
      await expect(save({ doctype, name }, field ?? '', {}, '')).rejects.toMatchObject({ status: 403 });
    }
  });

  test('what a person has to decide is asked once, shown in words, and settled by the decision', async () => {
    await edit(pupil, PREFERENCES, { contact_first: 'guardian' });
    expect(await write(ask('guardian', 'student'))).toEqual(['stored']);
    expect(await write(ask('guardian', 'student'))).toEqual(['unchanged']);
    const [row] = await conflicts();
    const args = { name: row?.name };
    const shown = Conflict.parse(await place.admin.call('education_ai.api.settings.conflict', args));
    expect(shown).toMatchObject({
      state: 'open',
      title: 'Contact first',
      about: { doctype: 'Student', name: pupil.name, shown: 'Amara Okafor' },
      values: { site: ['The guardian'], ai: ['The pupil'], base: [] },
      decided: null,
      key: { key: 'contact_first', kind: 'choice', value: 'guardian' },
    });
    await events();
    const decision = { ...args, decision: "Use the AI's", seen: shown.seen };
    expect(await place.admin.call('education_ai.api.settings.decide', decision)).toMatchObject({
      state: 'resolved',
      decided: { how: "Use the AI's", lines: ['The pupil'] },
    });
    expect((await events()).toSorted()).toEqual([`AI Conflict ${row?.name}`, `Student ${pupil.name}`]);
    expect(await state(pupil, PREFERENCES)).toMatchObject({
      value: { contact_first: 'student' },
      base: { contact_first: 'student' },
    });
    expect(await write(ask('student', 'student'))).toEqual(['unchanged']);
    const { rows } = await sidecar.call('snapshot', {
      epoch,
      doctype: 'AI Conflict',
      names: [row?.name ?? ''],
    });
    expect(rows).toMatchObject([{ ref_name: pupil.name, status: 'Resolved', decision: "Use the AI's" }]);
  });

  test('a decision about what has moved, or was decided, is not taken', async () => {
    await edit(pupil, PREFERENCES, { contact_first: 'guardian' });
    const [settled] = await conflicts();
    const late = { name: settled?.name, decision: 'Keep', seen: '' };
    expect(await place.admin.call('education_ai.api.settings.decide', late)).toMatchObject({
      state: 'resolved',
      decided: { how: "Use the AI's" },
    });
    await write(
      propose(pupil, PREFERENCES, { contact_first: 'guardian' }, {}, (await state(pupil, PREFERENCES)).seen),
    );
    expect(await write(ask('guardian', 'student'))).toEqual(['stored']);
    const waiting = (await conflicts()).find((row) => row['status'] === 'Open');
    const blind = { name: waiting?.name, decision: 'Keep', seen: 'another' };
    expect(await place.admin.call('education_ai.api.settings.decide', blind)).toMatchObject({
      state: 'open',
      moved: true,
    });
  });

  test('a decision for a value that the setting does not take is refused, and the question stays', async () => {
    const waiting = (await conflicts()).find((row) => row['status'] === 'Open');
    const { seen } = await state(pupil, PREFERENCES);
    const decision = { name: waiting?.name, decision: 'Edit', value: 'nobody', seen };
    await expect(place.admin.call('education_ai.api.settings.decide', decision)).rejects.toMatchObject({
      status: 417,
    });
    expect((await conflicts()).filter((row) => row['status'] === 'Open')).toHaveLength(1);
  });

  test('a question ends by itself when both want the same, and when the AI takes it back', async () => {
    await edit(pupil, PREFERENCES, { contact_first: 'student' });
    expect((await conflicts()).filter((row) => row['status'] === 'Open')).toEqual([]);
    await edit(pupil, PREFERENCES, { contact_first: 'guardian' });
    expect(await write(ask('guardian', 'student'))).toEqual(['stored']);
    const address = { ...pupil, field: PREFERENCES, key: 'contact_first' };
    revision += 1;
    expect(await write({ kind: 'withdraw', revision, address })).toEqual(['stored']);
    expect(await write({ kind: 'withdraw', revision: revision + 1, address })).toEqual(['unchanged']);
    expect((await conflicts()).filter((row) => row['status'] === 'Open')).toEqual([]);
  });

  test('a question about another value than there is comes too late, and some cannot be asked', async () => {
    expect(await write(ask(null, 'student'))).toEqual(['stale']);
    expect(await write(ask(null, 'short', 'feedback_detail'))).toEqual(['error conflict.refused']);
    expect(await write(ask('guardian', 'nobody'))).toEqual(['error conflict.refused']);
  });

  test.each(CONFLICT_RULES)('$name ($field): $rule', async ({ doctype, field, rule }) => {
    revision += 1;
    const item = { kind: 'fields' as const, revision, address: { doctype, name: 'nobody' } };
    // The AI's own may be written by the AI; the others are refused without the state they were merged with.
    const expected = rule === 'ai_wins' ? 'error target.gone' : 'error fields.refused';
    expect(await write({ ...item, values: { [field]: { x: 1 } } })).toEqual([expected]);
  });
});
