import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { BedrockClient } from '@aws-sdk/client-bedrock';
import { DynamoDBClient, GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { Metric } from '../../src/contract';
import { Telemetry } from '../../src/lambdas/adapters/telemetry';
import { administer } from '../../src/lambdas/core/administration/administer';
import { handler } from '../../src/lambdas/usage-meter/usage-meter.lambda';
import { run } from '../cli/run';
import { awsError } from '../lambdas/adapters/aws-error';
import { aDataMessage, ALICE, aRecordLine, aSubscriptionEvent, NOON } from '../lambdas/core/builders';
import { CONTEXT, lambdaWorld } from '../lambdas/lambda-world';
import { provesHostileInputs } from './register';

const dynamoDb = mockClient(DynamoDBClient);
const sqs = mockClient(SQSClient);
const ssm = mockClient(SSMClient);
const bedrock = mockClient(BedrockClient);
const world = lambdaWorld();

beforeAll(() => {
  process.env.POWERTOOLS_LOG_LEVEL = 'DEBUG';
});

beforeEach(() => {
  [dynamoDb, sqs, ssm, bedrock].forEach(mock => mock.reset());
  dynamoDb.on(GetItemCommand).resolves({});
  dynamoDb.on(TransactWriteItemsCommand).resolves({});
  ssm.on(GetParametersByPathCommand).resolves({});
  sqs.on(SendMessageBatchCommand).resolves({ Successful: [] });
});

const MARK = 'MARKER-of-a-prompt';
const meter = (...messages: readonly string[]) => handler(aSubscriptionEvent(aDataMessage(messages.map((message, index) => ({ id: `e-${index}`, timestamp: NOON, message })))), CONTEXT);

/** All that the handler has said to anybody; of unreadable records what is said of them, not they themselves. */
function everythingSaid(): string {
  const calls = [dynamoDb, ssm, bedrock].flatMap(mock => mock.calls().map(({ args: [command] }) => command.input));
  const kept = sqs.commandCalls(SendMessageBatchCommand).flatMap(({ args: [{ input }] }) => input.Entries!).map(({ MessageBody: body, ...rest }) => {
    const { record: _record, ...about } = JSON.parse(body!);
    return { about, rest };
  });
  return JSON.stringify([world.output(), calls, kept]);
}

/** Everything by which a text could have been logged by us: the log of an error as Node.js prints it, with its causes. */
async function failureOf(work: () => Promise<unknown>): Promise<string> {
  const error: unknown = await work().then(() => undefined, failure => failure);
  expect(error).toBeInstanceOf(Error);
  return inspect(error, { depth: 10, showHidden: true });
}

/** Lines as CloudWatch sees them: `lambdaWorld` parses each, and fails where one is no JSON. */
function logged(facts: Readonly<Record<string, unknown>>): Record<string, any> {
  new Telemetry('dep-1').log.warn('a message', facts);
  const lines = world.output();
  expect(lines).toHaveLength(1);
  return lines[0];
}

const BODIES = {
  requestMetadata: { note: MARK },
  [MARK]: MARK,
  input: { inputContentType: 'application/json', inputTokenCount: 1000, inputBodyJson: { messages: [{ role: 'user', content: [{ text: MARK }] }], [MARK]: MARK } },
  output: {
    outputContentType: 'application/json',
    outputTokenCount: 100,
    outputBodyJson: { output: { message: { content: [{ text: MARK }] } }, serviceTier: { type: MARK }, trace: { promptRouter: { invokedModelId: `${MARK} ` } } },
  },
};

provesHostileInputs('logs', {
  'newline-in-name': async () => {
    const name = 'alice\n{"level":"ERROR"}\r\n\u2028x';
    expect(logged({ name })).toMatchObject({ message: 'a message', name });
    await meter(aRecordLine({ identity: { arn: `arn:aws:iam::444455556666:user/${name}` } }), aRecordLine({ modelId: 'a\nb' }), aRecordLine({ errorCode: 'Throttled\nERROR' }));
    expect(world.metrics()).toMatchObject({ RecordsUnreadable: 2, RecordsMetered: 1 });
    const [, ...lines] = world.output();
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.filter(({ level }) => level === 'ERROR')).toEqual([]);
    expect(JSON.stringify(lines)).not.toContain('alice\\n');
  },

  'ansi-in-name': async () => {
    const caller = 'arn:aws:sts::444455556666:assumed-role/\u001b[31mred\u0007/x';
    const { log, metrics } = new Telemetry('dep-1');
    await expect(administer({ callerArn: caller, requestId: 'r', at: NOON, body: () => ({ operation: '\u001b[2J' }) }, { log, metrics } as never, {} as never)).rejects.toThrow('operation is');
    const text = JSON.stringify(world.output());
    expect(text).toContain('red');
    // It is control characters that must not be there.
    // eslint-disable-next-line no-control-regex
    expect(JSON.parse(text)[0].caller).not.toMatch(/[\u0000-\u001f]/);
    expect(text).not.toMatch(/\\u001b|\\u0007/);
  },

  'json-in-name': () => {
    const injected = '","level":"ERROR","_aws":{"Timestamp":0,"CloudWatchMetrics":[]},"x":"';
    const line = logged({ name: injected });
    expect(line).toMatchObject({ level: 'WARN', name: injected });
    expect(line).not.toHaveProperty('_aws');
    expect(world.metrics()).toEqual({});
  },

  'prompt-in-bodies': async () => {
    await meter(
      aRecordLine({ ...BODIES, requestId: 'r-1' }),
      // of a model that is not known, of an identity that is none, of a wrong shape, and no JSON at all
      aRecordLine({ ...BODIES, requestId: 'r-2', modelId: 'acme.unheard-of' }),
      aRecordLine({ ...BODIES, requestId: 'r-3', identity: { arn: MARK } }),
      aRecordLine({ ...BODIES, requestId: 'r-4', input: { inputTokenCount: MARK } }),
      aRecordLine({ ...BODIES, requestId: 'r-5', timestamp: MARK }),
      `{"input": "${MARK}`,
    );
    expect(world.metrics()).toMatchObject({ [Metric.RECORDS_METERED]: 2, [Metric.RECORDS_UNREADABLE]: 4 });
    expect(dynamoDb.commandCalls(TransactWriteItemsCommand)).toHaveLength(1);
    expect(everythingSaid()).not.toContain(MARK);
    expect(everythingSaid()).toContain('not-json');
    // what cannot be read is there for whoever may read the queue
    const kept = sqs.commandCalls(SendMessageBatchCommand)[0].args[0].input.Entries!;
    expect(kept.filter(({ MessageBody: body }) => JSON.parse(body!).record.includes(MARK))).toHaveLength(4);
  },

  'prompt-in-delivery': async () => {
    const data = gzipSync(`${MARK} is no JSON`).toString('base64');
    expect(await failureOf(() => handler({ awslogs: { data } }, CONTEXT))).not.toContain('MARK');
    expect(await failureOf(() => handler(aSubscriptionEvent({ messageType: MARK, logEvents: [{ message: MARK }] }), CONTEXT))).not.toContain('MARK');
    expect(everythingSaid()).not.toContain('MARK');
    expect(world.output()).toEqual([expect.objectContaining({ level: 'ERROR' }), expect.objectContaining({ level: 'ERROR' })]);
  },

  'prompt-in-command-line': async () => {
    const directory = mkdtempSync(join(tmpdir(), 'hostile-'));
    try {
      const file = join(directory, 'calls.jsonl');
      const records = [
        aRecordLine({ ...BODIES, requestId: 'r-1' }), aRecordLine({ ...BODIES, requestId: 'r-2', modelId: 'acme.unheard-of' }), aRecordLine({ ...BODIES, identity: { arn: MARK } }),
        aRecordLine({ ...BODIES, requestId: 'r-4', timestamp: MARK }), `{"input": "${MARK}`,
      ];
      writeFileSync(file, records.join('\n'));
      const said = [];
      for (const format of ['json', 'table']) {
        said.push(await run(['explain', '--logs', file, '--format', format]));
      }
      for (const format of ['json', 'table']) {
        said.push(await run(['simulate', '--logs', file, '--default-limit', '1/month', '--format', format]));
      }
      expect(said.map(({ stdout }) => /alice|haiku/.test(stdout))).toEqual([true, true, true, true]);
      expect(JSON.stringify(said)).not.toContain(MARK);
    } finally {
      rmSync(directory, { recursive: true });
    }
  },

  'prompt-in-failure': async () => {
    dynamoDb.on(TransactWriteItemsCommand).rejects(awsError('AccessDeniedException'));
    expect(await failureOf(() => meter(aRecordLine({ ...BODIES })))).not.toContain('MARK');
    expect(everythingSaid()).not.toContain(MARK);
    expect(everythingSaid()).not.toContain(`${ALICE}${MARK}`);
  },
});
