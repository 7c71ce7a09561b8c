/** What staff did about what is raised of a pupil: marked and unmarked from the panel, by who may read the insight. */
import { z } from 'zod';
import { currentInsights } from '../contract/insights.ts';
import type { Site } from '../site.ts';
import { asInsight, byRank, type Insight } from './composition.ts';
import { readsAs } from './evidence.ts';
import type { Reader } from './readers.ts';

const ACTED = 'Acted Upon';
const AS_NEW = { status: 'Pending', reviewer: null, answered_on: null };

/** What is raised, by what it is about, clearest first; `on` is the day of the newest step where all were acted upon. */
export function stepsOf(insights: readonly Insight[]): object[] {
  const raised = [...insights].sort(byRank).filter(({ level }) => level !== 'steady');
  return [...Map.groupBy(raised, ({ course }) => course)].map(([course, own]) => ({
    title: course === '' ? 'Attendance' : course,
    insights: own.map(({ name }) => name),
    on: own.every(({ status }) => status === ACTED)
      ? (own
          .map((one) => one.answered_on ?? '')
          .sort()
          .at(-1) ?? null)
      : null,
  }));
}

const Act = z.object({ insights: z.array(z.string()), acted: z.boolean() });

/** null (403) where one of them is not the reader's as staff. Saying the same twice changes nothing, the day neither. */
export function act(site: Site, reader: Reader, body: unknown): object | null {
  const { insights, acted } = Act.parse(body);
  const rows = [...new Set(insights)].map((name) => currentInsights(site).find((row) => row.name === name));
  const found = rows.flatMap((row) => (row === undefined ? [] : [{ row, insight: asInsight(row) }]));
  const isTheirs = ({ insight }: { insight: Insight }): boolean =>
    insight.target_student !== null && readsAs(site, reader, insight) === 'staff';
  if (rows.length === 0 || found.length < rows.length || !found.every(isTheirs)) return null;
  const said = { status: ACTED, reviewer: reader.user, answered_on: site.clock.today() };
  for (const { row, insight } of found)
    if ((insight.status === ACTED) !== acted) site.records.change(row, acted ? said : AS_NEW);
  return { acted };
}
