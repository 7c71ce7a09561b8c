/** Which topics of a course its tests ask for by name, and which have material; the Education app links neither. */
import type { Reason } from '../erpnext/contract.ts';
import { say } from './finding.ts';
import type { CourseRecords, FieldContent } from './records.ts';
import { MAX_NAMES, MODEL_VERSION } from './thresholds.ts';

/** By names: schools often call a part of a test as its topic. Null for a course with neither topics nor parts. */
export function contentMapping({ topics, criteria }: CourseRecords): FieldContent | null {
  if (topics.length + criteria.length === 0) return null;
  const tested = topics.filter(({ topic }) => partOf(topic, criteria) !== null);
  const untested = topics.filter((one) => !tested.includes(one));
  const withoutMaterial = topics.filter(({ contents }) => contents.length === 0);
  const asked = new Set(tested.map(({ topic }) => partOf(topic, criteria)));
  const alone = criteria.filter((criterion) => !asked.has(criterion));
  return {
    said: [
      ...(topics.length === 0
        ? []
        : [say('mapping.tested', '', { tested: tested.length, topics: topics.length })]),
      ...listed('mapping.untested', namesOf(untested)),
      ...listed('mapping.no_topic', alone),
      ...listed('mapping.no_material', namesOf(withoutMaterial)),
    ],
    records_to: null,
    model_version: MODEL_VERSION,
  };
}

/** The part that is called as the topic, apart from case, accents' coding and space; null without one. */
export function partOf(topic: string, criteria: readonly string[]): string | null {
  return criteria.find((criterion) => folded(criterion) === folded(topic)) ?? null;
}

function namesOf(topics: CourseRecords['topics']): string[] {
  return topics.map(({ topic }) => topic);
}

function folded(name: string): string {
  return name.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}

function listed(
  code: 'mapping.untested' | 'mapping.no_topic' | 'mapping.no_material',
  names: readonly string[],
): Reason[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, MAX_NAMES).join(', ');
  return [say(code, '', { count: names.length, names: names.length > MAX_NAMES ? `${shown}, …` : shown })];
}
