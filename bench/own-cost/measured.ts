import { BedrockClient } from '@aws-sdk/client-bedrock';
import { DynamoDBClient, TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { Env, PrincipalKindName } from '../../src/contract';
import { fromItem } from '../../src/lambdas/adapters/dynamodb-values';
import { handler as evaluate } from '../../src/lambdas/budget-evaluator/budget-evaluator.lambda';
import { budgetFromItem, Item, NumberText, spendAttribute, stateAttributes } from '../../src/lambdas/core/budget-item';
import { applyDecision } from '../../src/lambdas/core/budget-transition';
import { addDays } from '../../src/lambdas/core/calendar';
import { decide } from '../../src/lambdas/core/decision';
import { parseSettings, SettingTexts } from '../../src/lambdas/core/settings';
import { handler as meter } from '../../src/lambdas/usage-meter/usage-meter.lambda';
import { settingTexts } from '../../test/lambdas/core/builders';
import { callers } from '../figures/api-calls';
import { deliveries, madeRecords } from '../made-calls';
import { EVENT_OVERHEAD_BYTES } from './assumptions';
import { itemBytes, writeUnits } from './item-size';

/** What one call, one addition and one invocation come to, as the real handlers make them. */
export interface Measured {
  /** Of a record of the invocation log, without prompts. */
  readonly recordBytes: number;
  readonly rowBytes: number;
  readonly rowWriteUnits: number;
  /** Of a budget whose principal has called every day for more than a year. */
  readonly budgetBytes: number;
  readonly additionWriteUnits: number;
  /** Actions that a transaction takes. */
  readonly mostActions: number;
  /** What the meter writes into its log whatever the delivery holds, and for each line of what was charged. */
  readonly meterLogBytes: number;
  readonly chargedLineBytes: number;
  /** Lines for each principal and model of a delivery: none where the meter writes none. */
  readonly chargedLines: number;
  readonly evaluatorLogBytes: number;
  /** Calls of AWS for a change that asks for nothing, beside the settings. */
  readonly evaluatorCalls: number;
}

const ACCOUNT = '111122223333';
const FROM = Date.parse('2026-11-22T10:00:00Z');
const RECORDS = 100;
const PRINCIPALS = 20;
const DAYS = 500;

/** As it is by default. */
const SETTINGS: SettingTexts = settingTexts({ 'refresh-period': '30 days' });

const ENVIRONMENT: Readonly<Record<string, string>> = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_LAMBDA_FUNCTION_NAME: 'Budgeteer-UsageMeterFunction1006F8ED-AbCdEfGhIjKl',
  [Env.DEPLOYMENT_ID]: 'Cost-Budgeteer-e66ddd7b',
  [Env.ENVIRONMENT_NAME]: 'production',
  [Env.TIME_ZONE]: 'UTC',
  [Env.ACCOUNT_ID]: ACCOUNT,
  [Env.PARTITION]: 'aws',
  [Env.BUDGETS_TABLE]: 'Budgets',
  [Env.LEDGER_TABLE]: 'Ledger',
  [Env.PRICES_TABLE]: 'Prices',
  [Env.EVENT_BUS]: 'bus',
  [Env.LEDGER_RETENTION_DAYS]: '62',
  [Env.UNREADABLE_QUEUE_URL]: 'https://queue',
  [Env.TRACKED_KINDS]: 'iam-role,federated-user,root',
  [Env.SETTINGS_PATH]: '/bedrock-budgeteer/production/Cost-Budgeteer-e66ddd7b',
  [Env.DEPLOYED_SETTINGS]: JSON.stringify(SETTINGS),
  [Env.SUSPENSION_STATE_MACHINE_ARN]: 'arn:suspension',
  [Env.RESTORATION_STATE_MACHINE_ARN]: 'arn:restoration',
  POWERTOOLS_DEV: 'false',
  POWERTOOLS_SERVICE_NAME: 'usage-meter',
};

const CONTEXT = {
  functionName: ENVIRONMENT.AWS_LAMBDA_FUNCTION_NAME,
  awsRequestId: '5d8c3b7a-b8d9-47a8-91f2-a3b4c5d6e7f8',
  memoryLimitInMB: '1024',
  invokedFunctionArn: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${ENVIRONMENT.AWS_LAMBDA_FUNCTION_NAME}`,
  getRemainingTimeInMillis: () => 60_000,
} as Context;

/** Runs the handlers with everything of AWS replaced: nothing leaves the process. */
export async function measure(): Promise<Measured> {
  Object.assign(process.env, ENVIRONMENT);
  for (const client of [DynamoDBClient, EventBridgeClient, IAMClient, SFNClient, SQSClient, SSMClient, BedrockClient]) {
    mockClient(client as typeof DynamoDBClient).onAnyCommand().resolves({});
  }
  const dynamoDb = mockClient(DynamoDBClient);
  dynamoDb.onAnyCommand().resolves({});

  const records = madeRecords({ count: RECORDS, callers: callers(PRINCIPALS), account: ACCOUNT, from: FROM });
  const [delivery] = deliveries(records, RECORDS, FROM + RECORDS * 1000);
  // The first one is a cold start, and loads prices and settings.
  await linesOf(() => meter(delivery, CONTEXT));
  dynamoDb.resetHistory();
  const lines = await linesOf(() => meter(delivery, CONTEXT));
  const transactions = dynamoDb.commandCalls(TransactWriteItemsCommand).map(({ args: [{ input: { TransactItems: items = [] } }] }) => items);
  const rows = transactions.flat().flatMap(({ Put: put }) => (put?.Item ? [put.Item] : []));
  if (rows.length !== RECORDS) {
    throw new Error(`${rows.length} of ${RECORDS} records were charged`);
  }
  const charged = lines.filter(line => JSON.parse(line).message === 'charged');
  const others = lines.filter(line => !charged.includes(line));
  const registered = transactions.flat().find(({ Update: update }) => update) as TransactWriteItem;
  const budgetSizes = budgetSizesOf(registered);

  dynamoDb.resetHistory();
  const change = changeOf(budgetSizes.item);
  await linesOf(() => evaluate(change as never, CONTEXT));
  dynamoDb.resetHistory();
  const evaluated = await linesOf(() => evaluate(change as never, CONTEXT));

  return {
    recordBytes: average(records.map(bytesOf)),
    rowBytes: average(rows.map(itemBytes)),
    rowWriteUnits: average(rows.map(row => writeUnits(itemBytes(row), { transactional: true }))),
    budgetBytes: budgetSizes.bytes,
    additionWriteUnits: budgetSizes.units,
    mostActions: Math.max(...transactions.map(items => items.length)),
    meterLogBytes: others.reduce((sum, line) => sum + bytesOf(line), 0),
    chargedLineBytes: charged.length === 0 ? 0 : average(charged.map(bytesOf)),
    chargedLines: charged.length / new Set(records.map(record => pairOf(record))).size,
    evaluatorLogBytes: evaluated.reduce((sum, line) => sum + bytesOf(line), 0),
    evaluatorCalls: dynamoDb.calls().length,
  };
}

/** A budget day by day, with the decisions that are taken at the turn of its window: how large is what an addition writes? */
function budgetSizesOf({ Update: update }: TransactWriteItem): { readonly bytes: number; readonly units: number; readonly item: Item } {
  const settings = parseSettings(SETTINGS);
  const first = '2025-01-01';
  let item: Item = {
    principalId: update!.Key!.principalId.S!,
    kind: PrincipalKindName.API_KEY_USER,
    registeredAt: `${first}T10:00:00.000Z`,
    anchorDay: first,
    lastCallAt: `${first}T10:00:00.000Z`,
    // What many have besides: labels, and a limit of their own.
    labels: { team: 'search', purpose: 'document-index' },
    limits: [{ limitUsd: new NumberText('500'), period: 'calendar month' }],
  };
  const sizes: number[] = [];
  for (let index = 0; index < DAYS; index += 1) {
    const day = addDays(first, index);
    const time = Date.parse(`${day}T10:00:00.123Z`);
    // The first charge after a decision puts it on the watch list.
    item = { watch: 'open', nextCheckAt: new Date(time + 900_000).toISOString(), ...item, lastCallAt: new Date(time).toISOString(), [spendAttribute(day)]: new NumberText('0.4821375625') };
    const budget = budgetFromItem(item);
    const decision = decide(budget, { timeZone: 'UTC', ownAccountId: ACCOUNT, region: 'us-east-1', settings } as never, time);
    if (decision.changed) {
      const { set, remove } = stateAttributes(applyDecision(budget, decision, time));
      item = Object.fromEntries(Object.entries({ ...item, ...set }).filter(([name]) => !remove.includes(name)));
    }
    sizes.push(itemBytes(fromItem(item)));
  }
  // After a year it is as large as it becomes.
  const settled = sizes.slice(-100);
  return { bytes: average(settled), units: average(settled.map(bytes => writeUnits(bytes, { transactional: true }))), item };
}

function changeOf(after: Item): object {
  const [spent] = Object.keys(after).filter(name => name.startsWith(spendAttribute(''))).sort().slice(-1);
  const before = { ...after, [spent]: new NumberText('0.4820375625') };
  return {
    Records: [{
      eventID: '4b8c3b7ab8d9a7a8d1f2a3b4c5d6e7f8',
      eventName: 'MODIFY',
      dynamodb: {
        ApproximateCreationDateTime: Date.parse(String(after.lastCallAt)) / 1000,
        Keys: { principalId: { S: after.principalId } },
        OldImage: fromItem(before),
        NewImage: fromItem(after),
        SequenceNumber: '100000000000000000001',
      },
    }],
  };
}

/** What is written to the log meanwhile. */
async function linesOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const { write } = process.stdout;
  const { now } = Date;
  let written = '';
  // How late a record is stands in the log: the same at every run.
  Date.now = () => FROM + 160_000;
  process.stdout.write = ((text: string | Uint8Array) => {
    written += String(text);
    return true;
  }) as typeof write;
  try {
    await work();
  } finally {
    process.stdout.write = write;
    Date.now = now;
  }
  return written.split('\n').filter(Boolean);
}

function pairOf(record: string): string {
  const { identity: { arn }, modelId } = JSON.parse(record);
  return `${arn} ${modelId}`;
}

function bytesOf(line: string): number {
  return Buffer.byteLength(line) + EVENT_OVERHEAD_BYTES;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

