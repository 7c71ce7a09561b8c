import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ContractError, METHODS } from '../../sidecar/erpnext/contract.ts';
import { isMethod } from '../stand-in/contract/calls.ts';
import { PLACES, Sidecar, type Place } from './place.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'fixtures', 'contract');
const Recording = z.object({
  request: z.record(z.string(), z.unknown()),
  response: z.unknown(),
  status: z.int(),
});

const recordings = readdirSync(FOLDER).map((file) => ({
  file,
  method: z.string().refine(isMethod).parse(file.split('.')[0]),
  ...Recording.parse(JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))),
}));
const refusals = recordings.filter((recording) => recording.status !== 200);

test.each(recordings)(
  '$file: what a real site said is what the contract says',
  ({ method, request, response, status }) => {
    if (status === 200) {
      expect(METHODS[method].request.safeParse(request).error).toBeUndefined();
      expect(METHODS[method].response.safeParse(response).error).toBeUndefined();
    } else {
      expect(z.object({ error: ContractError }).safeParse(response).error).toBeUndefined();
    }
  },
);

test('every call has a recording', () => {
  expect([...new Set(recordings.map((recording) => recording.method))].sort()).toEqual(
    Object.keys(METHODS).sort(),
  );
});

describe.each(PLACES)('on $title', ({ open }) => {
  let place: Place;
  let sidecar: Sidecar;

  beforeAll(async () => {
    place = await open();
    sidecar = new Sidecar(place);
  });
  afterAll(() => place.close());

  test.each(refusals)('$file is refused as recorded', async ({ method, request, response, status }) => {
    const begun = await sidecar.begin();
    const ours = {
      ...request,
      ...(request['epoch'] === null || request['epoch'] === 'another' ? {} : { epoch: begun.epoch }),
      ...(request['token'] === null || request['token'] === 'another' ? {} : { token: begun.token }),
    };
    const { error } = z.object({ error: ContractError }).parse(response);
    expect(await sidecar.refused(method, ours)).toMatchObject({ status, code: error.code });
  });

  test('hello, pull and report answer with the keys of the recordings', async () => {
    const { epoch, token } = await sidecar.begin();
    const asked = {
      hello: { ...find('hello').request, epoch, token },
      pull: { epoch, token, ack: [], limit: 1 },
      report: { ...find('report').request, epoch, dead: [] },
    };
    for (const [method, request] of Object.entries(asked)) {
      const { body } = await sidecar.post(method, request);
      expect(keys(body.message)).toEqual(keys(find(method).response));
    }
  });
});

function find(name: string): (typeof recordings)[number] {
  const found = recordings.find((recording) => recording.file === `${name}.json`);
  if (found === undefined) throw new Error(`nothing recorded for ${name}`);
  return found;
}

function keys(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value).sort() : [];
}
