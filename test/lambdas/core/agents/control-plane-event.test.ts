import { readControlPlaneEvent } from '../../../../src/lambdas/core/agents/control-plane-event';
import { ACCOUNT, aContext, NOON, REGION } from '../builders';

const context = aContext();
const read = (detail: Record<string, unknown>, more: Record<string, unknown> = {}) => readControlPlaneEvent({
  'id': 'delivery-1',
  'source': 'aws.bedrock-agentcore',
  'detail-type': 'AWS API Call via CloudTrail',
  ...more,
  'detail': { eventSource: 'bedrock-agentcore.amazonaws.com', awsRegion: REGION, ...detail },
}, NOON, context);

test('a creation tells id, name, role, creator and tags', () => {
  expect(read({
    eventName: 'CreateAgentRuntime',
    eventTime: '2026-03-10T11:50:00Z',
    userIdentity: { arn: 'arn:creator' },
    requestParameters: { agentRuntimeName: 'support', roleArn: 'arn:role', tags: { team: 'care', odd: 7 }, environmentVariables: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    responseElements: { agentRuntimeId: 'support-1', agentRuntimeVersion: '1', createdAt: 1_773_143_400, status: 'CREATING' },
  })).toEqual({
    hint: {
      subject: 'runtime',
      action: 'create',
      id: 'support-1',
      at: Date.parse('2026-03-10T11:50:00Z'),
      told: { name: 'support', roleArn: 'arn:role', version: '1', creator: 'arn:creator', tags: { team: 'care' } },
    },
  });
});

test('AWS\'s own sample, whose answer is empty, tells the id by its request', () => {
  expect(read({
    eventVersion: '1.09',
    eventName: 'CreateAgentRuntime',
    eventTime: '2024-10-01T11:52:37Z',
    userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/developer` },
    requestParameters: { agentRuntimeId: 'CustomerSupportAgent' },
    responseElements: null,
    readOnly: false,
    recipientAccountId: ACCOUNT,
  })).toMatchObject({ hint: { id: 'CustomerSupportAgent', action: 'create', told: { creator: `arn:aws:iam::${ACCOUNT}:user/developer` } } });
});

test.each([
  ['as a text', '2026-03-10T11:50:00Z', Date.parse('2026-03-10T11:50:00Z')],
  ['in seconds', 1_773_143_400.5, 1_773_143_400_500],
  ['in a way that nobody knows', 'soon', undefined],
  ['beyond all time', 1e300, undefined],
])('an update may tell %s when it was made', (_, lastUpdatedAt, updatedAt) => {
  const event = read({
    eventName: 'UpdateAgentRuntime',
    userIdentity: { arn: 'arn:updater' },
    requestParameters: { agentRuntimeId: 'support-1', roleArn: 'arn:role', tags: { never: 'there' } },
    responseElements: { agentRuntimeId: 'support-1', agentRuntimeVersion: 2, lastUpdatedAt },
  });
  expect(event).toEqual({
    hint: {
      subject: 'runtime', action: 'update', id: 'support-1', at: NOON, told: { roleArn: 'arn:role', version: '2', ...(updatedAt === undefined ? {} : { updatedAt }) },
    },
  });
});

test.each([
  [{}, 'delete'], [{ agentRuntimeVersion: null }, 'delete'], [{ agentRuntimeVersion: '' }, 'delete'],
  [{ agentRuntimeVersion: '2' }, 'look'], [{ agentRuntimeVersion: 2 }, 'look'],
])('a deletion with %j is a %s', (request, action) => {
  expect(read({ eventName: 'DeleteAgentRuntime', requestParameters: { agentRuntimeId: 'support-1', ...request }, responseElements: {} }))
    .toMatchObject({ hint: { subject: 'runtime', id: 'support-1', action } });
});

test.each(['Create', 'Update', 'Delete'])('%s of an endpoint is a reason to look', what => {
  expect(read({ eventName: `${what}AgentRuntimeEndpoint`, requestParameters: { agentRuntimeId: 'support-1', name: 'prod' }, responseElements: null }))
    .toMatchObject({ hint: { subject: 'runtime', id: 'support-1', action: 'look' } });
  expect(read({ eventName: `${what}HarnessEndpoint`, requestParameters: { harnessId: 'desk-1', endpointName: 'prod' }, responseElements: null }))
    .toMatchObject({ hint: { subject: 'harness', id: 'desk-1', action: 'look' } });
});

test('a harness tells the runtime that does its work', () => {
  expect(read({
    eventName: 'CreateHarness',
    requestParameters: { harnessName: 'desk', executionRoleArn: 'arn:role', tags: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    responseElements: { harness: { harnessId: 'desk-1', environment: { agentCoreRuntimeEnvironment: { agentRuntimeId: 'inner-1' } } } },
  })).toEqual({ hint: { subject: 'harness', action: 'create', id: 'desk-1', at: NOON, told: { name: 'desk', roleArn: 'arn:role', runtimeId: 'inner-1' } } });
});

test('an id is bounded before anybody carries it on', () => {
  expect(read({ eventName: 'DeleteAgentRuntime', requestParameters: { agentRuntimeId: 'x'.repeat(5_000) } })).toMatchObject({ hint: { id: 'x'.repeat(200) } });
});

test.each([
  ['nothing', undefined], ['a text', 'CreateAgentRuntime'], ['no detail', {}], ['another service', { detail: { eventSource: 'iam.amazonaws.com', eventName: 'CreateAgentRuntime' } }],
  ['another call', { detail: { eventSource: 'bedrock-agentcore.amazonaws.com', eventName: 'CreateMemory' } }],
  ['a name of every object', { detail: { eventSource: 'bedrock-agentcore.amazonaws.com', eventName: 'toString' } }],
])('%s is ignored', (_, event) => {
  expect(readControlPlaneEvent(event, NOON, context)).toEqual({ ignored: expect.any(String) });
});

test('a call that failed is ignored, and says by which error', () => {
  expect(read({ eventName: 'CreateAgentRuntime', errorCode: `Access\n${'x'.repeat(500)}` })).toEqual({ ignored: expect.stringMatching(/^the call failed \(Access x{72}…\)$/) });
});

test.each([
  ['by CloudTrail\'s id', { eventID: 'a8d388e2-3111' }, {}, 'a8d388e2-3111'],
  ['by EventBridge\'s, where there is none', {}, {}, 'delivery-1'],
  ['by EventBridge\'s, where CloudTrail\'s is none', { eventID: 'a b' }, {}, 'delivery-1'],
  ['as one without, where there is neither', {}, { id: 7 }, 'without-id'],
])('what is refused is known %s', (_, detail, more, eventId) => {
  expect(read({ eventName: 'CreateAgentRuntime', requestParameters: 'gone', ...detail }, more)).toEqual({ refused: expect.stringContaining('cannot be read'), eventId });
});

test.each<[string, Record<string, unknown>, string]>([
  ['of another account', { recipientAccountId: '999900001111' }, `the event is of account 999900001111, region ${REGION}`],
  ['of another region', { awsRegion: 'us-east-1' }, `the event is of account ${ACCOUNT}, region us-east-1`],
  ['of another place that is long', { awsRegion: 'x'.repeat(200) }, `the event is of ${`account ${ACCOUNT}, region ${'x'.repeat(200)}`.slice(0, 99)}…`],
])('an event %s is refused, with where it is from', (_, detail, from) => {
  expect(read({ eventName: 'CreateAgentRuntime', responseElements: { agentRuntimeId: 'support-1' }, ...detail })).toEqual({
    refused: `${from}; this deployment knows the runtimes of account ${ACCOUNT}, region ${REGION}`, eventId: 'delivery-1',
  });
});

test('an event that does not say where it is from is of here', () => {
  expect(read({ eventName: 'DeleteAgentRuntime', requestParameters: { agentRuntimeId: 'support-1' }, awsRegion: undefined, recipientAccountId: null })).toEqual({
    hint: { subject: 'runtime', action: 'delete', id: 'support-1', at: NOON, told: {} },
  });
});

test.each([
  ['CreateAgentRuntime', 'runtime', {}], ['UpdateAgentRuntime', 'runtime', { requestParameters: { harnessId: 'desk-1' } }],
  ['DeleteAgentRuntime', 'runtime', { requestParameters: { agentRuntimeId: '' }, responseElements: { agentRuntimeId: null } }],
  ['UpdateHarness', 'harness', { requestParameters: { agentRuntimeId: 'support-1' } }], ['CreateHarness', 'harness', { responseElements: { harness: null } }],
])('a %s that names no %s is refused, since the sweep finds it', (eventName, subject, detail) => {
  expect(read({ eventName, ...detail })).toEqual({ refused: `the event names no ${subject}; the sweep finds it where there is one`, eventId: 'delivery-1' });
});

test.each<[string, Record<string, unknown>]>([
  ['eventID', { eventID: 7 }], ['eventTime', { eventTime: 7 }], ['errorCode', { errorCode: {} }], ['awsRegion', { awsRegion: [] }], ['recipientAccountId', { recipientAccountId: 4 }],
  ['userIdentity', { userIdentity: 'kim' }], ['userIdentity.arn', { userIdentity: { arn: 7 } }],
  ...['agentRuntimeId', 'agentRuntimeName', 'roleArn', 'harnessId', 'harnessName', 'executionRoleArn'].map((name): [string, Record<string, unknown>] => (
    [`requestParameters.${name}`, { requestParameters: { [name]: 7 } }])),
  ['responseElements', { responseElements: 'gone' }], ['responseElements.agentRuntimeId', { responseElements: { agentRuntimeId: 7 } }],
  ['responseElements.harness', { responseElements: { harness: 'desk' } }], ['responseElements.harness.harnessId', { responseElements: { harness: { harnessId: 7 } } }],
  ['responseElements.harness.environment', { responseElements: { harness: { environment: 7 } } }],
  ['responseElements.harness.environment.agentCoreRuntimeEnvironment.agentRuntimeId', {
    responseElements: { harness: { environment: { agentCoreRuntimeEnvironment: { agentRuntimeId: 7 } } } },
  }],
])('what cannot be read is named: %s', (field, detail) => {
  expect(read({ eventName: 'CreateHarness', ...detail })).toEqual({
    refused: expect.stringMatching(new RegExp(`^the event cannot be read: detail\\.${field.replaceAll('.', '\\.')}: .`)), eventId: 'delivery-1',
  });
});

test.each([
  ['EventBridge\'s', { id: 'a'.repeat(64) }, {}, 'a'.repeat(64)], ['EventBridge\'s, where it is longer than an id', { id: 'a'.repeat(65) }, {}, 'without-id'],
  ['CloudTrail\'s, where it begins oddly', { id: 'ok_1' }, { eventID: ' a' }, 'ok_1'], ['CloudTrail\'s, where it ends oddly', { id: 'ok_1' }, { eventID: 'a ' }, 'ok_1'],
])('the id of what is refused is fit for an event: %s', (_, more, detail, eventId) => {
  expect(read({ eventName: 'CreateAgentRuntime', ...detail }, more)).toMatchObject({ eventId });
});

test('a creation whose tags are null or hidden, and whose creator is not told, tells neither', () => {
  for (const tags of [null, undefined, 'HIDDEN', 7]) {
    expect(read({ eventName: 'CreateAgentRuntime', userIdentity: { arn: '' }, requestParameters: { agentRuntimeName: '', roleArn: '', tags }, responseElements: { agentRuntimeId: 'a', agentRuntimeVersion: '' } }))
      .toEqual({ hint: { subject: 'runtime', action: 'create', id: 'a', at: NOON, told: {} } });
  }
});

test.each(['Create', 'Update', 'Delete'])('a %s that tells nothing but the id, in its answer, tells nothing else', what => {
  expect(read({ eventName: `${what}AgentRuntime`, requestParameters: null, responseElements: { agentRuntimeId: 'support-1', lastUpdatedAt: null } })).toStrictEqual({
    hint: { subject: 'runtime', action: what.toLowerCase(), id: 'support-1', at: NOON, told: {} },
  });
  expect(read({ eventName: `${what}Harness`, requestParameters: null, responseElements: { harness: { harnessId: 'desk-1', environment: null } } })).toStrictEqual({
    hint: { subject: 'harness', action: what.toLowerCase(), id: 'desk-1', at: NOON, told: {} },
  });
});
