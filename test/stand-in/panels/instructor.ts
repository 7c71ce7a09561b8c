/** The panel of one Instructor: the own figures, and what the person set for the own panels. */
import type { Site } from '../site.ts';
import { opened, rowsOf } from './fields.ts';
import { mayEdit, mayReadTeaching, showsTo, type Reader } from './readers.ts';
import { Speaker } from './sentences.ts';
import { settingsOf } from './settings.ts';

const SECTIONS = ['teaching', 'too_little'];

/** Null (403) for everybody but the person, and managers where the school says so. */
export function instructorPanel(site: Site, reader: Reader, name: string): object | null {
  if (!mayReadTeaching(site, reader, name)) return null;
  if (!showsTo(site, 'staff')) return { state: 'off' };
  const speaker = new Speaker('staff', (student) => student);
  const told = (field: string) => rowsOf(opened(site, 'Instructor', name, field).said, speaker, SECTIONS);
  return {
    state: 'ready',
    heading: { name },
    own: mayEdit(site, reader, 'Instructor', name),
    shown_to_managers: site.settings.show_teaching,
    channel: site.channel('Instructor', name),
    work: told('ai_teaching_profile'),
    classes: told('ai_performance_metrics'),
    settings: settingsOf(site, reader, 'Instructor', name),
  };
}
