import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PLACES, Sidecar, steadyPupil, WHO, type Place } from './place.ts';

describe.each(PLACES)('hello and pull on $title', ({ open }) => {
  let place: Place;
  let sidecar: Sidecar;
  const ours = { student: '', group: '', date: '' };

  beforeAll(async () => {
    place = await open();
    sidecar = new Sidecar(place);
    const terms = await place.admin.list('Academic Term', {
      fields: ['name', 'term_end_date'],
      filters: [['name', 'like', '%Term 2%']],
    });
    // a day on which nobody else marks attendance yet
    const date = terms
      .map((term) => String(term['term_end_date']))
      .sort()
      .at(-1);
    Object.assign(ours, await steadyPupil(place.admin), { date });
    await undo();
  });
  afterAll(async () => {
    await undo();
    await place.close();
  });

  /** A committed change. */
  async function change(): Promise<string> {
    const { student, group, date } = ours;
    const values = { student, student_group: group, date, status: 'Present', docstatus: 1 };
    return (await place.admin.insert('Student Attendance', values)).name;
  }

  async function undo(): Promise<void> {
    const filters = [
      ['student', '=', ours.student],
      ['date', '=', ours.date],
    ];
    const left = await place.admin.list('Student Attendance', { fields: ['name', 'docstatus'], filters });
    for (const { name, docstatus } of left) {
      if (docstatus === 1) await place.admin.update('Student Attendance', name, { docstatus: 2 });
      await place.admin.remove('Student Attendance', name);
    }
  }

  test('a first hello begins an epoch; the same epoch and token go on (rule 1)', async () => {
    const first = await sidecar.call('hello', { ...WHO, epoch: null, token: null, take_over: true });
    expect(first).toMatchObject({ resync: true, contract: 1, faults: [] });
    const { epoch, token } = first;
    const again = await sidecar.call('hello', { ...WHO, epoch, token, take_over: false });
    expect(again).toMatchObject({ epoch, token, resync: false });
  });

  test('a token that the site never gave, of the right epoch, begins a new epoch', async () => {
    const { epoch } = await sidecar.begin();
    const answer = await sidecar.call('hello', {
      ...WHO,
      epoch,
      token: 'of another database',
      take_over: false,
    });
    expect(answer.resync).toBe(true);
    expect(answer.epoch).not.toBe(epoch);
  });

  test('a second sidecar is refused while the first is alive, unless a person says take over', async () => {
    await sidecar.begin();
    const second = { ...WHO, epoch: null, token: null };
    expect(await sidecar.refused('hello', { ...second, take_over: false })).toMatchObject({
      status: 409,
      code: 'site.taken',
    });
    expect(await sidecar.call('hello', { ...second, take_over: true })).toMatchObject({ resync: true });
  });

  test('without a common version it says which side to update', async () => {
    const answer = await sidecar.refused('hello', {
      ...WHO,
      contract_versions: [99],
      epoch: null,
      token: null,
      take_over: true,
    });
    expect(answer).toMatchObject({ status: 409, code: 'contract.version' });
    expect(answer.message).toMatch(/Update the app/);
  });

  test('a committed change is given out until it is acknowledged, and never after', async () => {
    const begun = await sidecar.begin();
    const { epoch } = begun;
    const { token } = await sidecar.drain(epoch, begun.token);
    const name = await change();
    const first = await sidecar.call('pull', { epoch, token, ack: [], limit: 1000 });
    expect(first.events.filter((event) => event.name === name)).toEqual([
      expect.objectContaining({ doctype: 'Student Attendance', event: 'insert', new_name: null }),
    ]);
    const again = await sidecar.call('pull', { epoch, token: first.token, ack: [], limit: 1000 });
    expect(again.events).toEqual(first.events);
    const ack = first.events.map((event) => event.id);
    const after = await sidecar.call('pull', { epoch, token: first.token, ack, limit: 1000 });
    expect(after.events).toEqual([]);
    await undo();
  });

  test('the token before the present one is still good, one further back is fenced (rule 2)', async () => {
    const begun = await sidecar.begin();
    const { epoch } = begun;
    const drained = await sidecar.drain(epoch, begun.token);
    const name = await change();
    const { events } = await sidecar.call('pull', { epoch, token: drained.token, ack: [], limit: 1000 });
    const ack = events.map((event) => event.id);
    const next = await sidecar.call('pull', { epoch, token: drained.token, ack, limit: 1000 });
    expect(next.token).not.toBe(drained.token);
    // the answer was lost, so the sidecar says the same again
    const repeated = await sidecar.call('pull', { epoch, token: drained.token, ack, limit: 1000 });
    expect(repeated.token).toBe(next.token);
    await place.admin.update('Student Attendance', name, { docstatus: 2 });
    const cancelled = await sidecar.drain(epoch, next.token);
    expect(cancelled.events.some((event) => event.name === name)).toBe(true);
    expect(await sidecar.refused('pull', { epoch, token: drained.token, ack: [], limit: 1 })).toMatchObject({
      status: 409,
      code: 'site.fenced',
    });
    await undo();
  });

  test('an epoch that is over is fenced in every call', async () => {
    const { epoch, token } = await sidecar.begin();
    await sidecar.begin();
    const over = { status: 409, code: 'site.fenced' };
    expect(await sidecar.refused('pull', { epoch, token, ack: [], limit: 1 })).toMatchObject(over);
    expect(await sidecar.refused('snapshot', { epoch, doctype: 'Course', after: '' })).toMatchObject(over);
    expect(await sidecar.refused('digest', { epoch, doctype: 'Course' })).toMatchObject(over);
    expect(await sidecar.refused('write_back', { epoch, items: [] })).toMatchObject(over);
    const report = { epoch, checks: [], dead: [], lag_seconds: 0 };
    expect(await sidecar.refused('report', report)).toMatchObject(over);
  });

  test('a request of another shape is refused by its field, without repeating what was in it', async () => {
    const { epoch, token } = await sidecar.begin();
    const answer = await sidecar.refused('pull', { epoch, token, ack: ['Lina Haddad'], limit: 10 });
    expect(answer).toMatchObject({ status: 422, code: 'contract.invalid' });
    expect(answer.message).toMatch(/^ack/);
    expect(answer.message).not.toMatch(/Lina/);
    expect(await sidecar.refused('pull', { epoch, token, ack: [], limit: 0 })).toMatchObject({ status: 422 });
    expect(await sidecar.refused('pull', { epoch, token, ack: [], limit: 1001 })).toMatchObject({
      status: 422,
    });
    expect(await sidecar.refused('pull', { token, ack: [], limit: 1 })).toMatchObject({ status: 422 });
  });
});
