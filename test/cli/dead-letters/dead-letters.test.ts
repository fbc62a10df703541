import { gunzipSync, gzipSync } from 'node:zlib';
import { ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeEventBusCommand, ListTargetsByRuleCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetFunctionEventInvokeConfigCommand, InvokeCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ChangeMessageVisibilityCommand, DeleteMessageCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { unpackSubscriptionBatch } from '../../../src/lambdas/core/subscription-batch';
import {
  arnOf, budgeteer, bus, deployedFunctions, dynamoDb, functionOf, givenDeployments, givenFunctions, givenStack, lambda, queueArn, sqs, urlOf,
} from '../instance-mocks';

/** What is in the queues; a message that is deleted is gone, and one that is taken is out of sight. */
let queues: Record<string, Waiting[]>;

interface Waiting {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  readonly about: Readonly<Record<string, string>>;
  taken?: boolean;
}

beforeEach(() => {
  queues = {};
  givenDeployments('dep');
  sqs.on(GetQueueAttributesCommand).callsFake(({ QueueUrl }) => ({ Attributes: { ApproximateNumberOfMessages: String(at(QueueUrl).length), ApproximateNumberOfMessagesNotVisible: '0' } }));
  sqs.on(ReceiveMessageCommand).callsFake(({ QueueUrl, MaxNumberOfMessages, MessageSystemAttributeNames: system, MessageAttributeNames: attributes }) => {
    const messages = at(QueueUrl).filter(({ taken }) => !taken).slice(0, MaxNumberOfMessages);
    messages.forEach(message => (message.taken = true));
    return {
      Messages: messages.map(({ id, body, sentAt, about }) => ({
        MessageId: id,
        ReceiptHandle: id,
        Body: body,
        Attributes: system.includes('SentTimestamp') ? { SentTimestamp: String(sentAt) } : {},
        MessageAttributes: Object.fromEntries(
          Object.entries(about).filter(([name]) => attributes.includes(name)).map(([name, text]) => [name, { StringValue: text }]),
        ),
      })),
    };
  });
  sqs.on(DeleteMessageCommand).callsFake(({ QueueUrl, ReceiptHandle }) => {
    queues[nameOf(QueueUrl)] = at(QueueUrl).filter(({ id }) => id !== ReceiptHandle);
    return {};
  });
  sqs.on(ChangeMessageVisibilityCommand).callsFake(({ QueueUrl, ReceiptHandle }) => {
    at(QueueUrl).filter(({ id }) => id === ReceiptHandle).forEach(message => (message.taken = false));
    return {};
  });
  lambda.on(InvokeCommand).resolves({ StatusCode: 200 });
  bus.on(PutEventsCommand).resolves({ Entries: [{ EventId: '1' }] });
});

const nameOf = (url: string) => url.split('/').at(-1)!;
const at = (url: string) => queues[nameOf(url)] ?? [];

let ids = 0;
function put(queue: string, ...messages: unknown[]): void {
  messages.forEach(message => send(queue, message));
}

interface About {
  readonly sentAt?: number;
  readonly RULE_ARN?: string;
  readonly TARGET_ARN?: string;
}

/** Long ago, unless something else is said. */
function send(queue: string, message: unknown, { sentAt = 0, ...about }: About = {}): void {
  const body = typeof message === 'string' ? message : JSON.stringify(message);
  queues[queue] = [...queues[queue] ?? [], { id: `m${ids += 1}`, body, sentAt, about }];
}

const gaveUp = (functionName: string, requestPayload: unknown) => ({
  version: '1.0',
  requestContext: { requestId: 'r', functionArn: `${arnOf(functionName)}:$LATEST`, condition: 'RetriesExhausted', approximateInvokeCount: 3 },
  requestPayload,
  responsePayload: { errorMessage: 'x' },
});

const unreadable = (changes: object = {}) => ({
  code: 'bad-json', message: 'not JSON', logGroup: 'g', logStream: 's', eventId: 'e-1', loggedAt: '2026-11-20T10:00:00.000Z', encoding: 'plain', record: '{"a":1}', ...changes,
});

const busEvent = (changes: object = {}) => ({
  'version': '0', 'id': '1', 'detail-type': 'Budget Changed', 'source': 'bedrock-budgeteer', 'account': '111122223333', 'time': '2026-11-20T10:00:00Z', 'region': 'x', 'resources': [], 'detail': { eventId: 'a', deploymentId: 'dep' }, ...changes,
});

const streamBatch = { requestContext: { requestId: 'r', functionArn: arnOf('dep-budget-evaluator'), condition: 'RetryAttemptsExhausted' }, DDBStreamBatchInfo: { shardId: 's', batchSize: 1 } };

const invoked = () => lambda.commandCalls(InvokeCommand).map(({ args: [{ input }] }) => [
  input.FunctionName, input.InvocationType, JSON.parse(Buffer.from(input.Payload as Uint8Array).toString()),
]);

describe('the queues', () => {
  test('are found by asking the functions, whoever else has some in the region', async () => {
    put('dep-unreadable', unreadable(), unreadable());
    const { code, stdout } = await budgeteer(['dead-letters', 'list']);
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(1, -1).map(line => line.split(/ {2,}/)[0])).toEqual([
      'events that usage-meter gave up on', 'events that audit-recorder gave up on', 'evaluation failures', 'unreadable records', 'undelivered events',
    ]);
    expect(stdout).toMatch(/unreadable records +2 +0 +dep-unreadable/);
  });

  test('are told as JSON', async () => {
    const { stdout } = await budgeteer(['dead-letters', 'list', '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ deployment: 'dep', queues: expect.arrayContaining([{ url: urlOf('dep-evaluation'), name: 'dep-evaluation', holds: 'evaluation failures', waiting: 0, taken: 0 }]) });
  });

  test.each([
    [['dep', 'other'], [], 2, 'there are several deployments in this region: give one by --deployment (dep, other)'],
    [['dep', 'other'], ['--deployment', 'third'], 1, 'there is no deployment "third" in this region: there are dep, other'],
    [[], [], 1, 'there is no deployment in this region'],
  ])('of %j with %j', async (deployments, args, ends, message) => {
    givenDeployments(...deployments);
    const { code, stderr } = await budgeteer(['dead-letters', 'list', ...args]);
    expect([code, stderr]).toEqual([ends, expect.stringContaining(message)]);
  });

  test('need a region', async () => {
    expect(await budgeteer(['dead-letters', 'list'], { env: {} })).toMatchObject({ code: 2, stderr: expect.stringContaining('--region') });
  });

  test('that may not be looked for are a failure in plain words', async () => {
    lambda.reset();
    lambda.rejects(Object.assign(new Error('not authorized to perform lambda:ListFunctions'), { name: 'AccessDeniedException' }));
    expect(await budgeteer(['dead-letters', 'list'])).toMatchObject({ code: 1, stderr: expect.stringContaining('functions cannot be listed: AccessDeniedException: not authorized') });
  });
});

describe('functions that others made', () => {
  const OWN = ['dep-usage-meter', 'dep-budget-evaluator', 'dep-audit-recorder'];
  const evil = () => functionOf('usage-meter', 'dep', {}, 'evil');
  const replay = (...args: string[]) => budgeteer(['dead-letters', 'replay', '--yes', ...args]);

  test('are given nothing, though they say that they are the usage meter: two that do are refused', async () => {
    givenFunctions(evil());
    put('dep-unreadable', unreadable());
    const { code, stderr } = await replay();
    expect([code, stderr]).toEqual([1, expect.stringContaining(`several functions say that they are the usage-meter of "dep" (${arnOf('evil')}, ${arnOf('dep-usage-meter')})`)]);
    expect(stderr).toContain('--stack');
    expect(invoked()).toEqual([]);
    expect(queues['dep-unreadable']).toHaveLength(1);
    expect((await budgeteer(['ledger', 'rebuild', '--apply', '--yes', '--reason', 'x'])).stderr).toContain('several functions say');
  });

  test('are given no queue of others, though they name it as their own', async () => {
    givenFunctions(functionOf('daily-digest', 'dep', {}, 'evil'));
    lambda.on(GetFunctionEventInvokeConfigCommand, { FunctionName: 'evil' }).resolves({ DestinationConfig: { OnFailure: { Destination: queueArn('dep-audit-recorder-failures') } } });
    send('dep-audit-recorder-failures', busEvent(), { TARGET_ARN: arnOf('evil') });
    expect(await replay()).toMatchObject({ code: 1, stderr: expect.stringContaining('is named for several things') });
    expect(invoked()).toEqual([]);
  });

  test('are not asked where the stack is given', async () => {
    givenFunctions(evil());
    givenStack('spend', ...OWN);
    put('dep-unreadable', unreadable());
    expect((await replay('--stack', 'spend')).code).toBe(0);
    expect(invoked().map(([name]) => name)).toEqual(['dep-usage-meter']);
  });

  test('are no deployment, whatever their environment says, unless they are a whole one', async () => {
    givenFunctions(functionOf('usage-meter', 'blue', {}, 'their-own'), functionOf('their-own', 'dep', {}, 'their-own-2'), functionOf('their-own', 'dep', {}, 'their-own-3'));
    expect((await budgeteer(['dead-letters', 'list'])).code).toBe(0);
    expect(await budgeteer(['dead-letters', 'list', '--deployment', 'blue'])).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no deployment "blue" in this region: there is dep') });
  });

  test('are shown to whoever is asked whether to go on, unless the stack tells whose they are', async () => {
    givenStack('spend', ...OWN);
    put('dep-unreadable', unreadable());
    const asked = async (...args: string[]) => (await budgeteer(['dead-letters', 'replay', ...args], { terminal: true, stdin: 'n\n' })).stderr;
    const shown = ['dep-audit-recorder', 'dep-budget-evaluator', 'dep-usage-meter'].map(name => `  ${arnOf(name)}\n`).join('');
    expect(await asked()).toContain(`These functions say that they belong to it; --stack <name> would make sure:\n${shown}`);
    expect(await asked('--stack', 'spend')).not.toContain('arn:');
  });

  test.each([
    ['other', 1, 'stack "other" cannot be looked into: ValidationError: Stack with id x does not exist'],
    ['spend', 1, 'there is no deployment in stack "spend"; name the stack that it is in, a nested one by its own name'],
  ])('are not taken for those of stack %s', async (stack, ends, message) => {
    givenStack('spend', 'strangers-own');
    const { code, stderr } = await replay('--stack', stack);
    expect([code, stderr]).toEqual([ends, expect.stringContaining(message)]);
  });
});

describe('replaying', () => {
  const replay = (...args: string[]) => budgeteer(['dead-letters', 'replay', '--yes', ...args]);

  test('hands events to the functions that gave them up, waits for their answer and deletes what they took', async () => {
    put('dep-audit-recorder-failures', gaveUp('dep-audit-recorder', { detail: 1 }), gaveUp('dep-audit-recorder', { detail: 2 }));
    expect(await replay()).toMatchObject({ code: 0, stderr: 'events that audit-recorder gave up on: 2 replayed, 0 left\n' });
    expect(invoked()).toEqual([1, 2].map(detail => ['dep-audit-recorder', 'RequestResponse', { detail }]));
    expect(queues['dep-audit-recorder-failures']).toEqual([]);
  });

  test('leaves what fails again, with the reason, and goes on with the rest', async () => {
    put('dep-audit-recorder-failures', gaveUp('dep-audit-recorder', { detail: 1 }), gaveUp('dep-audit-recorder', { detail: 2 }));
    lambda.on(InvokeCommand).resolvesOnce({ FunctionError: 'Unhandled', Payload: Buffer.from('{"errorMessage":"still broken"}') as never }).resolves({ StatusCode: 200 });
    const { code, stdout, stderr } = await replay();
    expect([code, stderr]).toEqual([1, 'events that audit-recorder gave up on: 1 replayed, 1 left\n']);
    expect(stdout).toContain('the function failed again: {"errorMessage":"still broken"}');
    expect(queues['dep-audit-recorder-failures']).toMatchObject([{ taken: false }]);
  });

  test('meters unreadable records again, as the subscription would deliver them: under their own id and time', async () => {
    put('dep-unreadable', unreadable(), unreadable({ eventId: 'e-2', encoding: 'gzip+base64', record: gzipSync('{"b":2}').toString('base64') }));
    expect((await replay()).code).toBe(0);
    const batches = invoked().map(([name, , payload]) => [name, unpackSubscriptionBatch(payload)]);
    expect(batches).toEqual([['e-1', '{"a":1}'], ['e-2', '{"b":2}']].map(([id, message]) => [
      'dep-usage-meter', { logGroup: 'g', logStream: 's', lines: [{ id, message, loggedAt: Date.parse('2026-11-20T10:00:00Z') }] },
    ]));
    expect(JSON.parse(gunzipSync(Buffer.from(invoked()[0][2].awslogs.data, 'base64')).toString())).toMatchObject({ messageType: 'DATA_MESSAGE' });
  });

  test('ends although the meter puts an unreadable record aside anew: that one stays', async () => {
    put('dep-unreadable', unreadable());
    lambda.on(InvokeCommand).callsFake(() => {
      put('dep-unreadable', unreadable());
      return { StatusCode: 200 };
    });
    const { code, stdout } = await replay();
    expect(code).toBe(1);
    expect(stdout).toContain('it still cannot be charged: bad-json: not JSON');
    expect(invoked()).toHaveLength(1);
    expect(queues['dep-unreadable']).toMatchObject([{ taken: false }]);
  });

  test('puts undelivered events on the bus again as they were', async () => {
    put('dep-undelivered', busEvent());
    expect((await replay()).code).toBe(0);
    expect(bus.commandCalls(PutEventsCommand)[0].args[0].input.Entries).toEqual([{
      Source: 'bedrock-budgeteer', DetailType: 'Budget Changed', Detail: '{"eventId":"a","deploymentId":"dep"}', Time: new Date('2026-11-20T10:00:00Z'), Resources: [], EventBusName: 'dep',
    }]);
  });

  test('puts undelivered messages of webhooks on it as well', async () => {
    put('dep-undelivered', busEvent({ source: 'bedrock-budgeteer.webhooks' }));
    expect((await replay()).code).toBe(0);
    expect(bus.commandCalls(PutEventsCommand)).toHaveLength(1);
  });

  test.each([
    ['AWS', { source: 'aws.iam' }],
    ['other systems', { source: 'shop.orders' }],
    ['other deployments', { detail: { eventId: 'a', deploymentId: 'blue' } }],
    ['nobody knows which deployment', { detail: { eventId: 'a' } }],
  ])('leaves undelivered events of %s where they are', async (_, changes) => {
    put('dep-undelivered', busEvent(changes));
    expect(await replay()).toMatchObject({ code: 1, stdout: expect.stringContaining('it is no event of this deployment') });
    expect(bus.commandCalls(PutEventsCommand)).toEqual([]);
    expect(queues['dep-undelivered']).toMatchObject([{ taken: false }]);
  });

  test('takes nothing out of the queue of a bus that is not the deployment\'s', async () => {
    lambda.on(ListFunctionsCommand, { Marker: '2' }).resolves({ Functions: deployedFunctions('dep', 'shared') });
    bus.on(DescribeEventBusCommand, { Name: 'shared' }).resolves({ DeadLetterConfig: { Arn: queueArn('of-everybody') } });
    put('of-everybody', busEvent());
    expect((await replay()).stderr).toBe('Nothing waits in the 4 queues of dep.\n');
    expect(await replay('--queue', 'of-everybody')).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no queue "of-everybody"') });
    expect(queues['of-everybody']).toEqual([expect.not.objectContaining({ taken: expect.anything() })]);
  });

  describe('what EventBridge could not hand to a function', () => {
    const QUEUE = 'dep-audit-recorder-failures';
    const TARGET_ARN = arnOf('dep-audit-recorder');

    test.each<[string, object]>([
      ['an event of AWS', busEvent({ source: 'aws.iam' })],
      ['an event of this system', busEvent()],
      ['what a schedule says', { time: '2026-11-20T10:00:00Z' }],
    ])('hands it %s as it is, and puts nothing on the bus', async (_, event) => {
      send(QUEUE, event, { RULE_ARN: 'arn:aws:events:eu-central-1:111122223333:rule/dep/audit', TARGET_ARN });
      expect((await replay()).code).toBe(0);
      expect(invoked()).toEqual([['dep-audit-recorder', 'RequestResponse', event]]);
      expect(bus.commandCalls(PutEventsCommand)).toEqual([]);
      expect(queues[QUEUE]).toEqual([]);
    });

    test.each<[string, unknown, object, string]>([
      ['was for a state machine', {}, { TARGET_ARN: 'arn:aws:states:eu-central-1:111122223333:stateMachine:report' }, 'which is not the function of this queue'],
      ['was for another function', {}, { TARGET_ARN: arnOf('dep-usage-meter') }, 'which is not the function of this queue'],
      ['does not tell for whom it was', busEvent(), {}, 'none of those that this program knows'],
      ['is no JSON', 'hello', { TARGET_ARN }, 'none of those that this program knows'],
    ])('leaves what %s', async (_, body, about, reason) => {
      send(QUEUE, body, about);
      expect(await replay()).toMatchObject({ code: 1, stdout: expect.stringContaining(reason) });
      expect(invoked()).toEqual([]);
      expect(queues[QUEUE]).toMatchObject([{ taken: false }]);
    });

    describe('to the notifier', () => {
      const NOTIFIER = arnOf('dep-alert-notifier');
      const about = { RULE_ARN: 'arn:aws:events:eu-central-1:111122223333:rule/dep/channel-rule', TARGET_ARN: NOTIFIER };
      const InputTransformer = {
        InputPathsMap: { 'detail-type': '$.detail-type', 'detail': '$.detail' },
        InputTemplate: '{"channel":{"kind":"sms","labels":["<none>"]},"detail-type":<detail-type>,"detail":<detail>}',
      };

      beforeEach(() => {
        lambda.on(ListFunctionsCommand, { Marker: undefined }).resolves({ Functions: [functionOf('alert-notifier', 'dep')], NextMarker: '2' });
        lambda.on(GetFunctionEventInvokeConfigCommand, { FunctionName: 'dep-alert-notifier' }).resolves({ DestinationConfig: { OnFailure: { Destination: queueArn('told') } } });
        bus.on(ListTargetsByRuleCommand).rejects(Object.assign(new Error('gone'), { name: 'ResourceNotFoundException' }));
      });

      const givenTarget = (target: object) => bus.on(ListTargetsByRuleCommand, { Rule: 'channel-rule', EventBusName: 'dep' }).resolves({ Targets: [{ Id: 't', Arn: 'x' }, { Id: 'u', Arn: NOTIFIER, ...target }] });

      test('goes to the channel of its rule alone', async () => {
        givenTarget({ InputTransformer });
        send('told', busEvent(), about);
        expect((await replay()).code).toBe(0);
        expect(invoked()).toEqual([['dep-alert-notifier', 'RequestResponse', {
          'channel': { kind: 'sms', labels: ['<none>'] }, 'detail-type': 'Budget Changed', 'detail': { eventId: 'a', deploymentId: 'dep' },
        }]]);
        expect(bus.commandCalls(PutEventsCommand)).toEqual([]);
      });

      test('goes to the topics where its rule adds nothing', async () => {
        givenTarget({});
        send('told', busEvent(), about);
        expect((await replay()).code).toBe(0);
        expect(invoked()).toEqual([['dep-alert-notifier', 'RequestResponse', busEvent()]]);
      });

      test.each<[string, () => unknown, string]>([
        ['the rule is gone', () => undefined, 'its rule is no longer there'],
        ['the rule leads elsewhere', () => givenTarget({ Arn: 'y' }), 'its rule is no longer there'],
        ['the rule makes of it what nobody knows', () => givenTarget({ InputTransformer: { InputTemplate: '"<detail>' } }), 'is not known to this program'],
        ['the rule may not be read', () => bus.on(ListTargetsByRuleCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' })), 'AccessDeniedException: no'],
      ])('stays where %s', async (_, given, reason) => {
        given();
        send('told', busEvent(), about);
        expect(await replay()).toMatchObject({ code: 1, stdout: expect.stringContaining(reason) });
        expect(invoked()).toEqual([]);
        expect(queues.told).toMatchObject([{ taken: false }]);
      });
    });
  });

  test('leaves an event that the bus refuses', async () => {
    put('dep-undelivered', busEvent());
    bus.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'x' }] });
    expect(await replay()).toMatchObject({ code: 1, stdout: expect.stringContaining('the bus refused it: InternalFailure: x') });
    expect(queues['dep-undelivered']).toHaveLength(1);
  });

  test('has the monitor look at everybody whom nobody watches after evaluation failures, once however many there are', async () => {
    put('dep-evaluation', streamBatch, streamBatch);
    const page = (name: string) => ({ Items: [{ principalId: { S: `iam-user/1/${name}` } }] });
    dynamoDb.on(ScanCommand).resolvesOnce({ ...page('a'), LastEvaluatedKey: { principalId: { S: 'x' } } }).resolves(page('b'));
    dynamoDb.on(UpdateItemCommand).resolvesOnce({}).rejects(Object.assign(new Error('x'), { name: 'ConditionalCheckFailedException' }));
    expect((await replay()).code).toBe(0);
    const written = dynamoDb.commandCalls(UpdateItemCommand).map(({ args: [{ input }] }) => input);
    expect(written.map(({ Key, ConditionExpression, ExpressionAttributeValues }) => [Key, ConditionExpression, ExpressionAttributeValues])).toEqual(
      ['a', 'b'].map(name => [
        { principalId: { S: `iam-user/1/${name}` } },
        'attribute_exists(#id) AND attribute_not_exists(#watch)',
        { ':open': { S: 'open' }, ':now': { S: expect.any(String) } },
      ]),
    );
    expect(queues['dep-evaluation']).toEqual([]);
  });

  test('looks at everybody again for a failure that arrives while it looks', async () => {
    const NOON = Date.parse('2026-11-27T12:00:00Z');
    put('dep-evaluation', streamBatch);
    dynamoDb.on(ScanCommand).callsFake(() => {
      if (dynamoDb.commandCalls(ScanCommand).length === 1) {
        send('dep-evaluation', streamBatch, { sentAt: NOON });
      }
      return { Items: [] };
    });
    expect((await budgeteer(['dead-letters', 'replay', '--yes'], { now: () => NOON })).code).toBe(0);
    expect(dynamoDb.commandCalls(ScanCommand)).toHaveLength(2);
    expect(queues['dep-evaluation']).toEqual([]);
  });

  test('looks once for all failures of before, however many batches they are', async () => {
    put('dep-evaluation', ...Array.from({ length: 25 }, () => streamBatch));
    dynamoDb.on(ScanCommand).resolves({ Items: [] });
    expect((await replay()).code).toBe(0);
    expect(dynamoDb.commandCalls(ScanCommand)).toHaveLength(1);
  });

  test('keeps evaluation failures where the table cannot be written', async () => {
    put('dep-evaluation', streamBatch);
    dynamoDb.on(ScanCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
    expect(await replay()).toMatchObject({ code: 1, stdout: expect.stringContaining('AccessDeniedException: no') });
    expect(queues['dep-evaluation']).toHaveLength(1);
  });

  test.each<[string, unknown, string]>([
    ['orders of CloudFormation', gaveUp('dep-audit-recorder', { RequestType: 'Delete', ResponseURL: 'https://s3' }), 'it is an order of CloudFormation'],
    ['events for functions of others, whatever the message says', gaveUp('strangers-own', {}), 'which is no function of this deployment'],
    ['records that were too large for a message', unreadable({ truncated: 'the record has 300000 characters' }), 'the record has 300000 characters (g, e-1)'],
    ['records that do not unpack', unreadable({ encoding: 'gzip+base64', record: 'nonsense' }), 'cannot be unpacked'],
    ['events that stand in a queue of other things', busEvent(), 'none of those that this program knows'],
    ['what is no JSON', 'hello', 'none of those that this program knows'],
    ['what has another shape', { a: 1 }, 'none of those that this program knows'],
  ])('leaves %s', async (_, message, reason) => {
    put('dep-unreadable', message);
    expect(await replay()).toMatchObject({ code: 1, stdout: expect.stringContaining(reason) });
    expect(invoked()).toEqual([]);
    expect(queues['dep-unreadable']).toMatchObject([{ taken: false }]);
  });

  test('shows what would be done, and does none of it', async () => {
    put('dep-unreadable', unreadable(), 'hello');
    const { code, stdout } = await budgeteer(['dead-letters', 'replay', '--dry-run', '--format', 'json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ dryRun: true, queues: [{ queue: 'dep-unreadable', holds: 'unreadable records', replayable: 1, left: 1, reasons: [{ reason: expect.any(String), messages: 1 }] }] });
    expect(invoked()).toEqual([]);
    expect(queues['dep-unreadable'].map(({ taken }) => taken)).toEqual([false, false]);
  });

  test('asks first, and takes nothing but yes for it', async () => {
    put('dep-unreadable', unreadable());
    const args = ['dead-letters', 'replay'];
    expect(await budgeteer(args)).toMatchObject({ code: 2, stderr: expect.stringContaining('write --yes if you mean it') });
    expect(await budgeteer(args, { terminal: true, stdin: 'n\n' })).toMatchObject({ code: 1, stderr: expect.stringContaining('Nothing was done.') });
    expect(invoked()).toEqual([]);
    expect(await budgeteer(args, { terminal: true, stdin: 'y\n' })).toMatchObject({ code: 0, stderr: expect.stringContaining('Replaying about 1 messages of dep: go on? [y/N]') });
    expect(invoked()).toHaveLength(1);
  });

  test('is bounded, and may be of one queue', async () => {
    put('dep-unreadable', ...Array.from({ length: 30 }, (_, index) => unreadable({ eventId: `e-${index}` })));
    put('dep-undelivered', busEvent());
    expect((await replay('--queue', 'dep-unreadable', '--max', '12')).stderr).toBe('unreadable records: 12 replayed, 0 left\n');
    expect(queues['dep-unreadable']).toHaveLength(18);
    expect(bus.commandCalls(PutEventsCommand)).toEqual([]);
  });

  test.each([
    [['--queue', 'other'], 'there is no queue "other"'],
    [['--max', '0'], '--max is "0"'],
  ])('refuses %j', async (args, message) => {
    expect(await replay(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });

  test('says so where nothing waits', async () => {
    expect(await replay()).toEqual({ code: 0, stdout: '', stderr: 'Nothing waits in the 5 queues of dep.\n' });
  });

  test('stops between messages, and gives back those that it has taken', async () => {
    const controller = new AbortController();
    put('dep-unreadable', ...[1, 2, 3].map(index => unreadable({ eventId: `e-${index}` })));
    lambda.on(InvokeCommand).callsFake(() => {
      controller.abort();
      return { StatusCode: 200 };
    });
    expect((await budgeteer(['dead-letters', 'replay', '--yes'], { interruption: () => controller.signal })).code).toBe(1);
    expect(invoked()).toHaveLength(1);
    expect(queues['dep-unreadable'].map(({ taken }) => taken)).toEqual([false, false]);
  });
});
