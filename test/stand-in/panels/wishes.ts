/** What a teacher set for the own panels: which kinds of insights to show, how many steps, which order of pupils. */
import { fieldsOf, settingOf } from '../settings.ts';
import type { Site } from '../site.ts';
import type { Insight } from './composition.ts';
import type { Reader } from './readers.ts';

const DOCTYPE = 'Instructor';
const HELP = 'ai_assistance_preferences';
const SHOWN = 'ai_insights_config';

export interface Wishes {
  /** Kinds of AI Insight that are not shown. */
  hidden: string[];
  steps: number;
  byName: boolean;
  /** What the panel says about what it leaves away. */
  said: string | null;
}

export const NO_WISHES: Wishes = { hidden: [], steps: 3, byName: false, said: null };

export function wishesOf(site: Site, reader: Reader): Wishes {
  const name = reader.instructor;
  if (name === null) return NO_WISHES;
  const setting = (field: string, key: string) => settingOf(site, { doctype: DOCTYPE, name, field }, key);
  const kinds = fieldsOf(DOCTYPE).find(({ field }) => field === SHOWN)?.keys ?? [];
  const hidden = kinds.filter(({ key }) => setting(SHOWN, key) === false);
  const labels = hidden.map(({ label }) => label).join(', ');
  return {
    hidden: hidden.map(({ key }) => key),
    steps: setting(HELP, 'suggestions') === false ? 0 : Number(setting(HELP, 'suggestions_at_most')),
    byName: setting(HELP, 'order_pupils_by') === 'name',
    said: hidden.length === 0 ? null : `Not shown, as you set on your Instructor form: ${labels}.`,
  };
}

export function wanted(wishes: Wishes, insights: Insight[]): Insight[] {
  return insights.filter(({ kind }) => !wishes.hidden.includes(kind));
}
