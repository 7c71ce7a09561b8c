/** The class insight: a Course in one Student Group and Academic Term. */
import type { InsightValues, Reason } from '../erpnext/contract.ts';
import { newest } from './calendar.ts';
import { classParts } from './class-figures.ts';
import type { ClassTests } from './class-figures.ts';
import { classLevel } from './class-level.ts';
import { clarityOf, levelOf, say } from './finding.ts';
import type { Finding } from './finding.ts';
import { hardestParts } from './hardest-parts.ts';
import { bandChart } from './mark-bands.ts';
import type { AnalysisSettings, CohortFigures } from './records.ts';
import { MIN_CLASS_TESTS, MODEL_VERSION, SURE_CLASS_PUPILS, SURE_CLASS_TESTS } from './thresholds.ts';

/** A sentence instead of a picture under MIN_CLASS_TESTS tests, or with fewer pupils than the smallest group. */
export function classPicture(
  figures: CohortFigures,
  tests: ClassTests,
  notes: Reason[],
  settings: AnalysisSettings,
): InsightValues {
  const recordsTo = newest([...tests.values()].flat().map((test) => test.date));
  const tooLittle = tooLittleFor(figures, settings);
  if (tooLittle !== null) return insight([], [tooLittle, ...notes], recordsTo);

  const parts = hardestParts(classParts(tests, settings.minimum_group_size));
  const under = underPassMark(figures, tests, settings);
  const said = [classLevel(figures.plans, settings), parts.hardest, under].filter(
    (finding) => finding !== null,
  );
  const found = [...said, ...parts.parts];
  const sure = figures.plans.length >= SURE_CLASS_TESTS && figures.pupils >= SURE_CLASS_PUPILS;
  const counts = { pupils: figures.pupils, tests: figures.plans.length };
  const values = insight(
    found,
    [...parts.steps, say(sure ? 'sure.class' : 'sure.class_fairly', '', counts), ...notes],
    recordsTo,
  );
  return {
    ...values,
    chart: bandChart(
      lastMarks(figures, tests).map((row) => row.mark),
      settings.minimum_group_size,
    ),
    confidence: sure ? 'sure' : 'fairly',
  };
}

function tooLittleFor(figures: CohortFigures, settings: AnalysisSettings): Reason | null {
  if (figures.pupils < settings.minimum_group_size) {
    return say('data.too_few_pupils', '', { have: figures.pupils, need: settings.minimum_group_size });
  }
  if (figures.plans.length >= MIN_CLASS_TESTS) return null;
  return say('data.too_little_class', '', {
    course: figures.course,
    have: figures.plans.length,
    need: MIN_CLASS_TESTS,
    pupils: settings.minimum_group_size,
  });
}

/** Marks of the newest test that has enough results. */
function lastMarks(
  figures: CohortFigures,
  tests: ClassTests,
): { name: string; title: string; mark: number }[] {
  const plan = figures.plans.at(-1)?.plan;
  return [...tests.values()].flat().filter((test) => test.plan === plan);
}

/** At least half of the class under the pass mark in the newest test: watch. */
function underPassMark(
  figures: CohortFigures,
  tests: ClassTests,
  settings: AnalysisSettings,
): Finding | null {
  const marks = lastMarks(figures, tests);
  const under = marks.filter((row) => row.mark < settings.pass_mark);
  if (marks[0] === undefined || under.length * 2 < marks.length) return null;
  const params = {
    test: marks[0].title,
    under: under.length,
    pupils: marks.length,
    pass_mark: Math.ceil(settings.pass_mark),
  };
  return {
    level: 'watch',
    strength: under.length / marks.length,
    reason: say('class.under_pass', '', params),
  };
}

/** The sentences of a class keep their order (level, hardest part, pass mark, parts): it is read as a picture. */
function insight(found: Finding[], rest: Reason[], recordsTo: string | null): InsightValues {
  return {
    level: levelOf(found),
    clarity: clarityOf(found),
    reasons: [...found.map((finding) => finding.reason), ...rest],
    chart: null,
    confidence: 'little',
    records_to: recordsTo,
    model_version: MODEL_VERSION,
  };
}
