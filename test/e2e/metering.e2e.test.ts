import { GetFunctionEventInvokeConfigCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Metric } from '../../src/contract';
import { Item, NumberText } from '../../src/lambdas/core/budget-item';
import { dayOf } from '../../src/lambdas/core/calendar';
import { parseInvocationRecord } from '../../src/lambdas/core/invocation-record';
import { addUsd, formatUsd, usd, Usd, ZERO_USD } from '../../src/lambdas/core/money';
import { embeddedCatalog } from '../../src/lambdas/core/pricing/embedded-catalog';
import { LogLine } from '../deployed/deployed-budgeteer';
import { Call, ENABLED_NOTICE } from './support/calls';
import { takeAll } from './support/inbox';
import { Instance } from './support/instance';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';

const DAY_MS = 86_400_000;
const NOW = Date.now();

/** Stands in prompts and answers, and may stand nowhere else. */
const SECRET = 'my grandmother keeps the spare key under the third flower pot';

const USER = 'arn:aws:iam::000000000000:user/teams/search/metered';
const ROLE = 'arn:aws:sts::000000000000:assumed-role/metered/session-1';
const OTHER_SESSION = 'arn:aws:sts::000000000000:assumed-role/metered/session-2';
const ROOT = 'arn:aws:iam::000000000000:root';
const FEDERATED = 'arn:aws:sts::000000000000:federated-user/metered';

const NOVA = { operation: 'Converse', modelId: 'us.amazon.nova-pro-v1:0' }; // $0.80 and $3.20 per million tokens in and out
const OPUS = { operation: 'InvokeModelWithResponseStream', modelId: 'global.anthropic.claude-opus-5' }; // $5, $25, cache: $0.50, $6.25, $10

interface Metered {
  readonly what: string;
  readonly by: string;
  readonly call: Call;
  /** US dollars, worked out by hand from the list prices. Left out where it is for the catalog to choose a price. */
  readonly costs?: string;
  readonly at?: Date;
  readonly assumptions?: readonly string[];
}

const METERED: readonly Metered[] = [
  { what: 'a plain call', by: USER, call: { ...NOVA, inputTokens: 1_000, outputTokens: 500, inputBody: { messages: [SECRET] } }, costs: '0.0024' },
  {
    what: 'a model named by its ARN, with tokens from the cache',
    by: ROLE,
    call: {
      operation: 'InvokeModel',
      modelId: `arn:aws:bedrock:us-east-1:000000000000:inference-profile/${OPUS.modelId}`,
      inferenceRegion: 'us-east-2',
      inputTokens: 100,
      cacheReadTokens: 1_000,
      outputTokens: 10,
    },
    costs: '0.00125',
  },
  {
    what: 'a stream whose body is an array, which tells for how long the cache was written',
    by: OTHER_SESSION,
    call: {
      ...OPUS,
      inputTokens: 3,
      cacheWriteTokens: 300,
      outputTokens: 2,
      outputBody: [
        { type: 'message_start', message: { usage: { cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 } } } },
        { type: 'content_block_delta', delta: { text: SECRET } },
        { type: 'message_delta', usage: { output_tokens: 999_999 } },
      ],
    },
    costs: '0.00269',
  },
  { what: 'a body that stands in a bucket', by: USER, call: { ...NOVA, inputTokens: 10, inputBodyS3Path: 's3://bodies/input.json.gz' }, costs: '0.000008' },
  {
    what: 'an embedding, which has no tokens out',
    by: FEDERATED,
    call: { operation: 'InvokeModel', modelId: 'amazon.titan-embed-text-v2:0', inputTokens: 5_000 },
    costs: '0.0001',
  },
  {
    what: 'a prompt that looks like a record',
    by: USER,
    call: { ...NOVA, inputTokens: 1, outputTokens: 1, inputBody: { 'prompt': '"outputTokenCount":99999999', 'outputTokenCount': 99_999_999, 'output.outputTokenCount': 7 } },
    costs: '0.000004',
  },
  { what: 'a call that was throttled', by: USER, call: { ...NOVA, errorCode: 'ThrottlingException' }, costs: '0' },
  { what: 'a call of the root user', by: ROOT, call: { ...NOVA, outputTokens: 1_000_000 }, costs: '3.2' },
  { what: 'a call that was logged two days late', by: USER, call: { ...NOVA, outputTokens: 500_000 }, costs: '1.6', at: new Date(NOW - 2 * DAY_MS) },
  {
    what: 'a model that nobody knows yet, at a price on the safe side',
    by: USER,
    call: { operation: 'Converse', modelId: 'anthropic.claude-of-tomorrow-v9:0', inputTokens: 1_000, outputTokens: 1_000 },
    assumptions: ['unknown-model'],
  },
];

describe('metering', () => {
  let instance: Instance;
  let sqs: SQSClient;
  let lines: readonly (Metered & { readonly callId: string; readonly line: LogLine })[];
  inOneCloud(async cloud => {
    instance = new Instance(cloud, instanceNames(await deployApp(cloud, 'defaults', 'Defaults')));
    sqs = new SQSClient(cloud.client);
    lines = METERED.map((metered, index) => {
      const requestId = `request-${index}`;
      const line = instance.lineOf({ ...metered.call, requestId }, metered.by, metered.at ?? new Date(NOW));
      return { ...metered, callId: `${cloud.account}/${cloud.region}/${requestId}`, line };
    });
  });

  const isMetered = (calls: number) => instance.eventually(`${calls} rows in the ledger`, async () => {
    const rows = await instance.budgeteer.ledger();
    return rows.length >= calls ? rows : `there are ${rows.length}`;
  });
  const hasCounted = (metric: Metric, count: number) => instance.eventually(`${metric} is ${count}`, async () => {
    const counted = await instance.budgeteer.meterMetric(metric);
    return counted >= count ? { counted } : `it is ${counted}`;
  });
  const rowOf = async (callId: string) => (await instance.budgeteer.ledger()).find(row => row.callId === callId)!;

  test('every call is in the ledger once, however often it is logged', async () => {
    const messages = lines.map(({ line }) => line);
    await instance.log([{ message: ENABLED_NOTICE }, ...messages, messages[0], messages[3]]);
    await isMetered(METERED.length);
    await hasCounted(Metric.RECORDS_DUPLICATE, 2);

    await instance.log(messages);
    await hasCounted(Metric.RECORDS_DUPLICATE, 2 + METERED.length);

    expect((await instance.budgeteer.ledger()).map(({ callId }) => callId).sort()).toEqual(lines.map(({ callId }) => callId).sort());
    expect(await instance.budgeteer.meterMetric(Metric.RECORDS_METERED)).toBe(METERED.length);
    expect(await instance.budgeteer.meterMetric(Metric.RECORDS_UNREADABLE)).toBe(0);
  });

  test.each(METERED.map(({ what, costs, assumptions }, index) => ({ what, costs, assumptions, index })))('$what is priced exactly', async ({ index, costs, assumptions }) => {
    const { callId, line } = lines[index];
    const usage = parseInvocationRecord(line.message, NOW)!;
    const charge = embeddedCatalog().priceOf(usage);

    const row = await rowOf(callId);

    expect(amount(row.costUsd)).toBe(charge.cost);
    expect(row).toMatchObject({
      principalId: usage.principal.id,
      modelId: usage.modelId,
      calledAt: new Date(usage.calledAt).toISOString(),
      day: dayOf(usage.calledAt, 'UTC'),
      priceSource: charge.source,
      priceVersion: charge.version,
    });
    expect(row.pricedAs === undefined ? String(row.modelId).endsWith(charge.pricedAs) : row.pricedAs === charge.pricedAs).toBe(true);
    if (costs !== undefined) {
      expect(formatUsd(amount(row.costUsd))).toBe(costs);
    }
    expect(row.assumptions ?? []).toEqual(assumptions === undefined ? charge.assumptions : expect.arrayContaining([...assumptions]));
    expect(charge.known).toBe(assumptions === undefined);
  });

  test('budgets hold the sums of their calls, on the days on which they were made', async () => {
    const sums = new Map<string, Record<string, string>>();
    for (const { principalId, day, costUsd } of await instance.budgeteer.ledger() as readonly { principalId: string; day: string; costUsd: unknown }[]) {
      const days = sums.get(principalId) ?? {};
      sums.set(principalId, { ...days, [day]: formatUsd(addUsd(days[day] ? usd(days[day]) : ZERO_USD, amount(costUsd))) });
    }

    const budgets = await instance.budgeteer.budgets();

    expect(Object.fromEntries([...budgets].map(([id, { spend }]) => [id, Object.fromEntries([...spend].map(([day, spent]) => [day, formatUsd(spent)]))])))
      .toEqual(Object.fromEntries(sums));
    // two sessions of one role, and one user with a path
    expect([...budgets.keys()].sort()).toEqual([
      'federated-user/000000000000/metered', 'iam-role/000000000000/metered', 'iam-user/000000000000/metered', 'root/000000000000',
    ]);
    expect(formatUsd(budgets.get('iam-user/000000000000/metered')!.spend.get(dayOf(NOW - 2 * DAY_MS, 'UTC'))!)).toBe('1.6');
    expect(await instance.budgeteer.meterMetric(Metric.RECORDS_UNKNOWN_MODEL)).toBe(1);
  });

  describe('what cannot be read', () => {
    /** A record with something wrong in it, and a prompt that nobody else may read. */
    const spoilt = (change: Record<string, unknown>) => {
      const { message } = instance.lineOf({ ...NOVA, inputTokens: 10, inputBody: { messages: [SECRET] } }, USER);
      return JSON.stringify({ ...JSON.parse(message), ...change });
    };
    const UNREADABLE: readonly { readonly code: string; readonly why: string; readonly line: () => string }[] = [
      { code: 'not-json', why: 'not JSON (13 characters)', line: () => 'not a record!' },
      { code: 'not-json', why: 'not JSON (', line: () => spoilt({}).slice(0, -20) },
      { code: 'wrong-shape', why: 'identity: expected object', line: () => spoilt({ identity: undefined }) },
      { code: 'absurd-value', why: 'input.inputTokenCount: below 0', line: () => spoilt({ input: { inputTokenCount: -4, inputBodyJson: SECRET } }) },
      { code: 'unknown-identity', why: 'identity.arn is none of the known forms', line: () => spoilt({ identity: { arn: 'arn:aws:cognito-identity:us-east-1:000000000000:pool' } }) },
      { code: 'future-timestamp', why: 'lies more than a day after', line: () => spoilt({ timestamp: new Date(NOW + 3 * DAY_MS).toISOString() }) },
    ];

    test('is kept with its reason, and the rest of its batch is charged', async () => {
      const good = instance.lineOf({ ...NOVA, outputTokens: 1, requestId: 'in-bad-company' }, USER);
      const bad = UNREADABLE.map(({ line }) => line());

      await instance.log([...bad.map(message => ({ message })), good]);

      await isMetered(METERED.length + 1);
      await hasCounted(Metric.RECORDS_UNREADABLE, bad.length);
      const kept = (await takeAll(sqs, await instance.environmentOf(instance.names.usageMeter, 'UNREADABLE_QUEUE_URL'))).map(message => JSON.parse(message));
      const byLine = new Map(kept.map(message => [message.record, message]));
      for (const [index, { code, why }] of UNREADABLE.entries()) {
        expect(byLine.get(bad[index])).toMatchObject({
          code, message: expect.stringContaining(why), logGroup: instance.names.invocationLogGroup, eventId: expect.any(String), encoding: 'plain',
        });
      }
      expect(kept).toHaveLength(bad.length);
    });

    test('as a whole delivery ends in the dead letters of the meter, and disturbs nobody', async () => {
      await instance.invokeLater(instance.names.usageMeter, { awslogs: { data: 'bm90IGd6aXBwZWQ=' } });
      await instance.log([instance.lineOf({ ...NOVA, outputTokens: 1, requestId: 'undisturbed' }, USER)]);

      await isMetered(METERED.length + 2);
      const [letter] = await instance.eventually('a dead letter', async () => {
        const letters = await takeAll(sqs, await deadLettersOf(instance.names.usageMeter));
        return letters.length > 0 ? letters : 'there is none';
      });
      expect(JSON.parse(letter)).toMatchObject({
        requestPayload: { awslogs: { data: 'bm90IGd6aXBwZWQ=' } },
        responsePayload: { errorType: 'BatchShapeError', errorMessage: expect.stringContaining('awslogs.data is not gzipped JSON') },
      });
    });
  });

  test('no log of a handler has a prompt or a whole record in it', async () => {
    const logged = await instance.handlerLogs();

    // the search does find what is there: the meter tells what it could not read, and where
    expect(logged.filter(({ message }) => message.includes('record could not be charged'))).toHaveLength(6);
    for (const secret of [SECRET, 'grandmother', 'inputBodyJson', 'outputBodyJson', 'schemaType']) {
      expect(logged.filter(({ message }) => message.includes(secret))).toEqual([]);
    }
  });

  async function deadLettersOf(functionName: string): Promise<string> {
    const { DestinationConfig: destinations } = await new LambdaClient(instance.cloud.client).send(new GetFunctionEventInvokeConfigCommand({
      FunctionName: functionName, Qualifier: '$LATEST',
    }));
    const { QueueUrl: url } = await sqs.send(new GetQueueUrlCommand({ QueueName: destinations!.OnFailure!.Destination!.split(':').at(-1) }));
    return url!;
  }
});

function amount(value: Item[string]): Usd {
  return usd((value as NumberText).value);
}
