/**
 * What is said of a course as such, and what is proposed for it, plainly from what the school entered: its topics and
 * what its tests are marked by as objectives, the articles and videos of its topics as resources. Teachers edit both.
 */
import { contentMapping } from './content-mapping.ts';
import { difficultyProfile } from './difficulty.ts';
import type { AnalysisSettings, CourseProposal, CourseRecords, DocumentFields } from './records.ts';

/** How much one field takes: entries, and characters in each. */
export interface Limits {
  most: number;
  longest: number;
}

const WEB_ADDRESS = /^https?:\/\/[^\s/]\S{0,1990}$/;

export function courseFields(records: CourseRecords, settings: AnalysisSettings): DocumentFields {
  return {
    doctype: 'Course',
    name: records.course,
    values: {
      ai_difficulty_profile: difficultyProfile(records, settings),
      ai_content_mapping: contentMapping(records),
    },
  };
}

export function proposeForCourse(
  records: CourseRecords,
  ofObjectives: Limits,
  ofLinks: Limits,
): CourseProposal {
  return { objectives: objectives(records, ofObjectives), links: links(records, ofLinks) };
}

/** Criteria come last, and only those that repeat no topic: schools often name a part of a test after one. */
function objectives({ topics, criteria }: CourseRecords, { most, longest }: Limits): string[] {
  const named = new Set(topics.map(({ topic }) => topic.toLowerCase()));
  const lines = [
    ...topics.map(({ topic, description }) => (description?.trim() ? `${topic}: ${description}` : topic)),
    ...criteria.filter((criterion) => !named.has(criterion.toLowerCase())),
  ];
  return [...new Set(lines.map((line) => cut(line, longest)))].filter((line) => line !== '').slice(0, most);
}

function links({ topics }: CourseRecords, { most, longest }: Limits): CourseProposal['links'] {
  const found = new Map<string, { title: string; url: string }>();
  for (const { type, name, title, url } of topics.flatMap(({ contents }) => contents)) {
    const address = type === 'Article' ? `/app/article/${encodeURIComponent(name)}` : (url?.trim() ?? '');
    const usable = type === 'Article' || WEB_ADDRESS.test(address);
    if (usable && !found.has(address)) {
      found.set(address, {
        title: cut(title ?? '', longest) || cut(name, longest) || cut(address, longest),
        url: address,
      });
    }
  }
  return [...found.values()].slice(0, most);
}

/** One line of at most so many characters; never half of one. */
function cut(text: string, longest: number): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  const characters = Array.from(line);
  return characters.length <= longest ? line : `${characters.slice(0, longest - 1).join('')}…`;
}
