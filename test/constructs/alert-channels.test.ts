import { Duration, SecretValue, Stack, Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { AlertAudience, AlertChannel, AlertFormat, AlertRouting, AlertSeverity, BedrockBudgeteer, BedrockBudgeteerProps } from '../../src';
import { channelOf } from '../../src/lambdas/core/alerts/channel';
import { hears } from '../../src/lambdas/core/alerts/routing';
import { SWITCHED_ON } from '../everything';
import { readable } from './support/intrinsics';
import { statementsByRole } from './support/policies';
import { nameBundlesByPath, newStack, ofType, Resources, synthesized, theOne } from './support/synthesize';

beforeEach(nameBundlesByPath);

const SLACK = { workspaceId: 'T012AB3CDE', channelId: 'C012AB3CDE' };
const TEAMS = {
  teamId: '11111111-2222-3333-4444-555555555555', tenantId: '66666666-7777-8888-9999-000000000000', channelId: '19:ab6ef3@thread.tacv2',
};
const URL_OF = 'https://alerts.example.com/bedrock';

type MakeChannels = (stack: ReturnType<typeof newStack>) => AlertChannel[];

function withChannels(channels: MakeChannels, props: BedrockBudgeteerProps = {}, env?: { region: string; account: string }) {
  const stack = newStack(env);
  const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer', { ...props, alertChannels: channels(stack) });
  return { budgeteer, ...synthesized(stack) };
}

const secretOf = (stack: ReturnType<typeof newStack>, name = 'Secret') => new secretsmanager.Secret(stack, name);
const webhook = (stack: ReturnType<typeof newStack>, options = {}) => AlertChannel.webhook({ url: URL_OF, signingSecret: secretOf(stack), ...options });

/** The rules below the channels, each with its one target. */
function channelRules(resources: Resources) {
  return Object.entries(ofType(resources, 'AWS::Events::Rule')).filter(([id]) => id.includes('Channels')).map(([id, { Properties }]) => ({ id, ...readable(Properties), Target: readable(Properties).Targets[0] }));
}

/** The event as the rule gives it to the notifier, with these in place of what EventBridge fills in. */
function inputOf({ Target }: { Target: any }): any {
  const { InputPathsMap: paths, InputTemplate: template } = Target.InputTransformer;
  const filled = Object.entries(paths).reduce((text: string, [key, path]) => text.replace(`<${key}>`, JSON.stringify({ from: path })), template);
  return JSON.parse(filled.replace(/\$\{[^}]+\}/g, reference => reference.replaceAll('"', "'")));
}

const subscriptionsOf = (resources: Resources) => Object.values(ofType(resources, 'AWS::SNS::Subscription')).map(({ Properties }) => Properties);

describe('every channel', () => {
  const { resources, budgeteer } = withAll();
  function withAll() {
    nameBundlesByPath();
    return withChannels(stack => [
      AlertChannel.email('team@example.com', { labels: { team: ['search', 'ads'] } }),
      AlertChannel.sms('+4915112345678', { minimumSeverity: AlertSeverity.CRITICAL }),
      AlertChannel.topic(new sns.Topic(stack, 'Mine'), { format: AlertFormat.JSON, audience: AlertAudience.ALERTS }),
      AlertChannel.slack(SLACK),
      AlertChannel.microsoftTeams({ ...TEAMS, audience: AlertAudience.ALERTS }),
      webhook(stack, { audience: AlertAudience.OPERATIONS }),
    ]);
  }

  test('has a rule of its own for the events of this deployment from this account, which invokes the notifier alone', () => {
    const rules = channelRules(resources).filter(({ Target }) => Target.InputTransformer);
    expect(rules).toHaveLength(6);
    const [notifier] = theOne(resources, 'AWS::Lambda::Function', 'AlertNotifier');
    for (const { EventPattern, Target, Targets } of rules) {
      expect(EventPattern).toEqual({ source: ['bedrock-budgeteer'], account: ['${AWS::AccountId}'], detail: { deploymentId: [budgeteer.deploymentId] } });
      expect(Targets).toHaveLength(1);
      expect(Target).toMatchObject({ Arn: `\${${notifier}.Arn}`, DeadLetterConfig: { Arn: expect.stringContaining('AlertNotifierFailures') } });
    }
  });

  test('is told to the notifier as it reads it, with the event', () => {
    const inputs = channelRules(resources).filter(({ Target }) => Target.InputTransformer).map(inputOf);
    for (const { channel, detail, 'detail-type': type } of inputs) {
      expect(channelOf(channel)).toEqual(channel);
      expect([type, detail]).toEqual([{ from: '$.detail-type' }, { from: '$.detail' }]);
    }
    expect(inputs.map(({ channel: { topicArn: _topic, secretArn: _secret, eventBus: _bus, channelId: _id, ...channel } }) => channel)).toEqual([
      { kind: 'text', labels: { team: ['search', 'ads'] } },
      { kind: 'short', minimumSeverity: 'critical' },
      { kind: 'json', audience: 'alerts' },
      { kind: 'slack' },
      { kind: 'teams', audience: 'alerts' },
      { kind: 'webhook', audience: 'operations' },
    ]);
  });

  test('leads to a topic that is encrypted, and to which the notifier may publish', () => {
    const channelTopics = Object.entries(ofType(resources, 'AWS::SNS::Topic')).filter(([id]) => id.includes('Channels'));
    expect(channelTopics).toHaveLength(4);
    expect(channelTopics.every(([, { Properties }]) => Properties.KmsMasterKeyId !== undefined)).toBe(true);
    const [, { Properties: notifier }] = theOne(resources, 'AWS::Lambda::Function', 'AlertNotifier');
    const publishing = statementsByRole(resources).get(notifier.Role['Fn::GetAtt'][0])!.filter(({ Action }) => Action === 'sns:Publish').flatMap(({ Resource }) => Resource);
    // the two of everybody, the four of channels, and the user's own
    expect(new Set(publishing).size).toBe(7);
  });

  test('is heard by mail and text message at the address and number', () => {
    expect(subscriptionsOf(resources).filter(({ FilterPolicy }) => !FilterPolicy).map(({ Protocol, Endpoint }) => [Protocol, Endpoint])).toEqual([
      ['email', 'team@example.com'], ['sms', '+4915112345678'],
    ]);
  });

  test('in a chat can run nothing', () => {
    const [, { Properties: slack }] = theOne(resources, 'AWS::Chatbot::SlackChannelConfiguration');
    const [, { Properties: teams }] = theOne(resources, 'AWS::Chatbot::MicrosoftTeamsChannelConfiguration');
    for (const chat of [slack, teams]) {
      expect(readable(chat.GuardrailPolicies)).toEqual(['arn:${AWS::Partition}:iam::aws:policy/AWSDenyAll']);
      const role = chat.IamRoleArn['Fn::GetAtt'][0];
      expect(statementsByRole(resources).get(role)).toBeUndefined();
      expect(resources[role].Properties.ManagedPolicyArns).toBeUndefined();
    }
    expect(slack).toMatchObject({ SlackWorkspaceId: SLACK.workspaceId, SlackChannelId: SLACK.channelId, LoggingLevel: 'ERROR' });
    expect(teams).toMatchObject({ TeamId: TEAMS.teamId, TeamsTenantId: TEAMS.tenantId, TeamsChannelId: '19%3Aab6ef3%40thread.tacv2' });
    // alarms go into a chat that hears of operations
    expect([slack.SnsTopicArns.length, teams.SnsTopicArns.length]).toEqual([2, 1]);
  });

  test('is watched, however many there are', () => {
    const alarms = Object.values(ofType(resources, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
    const failures = alarms.filter(({ Metrics = [] }) => Metrics.some(({ MetricStat }: any) => MetricStat?.Metric.MetricName === 'NumberOfNotificationsFailed'));
    expect(failures).toHaveLength(1);
    expect(failures[0].Metrics).toHaveLength(1 + 7);
    expect(alarms.filter(({ AlarmDescription }) => readable(AlarmDescription).includes('A webhook did not take a message'))).toHaveLength(1);
  });
});

describe('a webhook', () => {
  test('is called by EventBridge with what was signed, tried again, and kept where it is not taken', () => {
    const { resources, budgeteer } = withChannels(stack => [webhook(stack, { rateLimitPerSecond: 5, retryFor: Duration.hours(2) })]);
    const [destination, { Properties }] = theOne(resources, 'AWS::Events::ApiDestination');
    expect(Properties).toMatchObject({ HttpMethod: 'POST', InvocationEndpoint: URL_OF, InvocationRateLimitPerSecond: 5 });
    const [rule] = channelRules(resources).filter(({ Target }) => Target.HttpParameters);
    expect(rule.EventPattern).toEqual({
      source: ['bedrock-budgeteer.webhooks'], account: ['${AWS::AccountId}'], detail: { deploymentId: [budgeteer.deploymentId], channelId: [expect.stringMatching(/^webhook-[0-9a-f]{8}$/)] },
    });
    expect(rule.Target).toEqual({
      Arn: `\${${destination}.Arn}`,
      Id: 'Target0',
      RoleArn: expect.any(String),
      InputPath: '$.detail.delivery',
      HttpParameters: { HeaderParameters: { 'Budgeteer-Signature': '$.detail.delivery.signature' } },
      RetryPolicy: { MaximumEventAgeInSeconds: 7200, MaximumRetryAttempts: 185 },
      DeadLetterConfig: { Arn: expect.stringContaining('Undelivered') },
    });
    // The notifier names the same channel as the rule hears.
    const [{ channel }] = channelRules(resources).filter(({ Target }) => Target.InputTransformer).map(inputOf);
    expect([channel.channelId]).toEqual(rule.EventPattern.detail.channelId);
  });

  test('lets the notifier read its secret and put signed messages, and nothing else', () => {
    const key = (stack: ReturnType<typeof newStack>) => new kms.Key(stack, 'Key');
    const { resources } = withChannels(stack => [AlertChannel.webhook({ url: URL_OF, signingSecret: new secretsmanager.Secret(stack, 'Secret', { encryptionKey: key(stack) }) })]);
    const [, { Properties: notifier }] = theOne(resources, 'AWS::Lambda::Function', 'AlertNotifier');
    const statements = statementsByRole(resources).get(notifier.Role['Fn::GetAtt'][0])!;
    const [secret] = theOne(resources, 'AWS::SecretsManager::Secret');
    expect(statements.filter(({ Action }) => [Action].flat().some(action => action.startsWith('secretsmanager:')))).toEqual([
      expect.objectContaining({ Action: 'secretsmanager:GetSecretValue', Resource: `\${${secret}}` }),
    ]);
    expect(statements.filter(({ Action }) => Action === 'events:PutEvents')).toEqual([
      expect.objectContaining({ Condition: { 'ForAllValues:StringEquals': { 'events:source': 'bedrock-budgeteer.webhooks' }, 'Null': { 'events:source': 'false' } } }),
    ]);
    expect(statements.filter(({ Condition }) => JSON.stringify(Condition ?? {}).includes('secretsmanager.'))).toEqual([expect.objectContaining({ Action: 'kms:Decrypt' })]);
  });

  test('of a secret that was imported by name is read by a pattern of its ARN', () => {
    const { resources } = withChannels(stack => [AlertChannel.webhook({ url: URL_OF, signingSecret: secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'mine') })]);
    expect(JSON.stringify(readable(resources))).toContain(':secret:mine-??????');
  });

  test('authorizes itself as it is told, and without that by what is no secret', () => {
    const plain = theOne(withChannels(stack => [webhook(stack)]).resources, 'AWS::Events::Connection')[1].Properties;
    expect(plain).toMatchObject({ AuthorizationType: 'API_KEY', AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'Budgeteer-Deployment' } } });
    const authorization = events.Authorization.basic('user', SecretValue.unsafePlainText('x'));
    expect(theOne(withChannels(stack => [webhook(stack, { authorization })]).resources, 'AWS::Events::Connection')[1].Properties.AuthorizationType).toBe('BASIC');
  });
});

describe('alarms of CloudWatch', () => {
  const ALL = { AlarmName: [{ exists: true }] };
  const CRITICAL = { AlarmDescription: [{ prefix: 'CRITICAL: ' }] };
  const email = (options?: AlertRouting) => AlertChannel.email('ops@example.com', options);
  const sms = (options?: AlertRouting) => AlertChannel.sms('+4915112345678', options);
  const operationsTopicOf = (budgeteer: BedrockBudgeteer) => Stack.of(budgeteer).resolve(budgeteer.operationsTopic.topicArn);
  /** Of the operations topic: what its subscriptions let pass. */
  function heard(channels: AlertChannel[], props: BedrockBudgeteerProps = {}) {
    const { resources, budgeteer } = withChannels(() => channels, props);
    const operations = readable(operationsTopicOf(budgeteer));
    return subscriptionsOf(resources).filter(({ TopicArn }) => readable(TopicArn) === operations)
      .map(({ Endpoint, FilterPolicy, FilterPolicyScope }) => [Endpoint, FilterPolicy, FilterPolicyScope]);
  }

  test.each<[string, AlertRouting, object | undefined]>([
    ['everything', {}, ALL],
    ['warnings', { minimumSeverity: AlertSeverity.WARNING }, ALL],
    ['what is critical', { minimumSeverity: AlertSeverity.CRITICAL }, CRITICAL],
    ['of budgets alone', { audience: AlertAudience.ALERTS }, undefined],
    ['of a team alone', { labels: { team: ['search'] } }, undefined],
  ])('are heard by mail and text message as alerts of their severity are: who hears %s', (_, routing, filter) => {
    expect(heard([email(routing), sms(routing)])).toEqual(filter ? [['ops@example.com', filter, 'MessageBody'], ['+4915112345678', filter, 'MessageBody']] : []);
  });

  // SNS has one subscription of a topic, protocol and endpoint: another with other attributes is refused, and one with the same is the same
  test('come once to an address, which hears what any of its channels wants to hear', () => {
    const channels = [{ minimumSeverity: AlertSeverity.CRITICAL }, { minimumSeverity: AlertSeverity.WARNING }, { audience: AlertAudience.ALERTS }].map(email);
    for (const inSomeOrder of [channels, [...channels].reverse()]) {
      expect(heard(inSomeOrder)).toEqual([['ops@example.com', ALL, 'MessageBody']]);
    }
    expect(heard([email({ labels: { team: ['a'] } }), email({ minimumSeverity: AlertSeverity.CRITICAL })])).toEqual([['ops@example.com', CRITICAL, 'MessageBody']]);
  });

  test('come to an address of operationsEmails by that subscription alone, which is the same resource as that of a channel', () => {
    expect(heard([email()], { operationsEmails: ['ops@example.com'] })).toEqual([['ops@example.com', undefined, undefined]]);
    const idOf = (channels: AlertChannel[], operationsEmails: string[]) => Object.keys(ofType(withChannels(() => channels, { operationsEmails }).resources, 'AWS::SNS::Subscription'))
      .filter(id => id.includes('Operations'));
    expect(idOf([email()], [])).toEqual(idOf([], ['ops@example.com']));
  });

  test('come into a chat that hears of what is critical from a topic that has no others', () => {
    const chats = [AlertChannel.slack({ ...SLACK, minimumSeverity: AlertSeverity.CRITICAL }), AlertChannel.microsoftTeams(TEAMS)];
    const { resources, budgeteer } = withChannels(() => chats, SWITCHED_ON);
    const [slack, teams] = ['SlackChannel', 'MicrosoftTeamsChannel'].map(kind => (
      theOne(resources, `AWS::Chatbot::${kind}Configuration`)[1].Properties.SnsTopicArns[1]
    ));
    const [criticalId, { Properties: topic }] = theOne(resources, 'AWS::SNS::Topic', 'CriticalAlarms');
    expect([slack, teams]).toEqual([{ Ref: criticalId }, operationsTopicOf(budgeteer)]);
    expect(topic.KmsMasterKeyId).toBeDefined();
    const [, { Properties: policy }] = theOne(resources, 'AWS::SNS::TopicPolicy', 'CriticalAlarms');
    expect(policy.PolicyDocument.Statement).toContainEqual(expect.objectContaining({ Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: 'sns:Publish' }));
    for (const { Properties: { AlarmActions: actions, AlarmDescription: description } } of Object.values(ofType(resources, 'AWS::CloudWatch::Alarm'))) {
      expect(actions).toEqual([teams, ...readable(description).startsWith('CRITICAL: ') ? [slack] : []]);
    }
  });

  test('come from nowhere but where alarms tell the operations topic', () => {
    const slack = AlertChannel.slack({ ...SLACK, minimumSeverity: AlertSeverity.CRITICAL });
    const { resources } = withChannels(() => [slack], { alarmActions: { tellOperationsTopic: false } });
    expect(Object.values(ofType(resources, 'AWS::CloudWatch::Alarm')).flatMap(({ Properties }) => Properties.AlarmActions ?? [])).toEqual([]);
  });
});

test('a channel keeps its id when others come and go, and an address its topic, whichever of its channels goes', () => {
  const email = (options?: AlertRouting) => AlertChannel.email('a@example.com', options);
  const all = [email({ audience: AlertAudience.ALERTS }), email({ minimumSeverity: AlertSeverity.CRITICAL }), email({ labels: { team: ['search'] } })];
  const idsOf = (type: string, channels: AlertChannel[]) => Object.keys(ofType(withChannels(() => channels).resources, type))
    .filter(id => id.includes('Channels'));
  expect(idsOf('AWS::SNS::Topic', all)).toHaveLength(1);
  expect(idsOf('AWS::SNS::Topic', all.slice(1))).toEqual(idsOf('AWS::SNS::Topic', all));
  // the third is what it was without the second
  expect(idsOf('AWS::Events::Rule', all)).toEqual(expect.arrayContaining(idsOf('AWS::Events::Rule', [all[0], all[2]])));
});

describe('as many channels as there may be', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => AlertChannel.email(`team-${index}@example.com`));
  const { resources } = withMany();
  function withMany() {
    nameBundlesByPath();
    return withChannels(() => many(30), SWITCHED_ON);
  }

  test('fit into a stack', () => {
    expect(Object.keys(resources).length).toBeLessThanOrEqual(500);
  });

  test('need one statement in the policies of the notifier and its queue, for the rules of the bus', () => {
    const [notifier] = theOne(resources, 'AWS::Lambda::Function', 'AlertNotifier');
    const permissions = Object.values(ofType(resources, 'AWS::Lambda::Permission')).map(({ Properties }) => readable(Properties)).filter(({ FunctionName }) => FunctionName === `\${${notifier}.Arn}`);
    const [bus] = theOne(resources, 'AWS::Events::EventBus');
    expect(permissions.map(({ Principal, SourceArn }) => [Principal, SourceArn])).toEqual(expect.arrayContaining([
      ['events.amazonaws.com', `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:rule/\${${bus}}/*`],
    ]));
    expect(permissions).toHaveLength(2);
    const [, { Properties: queue }] = theOne(resources, 'AWS::SQS::QueuePolicy', 'AlertNotifierFailures');
    const sending = readable(queue.PolicyDocument).Statement.filter(({ Action }: any) => Action === 'sqs:SendMessage');
    expect(sending).toHaveLength(2);
    expect(sending).toContainEqual(expect.objectContaining({ Condition: { ArnLike: { 'aws:SourceArn': permissions.find(({ SourceArn }) => SourceArn.endsWith('/*')).SourceArn } } }));
  });

  test('have rules that are all watched, ten by an alarm', () => {
    const watched = Object.values(ofType(resources, 'AWS::CloudWatch::Alarm')).map(({ Properties: { Metrics = [] } }) => (
      Metrics.flatMap(({ MetricStat }: any) => (MetricStat?.Metric.MetricName === 'InvocationsFailedToBeSentToDlq' ? [JSON.stringify(MetricStat.Metric)] : []))
    )).filter(({ length }) => length > 0);
    expect(watched.map(({ length }) => length)).toEqual([10, 10, 10, 2]);
    const rules = Object.keys(ofType(resources, 'AWS::Events::Rule')).filter(id => id.includes('Announcements'));
    expect(rules.filter(id => watched.flat().some(metric => metric.includes(`"${id}"`)))).toEqual(rules);
  });

  test('are not exceeded', () => {
    expect(() => withChannels(() => many(31))).toThrow('alertChannels is 31 channels, allowed is at most 30: subscribe several addresses');
  });

  test('on the bus of the account are invoked by its rules', () => {
    const stack = newStack();
    new BedrockBudgeteer(stack, 'Budgeteer', { eventBus: events.EventBus.fromEventBusName(stack, 'Bus', 'default'), alertChannels: many(1) });
    const sources = Object.values(ofType(synthesized(stack).resources, 'AWS::Lambda::Permission')).map(({ Properties }) => readable(Properties).SourceArn);
    expect(sources).toContain('arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/*');
  });
});

test('labels of every character that a tag of AWS may have are heard', () => {
  const name = 'Kosten stelle_1.2:a/b=c+d-e@f';
  const { resources } = withChannels(stack => [webhook(stack, { labels: { [name]: ['ä = b', name] } })]);
  const [rule] = channelRules(resources).filter(({ Target }) => Target.InputTransformer);
  const channel = channelOf(inputOf(rule).channel);
  const alertOf = (value: string) => ({ audience: 'alerts', severity: 'info', labels: { [name]: value } }) as const;
  expect([hears(channel, alertOf('ä = b')), hears(channel, alertOf(name)), hears(channel, alertOf('other'))]).toEqual([true, true, false]);
});

test('the longest labels leave a template that EventBridge takes', () => {
  const labels = Object.fromEntries([1, 2, 3, 4, 5].map(key => [`label-${key}`, Array.from({ length: 9 }, (_, value) => `${value}`.padEnd(123, 'x'))]));
  expect(JSON.stringify(labels).length).toBeGreaterThan(5_700);
  const [{ Target }] = channelRules(withChannels(stack => [webhook(stack, { labels })]).resources).filter(rule => rule.Target.InputTransformer);
  // names of a topic, secret or bus come to it
  expect(Target.InputTransformer.InputTemplate.length).toBeLessThan(8_192 - 1_200);
  const more = { ...labels, more: ['x'.repeat(256), 'y'.repeat(256)] };
  expect(() => withChannels(stack => [webhook(stack, { labels: more })])).toThrow(/alertChannels\[0\]\.labels is 6\d{3} characters long as JSON, allowed is at most 6000: name fewer labels/);
});

test('rules of channels and webhooks are watched for what is lost', () => {
  const { resources } = withChannels(stack => [webhook(stack)]);
  const lost = Object.values(ofType(resources, 'AWS::CloudWatch::Alarm')).filter(({ Properties }) => JSON.stringify(Properties).includes('InvocationsFailedToBeSentToDlq'));
  expect(lost).toHaveLength(1);
  for (const { id } of channelRules(resources)) {
    expect(JSON.stringify(lost)).toContain(`"${id}"`);
  }
});

test('channels keep their topics when others come before them', () => {
  const topicsOf = (channels: AlertChannel[]) => Object.keys(ofType(withChannels(() => channels).resources, 'AWS::SNS::Topic'));
  const alone = topicsOf([AlertChannel.email('b@example.com')]);
  expect(topicsOf([AlertChannel.email('a@example.com'), AlertChannel.sms('+491511234567'), AlertChannel.email('b@example.com')])).toEqual(expect.arrayContaining(alone));
});

test('one address may hear different things, each once', () => {
  const channels = [AlertChannel.email('a@example.com', { audience: AlertAudience.ALERTS }), AlertChannel.email('a@example.com', { minimumSeverity: AlertSeverity.CRITICAL })];
  expect(channelRules(withChannels(() => channels).resources)).toHaveLength(2);
});

test('a chat in us-east-1, where its metrics are, has an alarm on them', () => {
  const { resources } = withChannels(() => [AlertChannel.slack(SLACK)], {}, { region: 'us-east-1', account: '444455556666' });
  expect(JSON.stringify(ofType(resources, 'AWS::CloudWatch::Alarm'))).toContain('MessageDeliveryFailure');
});

test('without channels there is nothing of them', () => {
  const { resources } = withChannels(() => []);
  expect(Object.keys(resources).filter(id => id.includes('Channels'))).toEqual([]);
});

test('the key of a topic of the user may be used through SNS', () => {
  const { resources } = withChannels(stack => [AlertChannel.topic(new sns.Topic(stack, 'Mine', { masterKey: new kms.Key(stack, 'Key') }))]);
  const [, { Properties: notifier }] = theOne(resources, 'AWS::Lambda::Function', 'AlertNotifier');
  const keys = statementsByRole(resources).get(notifier.Role['Fn::GetAtt'][0])!.filter(({ Condition }) => JSON.stringify(Condition ?? {}).includes('sns.')).flatMap(({ Resource }) => Resource);
  expect(new Set(keys).size).toBe(2);
});

describe('refused is', () => {
  const refused = (make: (stack: ReturnType<typeof newStack>) => AlertChannel[]) => () => withChannels(make);
  const email = (options: object) => AlertChannel.email('a@example.com', options);

  test.each<[string, (stack: ReturnType<typeof newStack>) => AlertChannel[], string]>([
    ['no address', () => [AlertChannel.email('team')], 'alertChannels[0] is "team", allowed is e-mail addresses'],
    ['a number without country', () => [AlertChannel.sms('0151 1234567')], 'alertChannels[0] is "0151 1234567", allowed is a phone number in the form E.164'],
    ['the name of a Slack channel', () => [AlertChannel.slack({ ...SLACK, channelId: '#alerts' })], 'alertChannels[0].channelId is "#alerts"'],
    ['a workspace by name', () => [AlertChannel.slack({ ...SLACK, workspaceId: 'acme' })], 'alertChannels[0].workspaceId is "acme"'],
    ['a team by name', () => [AlertChannel.microsoftTeams({ ...TEAMS, teamId: 'Search' })], 'alertChannels[0].teamId is "Search"'],
    ['a tenant by name', () => [AlertChannel.microsoftTeams({ ...TEAMS, tenantId: 'acme' })], 'alertChannels[0].tenantId is "acme"'],
    ['a channel of Teams by name', () => [AlertChannel.microsoftTeams({ ...TEAMS, channelId: 'general' })], 'alertChannels[0].channelId is "general"'],
    ['an audience that there is not', () => [email({ audience: 'everybody' })], 'alertChannels[0].audience is "everybody", allowed is "alerts" or "operations"'],
    ['a severity that there is not', () => [email({ minimumSeverity: 'urgent' })], 'alertChannels[0].minimumSeverity is "urgent"'],
    ['a format that there is not', stack => [AlertChannel.topic(new sns.Topic(stack, 'Mine'), { format: 'xml' as never })], 'alertChannels[0].format is "xml"'],
    ['empty labels', () => [email({ labels: {} })], 'alertChannels[0].labels is empty'],
    ['a label without values', () => [email({ labels: { team: [] } })], 'alertChannels[0].labels is without values'],
    ['a label that is no list', () => [email({ labels: { team: 'search' } })], 'alertChannels[0].labels is without values'],
    ['a name with a mark of EventBridge', () => [email({ labels: { '<f1>': ['a'] } })], 'alertChannels[0].labels is "<f1>=a", allowed is labels without < > " and \\'],
    ['a label with a mark of EventBridge', () => [email({ labels: { team: ['<f1>'] } })], 'alertChannels[0].labels is "team=<f1>"'],
    ['the same twice', () => [email({}), AlertChannel.sms('+491511234567'), email({})], 'alertChannels[2] is the same as alertChannels[0]'],
    ['a chat twice, whatever it hears', () => [AlertChannel.slack(SLACK), AlertChannel.slack({ ...SLACK, audience: AlertAudience.ALERTS })], 'alertChannels[1] is the same as alertChannels[0]'],
    ['a rate that EventBridge does not know', stack => [webhook(stack, { rateLimitPerSecond: 301 })], 'alertChannels[0].rateLimitPerSecond is 301, allowed is a whole number from 1 to 300'],
    ['a retry for more than a day', stack => [webhook(stack, { retryFor: Duration.hours(25) })], 'alertChannels[0].retryFor is 1 day 1 hour, allowed is whole seconds from 1 minute to 1 day'],
    ['a retry without a unit', stack => [webhook(stack, { retryFor: 3600 })], 'alertChannels[0].retryFor is 3600, allowed is a Duration'],
    ['a webhook that signs nothing', () => [AlertChannel.webhook({ url: URL_OF } as never)], 'alertChannels[0].signingSecret is left out, allowed is a secret of AWS Secrets Manager'],
    ['a secret in plain', () => [AlertChannel.webhook({ url: URL_OF, signingSecret: 'sesame' as never })], 'alertChannels[0].signingSecret is "sesame"'],
    ['a FIFO topic', stack => [AlertChannel.topic(new sns.Topic(stack, 'Mine', { fifo: true, topicName: 'mine.fifo' }))], 'alertChannels[0] is a FIFO topic, allowed is a standard topic'],
    ['an address that is no channel', () => ['a@example.com' as never], 'alertChannels[0] is "a@example.com", allowed is what the functions of AlertChannel return'],
    ['nothing in place of a channel', () => [AlertChannel.sms('+491511234567'), undefined as never], 'alertChannels[1] is left out'],
    ['a channel that is not in a list', () => email({}) as never, 'alertChannels is an object, allowed is a list'],
  ])('%s', (_, make, message) => {
    expect(refused(make)).toThrow(message);
  });

  test.each([
    'http://alerts.example.com/', 'ftp://alerts.example.com/', 'alerts.example.com', 'https://user:password@alerts.example.com/', 'https://alerts.example.com/#x',
    'https://localhost/', 'https://printer/', 'https://a.localhost/', 'https://db.internal/', 'https://127.0.0.1/', 'https://127.1/', 'https://2130706433/', 'https://0x7f.1/', 'https://10.1.2.3/',
    'https://172.31.0.1/', 'https://192.168.0.1/', 'https://169.254.169.254/latest/meta-data/', 'https://100.64.0.1/', 'https://0.0.0.0/', 'https://224.0.0.1/', 'https://255.255.255.255/',
    'https://[::1]/', 'https://[::]/', 'https://[fd00::1]/', 'https://[fe80::1]/', 'https://[::ffff:10.0.0.1]/', 'https://[2002:7f00:1::]/', 'https://metadata.google.internal./',
    `https://alerts.example.com/${'x'.repeat(2048)}`, 'https://*.example.com/x', ' https://example.com/x', 'https://example.com/x ', 'https://b\u00fccher.example/x', 'HTTPS://example.com/',
    'https://example.com/*', 'https://example.com/a b', 'https://example.com/%zz', 'https:/example.com/', 'https://example.com\\x',
  ])('the webhook %s', url => {
    expect(refused(stack => [webhook(stack, { url })])).toThrow('alertChannels[0].url is ');
  });

  test('a secret in a URL, which is not repeated', () => {
    expect(refused(stack => [webhook(stack, { url: 'https://10.0.0.1/hook/T0PS3CRET' })])).toThrow(/^(?!.*T0PS3CRET)/);
  });

  test.each(['https://alerts.example.com/a?b=c', 'https://alerts.example.com:8443', 'https://xn--bcher-kva.example/%20x?y=(z)&w=~', 'https://172.32.0.1/', 'https://8.8.8.8/', 'https://[2600:1f18::1]/', 'https://internal.example.com/'])('not the webhook %s', url => {
    expect(refused(stack => [webhook(stack, { url })])).not.toThrow();
  });

  test('nothing whose value is known at deployment only', () => {
    const token = (name: string) => Token.asString({ Ref: name });
    expect(refused(stack => [
      AlertChannel.email(token('Address')), AlertChannel.sms(token('Number')), webhook(stack, { url: token('Url') }),
      AlertChannel.slack({ workspaceId: token('W'), channelId: token('C') }), AlertChannel.microsoftTeams({ teamId: token('T'), tenantId: token('U'), channelId: token('V') }),
    ])).not.toThrow();
  });
});

describe('the daily digest', () => {
  const digestOf = (props: BedrockBudgeteerProps) => {
    const { resources, budgeteer } = withChannels(() => [], props);
    return { budgeteer, resources, schedule: theOne(resources, 'AWS::Scheduler::Schedule')[1].Properties };
  };

  test('comes every day at an hour of the deployment\'s time zone, and knows for which day it is', () => {
    const { schedule, resources } = digestOf({ dailyDigest: { hour: 6 }, timeZone: 'Europe/Berlin' });
    const [id] = theOne(resources, 'AWS::Lambda::Function', 'DailyDigest');
    expect(schedule).toMatchObject({
      ScheduleExpression: 'cron(0 6 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: { 'Fn::GetAtt': [id, 'Arn'] }, Input: '{"time":"<aws.scheduler.scheduled-time>"}', DeadLetterConfig: { Arn: expect.anything() } },
    });
  });

  test('may write the note of the day, and nothing else into the table', () => {
    const { resources } = digestOf({ dailyDigest: {} });
    const [, { Properties: fn }] = theOne(resources, 'AWS::Lambda::Function', 'DailyDigest');
    const writing = statementsByRole(resources).get(fn.Role['Fn::GetAtt'][0])!.filter(({ Action }) => [Action].flat().some(action => /dynamodb:(Put|Update|Delete)/.test(action)));
    expect(writing).toEqual([expect.objectContaining({ Action: 'dynamodb:PutItem', Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['deployment/daily-digest'] } } })]);
  });

  test('is off by default', () => {
    const { resources, budgeteer } = withChannels(() => []);
    expect(ofType(resources, 'AWS::Scheduler::Schedule')).toEqual({});
    expect(budgeteer.dailyDigest).toBeUndefined();
  });

  test.each([
    [{ hour: 24 }, 'dailyDigest.hour is 24, allowed is a whole number from 0 to 23'], [{ hour: 7.5 }, 'dailyDigest.hour is 7.5'],
    [{ topSpenders: 0 }, 'dailyDigest.topSpenders is 0'], [{ topSpenders: 26 }, 'dailyDigest.topSpenders is 26'], [{ audience: 'x' as never }, 'dailyDigest.audience is "x"'],
    [{ hour: '8' as never }, 'dailyDigest.hour is "8"'],
    [false as never, 'dailyDigest is false, allowed is an object of options: write {} to switch it on, and leave it out to have none'],
    [true as never, 'dailyDigest is true'], [null as never, 'dailyDigest is null'], [[] as never, 'dailyDigest is a list'],
    [{ hours: 8 } as never, 'dailyDigest.hours is no option of DailyDigestOptions (did you mean "hour"?), allowed is only hour, topSpenders, audience'],
  ])('of %j is refused', (dailyDigest, message) => {
    expect(() => withChannels(() => [], { dailyDigest })).toThrow(message);
  });
});

test('the commands in messages name the URL of the administration, and the dashboard is linked by its name', () => {
  const variables = (props: BedrockBudgeteerProps) => theOne(withChannels(() => [], props).resources, 'AWS::Lambda::Function', 'AlertNotifier')[1].Properties.Environment.Variables;
  expect(readable(variables({ administration: true }).BUDGETEER_ADMINISTRATION_URL)).toMatch(/^\$\{.*FunctionUrl\}$/);
  expect(variables({})).not.toHaveProperty('BUDGETEER_ADMINISTRATION_URL');
  expect(readable(variables({}).BUDGETEER_DASHBOARD_NAME)).toMatch(/-\$\{AWS::Region\}$/);
});
