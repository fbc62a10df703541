import * as fc from 'fast-check';
import { Failure } from '../../../src/lambdas/core/budget';
import { isNews, isToldAlready } from '../../../src/lambdas/core/failure-news';
import { DAY, MINUTE, NOON } from './builders';

const failure: Failure = { workflow: 'suspension', step: 'RemovePolicies', message: 'AccessDenied', at: NOON };

test('the first failure is news', () => {
  expect(isNews(failure, undefined)).toBe(true);
});

test.each<[string, Partial<Failure>, boolean]>([
  ['the same five minutes later', { at: NOON + 5 * MINUTE }, false],
  ['the same a moment before a day has gone by', { at: NOON + DAY - 1 }, false],
  ['the same a day later', { at: NOON + DAY }, true],
  ['another reason', { message: 'LimitExceeded' }, true],
  ['another step', { step: 'Restrict' }, true],
  ['another workflow', { workflow: 'restoration' }, true],
])('%s', (_, change, news) => {
  expect(isNews({ ...failure, ...change }, failure)).toBe(news);
});

test.each([
  ['2026-03-10T12:00:00.123Z 8d3f0a52-17f0-4b53-9b6c-1f2e3d4c5b6a Task timed out after 30.05 seconds', '2026-03-10T12:05:01.456Z 0a1b2c3d-aaaa-4bbb-8ccc-ffffeeee0000 Task timed out after 30.06 seconds'],
])('what differs from attempt to attempt is no other reason', (one, other) => {
  expect(isNews({ ...failure, message: other, at: NOON + 5 * MINUTE }, { ...failure, message: one })).toBe(false);
});

test('a failure that people were told of is one of before, and not the one that is told now', () => {
  expect(isToldAlready({ failure: { ...failure, at: NOON + 1 }, toldFailure: failure })).toBe(true);
  expect(isToldAlready({ failure, toldFailure: failure })).toBe(false);
  expect(isToldAlready({ failure })).toBe(false);
  expect(isToldAlready({ toldFailure: failure })).toBe(false);
});

test('whatever fails and however often, people hear of one reason at most once a day, and of every reason', () => {
  const attempt = fc.record({ message: fc.constantFrom('AccessDenied', 'AccessDenied', 'AccessDenied'), gap: fc.integer({ min: 1, max: 3 * DAY }) });
  fc.assert(fc.property(fc.array(attempt, { minLength: 1 }), attempts => {
    let told: Failure | undefined;
    let now = NOON;
    for (const { message, gap } of attempts) {
      now += gap;
      const next = { ...failure, message, at: now };
      const news = isNews(next, told);
      expect(news).toBe(told === undefined || now - told.at >= DAY);
      told = news ? next : told;
    }
  }));
});
