import { EventType } from '../../../../src/contract';
import { Channel, ChannelError, channelOf } from '../../../../src/lambdas/core/alerts/channel';
import { tellAudience, tellChannel, TellPorts, TopicMessage, WebhookMessage } from '../../../../src/lambdas/core/alerts/tell';
import { NOON } from '../builders';
import { anAlert } from './an-alert';

function given(secret = 'a secret of some length') {
  const published: (TopicMessage & { topicArn: string })[] = [];
  const sent: (WebhookMessage & { eventBus: string })[] = [];
  const read: string[] = [];
  const ports: TellPorts = {
    topics: { publish: async (topicArn, message) => { published.push({ topicArn, ...message }); } },
    webhooks: { send: async (message, eventBus) => { sent.push({ ...message, eventBus }); } },
    secrets: {
      read: async arn => {
        read.push(arn);
        return secret;
      },
    },
    now: () => NOON,
  };
  return { published, sent, read, ports };
}

const alert = anAlert(EventType.GRACE_PERIOD_STARTED);
const WEBHOOK: Channel = { kind: 'webhook', channelId: 'webhook-1', secretArn: 'arn:secret', eventBus: 'bus' };

test.each([['alerts', EventType.GRACE_PERIOD_STARTED], ['operations', EventType.DRIFT_DETECTED]] as const)('the topic of %s hears what is for it', async (audience, type) => {
  const { published, ports } = given();
  await tellAudience(anAlert(type), { alerts: 'arn:alerts', operations: 'arn:operations' }, ports);
  expect(published).toEqual([{ topicArn: `arn:${audience}`, subject: expect.stringContaining('[prod] alice'), body: expect.stringContaining('Principal: ') }]);
});

test.each([
  ['text', { subject: expect.stringContaining('[prod]'), body: expect.stringContaining('What to do:\n') }],
  ['short', { body: expect.stringMatching(/^CRITICAL prod: alice/) }],
  ['slack', { body: expect.stringContaining('*Spent*') }],
  ['teams', { body: expect.stringContaining('**Spent**') }],
  ['json', { body: expect.stringMatching(/^\{"version":"1","id":"change-1\/event"/) }],
] as const)('a channel of the kind %s gets its form, once', async (kind, message) => {
  const { published, sent, ports } = given();
  await tellChannel(alert, { kind, topicArn: 'arn:topic' }, 'dep-1', ports);
  expect(published).toEqual([{ topicArn: 'arn:topic', ...message }]);
  expect(sent).toEqual([]);
});

test('a webhook gets a payload that is signed with the secret', async () => {
  const { published, sent, read, ports } = given();
  await tellChannel(alert, WEBHOOK, 'dep-1', ports);
  expect(published).toEqual([]);
  expect(read).toEqual(['arn:secret']);
  expect(sent).toEqual([{
    deploymentId: 'dep-1',
    channelId: 'webhook-1',
    eventBus: 'bus',
    delivery: { payload: expect.stringMatching(/^\{"version":"1"/), signature: expect.stringMatching(/^t=1773144000,v1=[0-9a-f]{64}$/) },
  }]);
  expect(JSON.stringify(sent)).not.toContain('a secret of some length');
});

test('a secret that can be guessed signs nothing, and is not told', async () => {
  const { sent, ports } = given('short');
  const failure = await tellChannel(alert, WEBHOOK, 'dep-1', ports).catch(error => error);
  expect(failure).toMatchObject({ name: 'SigningSecretError', message: 'the secret that signs messages of webhook-1 has fewer than 16 characters' });
  expect(sent).toEqual([]);
});

test('what a channel does not hear is neither published nor signed', async () => {
  const { published, sent, read, ports } = given();
  await tellChannel(alert, { ...WEBHOOK, audience: 'operations' }, 'dep-1', ports);
  await tellChannel(alert, { kind: 'text', topicArn: 'arn:topic', labels: { team: ['ads'] } }, 'dep-1', ports);
  expect([published, sent, read]).toEqual([[], [], []]);
});

test('trouble is not hidden, so that it is tried again', async () => {
  const { ports } = given();
  ports.topics.publish = () => Promise.reject(new Error('throttled'));
  await expect(tellChannel(alert, { kind: 'text', topicArn: 'arn:topic' }, 'dep-1', ports)).rejects.toThrow('throttled');
});

test.each([
  [WEBHOOK],
  [{ kind: 'slack', topicArn: 'arn:topic', audience: 'alerts', minimumSeverity: 'critical', labels: { team: ['a', 'b'] } }],
])('a channel is read as a rule writes it: %j', channel => {
  expect(channelOf(JSON.parse(JSON.stringify(channel)))).toEqual(channel);
});

test.each([null, 'x', {}, { kind: 'pigeon', topicArn: 'x' }, { kind: 'text' }, { kind: 'text', topicArn: '' }, { ...WEBHOOK, secretArn: undefined }, { kind: 'text', topicArn: 'x', minimumSeverity: 'loud' }, {
  kind: 'text', topicArn: 'x', labels: { team: 'search' },
}])('%j is no channel', value => {
  expect(() => channelOf(value)).toThrow(ChannelError);
});
