import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { proposeForCourse } from '../../../sidecar/analysis/course.ts';
import type { CourseRecords } from '../../../sidecar/analysis/records.ts';
import { editableField, takes } from '../../../sidecar/erpnext/editable.ts';

const LIMITS = { most: 30, longest: 200 };

type Topic = CourseRecords['topics'][number];

function topic(name: string, more: Partial<Topic> = {}): Topic {
  return { topic: name, description: null, contents: [], ...more };
}

const article = (name: string) => ({ type: 'Article' as const, name, title: null, url: null });
const video = (name: string, url: string) => ({ type: 'Video' as const, name, title: name, url });

function propose(records: Partial<CourseRecords>) {
  return proposeForCourse(
    { course: 'Mathematics', topics: [], criteria: [], cohorts: [], ...records },
    LIMITS,
    LIMITS,
  );
}

describe('objectives', () => {
  test('are the topics in the words of their descriptions, then the criteria that no topic is named after', () => {
    const topics = [
      topic('Geometry', { description: 'Angles,\n area' }),
      topic('Fractions', { description: ' ' }),
    ];
    expect(propose({ topics, criteria: ['fractions', 'Problem Solving'] }).objectives).toEqual([
      'Geometry: Angles, area',
      'Fractions',
      'Problem Solving',
    ]);
  });

  test('stand there once, as many as the field takes and as long as it takes', () => {
    const many = Array.from({ length: 40 }, (_, at) => topic(`Topic ${at}`));
    expect(propose({ topics: [...many, ...many] }).objectives).toHaveLength(30);
    const [long] = propose({ topics: [topic('T', { description: '🎓'.repeat(300) })] }).objectives;
    expect(Array.from(long ?? '')).toHaveLength(200);
    expect(long?.endsWith('🎓…')).toBe(true);
  });
});

describe('resources', () => {
  test('lead to the article on the site and to the video where it is', () => {
    const contents = [article('Fractions, a first look'), video('A film', 'https://video.example/1')];
    expect(propose({ topics: [topic('Fractions', { contents })] }).links).toEqual([
      { title: 'Fractions, a first look', url: '/app/article/Fractions%2C%20a%20first%20look' },
      { title: 'A film', url: 'https://video.example/1' },
    ]);
  });

  test('lead nowhere that is no address, and to each address once', () => {
    const contents = [
      video('Bad', 'javascript:alert(1)'),
      video('Worse', 'https://'),
      video('One', 'https://video.example/1'),
      video('Two', ' https://video.example/1 '),
    ];
    expect(propose({ topics: [topic('Fractions', { contents })] }).links).toEqual([
      { title: 'One', url: 'https://video.example/1' },
    ]);
  });
});

test('a course without topics and tests is proposed nothing', () => {
  expect(propose({})).toEqual({ objectives: [], links: [] });
});

test('whatever a school typed, the site takes what is proposed as it is', () => {
  const [objectives] = editableField('Course', 'ai_learning_objectives')?.keys ?? [];
  const [links] = editableField('Course', 'ai_resource_links')?.keys ?? [];
  if (objectives === undefined || links === undefined) throw new Error('no such field');
  const typed = fc.oneof(
    fc.string({ minLength: 1, unit: 'grapheme' }),
    fc.constantFrom(' a', 'a\u0085b', 'a\tb', '\u2028'),
  );
  const content = fc.oneof(
    typed.map(article),
    fc.record({ name: typed, url: fc.oneof(fc.webUrl(), typed) }).map(({ name, url }) => video(name, url)),
  );
  const some = fc.record({
    topic: typed,
    description: fc.option(typed),
    contents: fc.array(content, { maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.array(some, { maxLength: 6 }), fc.array(typed, { maxLength: 4 }), (topics, criteria) => {
      const proposed = propose({ topics, criteria });
      expect(takes(objectives, proposed.objectives)).toBe(true);
      expect(takes(links, proposed.links)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});
