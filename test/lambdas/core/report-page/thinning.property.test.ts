import * as fc from 'fast-check';
import { thinned } from '../../../../src/lambdas/core/report-page/thinning';

const series = fc.array(fc.record({ wait: fc.integer({ min: 0, max: 100 }), spentUsd: fc.integer({ min: 0, max: 1000 }) }), { minLength: 1, maxLength: 400 })
  .map(steps => steps.reduce<{ at: number; spentUsd: number }[]>((points, { wait, spentUsd }) => [...points, {
    at: (points.at(-1)?.at ?? 0) + wait,
    // spend rises but for a new period now and then
    spentUsd: spentUsd < 950 ? (points.at(-1)?.spentUsd ?? 0) + spentUsd : 0,
  }], []));

test('thinning leaves points of the curve in their order, with its ends, its peaks and both sides of every fall', () => {
  fc.assert(fc.property(series, points => {
    const left = thinned(points, [], 20);
    let index = -1;
    for (const point of left) {
      index = points.indexOf(point, index + 1);
      expect(index).toBeGreaterThanOrEqual(0);
    }
    expect(left[0]).toBe(points[0]);
    expect(left.at(-1)).toBe(points.at(-1));
    expect(Math.max(...left.map(({ spentUsd }) => spentUsd))).toBe(Math.max(...points.map(({ spentUsd }) => spentUsd)));
    points.forEach((point, place) => {
      if (place > 0 && point.spentUsd < points[place - 1].spentUsd) {
        expect(left).toContain(point);
        expect(left).toContain(points[place - 1]);
      }
    });
  }));
});

test('a curve that only rises becomes no longer than it may', () => {
  fc.assert(fc.property(series, fc.integer({ min: 4, max: 100 }), (points, most) => {
    const rising = points.map((point, index) => ({ ...point, spentUsd: index }));
    expect(thinned(rising, [], most).length).toBeLessThanOrEqual(Math.max(most, 0) + 3);
  }));
});

test('few points stay as they are, and what happened at a change of status stays in any case', () => {
  const points = Array.from({ length: 1000 }, (_, at) => ({ at, spentUsd: at, limitUsd: at < 321 ? 10 : 20 }));
  expect(thinned(points.slice(0, 50), [], 50)).toEqual(points.slice(0, 50));
  const kept = thinned(points, [123, 456.5, 9999], 10).map(({ at }) => at);
  expect(kept).toEqual(expect.arrayContaining([123, 456, 320, 321, 999]));
});
