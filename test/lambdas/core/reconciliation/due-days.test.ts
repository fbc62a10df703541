import * as fc from 'fast-check';
import { addDays } from '../../../../src/lambdas/core/calendar';
import { beginOf, billingDay, closingDays, givenUpDay, isComplete, rememberedDays, waitingDays } from '../../../../src/lambdas/core/reconciliation/due-days';
import { NotedDay } from '../../../../src/lambdas/core/reconciliation/ports';

const noted = (day: string, final = false): NotedDay => ({ day, final, told: false, metered: new Map() });

test('days are those of UTC', () => {
  expect(billingDay(Date.parse('2026-11-22T23:59:59.999Z'))).toBe('2026-11-22');
  expect(billingDay(Date.parse('2026-11-23T00:00:00+02:00'))).toBe('2026-11-22');
  expect(beginOf('2026-11-22')).toBe(Date.parse('2026-11-22T00:00:00Z'));
  expect(addDays('2026-10-25', 1)).toBe('2026-10-26');
});

test('a day is compared after three days, once', () => {
  expect(waitingDays({ since: '2026-11-18', days: [] }, '2026-11-21')).toEqual(['2026-11-18']);
  expect(waitingDays({ since: '2026-11-18', days: [] }, '2026-11-20')).toEqual([]);
  expect(waitingDays({ since: '2026-11-18', days: [noted('2026-11-19')] }, '2026-11-23')).toEqual(['2026-11-18', '2026-11-20']);
});

test('a day that does not come is given up after three weeks, and that is said', () => {
  const note = { since: '2026-11-01', days: [] };
  expect(waitingDays(note, '2026-11-22')[0]).toBe('2026-11-01');
  expect(givenUpDay(note, '2026-11-22')).toBeUndefined();
  expect(waitingDays(note, '2026-11-23')[0]).toBe('2026-11-02');
  expect(givenUpDay(note, '2026-11-23')).toBe('2026-11-01');
  expect(givenUpDay({ ...note, days: [noted('2026-11-01')] }, '2026-11-23')).toBeUndefined();
});

test('when the bill of a month is closed its days are compared again, once', () => {
  const days = [noted('2026-10-30'), noted('2026-10-31', true), noted('2026-11-01')];
  expect(closingDays({ since: '2026-10-01', days }, '2026-11-05')).toEqual([]);
  expect(closingDays({ since: '2026-10-01', days }, '2026-11-06').map(({ day }) => day)).toEqual(['2026-10-30']);
});

test('a model that is late is waited for until the day is a week old', () => {
  expect(isComplete('2026-11-15', '2026-11-21')).toBe(false);
  expect(isComplete('2026-11-14', '2026-11-21')).toBe(true);
});

test('what was compared is remembered until it is final for certain, in order', () => {
  expect(rememberedDays([noted('2026-11-02'), noted('2026-11-01'), noted('2026-08-01')], '2026-11-22').map(({ day }) => day)).toEqual(['2026-11-01', '2026-11-02']);
});

test.each([
  ['2026-12-31', '2027-01-06', true], ['2026-11-30', '2027-01-06', true], ['2027-01-01', '2027-01-06', false], ['2027-01-01', '2027-01-31', false], ['2027-01-31', '2027-02-05', false],
])('%s is closed on %s: %s', (day, today, closed) => {
  expect(closingDays({ since: '2026-01-01', days: [noted(day)] }, today)).toHaveLength(closed ? 1 : 0);
});

test('a day is remembered for seventy days, and given up only after the beginning', () => {
  expect(rememberedDays([noted('2026-09-13'), noted('2026-09-12')], '2026-11-22').map(({ day }) => day)).toEqual(['2026-09-13']);
  expect(rememberedDays(['2026-11-03', '2026-11-01', '2026-11-02'].map(day => noted(day)), '2026-11-22').map(({ day }) => day)).toEqual(['2026-11-01', '2026-11-02', '2026-11-03']);
  expect(givenUpDay({ since: '2026-11-02', days: [] }, '2026-11-23')).toBeUndefined();
  expect(givenUpDay({ since: '2026-10-02', days: [noted('2026-11-02')] }, '2026-11-23')).toBe('2026-11-01');
});

test('whenever it runs, every day since the beginning is compared, given up or still to come', () => {
  const days = fc.uniqueArray(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 30 });
  fc.assert(fc.property(days, fc.array(fc.boolean(), { minLength: 91, maxLength: 91 }), (runs, arrives) => {
    const since = '2026-01-01';
    let compared: readonly NotedDay[] = [];
    const seen = new Map<string, number>();
    for (const run of [...runs].sort((one, another) => one - another)) {
      const today = addDays(since, run);
      for (const day of waitingDays({ since, days: compared }, today)) {
        expect(day <= addDays(today, -3)).toBe(true);
        if (arrives[run]) {
          seen.set(day, (seen.get(day) ?? 0) + 1);
          compared = rememberedDays([...compared, noted(day)], today);
        }
      }
    }
    expect([...seen.values()].every(times => times === 1)).toBe(true);
  }));
});
