/** What each figure is held against, and how often the test presentation was looked at. */

/** Raised by one whenever a changed model was run on the test presentation. */
export const TEST_TOUCHES = 4;

export interface Line {
  figure: string;
  value: number;
  /** Undefined where the figure is only told. */
  bar: number | undefined;
  better: 'higher' | 'lower';
}

/** References: scikit-learn on the same rows; for UCI also P. Cortez and A. Silva, FUBUTEC 2008, 5-12. */
export const BARS: {
  insideError: number;
  /** Pupils without change of whom the alarm of a sudden change rings in a term. */
  falseAlarms: number;
  fairness: { auc: number; falseAlarms: number };
  oulad: Record<string, { auc: number; error: number; recall: number }>;
  uci: Record<string, number>;
} = {
  insideError: 0.015,
  falseAlarms: 0.05,
  fairness: { auc: 0.03, falseAlarms: 0.05 },
  oulad: {
    28: { auc: 0.69, error: 0.127, recall: 0.315 },
    56: { auc: 0.79, error: 0.066, recall: 0.39 },
    84: { auc: 0.825, error: 0.047, recall: 0.455 },
    112: { auc: 0.867, error: 0.046, recall: 0.51 },
    168: { auc: 0.915, error: 0.021, recall: 0.56 },
  },
  uci: {
    'mathematics, no period grade': 4.05,
    'mathematics, first period grade': 2.35,
    'mathematics, both period grades': 1.68,
    'Portuguese, no period grade': 2.93,
    'Portuguese, first period grade': 1.72,
    'Portuguese, both period grades': 1.26,
  },
};

export function meets({ value, bar, better }: Line): boolean | null {
  if (bar === undefined) return null;
  return better === 'higher' ? value >= bar : value <= bar;
}

/** Empty where there is no bar. */
export function wordOf(line: Line): string {
  const met = meets(line);
  if (met === null) return '';
  return met ? 'met' : 'NOT MET';
}
