/** The panel of one pupil, composed for whoever opens it. */
import { currentInsights } from '../contract/insights.ts';
import { keyOf, settingOf, shownValue, stateOf as settingState } from '../settings.ts';
import type { Site } from '../site.ts';
import { drawn, type Drawn } from './charts.ts';
import {
  asInsight,
  asSentence,
  byRank,
  clearest,
  highestLevel,
  inSection,
  lines,
  newest,
  plain,
  withEvidence,
  type Insight,
  type Line,
} from './composition.ts';
import { opened, rowsOf } from './fields.ts';
import { freshness, NEVER_CHECKED, type Freshness } from './freshness.ts';
import { noteRead, targetRead } from './read-log.ts';
import { audienceOf, nameOf, showsTo, type Reader } from './readers.ts';
import { shownText, Speaker } from './sentences.ts';
import { settingsOf } from './settings.ts';
import { stepsOf } from './steps.ts';
import { NO_WISHES, wanted, wishesOf, type Wishes } from './wishes.ts';

/** A headline of more clauses is no longer one sentence. */
const HEADLINE_CLAUSES = 2;
const OFF = { state: 'off' };

/** What the site answers; null (403) for a reader without business, and for a name that does not exist. */
export function studentPanel(site: Site, reader: Reader, name: string): object | null {
  const audience = audienceOf(site, reader, name);
  if (audience === null || site.records.get('Student', name) === undefined) return null;
  const excluded = site.excluded().has(name);
  if (!showsTo(site, audience) || (excluded && !reader.school)) return OFF;
  const insights = excluded
    ? []
    : currentInsights(site)
        .filter(({ values }) => values['target_doctype'] === 'Student' && values['target_student'] === name)
        .map(asInsight);
  noteRead(site, reader, insights.map(targetRead));
  const speaker = new Speaker(audience, (student) => nameOf(site, student));
  const shownName = nameOf(site, name);
  const wishes = audience === 'staff' ? wishesOf(site, reader) : NO_WISHES;
  const composed = compose(site, wanted(wishes, insights), speaker, freshness(site), wishes);
  const panel = {
    ...composed,
    acted: audience === 'staff' ? stepsOf(wanted(wishes, insights)) : [],
    profile: excluded ? [] : profile(site, name, speaker, wishes),
    ...setFor(site, name, composed),
    settings: excluded ? [] : settingsOf(site, reader, 'Student', name),
    heading: { name: shownName, ...classOf(site, name) },
    not_used: `Not used: gender, health, fees, address, notes about ${shownText(shownName)}.`,
    channel: site.channel('Student', name),
    exclusion: reader.decides ? (excluded ? 'out' : 'in') : null,
  };
  if (!excluded) return panel;
  return { ...panel, state: 'empty', notes: ['Left out of the analysis. Nothing is read or worked out.'] };
}

/** What staff set for this pupil, as far as it changes the panel. */
function setFor(site: Site, student: string, panel: { audience: string; steps: string[] }): object {
  const place = { doctype: 'Student', name: student, field: 'ai_preferences_settings' };
  if (panel.audience === 'student') {
    if (settingOf(site, place, 'feedback_detail') === 'full') return { contact: null };
    const short = { why: [], too_little: [], notes: [], profile: [] };
    return { contact: null, ...short, steps: panel.steps.slice(0, 1) };
  }
  const chosen = settingState(site, place).value['contact_first'];
  const kind = keyOf(place, 'contact_first');
  if (panel.audience !== 'staff' || chosen === undefined || kind === undefined || panel.steps.length === 0) {
    return { contact: null };
  }
  return { contact: { title: kind.label, text: shownValue(kind, chosen).join(' ') } };
}

/** How the pupil has learned so far, which is read from marks; and sessions with what followed. */
function profile(site: Site, student: string, speaker: Speaker, wishes: Wishes): object[] {
  const learned = opened(site, 'Student', student, 'ai_learning_profile').said;
  const sessions = opened(site, 'Student', student, 'ai_interaction_summary').said;
  const said = [...(wishes.hidden.includes('marks') ? [] : learned), ...sessions];
  return rowsOf(said, speaker, ['profile', 'too_little', 'session']);
}

/** The pupil's newest group. */
function classOf(site: Site, student: string): { group: string | null; term: string | null } {
  const groups = site.records
    .all('Student Group')
    .filter(({ values, children }) => {
      const row = (children['students'] ?? []).find((member) => member['student'] === student);
      return row?.['active'] === 1 && values['disabled'] === 0;
    })
    .map((group) => ({ group: group.name, term: String(group.values['academic_term'] ?? '') }));
  const begins = (term: string): string =>
    String(site.records.get('Academic Term', term)?.values['term_start_date'] ?? '');
  groups.sort((a, b) => (begins(a.term) < begins(b.term) ? 1 : -1));
  return groups[0] ?? { group: null, term: null };
}

function compose(site: Site, insights: Insight[], speaker: Speaker, fresh: Freshness, wishes: Wishes) {
  const found = lines(insights, speaker);
  const staff = speaker.audience === 'staff';
  const level = staff ? highestLevel(insights) : null;
  const state = stateOf(insights, found, fresh);
  const steps = inSection(found, 'step')
    .map((line) => line.text)
    .slice(0, wishes.steps);
  const said = staff ? headline(found, state, level, steps) : headlineForPupil(found, steps);
  const nothing = wishes.hidden.length > 0 && (level === 'steady' || state === 'empty');
  return {
    state: fresh.staleSince === null ? state : 'stale',
    audience: speaker.audience,
    records_to: newest(insights.map((insight) => insight.records_to)),
    worked_out: newest(insights.map((insight) => insight.generated_timestamp)),
    stale_since: fresh.staleSince,
    level,
    headline: nothing ? { text: 'Nothing in what you chose to see needs a step.', step: null } : said,
    why: inSection(found, 'why').map(withEvidence),
    going_well: inSection(found, 'strength').map(plain),
    chart: staff ? chart(site, insights, speaker) : null,
    next_test: inSection(found, 'next').map(plain),
    rule: inSection(found, 'rule').map(({ text }) => ({ text })),
    how_sure: inSection(found, 'sure').map(plain),
    track_record: staff ? trackRecord(found) : '',
    steps,
    too_little: inSection(found, 'too_little').map(plain),
    notes: inSection(found, 'note').map((line) => line.text),
    hidden: wishes.said,
  };
}

/** What tells by itself how often it was right here. */
const CHECKED = new Set(['sure.forecast', 'sure.rule_checked']);

/** Of what was never held against past terms; an early warning that was tells so itself. */
function trackRecord(found: Line[]): string {
  const codes = inSection(found, 'sure').map((line) => line.insight.reasons[line.reason]?.code ?? '');
  if (!codes.some((code) => CHECKED.has(code))) return NEVER_CHECKED;
  return 'All but the early warning: not yet checked against past terms here.';
}

/** The marks of the clearest insight that has something to draw; attendance where there are none. */
function chart(site: Site, insights: Insight[], speaker: Speaker): Drawn | null {
  const marksFirst = [...insights].sort(
    (a, b) => Number(a.kind !== 'marks') - Number(b.kind !== 'marks') || byRank(a, b),
  );
  for (const insight of marksFirst) {
    const shown = drawn(insight, speaker, site.settings.minimum_group_size);
    if (shown !== null) return shown;
  }
  return null;
}

function stateOf(insights: Insight[], found: Line[], fresh: Freshness): string {
  if (insights.length === 0) return fresh.loaded ? 'empty' : 'waiting';
  const sections = new Set(found.map((line) => line.section).filter((section) => section !== 'note'));
  const onlyTooLittle = [...sections].every((section) => ['too_little', 'step', 'sure'].includes(section));
  if (onlyTooLittle && sections.has('too_little')) return 'too_little';
  return sections.size > 0 ? 'ready' : 'empty';
}

interface Headline {
  text: string;
  step: string | null;
}

function headline(
  found: Line[],
  state: string,
  level: Insight['level'] | null,
  steps: string[],
): Headline | null {
  if (level === null || state === 'too_little') return null;
  if (level === 'steady') return { text: 'Nothing in the records needs a step.', step: null };
  const clauses = clearest(found, level)
    .slice(0, HEADLINE_CLAUSES)
    .map((line) => line.headline);
  if (clauses.length === 0) return null;
  return { text: asSentence(clauses.join(', and ')), step: steps[0] ?? null };
}

/** Something that goes well first; never how worried anybody is. */
function headlineForPupil(found: Line[], steps: string[]): Headline | null {
  const first = [...inSection(found, 'strength'), ...inSection(found, 'why')][0];
  return first === undefined ? null : { text: first.text, step: steps[0] ?? null };
}
