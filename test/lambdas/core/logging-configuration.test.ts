import { configurationFor, decideLogging, LoggingConfiguration, LoggingSituation } from '../../../src/lambdas/core/logging-configuration';
import { errorOf } from './builders';

const ours = { logGroupName: 'ours', roleArn: 'arn:aws:iam::444455556666:role/ours' };
const oursBefore = { logGroupName: 'ours-before', roleArn: 'arn:aws:iam::444455556666:role/ours-before' };
const theirs: LoggingConfiguration = {
  cloudWatchConfig: { logGroupName: 'theirs', roleArn: 'arn:aws:iam::444455556666:role/theirs', largeDataDeliveryS3Config: { bucketName: 'large' } },
  s3Config: { bucketName: 'archive', keyPrefix: 'bedrock' },
  textDataDeliveryEnabled: true,
  imageDataDeliveryEnabled: true,
};

function decide(situation: Partial<LoggingSituation> = {}) {
  return decideLogging({ requestType: 'Create', ours, adoptExisting: false, ...situation });
}

test('our configuration logs to our group, without bodies', () => {
  expect(configurationFor(ours)).toEqual({
    cloudWatchConfig: ours,
    textDataDeliveryEnabled: false,
    imageDataDeliveryEnabled: false,
    embeddingDataDeliveryEnabled: false,
    videoDataDeliveryEnabled: false,
    audioDataDeliveryEnabled: false,
  });
});

describe.each(['Create', 'Update'] as const)('%s', requestType => {
  test('puts ours where nothing is', () => {
    expect(decide({ requestType })).toEqual({ put: configurationFor(ours), because: 'no configuration was there' });
  });

  test('does nothing where ours is', () => {
    expect(decide({ requestType, current: configurationFor(ours) })).toEqual({ because: 'the configuration is ours already' });
  });

  test('takes flags that are not there for off', () => {
    expect(decide({ requestType, current: { cloudWatchConfig: ours } })).toEqual({ because: 'the configuration is ours already' });
  });

  test('refuses to touch somebody else\'s, and says what is there and how to go on', () => {
    const error = errorOf(() => decide({ requestType, current: theirs }));
    expect(error).toMatchObject({ name: 'LoggingOwnedByOthersError' });
    expect(error.message).toBe(
      'model-invocation logging is already configured in this account and region, not by this stack: '
      + 'to log group theirs (role arn:aws:iam::444455556666:role/theirs) and bucket large for large bodies and bucket archive/bedrock, with text, image bodies. '
      + 'Nothing was changed. Either read its log group, with InvocationLogs.fromLogGroup(...), '
      + 'or replace it while this stack exists, with InvocationLogs.managed({ adoptExisting: true }).',
    );
  });

  test('takes somebody else\'s over with consent, and remembers it as it was', () => {
    expect(decide({ requestType, current: theirs, adoptExisting: true })).toMatchObject({ remember: theirs, put: configurationFor(ours) });
  });

  test.each<[string, LoggingConfiguration]>([
    ['bodies', { ...configurationFor(ours), textDataDeliveryEnabled: true }],
    ['a bucket', { ...configurationFor(ours), s3Config: { bucketName: 'archive' } }],
    ['a bucket for large bodies', { ...configurationFor(ours), cloudWatchConfig: { ...ours, largeDataDeliveryS3Config: { bucketName: 'large' } } }],
    ['another role', { ...configurationFor(ours), cloudWatchConfig: { ...ours, roleArn: 'arn:other' } }],
    ['no group', { s3Config: { bucketName: 'archive' } }],
    ['no destination', {}],
  ])('takes one with %s for somebody else\'s', (_, current) => {
    expect(() => decide({ requestType, current })).toThrow('not by this stack');
  });
});

test('an update replaces what was ours before', () => {
  expect(decide({ requestType: 'Update', oursBefore, current: configurationFor(oursBefore) })).toEqual({
    put: configurationFor(ours), because: 'our own configuration has changed',
  });
});

test('an update does not take somebody else\'s for what was ours before', () => {
  expect(() => decide({ requestType: 'Update', oursBefore, current: theirs })).toThrow('not by this stack');
});

test.each<[string, LoggingConfiguration, string]>([
  ['everything', theirs, 'to log group theirs (role arn:aws:iam::444455556666:role/theirs) and bucket large for large bodies and bucket archive/bedrock, with text, image bodies'],
  ['a group alone', { cloudWatchConfig: oursBefore }, 'to log group ours-before (role arn:aws:iam::444455556666:role/ours-before), without bodies'],
  ['a bucket without a prefix', { s3Config: { bucketName: 'archive' }, textDataDeliveryEnabled: true }, 'to bucket archive, with text bodies'],
  ['nothing', {}, 'to no destination, without bodies'],
])('what is taken over and put back is told: %s', (_, configuration, told) => {
  expect(decide({ current: configuration, adoptExisting: true }).because).toBe(`taken over: ${told}`);
  expect(decide({ requestType: 'Delete', current: configurationFor(ours), remembered: configuration }).because).toBe(`put back: ${told}`);
});

describe('Delete', () => {
  const requestType = 'Delete';

  test('removes ours', () => {
    expect(decide({ requestType, current: configurationFor(ours) })).toEqual({ delete: true, forget: true, because: 'our own configuration is removed' });
  });

  test('puts back what was there before', () => {
    expect(decide({ requestType, current: configurationFor(ours), remembered: theirs })).toMatchObject({ put: theirs, forget: true });
    expect(decide({ requestType, current: configurationFor(ours), remembered: theirs })).not.toHaveProperty('delete');
  });

  test.each([true, false])('leaves somebody else\'s alone (adopting: %s), as after a creation that was refused', adoptExisting => {
    expect(decide({ requestType, current: theirs, adoptExisting, remembered: theirs })).toEqual({
      forget: true, because: expect.stringContaining('left alone, since it is not ours: to log group theirs'),
    });
  });

  test('does nothing where nothing is', () => {
    expect(decide({ requestType, remembered: theirs })).toEqual({ forget: true, because: 'no configuration is there' });
  });
});
