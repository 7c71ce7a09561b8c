/** What the Desk knows of a check, and what the site says of its pupils. */
import { z } from 'zod';
import { expect } from 'vitest';
import type { Recurring } from '../../../sidecar/store/checks.ts';
import { cli } from '../operator.ts';
import { until, type SidecarOptions } from '../sidecar.ts';
import type { Document, LiveSite } from '../site.ts';

/** A report leaves once a minute. */
const REPORTED_MS = 90_000;

const Details = z.array(z.object({ doctype: z.string(), found: z.int(), repaired: z.int() }));

/** What a check came to: as the command says it, as the Desk has it, and how long both took, in seconds. */
export interface Outcome {
  said: string;
  found: number;
  details: z.output<typeof Details>;
  repaired: number;
  told: number;
}

/** Runs a check as an operator does, and waits until the Desk has its one report. */
export async function check(site: LiveSite, options: SidecarOptions, kind: Recurring): Promise<Outcome> {
  const [outcome] = await checks(site, options, [kind]);
  if (outcome === undefined) throw new Error('no outcome');
  return outcome;
}

/** The same for several, one after the other; their reports may come together. */
export async function checks(
  site: LiveSite,
  options: SidecarOptions,
  kinds: readonly Recurring[],
): Promise<Outcome[]> {
  const run: { kind: Recurring; known: Document[]; began: number; said: string; repaired: number }[] = [];
  for (const kind of kinds) {
    const known = await reportsOf(site, kind);
    const began = performance.now();
    const said = await cli(options, 'check', kind);
    run.push({ kind, known, began, said, repaired: secondsSince(began) });
  }
  const outcomes: Outcome[] = [];
  for (const { kind, known, began, said, repaired } of run) {
    const report = await newReport(site, kind, known);
    expect(report['repaired']).toBe(report['found']);
    outcomes.push({
      said,
      found: z.int().parse(report['found']),
      details: Details.parse(JSON.parse(z.string().parse(report['details']))),
      repaired,
      told: secondsSince(began),
    });
  }
  return outcomes;
}

export const secondsSince = (began: number): number => (performance.now() - began) / 1000;

export function foundIn({ details }: Outcome, doctype: string): number {
  return details.find((each) => each.doctype === doctype)?.found ?? 0;
}

export async function reportsOf(site: LiveSite, code: string): Promise<Document[]> {
  const fields = ['name', 'found', 'repaired', 'details'];
  const filters = [
    ['kind', '=', 'check'],
    ['code', '=', code],
  ];
  return site.list('AI Sync Report', { fields, filters });
}

/** The one report that came after the known ones. */
export async function newReport(site: LiveSite, code: string, known: readonly Document[]): Promise<Document> {
  const names = new Set(known.map(({ name }) => name));
  let fresh: Document[] = [];
  await until(REPORTED_MS, `the Desk has the report: ${code}`, async () => {
    fresh = (await reportsOf(site, code)).filter(({ name }) => !names.has(name));
    return fresh.length > 0;
  });
  const [report, ...more] = fresh;
  expect(more).toEqual([]);
  if (report === undefined) throw new Error('no report');
  return report;
}

/** What the site says of everybody, or of one pupil, by its place: what reads the same was not changed. */
export async function saidOn(site: LiveSite, pupil?: string): Promise<Map<string, string>> {
  const place = ['target', 'kind', 'course', 'student_group', 'academic_term'];
  const rows = await site.list('AI Insight', {
    fields: ['name', ...place, 'level', 'reasons', 'chart'],
    filters: [['is_current', '=', 1], ...(pupil === undefined ? [] : [['target', '=', pupil]])],
  });
  return new Map(
    rows.map((row) => [
      JSON.stringify(place.map((column) => row[column])),
      JSON.stringify([row['level'], row['reasons'], row['chart']]),
    ]),
  );
}
