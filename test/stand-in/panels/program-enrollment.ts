/** The panel of one Program Enrollment, for whoever may read the pupil. */
import type { Site } from '../site.ts';
import { opened, rowsOf } from './fields.ts';
import { freshness } from './freshness.ts';
import { noteRead, pupilRead } from './read-log.ts';
import { audienceOf, nameOf, showsTo, type Reader } from './readers.ts';
import { Speaker } from './sentences.ts';

const DOCTYPE = 'Program Enrollment';

/** Null (403) for a reader without business with the pupil, and for a name that does not exist. */
export function programEnrollmentPanel(site: Site, reader: Reader, name: string): object | null {
  const row = site.records.get(DOCTYPE, name);
  const student = String(row?.values['student'] ?? '');
  const audience = student === '' ? null : audienceOf(site, reader, student);
  if (row === undefined || audience === null) return null;
  if (!showsTo(site, audience) || site.excluded().has(student) || row.docstatus !== 1)
    return { state: 'off' };
  const progress = opened(site, DOCTYPE, name, 'ai_progress_tracking');
  const speaker = new Speaker(audience, (pupil) => nameOf(site, pupil));
  const fresh = freshness(site);
  const written = progress.said.length > 0;
  if (written) noteRead(site, reader, [pupilRead(student)]);
  const state = written ? 'ready' : 'waiting';
  return {
    state: fresh.staleSince === null ? state : 'stale',
    stale_since: fresh.staleSince,
    audience,
    heading: { program: row.values['program'] },
    records_to: progress.records_to,
    channel: site.channel(DOCTYPE, name),
    progress: rowsOf(progress.said, speaker, ['progress', 'too_little']),
    path: rowsOf(opened(site, DOCTYPE, name, 'ai_learning_path').said, speaker, ['path']),
    history: rowsOf(opened(site, DOCTYPE, name, 'ai_intervention_history').said, speaker, ['history']),
  };
}
