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

const SIZES = [100, 1_000, 10_000];
const DUE = 10;
const SUSPENDED = 5;
const NOW = Date.parse('2026-11-22T10:00:00Z');
const HOUR = 3_600_000;
const NO_LOG = { info: () => {}, warn: () => {}, error: () => {} };
const NO_METRICS = { add: () => {} };

/** What one run of the monitor has read. */
interface Reads {
  readonly principals: number;
  readonly calls: CountedCalls;
  readonly items: number;
  /** As the cloud accounts for them. */
  readonly capacityUnits: number;
}

export const monitorReads: Bench = {
  name: 'monitor-reads',
  title: 'Reads of one monitor cycle',
  timeLimitSeconds: 300,

  async measure(context: BenchContext): Promise<Report> {
    const cloud = await context.startCloud();
    const policyArn = await suspendedInIam(cloud);
    await new EventBridgeClient(cloud.client).send(new CreateEventBusCommand({ Name: 'bus' }));
    const measured: Reads[] = [];
    for (const principals of SIZES) {
      context.log(`a table of ${principals.toLocaleString('en-US')} principals`);
      const table = `budgets-${principals}`;
      await fill(cloud, table, principals, context.signal);
      // The first run of all remembers the settings.
      await readsOfOneRun(cloud, table, policyArn, NOW - HOUR, principals);
      measured.push(await readsOfOneRun(cloud, table, policyArn, NOW, principals));
    }
    const figures = ({ calls, items, capacityUnits }: Reads) => `${calls}; ${items} items; ${rounded(capacityUnits)} read units`;
    return {
      head: ['principals in the table', 'calls', 'items read', 'read capacity units', 'calls by kind'],
      rows: measured.map(({ principals, calls, items, capacityUnits }) =>
        [principals.toLocaleString('en-US'), String(calls.total), String(items), rounded(capacityUnits), String(calls)]),
      targets: [{
        promise: `reads the same at ${SIZES.map(size => size.toLocaleString('en-US')).join(', ')} principals`,
        measured: new Set(measured.map(figures)).size === 1 ? 'the same' : measured.map(figures).join(' / '),
        kept: new Set(measured.map(figures)).size === 1,
      }],
      notes: [
        `Of the principals ${DUE} are due and ${SUSPENDED} are suspended, whatever their number; the others have spent, and nothing is due of them.`,
        'The real monitor and its adapters, against DynamoDB, IAM, SSM, EventBridge and Step Functions of the local cloud; read capacity as the local cloud accounts for it.',
      ],
    };
  },
};

async function readsOfOneRun({ client }: LocalCloud, table: string, policyArn: string, at: number, principals: number): Promise<Reads> {
  const settings = { ...client, ...CLIENT_DEFAULTS };
  const calls = new CountedCalls();
  const capacity = { items: 0, units: 0 };
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
  return { principals, calls, items: capacity.items, capacityUnits: capacity.units };
}

/** Has every read say what it cost. */
function accountingFor(client: DynamoDBClient, capacity: { items: number; units: number }): DynamoDBClient {
  client.middlewareStack.add((next, { commandName }: { commandName?: string }) => async args => {
    const isRead = commandName === 'GetItemCommand' || commandName === 'QueryCommand';
    const answer = await next(isRead ? { ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } } as typeof args : args);
    if (isRead) {
      const { Item: item, Items: items, ConsumedCapacity: consumed } = answer.output as Partial<GetItemCommandOutput & QueryCommandOutput>;
      capacity.items += items?.length ?? (item ? 1 : 0);
      capacity.units += consumed?.CapacityUnits ?? Number.NaN;
    }
    return answer;
  }, { step: 'initialize', name: 'accountForReads' });
  return client;
}

async function fill({ client }: LocalCloud, table: string, principals: number, signal: AbortSignal): Promise<void> {
  const dynamoDb = new DynamoDBClient(client);
  await makeBudgetsTable(dynamoDb, table);
  const items = Array.from({ length: principals }, (_, index) => budgetItem(index));
  for (let start = 0; start < items.length; start += 25) {
    signal.throwIfAborted();
    const requests: WriteRequest[] = items.slice(start, start + 25).map(item => ({ PutRequest: { Item: fromItem(item) } }));
    const { UnprocessedItems: left = {} } = await dynamoDb.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    if (Object.keys(left).length > 0) {
      throw new Error('the table did not take all items');
    }
  }
}

/** The first ones are due, the next ones suspended, all others are at rest. */
function budgetItem(index: number): Item {
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
  if (index < DUE) {
    return { ...rest, watch: 'open', nextCheckAt: new Date(NOW - 60_000).toISOString() };
  }
  return index >= DUE + SUSPENDED ? rest : {
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

/** @returns the ARN of the deny policy, which those who are suspended have */
async function suspendedInIam({ client }: LocalCloud): Promise<string> {
  const iam = new IAMClient(client);
  const { Policy: policy } = await iam.send(new CreatePolicyCommand({
    PolicyName: 'deny', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'bedrock:*', Resource: '*' }] }),
  }));
  for (let index = DUE; index < DUE + SUSPENDED; index += 1) {
    await iam.send(new CreateUserCommand({ UserName: userName(index) }));
    await iam.send(new AttachUserPolicyCommand({ UserName: userName(index), PolicyArn: policy!.Arn! }));
  }
  return policy!.Arn!;
}
