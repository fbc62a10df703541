import { configurationFor, LoggingConfiguration, LoggingSituation } from '../../../src/lambdas/core/logging-configuration';
import { DestinationRefusedError, LoggingControl, LoggingMemory, readFormerDestination, readLoggingProperties, switchLogging } from '../../../src/lambdas/core/switch-logging';
import { Observed, recordedWaits } from '../observed';

const ours = { logGroupName: 'ours', roleArn: 'arn:ours' };
const theirs: LoggingConfiguration = { s3Config: { bucketName: 'archive' }, textDataDeliveryEnabled: true };

/** Bedrock's configuration and our memory, with every step on one list. */
function world(current?: LoggingConfiguration, remembered?: LoggingConfiguration) {
  const state = { current, remembered };
  const steps: string[] = [];
  const refusals: Error[] = [];
  const control: LoggingControl = {
    read: async () => state.current,
    put: async configuration => {
      steps.push('put');
      const refusal = refusals.shift();
      if (refusal) throw refusal;
      state.current = configuration;
    },
    delete: async () => {
      steps.push('delete');
      state.current = undefined;
    },
  };
  const memory: LoggingMemory = {
    recall: async () => state.remembered,
    remember: async configuration => {
      steps.push('remember');
      state.remembered = configuration;
    },
    forget: async () => {
      steps.push('forget');
      state.remembered = undefined;
    },
  };
  const { waits, pause } = recordedWaits();
  const observed = new Observed();
  const run = (requestType: LoggingSituation['requestType'], changes: Partial<LoggingSituation> = {}) =>
    switchLogging({ requestType, ours, adoptExisting: false, ...changes }, { control, memory, log: observed.log, pause });
  return { state, steps, refusals, waits, observed, run };
}

const notYet = () => new DestinationRefusedError('Failed to validate permissions for log group: ours, with role: arn:ours');

test('switched on where nothing was, logging is switched off again', async () => {
  const { state, run } = world();
  await run('Create');
  expect(state).toEqual({ current: configurationFor(ours), remembered: undefined });
  await run('Delete');
  expect(state).toEqual({ current: undefined, remembered: undefined });
});

test('taken over with consent, logging is put back as it was', async () => {
  const { state, steps, run } = world(theirs);
  await run('Create', { adoptExisting: true });
  expect(steps).toEqual(['remember', 'put']);
  expect(state).toEqual({ current: configurationFor(ours), remembered: theirs });
  await run('Delete', { adoptExisting: true });
  expect(state).toEqual({ current: theirs, remembered: undefined });
});

test('a creation that was refused leaves everything, and so does the deletion that follows', async () => {
  const { state, steps, run } = world(theirs);
  await expect(run('Create')).rejects.toMatchObject({ name: 'LoggingOwnedByOthersError' });
  await run('Delete');
  expect(state.current).toEqual(theirs);
  expect(steps).toEqual(['forget']);
});

test('a takeover that failed in the middle leaves what was there', async () => {
  const { state, refusals, run } = world(theirs);
  refusals.push(new Error('not authorized to pass the role'));
  await expect(run('Create', { adoptExisting: true })).rejects.toThrow('not authorized');
  await run('Delete', { adoptExisting: true });
  expect(state).toEqual({ current: theirs, remembered: undefined });
});

test('a creation that comes again finds its work done', async () => {
  const { steps, run } = world(theirs);
  await run('Create', { adoptExisting: true });
  await run('Create', { adoptExisting: true });
  expect(steps).toEqual(['remember', 'put']);
});

test('an update to another log group keeps what was remembered', async () => {
  const { state, run } = world(theirs);
  await run('Create', { adoptExisting: true });
  const next = { logGroupName: 'next', roleArn: 'arn:next' };
  await run('Update', { ours: next, oursBefore: ours, adoptExisting: true });
  expect(state).toEqual({ current: configurationFor(next), remembered: theirs });
});

describe('a role that is not known everywhere yet', () => {
  test('is waited for', async () => {
    const { state, refusals, waits, observed, run } = world();
    refusals.push(notYet(), notYet(), notYet());
    await run('Create');
    expect(observed.entries.map(({ message, facts }) => [message, facts])).toEqual([
      ['model-invocation logging', { requestType: 'Create', because: 'no configuration was there' }],
      ...[1, 2, 3].map(attempt => ['Bedrock may not write to the log group yet', { attempt }]),
    ]);
    expect(state.current).toEqual(configurationFor(ours));
    expect(waits).toEqual([2_000, 4_000, 8_000]);
  });

  test('is waited for two minutes, not for ever', async () => {
    const { refusals, waits, run } = world();
    refusals.push(...Array.from({ length: 20 }, notYet));
    await expect(run('Create')).rejects.toThrow(DestinationRefusedError);
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBe(120_000);
  });

  test('is the only thing that is waited for', async () => {
    const { refusals, waits, run } = world();
    refusals.push(new Error('access denied'));
    await expect(run('Create')).rejects.toThrow('access denied');
    expect(waits).toEqual([]);
  });
});

test('what cannot be put back is not forgotten, and the message says what to do', async () => {
  const { state, refusals, waits, run } = world(configurationFor(ours), theirs);
  refusals.push(notYet());
  const refusal: Error = await run('Delete').then(() => new Error('put back'), error => error);
  expect(String(refusal)).toBe(
    'LoggingNotRestoredError: the model-invocation logging that was there before this stack cannot be put back: Failed to validate permissions for log group: ours, with role: arn:ours. '
    + 'Mend its destination and delete the stack again, or delete the SSM parameter that remembers it and then the stack, which leaves logging off.',
  );
  expect(refusal.cause).toMatchObject({ name: 'DestinationRefusedError' });
  expect(waits).toEqual([]);
  expect(state.remembered).toEqual(theirs);
});

describe('properties of the resource', () => {
  test.each([['true', true], ['false', false], [undefined, false]])('adoptExisting "%s" is %s', (adoptExisting, adopts) => {
    expect(readLoggingProperties({ ServiceToken: 'arn:handler', ...ours, adoptExisting })).toEqual({ ours, adoptExisting: adopts });
  });

  test('without a log group are an error', () => {
    expect(() => readLoggingProperties({ roleArn: 'arn:ours', adoptExisting: 'false' })).toThrow();
    expect(() => readLoggingProperties({ ...ours, logGroupName: '' })).toThrow();
  });

  test('of before tell where logging went before, if they can be read', () => {
    expect(readFormerDestination({ ServiceToken: 'arn:handler', ...ours, adoptExisting: 'true' })).toEqual(ours);
    expect(readFormerDestination({ ServiceToken: 'arn:handler' })).toBeUndefined();
  });
});
