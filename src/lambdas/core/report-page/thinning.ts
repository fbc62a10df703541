import { SpendChart } from './report-page';

type Point = SpendChart['points'][number];

/**
 * At most about so many points that look like all of them: of each stretch of time, the highest and the last; and every point at which
 * something happened: a new limit, a new period, a change of status.
 */
export function thinned(points: readonly Point[], marks: readonly number[], most: number): readonly Point[] {
  if (points.length <= most) {
    return points;
  }
  const first = points[0].at;
  const stretch = Math.max(1, (points.at(-1)!.at - first) / (most / 2));
  const kept = new Set<number>([0, points.length - 1, ...turns(points), ...pointsAt(points, marks)]);
  let highest = 0;
  points.forEach((point, index) => {
    const isLast = index === points.length - 1 || Math.floor((points[index + 1].at - first) / stretch) > Math.floor((point.at - first) / stretch);
    highest = point.spentUsd >= points[highest].spentUsd ? index : highest;
    if (isLast) {
      kept.add(index).add(highest);
      highest = index + 1;
    }
  });
  return [...kept].sort((a, b) => a - b).map(index => points[index]);
}

/** Where the limit changes or the spend falls: both sides of it. */
function turns(points: readonly Point[]): number[] {
  return points.flatMap(({ spentUsd, limitUsd }, index) => {
    const before = points[index - 1];
    return before && (limitUsd !== before.limitUsd || spentUsd < before.spentUsd) ? [index - 1, index] : [];
  });
}

/** The points in force at given instants. Both are in order of time. */
function pointsAt(points: readonly Point[], instants: readonly number[]): number[] {
  let index = 0;
  return instants.map(at => {
    while (index + 1 < points.length && points[index + 1].at <= at) {
      index += 1;
    }
    return index;
  });
}
