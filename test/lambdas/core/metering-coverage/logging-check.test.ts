import { faultsOf, LoggingFacts, subscribedSince } from '../../../../src/lambdas/core/metering-coverage/logging-check';

const EXPECTED = { logGroupName: 'invocations', meterArn: 'arn:meter' };
const subscription = { name: 'all', destinationArn: 'arn:meter', filterPattern: '', createdAt: 1_000 };
const GOOD: LoggingFacts = { configuration: { cloudWatchConfig: { logGroupName: 'invocations', roleArn: 'arn:role' } }, subscriptions: [subscription] };
const codes = (facts: LoggingFacts) => faultsOf(facts, EXPECTED).map(({ code }) => code);

test('all is well where Bedrock writes to the metered log group and the meter reads all of it', () => {
  expect(codes(GOOD)).toEqual([]);
});

test.each([
  ['bodies', { ...GOOD.configuration, textDataDeliveryEnabled: true }],
  ['a bucket beside', { ...GOOD.configuration, s3Config: { bucketName: 'b' } }],
  ['another role', { cloudWatchConfig: { logGroupName: 'invocations', roleArn: 'arn:other' } }],
])('%s is no matter to metering', (_, configuration) => {
  expect(codes({ ...GOOD, configuration })).toEqual([]);
});

test.each([
  ['off', { subscriptions: GOOD.subscriptions }, 'switched off'],
  ['no-log-group', { ...GOOD, configuration: { s3Config: { bucketName: 'b' } } }, 'bucket alone'],
  ['other-log-group', { ...GOOD, configuration: { cloudWatchConfig: { logGroupName: 'theirs' } } }, 'theirs'],
  ['log-group-gone', { configuration: GOOD.configuration }, 'invocations'],
  ['not-subscribed', { ...GOOD, subscriptions: [] }, 'not subscribed'],
  ['not-subscribed', { ...GOOD, subscriptions: [{ ...subscription, destinationArn: 'arn:theirs' }] }, 'not subscribed'],
  ['filtered', { ...GOOD, subscriptions: [{ ...subscription, filterPattern: '{ $.modelId = "x" }' }] }, '{ $.modelId = "x" }'],
] as const)('%s', (code, facts, told) => {
  const faults = faultsOf(facts, EXPECTED);
  expect(faults.map(fault => fault.code)).toEqual([code]);
  expect(faults[0].message).toContain(told);
});

test('of two subscriptions one that leaves nothing out is enough', () => {
  expect(codes({ ...GOOD, subscriptions: [{ ...subscription, filterPattern: 'x' }, subscription] })).toEqual([]);
});

test('both ends of the way may be wrong at once', () => {
  expect(codes({ subscriptions: [] })).toEqual(['off', 'not-subscribed']);
});

test('the meter gets records since its first subscription, whatever others there are', () => {
  const subscriptions = [{ ...subscription, createdAt: 5_000 }, subscription, { ...subscription, destinationArn: 'arn:theirs', createdAt: 1 }];
  expect(subscribedSince({ subscriptions }, EXPECTED)).toBe(1_000);
  expect(subscribedSince({ subscriptions: [{ ...subscription, createdAt: undefined }] }, EXPECTED)).toBeUndefined();
  expect(subscribedSince({}, EXPECTED)).toBeUndefined();
});
