import { loggingEvent, gapEvent, mantleEvent, surplusEvent } from '../../../../src/lambdas/core/metering-coverage/coverage-events';
import { judge } from '../../../../src/lambdas/core/metering-coverage/judge';
import { faultsOf } from '../../../../src/lambdas/core/metering-coverage/logging-check';
import { mantleReport } from '../../../../src/lambdas/core/metering-coverage/mantle';
import { CountsByModel } from '../../../../src/lambdas/core/metering-coverage/token-counts';
import { embeddedCatalog } from '../../../../src/lambdas/core/pricing/embedded-catalog';
import { HOUR, NOON } from '../builders';

/** Every event of the coverage checker, as consumers of the bus get it: the snapshot is to be read like `docs/events.md`. */
const DEPLOYMENT = { deploymentId: 'dep-1', environmentName: 'test' };
const TEN = NOON - 2 * HOUR;
const M = 'anthropic.claude-opus-5';
type Tokens = Readonly<Record<string, number>>;
const side = (models: Tokens): CountsByModel => new Map(Object.entries(models).map(([model, input]) => [model, { calls: 3, input, output: 0 }]));
const many = (count: number, tokens: (index: number) => number): Tokens =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`acme.model-${index}`, tokens(index)]));
const judged = (counted: Tokens, metered: Tokens) => judge({ hour: { counted: side(counted), metered: side(metered) } });
const gap = (...sides: Parameters<typeof judged>) => gapEvent(TEN, NOON, judged(...sides), false, DEPLOYMENT).detail;

test('a gap', () => {
  const counted: CountsByModel = new Map([[M, { calls: 9, input: 200_000, output: 40_000, cacheRead: 1_000, cacheWrite: 500 }], ['acme.one', { calls: 1, input: 30_000.4, output: 0 }]]);
  const judgement = judge({ hour: { counted, metered: new Map([[M, { calls: 7, input: 150_000, output: 30_000, cacheRead: 1_000, cacheWrite: 500 }]]) } });
  expect(gapEvent(TEN, NOON, judgement, true, DEPLOYMENT)).toMatchSnapshot();
});

test('a gap of all models together names none of them', () => {
  expect(gap(many(10, () => 20_000), many(10, () => 5_000))).toMatchSnapshot();
});

test('a gap of many models tells the twenty largest, and how many there are', () => {
  const { reason, before, after } = gap(many(21, index => 20_000 + index), {});
  const largest = Array.from({ length: 20 }, (_, index) => `acme.model-${20 - index}`);
  expect(reason).toBe(`420,210 tokens that AWS counted in the hour from 2026-03-10T10:00:00.000Z were not metered (100.0 % of all): ${largest.join(', ')}`);
  expect(Object.keys(before!.countedByAws as object)).toEqual(largest);
  expect([Object.keys(after!.unmetered as object), Object.keys(after!.metered as object)]).toEqual([largest, largest]);
  expect(after).toMatchObject({ models: 21, lasting: false });
  expect(Object.keys(gap(many(20, index => 20_000 + index), {}).after!.unmetered as object)).toHaveLength(20);
});

test('a reason has a thousand characters at most', () => {
  const long = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`acme.${'m'.repeat(70)}-${index}`, 20_000]));
  expect(gap(long(20), {}).reason).toHaveLength(1_000);
  expect(gap(long(10), {}).reason.endsWith('-9')).toBe(true);
});

test('a surplus', () => {
  expect(surplusEvent(TEN, NOON, { ...judged({ [M]: 100_000 }, { [M]: 223_456, 'acme.one': 30_000 }), surplusLasts: true }, DEPLOYMENT)).toMatchSnapshot();
});

describe('the way to the meter', () => {
  const expected = { logGroupName: 'invocations', meterArn: 'arn:meter' };
  const filtered = { configuration: { cloudWatchConfig: { logGroupName: 'theirs' } }, subscriptions: [{ name: 'some', destinationArn: 'arn:meter', filterPattern: '{ $.modelId = "x" }' }] };
  const hint = { eventId: 'e-1', eventName: 'PutSubscriptionFilter', by: 'arn:aws:iam::444455556666:user/mallory', at: NOON - HOUR };

  test('that is wrong at both ends', () => {
    expect(loggingEvent(NOON, faultsOf(filtered, expected), undefined, DEPLOYMENT)).toMatchSnapshot();
  });

  test('that somebody has changed', () => {
    expect(loggingEvent(NOON, faultsOf({}, expected), hint, DEPLOYMENT)).toMatchSnapshot();
  });

  test('that somebody has changed, and that is well', () => {
    expect(loggingEvent(NOON, [], hint, DEPLOYMENT)).toMatchSnapshot();
    expect(loggingEvent(NOON, [], undefined, DEPLOYMENT).detail).toMatchObject({ reason: 'the records of Bedrock\'s calls reach the usage meter', actor: 'coverage-checker' });
  });

  test.each([
    [{}, ['model-invocation logging is switched off in this account and region', 'log group invocations does not exist any more']],
    [{ configuration: {}, subscriptions: [] }, ['Bedrock writes its log to a bucket alone, and to no log group', 'the usage meter is not subscribed to log group invocations any more']],
    [filtered, ['Bedrock writes its log to theirs, and invocations is metered', 'the subscription some of log group invocations leaves records out: its pattern is { $.modelId = "x" }']],
  ])('is told in words', (facts, messages) => {
    expect(faultsOf(facts, expected).map(({ message }) => message)).toEqual(messages);
  });

  test.each([['', true], [' ', true], ['""', true], ['" "', true], [' "" ', true], ['x', false], ['"x"', false], ['{}', false]])('a pattern of %j lets everything pass: %s', (filterPattern, everything) => {
    const facts = { configuration: { cloudWatchConfig: { logGroupName: 'invocations' } }, subscriptions: [{ name: 'all', destinationArn: 'arn:meter', filterPattern }] };
    expect(faultsOf(facts, expected).map(({ code }) => code)).toEqual(everything ? [] : ['filtered']);
  });
});

describe('use of the mantle endpoint', () => {
  const report = (byModel: ReadonlyMap<string, { inferences: number; inputTokens: number; outputTokens: number }>) =>
    mantleReport({ byModel }, { prices: embeddedCatalog(), region: 'us-east-1', at: TEN })!;

  test('with a model of a known price and one of none', () => {
    const used = report(new Map([['zai.glm-4.7', { inferences: 1_234, inputTokens: 500_000.4, outputTokens: 1_000_000 }], ['acme.unheard-of', { inferences: 2, inputTokens: 10, outputTokens: 10 }]]));
    expect(mantleEvent(TEN, NOON, used, DEPLOYMENT)).toMatchSnapshot();
  });

  test('of a single call', () => {
    expect(mantleEvent(TEN, NOON, report(new Map([['zai.glm-4.7', { inferences: 1, inputTokens: 1, outputTokens: 1 }]])), DEPLOYMENT).detail.reason)
      .toBe('a call of the bedrock-mantle endpoint in the hour from 2026-03-10T10:00:00.000Z counts towards no budget');
  });

  test('tells twenty models at most, and all of their calls', () => {
    const used = report(new Map(Array.from({ length: 21 }, (_, index) => [`acme.model-${String(index).padStart(2, '0')}`, { inferences: 1, inputTokens: 1, outputTokens: 1 }])));
    const { calls, after } = mantleEvent(TEN, NOON, used, DEPLOYMENT).detail;
    expect(calls).toBe(21);
    expect([Object.keys(after!.models as object).length, (after!.unpriced as string[]).length]).toEqual([20, 20]);
    expect(after!.unpriced).not.toContain('acme.model-20');
  });
});
