import { chartData, drawn, embeddedJson, timeFrameOf } from '../../../../src/lambdas/core/report-page/chart-data';
import { SpendChart } from '../../../../src/lambdas/core/report-page/report-page';
import { bins, dollarTexts, largest, namedSeries, secondStep, ticks } from '../../../../src/lambdas/core/report-page/scale';
import { sortKey } from '../../../../src/lambdas/core/report-page/sort-key';
import { CHART_STATUSES, STATUS_LOOK } from '../../../../src/lambdas/core/report-page/status-look';
import { clockText, dayText, decimalsFor, dollarText, durationText, instantsOf, offsetText, shareText, tickText, wallClock } from '../../../../src/lambdas/core/report-page/texts';
import { thinned } from '../../../../src/lambdas/core/report-page/thinning';
import { wallTicks } from '../../../../src/lambdas/core/report-page/wall-ticks';
import { emptyPage } from '../../../browser/pages';
import { at, DAY, HOUR, MINUTE } from '../builders';

const spend = (changes: Partial<SpendChart> = {}): SpendChart => ({ kind: 'spend', title: 'S', description: 'D', points: [], marks: [], ...changes });

describe('the data of a chart', () => {
  test('of spend are columns, to a millionth of a dollar', () => {
    const marks = [{ at: 1, status: 'active' as const, text: 'seen' }];
    expect(chartData(spend({ points: [{ at: 1, spentUsd: 0.0000004, limitUsd: 0.0000005 }, { at: 2, spentUsd: 1.23456749 }], marks }))).toEqual({
      kind: 'spend', title: 'S', at: [1, 2], spent: [0, 1.234567], limit: [0.000001, null], marks,
    });
  });

  test('of states and cost are what is drawn of them', () => {
    const rows = [{ name: 'a', spans: [{ from: 1, to: 2, status: 'active' as const, text: 'x' }] }];
    expect(chartData({ kind: 'states', title: 'S', description: 'D', rows })).toEqual({ kind: 'states', title: 'S', rows });
    expect(chartData({ kind: 'cost', title: 'C', description: 'D', days: ['2026-10-01'], series: [{ name: 'a', usd: [0.1234567], standsFor: 2 }] })).toEqual({
      kind: 'cost', title: 'C', days: ['2026-10-01'], series: [{ name: 'a', usd: [0.123457], standsFor: 2 }],
    });
  });

  test('stand in a script element as they are read there', () => {
    expect(embeddedJson({ '<a>': '&\u2028\u2029\'"' })).toBe('{"\\u003ca\\u003e":"\\u0026\\u2028\\u2029\'\\""}');
  });

  test.each([[500, 500], [501, 252]])('of %d points are %d that are drawn', (count, drawnPoints) => {
    const points = Array.from({ length: count }, (_, index) => ({ at: index, spentUsd: index }));
    expect(drawn(spend({ points })).points).toHaveLength(drawnPoints);
  });

  test('keep the points at changes of status', () => {
    const points = Array.from({ length: 2_000 }, (_, index) => ({ at: index, spentUsd: index }));
    const marked = drawn(spend({ points, marks: [{ at: 1_001, status: 'warning', text: '' }, { at: 1_003, status: 'critical', text: '' }] }));
    expect(marked.points.map(point => point.at)).toEqual(expect.arrayContaining([1_001, 1_003]));
  });
});

test('a page is in UTC and tells dates, unless it says otherwise', () => {
  expect(timeFrameOf(emptyPage())).toEqual({ timeZone: 'UTC' });
  expect(timeFrameOf({ ...emptyPage(), timeZone: 'Asia/Tokyo', clockFrom: 0 })).toEqual({ timeZone: 'Asia/Tokyo', clockFrom: 0 });
});

describe('thinning', () => {
  test('keeps of each stretch of time the highest and the last, the later one of equals', () => {
    // Four asked for: two stretches, each with its highest and its last, beside what marks and falls need.
    const points = [0, 5, 5, 3, 3, 3, 1, 1, 2, 9, 9, 4].map((spentUsd, index) => ({ at: index, spentUsd }));
    const indexes = (most: number, marks: readonly number[] = []) => thinned(points, marks, most).map(point => point.at);
    expect(indexes(12)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    // Falls are at 2/3, 5/6 and 10/11; the stretches end with 5, 10 and 11.
    expect(indexes(4)).toEqual([0, 2, 3, 5, 6, 10, 11]);
    expect(indexes(4, [0.5, 8])).toEqual([0, 2, 3, 5, 6, 8, 10, 11]);
    expect(indexes(4, [-1, 99])).toEqual([0, 2, 3, 5, 6, 10, 11]);
  });

  test('keeps both sides of a change of the limit', () => {
    const points = Array.from({ length: 9 }, (_, index) => ({ at: index, spentUsd: index, ...(index < 3 ? {} : { limitUsd: index < 6 ? 1 : 2 }) }));
    expect(thinned(points, [], 2).map(point => point.at)).toEqual([0, 2, 3, 5, 6, 7, 8]);
  });

  test('of points at one instant keeps the ends', () => {
    expect(thinned(Array.from({ length: 9 }, (_, index) => ({ at: 7, spentUsd: index })), [], 2).map(({ spentUsd }) => spentUsd)).toEqual([0, 8]);
  });
});

describe('instants', () => {
  test.each([
    ['2026-10-25T00:30:00Z', 'Europe/Berlin', ' +02:00'], ['2026-10-25T01:30:00Z', 'Europe/Berlin', ' +01:00'], ['2026-10-25T02:00:00Z', 'Europe/Berlin', ''],
    ['2026-11-01T05:30:00Z', 'America/New_York', ' -04:00'], ['2026-10-25T02:30:00Z', 'America/St_Johns', ''], ['2026-11-01T03:45:00Z', 'America/St_Johns', ' -02:30'],
    ['2026-11-01T04:45:00Z', 'America/St_Johns', ' -03:30'], ['2026-11-01T05:30:00Z', 'UTC', ''],
  ])('%s in %s is told with "%s"', (instant, timeZone, text) => {
    expect(offsetText(at(instant), timeZone)).toBe(text);
  });

  test('are two in an hour that clocks show twice, in their order', () => {
    expect(instantsOf(at('2026-10-25T02:30:00Z'), 'Europe/Berlin')).toEqual([at('2026-10-25T00:30:00Z'), at('2026-10-25T01:30:00Z')]);
    expect(instantsOf(at('2026-10-25T03:00:00Z'), 'Europe/Berlin')).toEqual([at('2026-10-25T02:00:00Z')]);
  });

  test('of any second are shown by clocks to the second', () => {
    expect(wallClock(at('2026-10-25T00:59:59.999Z'), 'Europe/Berlin')).toBe(at('2026-10-25T02:59:59.999Z'));
    expect(wallClock(at('2026-10-25T01:00:00Z'), 'Europe/Berlin')).toBe(at('2026-10-25T02:00:00Z'));
    expect(wallClock(at('1969-12-31T23:59:59Z'), 'Asia/Tokyo')).toBe(at('1970-01-01T08:59:59Z'));
  });

  test.each<[string, number, string]>([
    ['2026-10-05T12:00:00Z', 2 * DAY, '12:00'], ['2026-10-05T12:00:00Z', 2 * DAY + 1, '5 Oct 12:00'], ['2026-10-05T00:00:00Z', 2 * DAY, '5 Oct'], ['2026-10-05T00:00:00Z', 400 * DAY, '5 Oct'],
    ['2026-10-05T00:00:00Z', 400 * DAY + 1, 'Oct 2026'], ['2026-12-31T00:00:00Z', DAY, '31 Dec'], ['2026-01-01T00:00:00Z', 800 * DAY, 'Jan 2026'],
  ])('%s on an axis of %d ms is %s', (instant, length, text) => {
    expect(tickText(at(instant), length)).toBe(text);
  });

  test.each(['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((month, index) => [`2026-${String(index + 1).padStart(2, '0')}-09`, `9 ${month} 2026`]))('%s is %s', (day, text) => {
    expect(dayText(day)).toBe(text);
  });

  test.each([[0, '0:00'], [9.4, '0:09'], [59.5, '1:00'], [3_599, '59:59'], [3_599.5, '1:00:00'], [3_661, '1:01:01'], [36_000, '10:00:00']])('%d seconds on a clock are %s', (seconds, text) => {
    expect(clockText(seconds)).toBe(text);
  });

  test.each([[499, '0 s'], [500, '1 s'], [MINUTE - 1_000, '59 s'], [MINUTE, '1 min'], [MINUTE + 1_000, '1 min 1 s'], [HOUR - 1_000, '59 min 59 s'], [HOUR + 1_000, '1 h'], [DAY - 1_000, '23 h 59 min'], [DAY + MINUTE, '1 d'], [DAY + HOUR, '1 d 1 h']])(
    '%d ms are %s', (milliseconds, text) => {
      expect(durationText(milliseconds)).toBe(text);
    },
  );
});

describe('amounts', () => {
  test.each([[1, 2], [0.999, 4], [0.01, 4], [0.0099, 6], [0, 2]])('up to %d have %d decimals', (largestOfThem, decimals) => {
    expect(decimalsFor(largestOfThem)).toBe(decimals);
  });

  test.each([[999, 0, '$999'], [1_000, 0, '$1,000'], [-1_234_567.5, 2, '-$1,234,567.50'], [-0.004, 2, '$0.00'], [-0.005, 3, '-$0.005'], [0.5, 1, '$0.5']])('%d with %d decimals is %s', (usd, decimals, text) => {
    expect(dollarText(usd, decimals)).toBe(text);
  });

  test('are shares of something, and none of nothing', () => {
    expect([shareText(1, 8), shareText(0, 2), shareText(3, 2), shareText(1, 0), shareText(1, -1)]).toEqual(['12.5 %', '0.0 %', '150.0 %', '', '']);
  });

  test.each<[readonly number[], readonly string[]]>([
    [[0, 9_999], ['$0', '$9,999']], [[0, 5_000, 10_000], ['$0', '$5k', '$10k']], [[0, 12_500, 25_000], ['$0', '$12.5k', '$25k']], [[0, 999_999], ['$0', '$999.999k']],
    [[0, 1_000_000], ['$0', '$1M']], [[0, 0.5, 1], ['$0.00', '$0.50', '$1.00']], [[0, 0.005], ['$0.000000', '$0.005000']],
  ])('of %j on an axis are %j', (amounts, texts) => {
    expect(dollarTexts(amounts)).toEqual(texts);
  });

  test.each([['$', NaN], ['a 5', NaN], ['1,234,567', 1_234_567], ['+$5', 5], ['$+5', 5], ['- $ 5', -5], ['5e3 x', 5_000], ['2E-2', 0.02], ['1.', 1], ['-−3', -3], ['0.50 of 2', 0.5]])('%p is sorted by %d', (text, number) => {
    expect(sortKey(text)).toBe(number);
  });
});

describe('axes', () => {
  test.each<[number, number, readonly number[]]>([
    [5, 5, [0, 1, 2, 3, 4, 5]], [5.01, 5, [0, 2, 4, 6]], [12.5, 5, [0, 2.5, 5, 7.5, 10, 12.5]], [12.6, 5, [0, 5, 10, 15]], [0.3, 3, [0, 0.1, 0.2, 0.3]],
    [1, 1, [0, 1]], [-1, 4, [0, 1]], [60, 5, [0, 20, 40, 60]],
  ])('up to %d in at most %d steps have %j', (highest, count, values) => {
    expect(ticks(highest, count)).toEqual(values);
  });

  test.each([
    [5, 5, 1], [6, 5, 2], [10, 5, 2], [11, 5, 5], [50, 5, 10], [75, 5, 15], [100, 5, 20], [150, 5, 30], [300, 5, 60], [301, 5, 120],
    [1_500, 5, 300], [3_000, 5, 600], [4_500, 5, 900], [9_000, 5, 1_800], [9_001, 5, 3_600],
    [18_000, 5, 3_600], [18_001, 5, 7_200],
  ])('of %d seconds in at most %d steps have steps of %d', (length, count, step) => {
    expect(secondStep(length, count)).toBe(step);
  });

  test.each([
    [5, 30, 5], [6, 30, 1], [35, 30, 5], [36, 30, 2], [140, 30, 5], [141, 30, 2], [455, 30, 5], [1_820, 30, 5], [1_821, 30, 6],
  ])('of %d days on %d pixels have %d bars', (days, width, count) => {
    expect(bins(days, width, 6)).toHaveLength(count);
  });

  const shown = (from: string, length: number, count: number) => wallTicks(at(from), at(from) + length, count, 'UTC').map(tick => new Date(tick).toISOString().slice(0, 16));

  test.each<[number, number, readonly string[]]>([
    [2 * MINUTE, 2, ['2026-03-04T00:00', '2026-03-04T00:01', '2026-03-04T00:02']],
    [2 * MINUTE + 1, 2, ['2026-03-04T00:00', '2026-03-04T00:02']],
    [30 * MINUTE, 3, ['2026-03-04T00:00', '2026-03-04T00:10', '2026-03-04T00:20', '2026-03-04T00:30']],
    [6 * HOUR, 2, ['2026-03-04T00:00', '2026-03-04T03:00', '2026-03-04T06:00']],
    [DAY, 2, ['2026-03-04T00:00', '2026-03-04T12:00', '2026-03-05T00:00']],
    [2 * DAY, 2, ['2026-03-04T00:00', '2026-03-05T00:00', '2026-03-06T00:00']],
    // Weeks begin on Mondays, and so do every two of them since 1970.
    [4 * DAY, 2, ['2026-03-04T00:00', '2026-03-06T00:00', '2026-03-08T00:00']],
    [14 * DAY, 2, ['2026-03-09T00:00', '2026-03-16T00:00']],
    [28 * DAY, 2, ['2026-03-16T00:00', '2026-03-30T00:00']],
    [60 * DAY, 2, ['2026-04-01T00:00', '2026-05-01T00:00']],
    [120 * DAY, 2, ['2026-05-01T00:00', '2026-07-01T00:00']],
    [180 * DAY, 2, ['2026-04-01T00:00', '2026-07-01T00:00']],
    [360 * DAY, 2, ['2026-07-01T00:00', '2027-01-01T00:00']],
    [720 * DAY, 2, ['2027-01-01T00:00', '2028-01-01T00:00']],
    [1_440 * DAY, 2, ['2028-01-01T00:00', '2030-01-01T00:00']],
    [20_000 * DAY, 2, ['2036-01-01T00:00', '2046-01-01T00:00', '2056-01-01T00:00', '2066-01-01T00:00', '2076-01-01T00:00']],
  ])('of %d ms in about %d steps have %j', (length, count, instants) => {
    expect(shown('2026-03-04T00:00:00Z', length, count)).toEqual(instants);
  });
});

describe('series', () => {
  test.each([[7, 7], [8, 8], [9, 7]])('of %d, %d are drawn under their own names', (count, named) => {
    expect(namedSeries(count)).toBe(named);
  });

  test('of one size stay in their order, and those of what stands for several are one', () => {
    const series = [1, 1, 1].map((amount, index) => ({ name: `s${index}`, usd: [amount] }));
    expect(largest(series, 2)).toEqual([series[0], { name: '2 others', usd: [2], standsFor: 2 }]);
    const rest = { name: '3 others', usd: [5], standsFor: 3 };
    expect(largest([rest, rest], 8)).toEqual([{ name: '6 others', usd: [10], standsFor: 6 }]);
    expect(largest([...series, rest], 4)).toEqual([...series, rest]);
    expect(largest([...series, rest], 3)).toEqual([series[0], series[1], { name: '4 others', usd: [6], standsFor: 4 }]);
  });

  test('have as many days as the first of the rest', () => {
    expect(largest([{ name: 'a', usd: [9, 9] }, { name: 'b', usd: [1, 2] }, { name: 'c', usd: [1] }], 2).at(-1)).toEqual({ name: '2 others', usd: [2, 2], standsFor: 2 });
  });
});

test('every status has a look of its own, and the worse it is, the heavier its bar', () => {
  expect(CHART_STATUSES.map(status => [status, STATUS_LOOK[status].label, STATUS_LOOK[status].weight, STATUS_LOOK[status].isHollow ?? false])).toEqual([
    ['active', 'active', 4, false], ['warning', 'warning', 8, false], ['critical', 'critical', 12, false], ['exceeded', 'exceeded', 16, false], ['grace_period', 'grace period', 16, true],
    ['suspended', 'suspended', 20, false], ['restoring', 'restoring', 12, true], ['deleted', 'deleted', 2, false],
  ]);
});
