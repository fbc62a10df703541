import * as fc from 'fast-check';
import { instantsOf, instantText, wallClock } from '../../../../src/lambdas/core/report-page/texts';
import { wallTicks } from '../../../../src/lambdas/core/report-page/wall-ticks';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const at = (text: string) => Date.parse(text);

function shown(from: string, to: string, count: number, timeZone: string): readonly string[] {
  return wallTicks(at(from), at(to), count, timeZone).map(tick => instantText(tick, { timeZone }).slice(5));
}

test('an hour that clocks show twice has two ticks, one that they leave out has none', () => {
  expect(shown('2026-10-24T22:30:00Z', '2026-10-25T03:00:00Z', 6, 'Europe/Berlin')).toEqual(['10-25 01:00', '10-25 02:00 +02:00', '10-25 02:00 +01:00', '10-25 03:00', '10-25 04:00']);
  expect(shown('2026-03-28T23:30:00Z', '2026-03-29T03:00:00Z', 6, 'Europe/Berlin')).toEqual(['03-29 01:00', '03-29 03:00', '03-29 04:00', '03-29 05:00']);
});

test('days begin at midnight on both sides of it', () => {
  expect(shown('2026-10-23T12:00:00Z', '2026-10-27T12:00:00Z', 5, 'Europe/Berlin')).toEqual(['10-24 00:00', '10-25 00:00', '10-26 00:00', '10-27 00:00']);
  expect(shown('2026-10-05T12:00:00Z', '2026-11-20T12:00:00Z', 8, 'America/New_York')).toEqual(['10-12 00:00', '10-19 00:00', '10-26 00:00', '11-02 00:00', '11-09 00:00', '11-16 00:00']);
  expect(shown('2025-11-20T00:00:00Z', '2026-05-20T00:00:00Z', 8, 'UTC')).toEqual(['12-01 00:00', '01-01 00:00', '02-01 00:00', '03-01 00:00', '04-01 00:00', '05-01 00:00']);
});

const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia');

test('ticks are in order, within what is shown, few, and rarely none', () => {
  fc.assert(fc.property(zone, fc.integer({ min: at('2015-01-01'), max: at('2030-01-01') }), fc.double({ min: 4, max: 12, noNaN: true }), fc.integer({ min: 2, max: 14 }), (timeZone, from, power, count) => {
    const to = from + Math.floor(10 ** power);
    const ticks = wallTicks(from, to, count, timeZone);
    expect([...ticks].sort((a, b) => a - b)).toEqual(ticks);
    expect(ticks.every(tick => tick >= from && tick <= to)).toBe(true);
    // An hour that is there twice may add its own.
    expect(ticks.length).toBeLessThanOrEqual(count + 2 + HOUR / Math.max(60_000, (to - from) / count));
  }));
});

test('the instants of a time are those at which clocks show it', () => {
  fc.assert(fc.property(zone, fc.integer({ min: at('2015-01-01') / 60_000, max: at('2030-01-01') / 60_000 }), (timeZone, minute) => {
    const instant = minute * 60_000;
    expect(instantsOf(wallClock(instant, timeZone), timeZone)).toContain(instant);
  }));
  expect(instantsOf(at('2026-03-29T02:30:00Z'), 'Europe/Berlin')).toEqual([]);
  expect(wallTicks(0, DAY, 4, 'UTC')).toHaveLength(5);
});
