import { scheduledTime } from '../../../src/lambdas/core/scheduled-time';
import { DAY, NOON } from './builders';

test.each([
  ['2026-03-10T12:00:00Z', NOON],
  ['2026-03-10T13:00:00+01:00', NOON],
  ['2026-04-14T12:00:00Z', NOON + 35 * DAY],
  ['2020-01-01T00:00:00Z', Date.parse('2020-01-01T00:00:00Z')],
])('%s is believed', (time, instant) => {
  expect(scheduledTime({ time }, NOON)).toBe(instant);
});

test.each(['2026-04-14T12:00:01Z', '9999-12-31T00:00:00Z'])('%s is too far ahead', time => {
  expect(() => scheduledTime({ time }, NOON)).toThrow(`time ${time} lies more than 35 days ahead`);
});

test.each([{}, { time: 'soon' }, { time: 1_773_144_000_000 }, { time: '2026-03-10T12:00:00' }, null, 'text'])('%j has no time', event => {
  expect(() => scheduledTime(event, NOON)).toThrow('the event has no time');
});
