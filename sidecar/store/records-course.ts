/** Everything analysis reads about a course: topics with their content, what its tests are marked by, its classes. */
import { sql } from 'kysely';
import type { CohortFigures, CourseRecords } from '../analysis/records.ts';
import type { Db } from './tables.ts';

/** Courses that the mirror does not hold are left out. */
export async function readCourseRecords(db: Db, names: readonly string[]): Promise<CourseRecords[]> {
  if (names.length === 0) return [];
  const courses = await sql<{ name: string }>`
    select name from mirror_course where name = any(${names}) order by name`.execute(db);
  const topics = await sql<{ course: string; topic: string; description: string | null }>`
    select t.parent as course, t.topic, d.description from mirror_course__topics t
    left join mirror_topic d on d.name = t.topic
    where t.parent = any(${names}) and t.topic is not null order by t.parent, t.idx`.execute(db);
  const contents = await readContents(db, [...new Set(topics.rows.map((row) => row.topic))]);
  const criteria = await readCriteria(db, names);
  const cohorts = await sql<{ figures: CohortFigures }>`
    select figures from cohort_figures where course = any(${names})
    order by course, student_group, academic_term`.execute(db);
  return courses.rows.map(({ name }) => ({
    course: name,
    topics: topics.rows
      .filter((row) => row.course === name)
      .map(({ topic, description }) => ({
        topic,
        description,
        contents: contents.filter((row) => row.topic === topic).map(({ topic: _own, ...content }) => content),
      })),
    criteria: criteria.filter((row) => row.course === name).map((row) => row.criterion),
    cohorts: cohorts.rows.flatMap(({ figures }) => (figures.course === name ? [figures] : [])),
  }));
}

type Content = CourseRecords['topics'][number]['contents'][number] & { topic: string };

/** Articles and videos that are there; a topic may still name one that is gone. */
async function readContents(db: Db, topics: readonly string[]): Promise<Content[]> {
  const rows = await sql<Content>`
    select c.parent as topic, c.content_type as type, c.content as name, v.title, v.url
    from mirror_topic__topic_content c
    left join mirror_video v on c.content_type = 'Video' and v.name = c.content
    left join mirror_article a on c.content_type = 'Article' and a.name = c.content
    where c.parent = any(${topics}) and (v.name is not null or a.name is not null)
    order by c.parent, c.idx`.execute(db);
  return rows.rows;
}

/** Those of the course itself first, then those of its tests, oldest test first. */
async function readCriteria(
  db: Db,
  courses: readonly string[],
): Promise<{ course: string; criterion: string }[]> {
  const rows = await sql<{ course: string; criterion: string }>`
    select course, criterion from (
      select parent as course, assessment_criteria as criterion, '' as first_used, idx
      from mirror_course__assessment_criteria where parent = any(${courses})
      union all
      select p.course, c.assessment_criteria, coalesce(p.schedule_date, ''), c.idx
      from mirror_assessment_plan p join mirror_assessment_plan__assessment_criteria c on c.parent = p.name
      where p.course = any(${courses}) and p.docstatus = 1
    ) as used where criterion is not null
    group by course, criterion order by course, min(first_used), min(idx), criterion`.execute(db);
  return rows.rows;
}
