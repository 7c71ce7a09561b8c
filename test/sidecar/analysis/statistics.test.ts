/** The formulas give the values that textbooks and tables give. */
import { assert as check, integer, property, tuple } from 'fast-check';
import { errorFunction, probit, sampleVariance } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { fisherUpperTail } from '../../../sidecar/analysis/fisher-exact.ts';
import { mannKendall, mannKendallTail, senChange } from '../../../sidecar/analysis/mann-kendall.ts';
import { keptShare } from '../../../sidecar/analysis/next-score.ts';
import { Z_80 } from '../../../sidecar/analysis/thresholds.ts';
import { spreadOf } from '../../../sidecar/analysis/variance-components.ts';

describe('Fisher’s exact test', () => {
  test('the lady tasting tea: 3 of 4 cups 17/70, 4 of 4 cups 1/70', () => {
    expect(fisherUpperTail(3, 4, 4, 8)).toBeCloseTo(17 / 70, 12);
    expect(fisherUpperTail(4, 4, 4, 8)).toBeCloseTo(1 / 70, 12);
  });

  test('twins of criminals (Fisher 1935): 10 of 13 against 2 of 17, p = 619/1330665', () => {
    expect(fisherUpperTail(10, 13, 12, 30)).toBeCloseTo(619 / 1_330_665, 12);
  });

  test('is a probability, 1 for none, and falls with every further hit', () => {
    const counts = tuple(
      integer({ min: 1, max: 40 }),
      integer({ min: 0, max: 40 }),
      integer({ min: 0, max: 200 }),
    );
    check(
      property(counts, ([drawn, marked, more]) => {
        const total = drawn + marked + more;
        const tails = Array.from({ length: Math.min(drawn, marked) + 1 }, (_, hits) =>
          fisherUpperTail(hits, drawn, marked, total),
        );
        expect(tails[0]).toBe(1);
        for (const [i, tail] of tails.entries()) {
          expect(tail).toBeGreaterThan(0);
          expect(tail).toBeLessThanOrEqual((tails[i - 1] ?? 1) + 1e-12);
        }
      }),
    );
  });
});

describe('Mann-Kendall and Theil-Sen', () => {
  // Hollander and Wolfe (1999), table A.30; for n = 3 the six orders counted by hand
  test.each([
    [3, 3, 1 / 6],
    [4, 4, 0.167],
    [4, 6, 0.042],
    [5, 6, 0.117],
    [5, 8, 0.042],
    [6, 9, 0.068],
    [6, 11, 0.028],
    [8, 16, 0.031],
    [10, 21, 0.036],
    [10, 23, 0.023],
  ])('n = %i, S = %i has p = %f', (n, s, p) => {
    expect(mannKendallTail(s, n)).toBeCloseTo(p, 3);
  });

  test('S counts pairs and leaves ties out', () => {
    expect(mannKendall([1, 2, 3, 4])).toBe(6);
    expect(mannKendall([4, 2, 2, 1])).toBe(-5);
    expect(mannKendall([5, 5, 5])).toBe(0);
  });

  test('the change of a straight line is its whole change, and one outlier does not move it', () => {
    expect(senChange([80, 70, 60, 50, 40])).toBe(-40);
    expect(senChange([80, 70, 60, 50, 100])).toBe(-40);
    expect(senChange([70])).toBe(0);
  });
});

describe('spread between and within', () => {
  test('rails (Pinheiro and Bates 2000, table 1.1): 24.805 between, 4.0208 within', () => {
    const rails = [
      [55, 53, 54],
      [26, 37, 32],
      [78, 91, 85],
      [92, 100, 96],
      [49, 51, 50],
      [80, 85, 83],
    ];
    const spread = spreadOf(rails, 0, 10);
    expect(spread?.between).toBeCloseTo(24.805, 2);
    expect(spread?.within).toBeCloseTo(4.0208, 3);
  });

  test('alike groups have no spread between them, never a negative one', () => {
    expect(
      spreadOf(
        [
          [1, 5],
          [1, 5],
          [1, 5],
        ],
        0,
        1,
      ),
    ).toEqual({ between: 0, within: Math.sqrt(sampleVariance([1, 5])) });
  });

  test('too little behind it is null, not a number', () => {
    expect(spreadOf([[1, 2, 3]], 0, 1)).toBeNull();
    expect(
      spreadOf(
        [
          [1, 2],
          [2, 3],
        ],
        0,
        3,
      ),
    ).toBeNull();
    expect(spreadOf([], 0, 1)).toBeNull();
  });
});

describe('the normal quantile and the kept share', () => {
  test('leaves 10% on either side', () => {
    expect(Z_80).toBeCloseTo(probit(0.9), 2);
    expect((1 + errorFunction(Z_80 / Math.SQRT2)) / 2).toBeCloseTo(0.9, 6);
  });

  test('equal spreads: one test keeps half, four keep four fifths', () => {
    expect(keptShare(1, 10, 10)).toBe(0.5);
    expect(keptShare(4, 10, 10)).toBe(0.8);
    expect(keptShare(5, 0, 10)).toBe(0);
  });
});
