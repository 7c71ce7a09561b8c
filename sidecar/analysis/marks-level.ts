/** Where a pupil's marks in a course stand: the mean of the tests, beside the class and the pass mark. */
import { rows, say } from './finding.ts';
import type { Finding } from './finding.ts';
import type { MarkedTest } from './marked-tests.ts';
import { clip, mean } from './percent.ts';
import type { AnalysisSettings } from './records.ts';
import { MIN_TESTS } from './thresholds.ts';

/**
 * The plain mean over tests, every test counting the same (not weighted by maximum), whole percent; the class
 * mean over those tests that have one, at least MIN_TESTS. A mean under the pass mark of AI Settings: act.
 * Minimum: MIN_TESTS, by the caller.
 */
export function marksLevel(
  course: string,
  tests: readonly MarkedTest[],
  settings: AnalysisSettings,
): Finding[] {
  const own = Math.round(mean(tests.map((test) => test.mark)));
  const evidence = rows(
    'Assessment Result',
    tests.map((test) => test.name),
  );
  const classMeans = tests.map((test) => test.classMean).filter((value) => value !== null);
  const counts = { course, tests: tests.length, mean: own };
  const level =
    classMeans.length < MIN_TESTS
      ? say('marks.level_alone', course, counts, evidence)
      : say('marks.level', course, { ...counts, class_mean: Math.round(mean(classMeans)) }, evidence);
  const found: Finding[] = [{ level: 'steady', strength: 0, reason: level }];
  if (own < settings.pass_mark) {
    const under = tests.filter((test) => test.mark < settings.pass_mark).map((test) => test.name);
    const params = { ...counts, under: under.length, pass_mark: Math.ceil(settings.pass_mark) };
    found.push({
      level: 'act',
      strength: clip((settings.pass_mark - own) / 50, 0, 1),
      reason: say('marks.low', course, params, rows('Assessment Result', under)),
    });
  }
  return found;
}
