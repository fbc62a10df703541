import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { BudgetAttribute, PrincipalKindName } from '../../src/contract';
import { CLIENT_DEFAULTS } from '../../src/lambdas/adapters/aws-clients';
import { DynamoDbBudgetStore } from '../../src/lambdas/adapters/dynamodb-budget-store';
import { DynamoDbChargeStore } from '../../src/lambdas/adapters/dynamodb-charge-store';
import { toItem } from '../../src/lambdas/adapters/dynamodb-values';
import { EventBridgePublisher } from '../../src/lambdas/adapters/eventbridge-publisher';
import { IamApiKeyDirectory } from '../../src/lambdas/adapters/iam-api-key-directory';
import { SqsUnreadableStore } from '../../src/lambdas/adapters/sqs-unreadable-store';
import { SsmSettingsSource } from '../../src/lambdas/adapters/ssm-settings-source';
import { StepFunctionsWorkflows } from '../../src/lambdas/adapters/step-functions-workflows';
import { Item } from '../../src/lambdas/core/budget-item';
import { BudgetChange, CoreContext, evaluateChange, EvaluatorPorts } from '../../src/lambdas/core/evaluator';
import { ChargeStore, meterBatch, MeteringOptions } from '../../src/lambdas/core/metering';
import { embeddedCatalog } from '../../src/lambdas/core/pricing/embedded-catalog';
import { unpackSubscriptionBatch } from '../../src/lambdas/core/subscription-batch';
import { settingTexts } from '../../test/lambdas/core/builders';
import { atMost, Bench, BenchContext, Report } from '../bench';
import { CountedCalls } from '../counted-calls';
import { deliveries, madeRecords } from '../made-calls';
import { makeBudgetsTable, makeLedgerTable } from '../made-tables';

export const RECORDS = 1000;
export const PRINCIPALS = 20;
export const BATCH = 100;
export const MOST_CALLS = 40;

/** Of a stream record that asks for nothing: the settings, which a function reads once a minute. */
const MOST_CALLS_OF_IDLE_EVALUATION = 1;

const ACCOUNT = '000000000000';
const FROM = Date.parse('2026-11-22T10:00:00Z');
const NO_LOG = { info: () => {}, warn: () => {}, error: () => {} };
const NO_METRICS = { add: () => {} };

/** Users of API keys, and roles, by half. */
export function callers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => (index % 2 === 0
    ? `arn:aws:iam::${ACCOUNT}:user/BedrockAPIKey-${String(index).padStart(4, '0')}`
    : `arn:aws:sts::${ACCOUNT}:assumed-role/service-${index}/session`));
}

/** Meters made records through the real core. */
export async function meterMadeCalls(store: ChargeStore, client: SQSClient): Promise<void> {
  const options: MeteringOptions = { timeZone: 'UTC', trackedKinds: new Set(Object.values(PrincipalKindName)) };
  const ports = { store, unreadable: new SqsUnreadableStore(client, 'none'), catalog: embeddedCatalog(), models: { modelsBehind: async () => new Map() }, backOff: async () => {} };
  const records = madeRecords({ count: RECORDS, callers: callers(PRINCIPALS), account: ACCOUNT, from: FROM });
  for (const delivery of deliveries(records, BATCH, FROM + RECORDS * 1000)) {
    const { charged } = await meterBatch(unpackSubscriptionBatch(delivery), ports, options);
    if (charged.length !== BATCH) {
      throw new Error(`${charged.length} of ${BATCH} records were charged`);
    }
  }
}

export const apiCalls: Bench = {
  name: 'api-calls',
  title: 'AWS API calls',
  timeLimitSeconds: 120,

  async measure(context: BenchContext): Promise<Report> {
    const cloud = await context.startCloud();
    const settings = { ...cloud.client, ...CLIENT_DEFAULTS };
    const observer = new DynamoDBClient(cloud.client);
    await makeBudgetsTable(observer, 'budgets');
    await makeLedgerTable(observer, 'ledger');
    await new EventBridgeClient(cloud.client).send(new CreateEventBusCommand({ Name: 'bus' }));

    const ofMeter = new CountedCalls();
    const charges = new DynamoDbChargeStore(ofMeter.of(new DynamoDBClient(settings)), { budgetsTable: 'budgets', ledgerTable: 'ledger', ledgerRetentionDays: 90 });
    const stream = new ObservedStream(charges, observer);
    await meterMadeCalls(stream, ofMeter.of(new SQSClient(settings)));

    const evaluate = (changes: readonly BudgetChange[]) => evaluateCounting(changes, settings);
    const first = await evaluate(stream.changes.filter(({ before }) => !before));
    // What the first evaluation wrote (who is the user of an API key) has come back through the stream by the time of the others.
    const idle = await evaluate(await stream.asStoredNow(stream.changes.filter(({ before }) => before)));
    return {
      head: ['what', 'calls', 'which'],
      rows: [
        [`metering ${RECORDS} records of ${PRINCIPALS} principals in batches of ${BATCH}`, String(ofMeter.total), String(ofMeter)],
        [`evaluating the ${first.changes} changes that register a principal`, String(first.calls.total), String(first.calls)],
        [`evaluating the ${idle.changes} changes that follow, none of which reaches a threshold`, String(idle.calls.total), String(idle.calls)],
      ],
      targets: [
        atMost(`metering ${RECORDS} records of ${PRINCIPALS} principals`, ofMeter.total, MOST_CALLS, 'calls'),
        atMost('evaluating changes that ask for nothing, all together', idle.calls.total, MOST_CALLS_OF_IDLE_EVALUATION, idle.calls.total === 1 ? 'call' : 'calls'),
      ],
      notes: [
        'Counted in the SDK clients of the real adapters, every attempt as one call, against the local cloud. A system that reads and writes each record by itself makes six'
        + ' calls a record, 6,000 in all.',
        'The evaluator reads the settings once a minute and function; a change that asks for nothing makes no call.',
      ],
    };
  },
};

/** Tells the changes that a write makes to budgets, as the table's stream would. */
class ObservedStream implements ChargeStore {
  public readonly changes: BudgetChange[] = [];

  constructor(private readonly store: ChargeStore, private readonly observer: DynamoDBClient) {}

  public async write(transaction: Parameters<ChargeStore['write']>[0]): ReturnType<ChargeStore['write']> {
    const ids = transaction.additions.map(({ principalId }) => principalId);
    const before = await Promise.all(ids.map(id => this.read(id)));
    const result = await this.store.write(transaction);
    const after = await Promise.all(ids.map(id => this.read(id)));
    ids.forEach((id, index) => this.changes.push({
      changeId: `${id}-${this.changes.length}`, at: FROM + RECORDS * 1000, ...(before[index] ? { before: before[index] } : {}), after: after[index]!,
    }));
    return result;
  }

  /** The same changes, with all else as it stands in the table by now. */
  public async asStoredNow(changes: readonly BudgetChange[]): Promise<BudgetChange[]> {
    const stored = new Map<string, Item>();
    for (const { after } of changes) {
      const id = String(after.principalId);
      stored.set(id, stored.get(id) ?? (await this.read(id))!);
    }
    const withoutSpend = (item: Item) => Object.fromEntries(Object.entries(item).filter(([name]) => !name.startsWith('spend#')));
    const current = (item: Item) => ({ ...item, ...withoutSpend(stored.get(String(item.principalId))!) });
    return changes.map(({ before, after, ...change }) => ({ ...change, before: current(before!), after: current(after) }));
  }

  private async read(principalId: string): Promise<Item | undefined> {
    const { Item: attributes } = await this.observer.send(new GetItemCommand({
      TableName: 'budgets', Key: { [BudgetAttribute.PRINCIPAL_ID]: { S: principalId } }, ConsistentRead: true,
    }));
    return attributes && toItem(attributes);
  }
}

async function evaluateCounting(changes: readonly BudgetChange[], settings: object): Promise<{ readonly changes: number; readonly calls: CountedCalls }> {
  const calls = new CountedCalls();
  const ports: EvaluatorPorts = {
    store: new DynamoDbBudgetStore(calls.of(new DynamoDBClient(settings)), 'budgets'),
    events: new EventBridgePublisher(calls.of(new EventBridgeClient(settings)), 'bus'),
    workflows: new StepFunctionsWorkflows(calls.of(new SFNClient(settings)), { suspension: 'none', restoration: 'none' }),
    apiKeys: new IamApiKeyDirectory(calls.of(new IAMClient(settings))),
    settings: new SsmSettingsSource(calls.of(new SSMClient(settings)), { path: '/none', deployed: JSON.stringify(settingTexts()), metrics: NO_METRICS, log: NO_LOG }),
    metrics: NO_METRICS,
    log: NO_LOG,
  };
  const context: CoreContext = { deploymentId: 'bench', environmentName: 'bench', timeZone: 'UTC', ownAccountId: ACCOUNT, region: 'us-east-1' };
  for (const change of changes) {
    await evaluateChange(change, ports, context);
  }
  return { changes: changes.length, calls };
}
