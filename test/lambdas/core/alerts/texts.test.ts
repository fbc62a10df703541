import { channelOf } from '../../../../src/lambdas/core/alerts/channel';
import { dashboardUrl } from '../../../../src/lambdas/core/alerts/dashboard-url';
import { forecastText, labelFacts } from '../../../../src/lambdas/core/alerts/figures';
import { shellQuoted, shellWord } from '../../../../src/lambdas/core/alerts/shell';
import { amount, dollars, firstOf, instant, isoOrNone, json, minute, modelOf, nameOf, reasonOf, share } from '../../../../src/lambdas/core/alerts/texts';
import { BudgetFigures, EventDetail } from '../../../../src/lambdas/core/events';
import { usd } from '../../../../src/lambdas/core/money';
import { ACCOUNT, AGENT, ALICE, errorOf, REGION } from '../builders';
import { aDetail } from './an-alert';

test.each<[string, string, Record<string, string> | undefined]>([
  ['alice', ALICE, { name: 'Alice' }],
  ['support', AGENT, { name: 'support' }],
  ['support-Ab12Cd34Ef', AGENT, {}],
  ['support-Ab12Cd34Ef', AGENT, undefined],
  [`${'n'.repeat(63)}…`, AGENT, { name: 'n'.repeat(65) }],
  [`the root user of ${ACCOUNT}`, `root/${ACCOUNT}`, undefined],
  ['no principal', 'no\nprincipal', undefined],
  [`${'x'.repeat(63)}…`, 'x'.repeat(65), undefined],
  ['', '', undefined],
])('people call it "%s": %s', (name, principalId, labels) => {
  expect(nameOf({ principalId, labels })).toBe(name);
});

test('what an event does not tell is said so', () => {
  expect(nameOf({ principalId: undefined, labels: undefined })).toBe('');
  expect([reasonOf({} as EventDetail), reasonOf({ reason: '\n' } as EventDetail), reasonOf({ reason: 'r'.repeat(501) } as EventDetail).length]).toEqual(['no reason given', 'no reason given', 500]);
  expect([modelOf({} as EventDetail), modelOf({ modelId: '' } as EventDetail), modelOf({ modelId: 'm'.repeat(301) } as EventDetail).length]).toEqual(['not told', 'not told', 300]);
  expect([share(undefined), share({ sharePercent: '91.2' } as BudgetFigures)]).toEqual(['part', '91.2 %']);
});

test('amounts are in dollars and cents, and told apart from what is none', () => {
  expect([dollars('91.2345'), dollars('0'), dollars('much'), dollars(5), dollars(undefined)]).toEqual(['$91.23', '$0.00', 'an unreadable amount', 'an unreadable amount', 'an unreadable amount']);
  expect([amount('1.5'), amount('much'), amount(null)]).toEqual([usd('1.5'), undefined, undefined]);
});

test.each<[unknown, string | undefined, string, string]>([
  ['2026-03-10T12:00:00.000Z', '2026-03-10T12:00:00.000Z', '2026-03-10 12:00:00 UTC', '2026-03-10 12:00 UTC'],
  ['2026-03-10T12:00:59.123Z', '2026-03-10T12:00:59.123Z', '2026-03-10 12:00:59.123 UTC', '2026-03-10 12:00 UTC'],
  ['2026-03-10T13:00:00+01:00', '2026-03-10T12:00:00.000Z', '2026-03-10 12:00:00 UTC', '2026-03-10 12:00 UTC'],
  ['soon', undefined, 'an unknown time', 'an unknown time'],
  [1_773_144_000_000, undefined, 'an unknown time', 'an unknown time'],
  [undefined, undefined, 'an unknown time', 'an unknown time'],
])('the instant %j', (text, iso, exact, toTheMinute) => {
  expect([isoOrNone(text), instant(text), minute(text)]).toEqual([iso, exact, toTheMinute]);
});

test('values are shown as JSON of one line, within 500 characters', () => {
  expect([json({ a: ['b\n'] }), json(undefined), json(null), json(0)]).toEqual(['{"a":["b\\n"]}', 'null', 'null', '0']);
  expect(json('x'.repeat(600))).toHaveLength(500);
});

test.each([[0, []], [2, ['1', '2']], [3, ['1', '2', 'and 1 more']], [5, ['1', '2', 'and 3 more']]])('of %i things the first two are listed', (count, lines) => {
  expect(firstOf(Array.from({ length: count }, (_, index) => index + 1), 2, String)).toEqual(lines);
});

test.each([[10, 'l9=x'], [11, 'l9=x']])('of %i labels the first ten are told', (count, last) => {
  const [fact] = labelFacts(Object.fromEntries(Array.from({ length: count }, (_, index) => [`l${index}`, 'x'])));
  expect([fact.name, fact.value.split(', ').length, fact.value.split(', ').at(-1)]).toEqual(['Labels', 10, last]);
  expect(labelFacts({})).toEqual([]);
});

test.each<[BudgetFigures['forecast'], string]>([
  [{ outcome: 'exhausted' } as BudgetFigures['forecast'], 'the limit is reached'],
  [
    { outcome: 'exhausts', exhaustedAt: '2026-03-11T05:12:33.123Z', projectedUsd: '302.4567' } as BudgetFigures['forecast'],
    'at this pace the limit is reached at 2026-03-11 05:12 UTC; $302.46 by the end of the period',
  ],
  [{ outcome: 'lasts', projectedUsd: '99' } as BudgetFigures['forecast'], 'at this pace $99.00 by the end of the period, within the limit'],
  [{ outcome: 'unknown', why: 'the period\nhas just begun' } as BudgetFigures['forecast'], 'cannot be told: the period has just begun'],
  [undefined, 'cannot be told'],
])('the forecast %j', (forecast, text) => {
  expect(forecastText({ ...aDetail().budget!, forecast })).toBe(text);
});

test.each([
  [REGION, 'https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/a%20b'],
  ['cn-north-1', 'https://console.amazonaws.cn/cloudwatch/home?region=cn-north-1#dashboards/dashboard/a%20b'],
  ['us-gov-west-1', 'https://console.amazonaws-us-gov.com/cloudwatch/home?region=us-gov-west-1#dashboards/dashboard/a%20b'],
  ['xx-cn-1', 'https://xx-cn-1.console.aws.amazon.com/cloudwatch/home?region=xx-cn-1#dashboards/dashboard/a%20b'],
  ['xx-us-gov-1', 'https://xx-us-gov-1.console.aws.amazon.com/cloudwatch/home?region=xx-us-gov-1#dashboards/dashboard/a%20b'],
])('the dashboard in %s', (region, url) => {
  expect(dashboardUrl(region, 'a b')).toBe(url);
});

test.each([
  ['iam-user/444455556666/alice', 'iam-user/444455556666/alice'], ['a_b@c%d+e=f:g,h.i-j', 'a_b@c%d+e=f:g,h.i-j'], ['', '\'\''], ['a b', '\'a b\''],
  ['$(rm)', '\'$(rm)\''], ['it\'s \'so\'', '\'it\'\\\'\'s \'\\\'\'so\'\\\'\'\''], ['a;', '\'a;\''], [';a', '\';a\''],
])('a word for the shell: %s', (text, word) => {
  expect(shellWord(text)).toBe(word);
});

test('what is to be quoted is, also where there is no need', () => {
  expect(shellQuoted('plain')).toBe('\'plain\'');
});

test('a channel that is none is refused with what may be the matter', () => {
  const { name, message } = errorOf(() => channelOf({ kind: 'pigeon' }));
  expect([name, message]).toEqual(['ChannelError', 'the event names no channel that is known: is it a rule of another version?']);
});
