import { markup, Markup } from '../../../../src/lambdas/core/report-page/markup';
import { bins, dollarTexts, largest, secondStep, ticks } from '../../../../src/lambdas/core/report-page/scale';
import { sortKey } from '../../../../src/lambdas/core/report-page/sort-key';
import { clockText, dayText, decimalsFor, dollarText, durationText, instantText, shareText, tickText, wallClock } from '../../../../src/lambdas/core/report-page/texts';

describe('markup', () => {
  test('escapes whatever is put in, unless it is markup', () => {
    expect(markup`<p title="${'"<&>\''}">${['<', markup`<b>${1}</b>`, new Markup('<i>')]}</p>`.text)
      .toBe('<p title="&quot;&lt;&amp;&gt;&#39;">&lt;<b>1</b><i></p>');
  });
});

describe('instants', () => {
  test.each([
    ['UTC', '2026-03-29T00:30:00Z', '2026-03-29 00:30'],
    ['Europe/Berlin', '2026-03-29T00:30:00Z', '2026-03-29 01:30'],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29 03:00'],
    ['Europe/Berlin', '2026-10-25T00:59:00Z', '2026-10-25 02:59 +02:00'],
    ['Europe/Berlin', '2026-10-25T01:00:00Z', '2026-10-25 02:00 +01:00'],
    ['Europe/Berlin', '2026-10-25T02:00:00Z', '2026-10-25 03:00'],
    ['America/New_York', '2026-11-01T05:30:00Z', '2026-11-01 01:30 -04:00'],
    ['Australia/Lord_Howe', '2026-04-04T14:59:00Z', '2026-04-05 01:59 +11:00'],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', '2026-04-05 01:30 +10:30'],
    ['Asia/Kathmandu', '2026-01-01T00:00:00Z', '2026-01-01 05:45'],
    ['America/Los_Angeles', '2026-01-01T00:00:00Z', '2025-12-31 16:00'],
  ])('are told as clocks in %s show them: %s', (timeZone, instant, text) => {
    expect(instantText(Date.parse(instant), { timeZone })).toBe(text);
    expect(new Date(wallClock(Date.parse(instant), timeZone)).toISOString().slice(0, 16).replace('T', ' ')).toBe(text.slice(0, 16));
  });

  test('may be told since another', () => {
    expect([-1, 0, 59_499, 75_400, 3_600_000].map(at => instantText(at, { timeZone: 'UTC', clockFrom: 0 }))).toEqual(['start', '0:00', '0:59', '1:15', '1:00:00']);
    expect(clockText(59.6)).toBe('1:00');
    expect(instantText(0, { timeZone: 'UTC' }, true)).toBe('1970-01-01 00:00:00');
  });

  test('are short on an axis', () => {
    const noon = Date.parse('2026-10-05T12:00:00Z');
    const midnight = Date.parse('2026-10-05T00:00:00Z');
    const day = 86_400_000;
    expect([noon, midnight].map(at => tickText(at, day))).toEqual(['12:00', '5 Oct']);
    expect([noon, midnight].map(at => tickText(at, 30 * day))).toEqual(['5 Oct 12:00', '5 Oct']);
    expect(tickText(midnight, 800 * day)).toBe('Oct 2026');
    expect(dayText('2026-01-09')).toBe('9 Jan 2026');
  });

  test.each([[0, '0 s'], [400, '0 s'], [59_600, '1 min'], [3_661_000, '1 h 1 min'], [3_605_000, '1 h'], [90_000_000, '1 d 1 h'], [86_400_000, '1 d'], [31 * 86_400_000, '31 d']])('lie %d ms apart: %s', (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });
});

describe('dollars', () => {
  test.each([[0, '$0.00'], [1234567.891, '$1,234,567.89'], [-5, '-$5.00'], [-0.001, '$0.00'], [999.999, '$1,000.00'], [100, '$100.00']])('of %d are %s', (usd, text) => {
    expect(dollarText(usd)).toBe(text);
  });

  test('have as many decimals as can be read', () => {
    expect([0, 5, 0.5, 0.001].map(decimalsFor)).toEqual([2, 2, 4, 6]);
    expect(dollarText(0.000123, 6)).toBe('$0.000123');
    expect([shareText(1, 3), shareText(1, 0)]).toEqual(['33.3 %', '']);
  });
});

describe('scales', () => {
  test.each([[10.8, 4, [0, 5, 10, 15]], [21.6, 4, [0, 10, 20, 30]], [3.2, 4, [0, 1, 2, 3, 4]], [0.9, 4, [0, 0.25, 0.5, 0.75, 1]], [100, 5, [0, 20, 40, 60, 80, 100]], [0, 4, [0, 1]], [NaN, 4, [0, 1]]])('have round values that reach %d', (highest, count, expected) => {
    expect(ticks(highest, count)).toEqual(expected);
  });

  test('never end below what they show', () => {
    for (let highest = 0.0001; highest < 1e9; highest *= 1.37) {
      const values = ticks(highest, 5);
      expect(values.at(-1)).toBeGreaterThanOrEqual(highest * (1 - 1e-9));
      expect(values.length).toBeLessThanOrEqual(7);
    }
  });

  test('have steps of clocks', () => {
    expect([[50, 6], [3, 6], [600, 5], [1e6, 10]].map(([length, count]) => secondStep(length, count))).toEqual([10, 1, 120, 100_800]);
  });

  test('show cents on all values or on none, and thousands shortly', () => {
    expect(dollarTexts([0, 5, 10])).toEqual(['$0', '$5', '$10']);
    expect(dollarTexts([0, 2.5, 5])).toEqual(['$0.00', '$2.50', '$5.00']);
    expect(dollarTexts([0, 25_000, 1_500_000])).toEqual(['$0', '$25k', '$1.5M']);
  });

  test('draw days together where they would be too narrow', () => {
    expect(bins(3, 1000, 6)).toEqual([{ from: 0, to: 0 }, { from: 1, to: 1 }, { from: 2, to: 2 }]);
    expect(bins(10, 30, 6)).toEqual([{ from: 0, to: 6 }, { from: 7, to: 9 }]);
    expect(bins(0, 100, 6)).toEqual([]);
    expect(bins(10_000, 10, 6).at(-1)!.to).toBe(9999);
  });

  test('draw the smallest series as one, and lose nothing', () => {
    const series = [1, 5, 3, 2].map(amount => ({ name: `s${amount}`, usd: [amount, amount * 2] }));
    expect(largest(series, 4).map(({ name }) => name)).toEqual(['s5', 's3', 's2', 's1']);
    expect(largest(series, 3)).toEqual([series[1], series[2], { name: '2 others', usd: [3, 6], standsFor: 2 }]);
    expect(largest([], 3)).toEqual([]);
    // What stands for several already is the last, however large, and is never one of two.
    const rest = { name: '9 others', usd: [100, 100], standsFor: 9 };
    expect(largest([rest, series[1]], 3)).toEqual([series[1], rest]);
    expect(largest([rest, ...series], 3)).toEqual([series[1], series[2], { name: '11 others', usd: [103, 106], standsFor: 11 }]);
    expect(largest([rest, rest, series[1]], 3)).toEqual([series[1], { name: '18 others', usd: [200, 200], standsFor: 18 }]);
  });
});

describe('the number that a text begins with', () => {
  test.each([['$1,234.50', 1234.5], ['-$0.5', -0.5], ['$-2', -2], ['−3', -3], ['12.3 %', 12.3], [' 7 calls', 7], ['1e-7', 1e-7], ['.5', 0.5], ['+4', 4], ['', NaN], ['n/a', NaN], ['—', NaN]])('of %p is %d', (text, number) => {
    expect(sortKey(text)).toBe(number);
  });
});
