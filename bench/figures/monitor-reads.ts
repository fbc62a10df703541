import { BatchWriteItemCommand, DynamoDBClient, GetItemCommandOutput, QueryCommandOutput, WriteRequest } from '@aws-sdk/client-dynamodb';
import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { AttachUserPolicyCommand, CreatePolicyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { PrincipalKindName } from '../../src/contract';
import { CLIENT_DEFAULTS } from '../../src/lambdas/adapters/aws-clients';
import { DynamoDbBudgetReader } from '../../src/lambdas/adapters/dynamodb-budget-reader';
import { DynamoDbBudgetStore } from '../../src/lambdas/adapters/dynamodb-budget-store';
import { DynamoDbSettingsMemory } from '../../src/lambdas/adapters/dynamodb-settings-memory';
import { fromItem } from '../../src/lambdas/adapters/dynamodb-values';
import { EventBridgePublisher } from '../../src/lambdas/adapters/eventbridge-publisher';
import { IamDenyInventory } from '../../src/lambdas/adapters/iam-deny-inventory';
import { SsmSettingsSource } from '../../src/lambdas/adapters/ssm-settings-source';
import { StepFunctionsWorkflows } from '../../src/lambdas/adapters/step-functions-workflows';
import { Item, NumberText } from '../../src/lambdas/core/budget-item';
import { MonitorPorts, runMonitor } from '../../src/lambdas/core/monitor';
import { settingTexts } from '../../test/lambdas/core/builders';
import { LocalCloud } from '../../test/local-cloud/local-cloud';
import { Bench, BenchContext, Report, rounded } from '../bench';
import { CountedCalls } from '../counted-calls';
import { makeBudgetsTable } from '../made-tables';
import { HOURS_A_MONTH, SCHEDULED } from '../own-cost/assumptions';
import { costOf } from '../own-cost/list-prices';

const SIZES = [100, 1_000, 10_000];
const DUE = 10;
const SUSPENDED = 5;
/** As many more of either, to see what each of them costs. */
const MORE = 50;
const NOW = Date.parse('2026-11-22T10:00:00Z');
const HOUR = 3_600_000;
const NO_LOG = { info: () => {}, warn: () => {}, error: () => {} };
const NO_METRICS = { add: () => {} };

/** Runs of the monitor in a month. */
const RUNS = HOURS_A_MONTH * 12;

/** How many principals there may be, and how many of them the monitor meets: taken high. */
const PAPER_SIZES = [1_000, 10_000, 100_000, 1_000_000];
const DUE_A_DAY = 1;
const SUSPENDED_SHARE = 0.01;

/** What one run of the monitor has read and written. */
interface Reads {
  readonly principals: number;
  readonly calls: CountedCalls;
  readonly items: number;
  /** As the cloud accounts for them. */
  readonly capacityUnits: number;
  readonly writeUnits: number;
}

interface Crowd {
  readonly principals: number;
  readonly due: number;
  readonly suspended: number;
}

export const monitorReads: Bench = {
  name: 'monitor-reads',
  title: 'Reads of one monitor cycle',
  timeLimitSeconds: 300,

  async measure(context: BenchContext): Promise<Report> {
    const cloud = await context.startCloud();
    await usersInIam(cloud, Math.max(SUSPENDED, MORE));
    const policyArn = await suspendedInIam(cloud, SUSPENDED);
    const run = async (due: number, suspended: number) => {
      const [table, crowd] = [`budgets-${due}-${suspended}`, { principals: SIZES[0], due, suspended }];
      await fill(cloud, table, crowd, context.signal);
      return readsOfOneRun(cloud, table, await suspendedInIam(cloud, suspended), NOW, crowd.principals);
    };
    await new EventBridgeClient(cloud.client).send(new CreateEventBusCommand({ Name: 'bus' }));
    const measured: Reads[] = [];
    for (const principals of SIZES) {
      context.log(`a table of ${principals.toLocaleString('en-US')} principals`);
      const table = `budgets-${principals}`;
      await fill(cloud, table, { principals, due: DUE, suspended: SUSPENDED }, context.signal);
      // The first run of all remembers the settings.
      await readsOfOneRun(cloud, table, policyArn, NOW - HOUR, principals);
      measured.push(await readsOfOneRun(cloud, table, policyArn, NOW, principals));
    }
    context.log('what each principal that is met costs');
    const [none, due, suspended] = [await run(0, 0), await run(MORE, 0), await run(0, MORE)];
    const paper = PAPER_SIZES.map(size => costOnPaper(size, none, { due, suspended }));
    const figures = ({ calls, items, capacityUnits }: Reads) => `${calls}; ${items} items; ${rounded(capacityUnits)} read units`;
    return {
      head: ['principals in the table', 'calls', 'items read', 'read capacity units', 'calls by kind'],
      rows: measured.map(({ principals, calls, items, capacityUnits }) =>
        [principals.toLocaleString('en-US'), String(calls.total), String(items), rounded(capacityUnits), String(calls)]),
      tables: [{
        title: 'What the monitor costs a month, by number of principals',
        head: ['principals', 'run by run, USD', 'due once a day, USD', '1 % suspended, USD', 'sum, USD', 'USD a thousand principals'],
        rows: paper,
      }],
      targets: [{
        promise: `reads the same at ${SIZES.map(size => size.toLocaleString('en-US')).join(', ')} principals`,
        measured: new Set(measured.map(figures)).size === 1 ? 'the same' : measured.map(figures).join(' / '),
        kept: new Set(measured.map(figures)).size === 1,
      }],
      notes: [
        `Of the principals ${DUE} are due and ${SUSPENDED} are suspended, whatever their number; the others have spent, and nothing is due of them.`,
        'The real monitor and its adapters, against DynamoDB, IAM, SSM, EventBridge and Step Functions of the local cloud; read capacity as the local cloud accounts for it.',
        `On paper, from what is measured: a run that meets nobody reads ${rounded(none.capacityUnits)} units; each principal that is due adds ${rounded((due.capacityUnits - none.capacityUnits) / MORE)} units read and`
        + ` ${rounded((due.writeUnits - none.writeUnits) / MORE)} written; each that is suspended ${rounded((suspended.capacityUnits - none.capacityUnits) / MORE)} read. Times ${rounded(RUNS)} runs a month, where everybody is due`
        + ' once a day and one in a hundred is suspended at any time, at the list prices of [cost.md](cost.md); Lambda by 5 ms a principal that is met. What nobody is due for costs nothing, however many there are.',
      ],
    };
  },
};

/** US dollars a month of a table of so many, by what was measured of a run that met nobody, and of runs that met more. */
function costOnPaper(principals: number, none: Reads, { due, suspended }: { readonly due: Reads; readonly suspended: Reads }): readonly string[] {
  const of = ({ capacityUnits, writeUnits }: Pick<Reads, 'capacityUnits' | 'writeUnits'>) => costOf('readUnit', capacityUnits) + costOf('writeUnit', writeUnits);
  const each = (more: Reads) => (of(more) - of(none)) / MORE + costOf('lambdaGbSecond', 0.005 * SCHEDULED.memoryGb);
  const costs = [
    RUNS * (of(none) + costOf('lambdaRequest', 1) + costOf('lambdaGbSecond', SCHEDULED.seconds * SCHEDULED.memoryGb)),
    principals * DUE_A_DAY * HOURS_A_MONTH / 24 * each(due),
    principals * SUSPENDED_SHARE * RUNS * each(suspended),
  ];
  const sum = costs.reduce((total, cost) => total + cost, 0);
  return [rounded(principals), ...[...costs, sum, sum / principals * 1000].map(usd => usd.toFixed(2))];
}

async function readsOfOneRun({ client }: LocalCloud, table: string, policyArn: string, at: number, principals: number): Promise<Reads> {
  const settings = { ...client, ...CLIENT_DEFAULTS };
  const calls = new CountedCalls();
  const capacity = { items: 0, units: 0, written: 0 };
  const dynamoDb = calls.of(accountingFor(new DynamoDBClient(settings), capacity));
  const store = new DynamoDbBudgetStore(dynamoDb, table);
  const ports: MonitorPorts = {
    store,
    watchList: store,
    reader: new DynamoDbBudgetReader(dynamoDb, table, NO_LOG),
    inventory: new IamDenyInventory(calls.of(new IAMClient(settings)), policyArn),
    settings: new SsmSettingsSource(calls.of(new SSMClient(settings)), { path: '/none', deployed: JSON.stringify(settingTexts()), metrics: NO_METRICS, log: NO_LOG }),
    authors: { lastAuthor: async () => undefined },
    memory: new DynamoDbSettingsMemory(dynamoDb, table),
    events: new EventBridgePublisher(calls.of(new EventBridgeClient(settings)), 'bus'),
    workflows: new StepFunctionsWorkflows(calls.of(new SFNClient(settings)), { suspension: 'none', restoration: 'none' }),
    metrics: NO_METRICS,
    log: NO_LOG,
  };
  await runMonitor(at, ports, { deploymentId: 'bench', environmentName: 'bench', timeZone: 'UTC', ownAccountId: '000000000000', region: 'us-east-1' });
  return { principals, calls, items: capacity.items, capacityUnits: capacity.units, writeUnits: capacity.written };
}

/** Has every read and write say what it cost. */
function accountingFor(client: DynamoDBClient, capacity: { items: number; units: number; written: number }): DynamoDBClient {
  client.middlewareStack.add((next, { commandName }: { commandName?: string }) => async args => {
    const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } } as typeof args);
    const { Item: item, Items: items, ConsumedCapacity: consumed } = answer.output as Partial<GetItemCommandOutput & QueryCommandOutput>;
    const units = consumed?.CapacityUnits ?? Number.NaN;
    if (commandName === 'GetItemCommand' || commandName === 'QueryCommand') {
      capacity.items += items?.length ?? (item ? 1 : 0);
      capacity.units += units;
    } else {
      capacity.written += units;
    }
    return answer;
  }, { step: 'initialize', name: 'accountForCapacity' });
  return client;
}

async function fill({ client }: LocalCloud, table: string, { principals, due, suspended }: Crowd, signal: AbortSignal): Promise<void> {
  const dynamoDb = new DynamoDBClient(client);
  await makeBudgetsTable(dynamoDb, table);
  const items = Array.from({ length: principals }, (_, index) => budgetItem(index, due, suspended));
  for (let start = 0; start < items.length; start += 25) {
    signal.throwIfAborted();
    const requests: WriteRequest[] = items.slice(start, start + 25).map(item => ({ PutRequest: { Item: fromItem(item) } }));
    const { UnprocessedItems: left = {} } = await dynamoDb.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    if (Object.keys(left).length > 0) {
      throw new Error('the table did not take all items');
    }
  }
}

/** The first ones are suspended, the next ones due, all others are at rest. */
function budgetItem(index: number, due: number, suspended: number): Item {
  const rest: Item = {
    'principalId': `${PrincipalKindName.IAM_USER}/000000000000/${userName(index)}`,
    'kind': PrincipalKindName.IAM_USER,
    'registeredAt': '2026-11-01T00:00:00.000Z',
    'anchorDay': '2026-11-01',
    'limits': [{ limitUsd: new NumberText('10'), period: 'calendar month' }],
    'spend#2026-11-20': new NumberText('1.25'),
    'status': 'active',
    'statusSince': '2026-11-01T00:00:00.000Z',
    'reason': 'within budget',
    'decidedAt': '2026-11-20T00:00:00.000Z',
    'revision': new NumberText('1'),
  };
  if (index >= suspended) {
    return index < suspended + due ? { ...rest, watch: 'open', nextCheckAt: new Date(NOW - 60_000).toISOString() } : rest;
  }
  return {
    ...rest,
    'spend#2026-11-20': new NumberText('12'),
    'status': 'suspended',
    'levels': { 'calendar month@2026-11-01': 'exceeded' },
    'exceededAt': '2026-11-20T00:00:00.000Z',
    'watch': 'suspended',
    'nextCheckAt': '2026-12-01T00:00:00.000Z',
  };
}

function userName(index: number): string {
  return `user-${String(index).padStart(6, '0')}`;
}

async function usersInIam({ client }: LocalCloud, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await new IAMClient(client).send(new CreateUserCommand({ UserName: userName(index) }));
  }
}

/** @returns the ARN of a deny policy that the first ones have */
async function suspendedInIam({ client }: LocalCloud, count: number): Promise<string> {
  const iam = new IAMClient(client);
  const { Policy: policy } = await iam.send(new CreatePolicyCommand({
    PolicyName: `deny-${crypto.randomUUID()}`, PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'bedrock:*', Resource: '*' }] }),
  }));
  for (let index = 0; index < count; index += 1) {
    await iam.send(new AttachUserPolicyCommand({ UserName: userName(index), PolicyArn: policy!.Arn! }));
  }
  return policy!.Arn!;
}
