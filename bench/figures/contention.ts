import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { bundleHandlers } from '../../demo/deployment';
import { BudgetAttribute, Env, Handler, LedgerAttribute, PrincipalKindName, SPEND_ATTRIBUTE_PREFIX } from '../../src/contract';
import { toItem } from '../../src/lambdas/adapters/dynamodb-values';
import { Item, NumberText } from '../../src/lambdas/core/budget-item';
import { parseInvocationRecord } from '../../src/lambdas/core/invocation-record';
import { addUsd, formatUsd, usd, Usd } from '../../src/lambdas/core/money';
import { embeddedCatalog } from '../../src/lambdas/core/pricing/embedded-catalog';
import { settingTexts } from '../../test/lambdas/core/builders';
import { LocalCloud } from '../../test/local-cloud/local-cloud';
import { Bench, BenchContext, Report, rounded } from '../bench';
import { HandlerProcesses } from '../contention/handler-processes';
import { OneTransactionAnItem, Traffic } from '../contention/one-transaction-an-item';
import { deliveries, madeRecords } from '../made-calls';
import { makeBudgetsTable, makeLedgerTable, makePricesTable } from '../made-tables';
import { METER } from '../own-cost/assumptions';
import { callers } from './api-calls';

const ACCOUNT = '000000000000';
const FROM = Date.parse('2026-11-22T10:00:00Z');
const RECORDS_A_DELIVERY = 99;
const DELIVERIES = 16;
/** A line that costs nothing. */
const NOTICE = 'Permissions are correctly set for Amazon Bedrock logs.';
const MOST_FAILURES = 2 * DELIVERIES;

/** Who calls, and how many handlers meter it at once. */
interface Scene {
  readonly principals: number;
  readonly handlers: number;
}

const SCENES: readonly Scene[] = [
  { principals: 1, handlers: 1 }, { principals: 1, handlers: 2 }, { principals: 1, handlers: 8 },
  { principals: 200, handlers: 1 }, { principals: 200, handlers: 8 },
];

interface Outcome extends Scene, Traffic {
  readonly records: number;
  readonly seconds: number;
  /** Deliveries that were given up after all attempts, and came again. */
  readonly cameAgain: number;
  readonly exact: boolean;
  readonly sum: Usd;
}

export const contention: Bench = {
  name: 'contention',
  title: 'Many handlers, one budget',
  timeLimitSeconds: 240,

  async measure(context: BenchContext): Promise<Report> {
    await bundleHandlers(context.signal);
    const cloud = await context.startCloud();
    const outcomes: Outcome[] = [];
    for (const scene of SCENES) {
      context.log(`${scene.handlers} handlers, ${scene.principals} principals`);
      outcomes.push(await play(scene, cloud, context));
    }
    return {
      head: [
        'principals', 'handlers at once', 'calls', 'calls metered a second', 'transactions tried', 'of them in conflict', 'a transaction took, ms',
        'deliveries that came again',
        'sum of the budgets',
      ],
      rows: outcomes.map(({ principals, handlers, records, seconds, transactions, conflicts, milliseconds, cameAgain, exact, sum }) => [
        String(principals), String(handlers), rounded(records), rounded(records / seconds), String(transactions), String(conflicts),
        rounded(milliseconds), String(cameAgain),
        `${formatUsd(sum)} USD: ${exact ? 'exact' : '**wrong**'}`,
      ]),
      targets: [{
        promise: 'every call charged once, to the last digit, whatever runs at once',
        measured: outcomes.every(({ exact }) => exact) ? 'all sums exact' : 'sums differ',
        kept: outcomes.every(({ exact }) => exact),
      }],
      notes: [
        `The usage meter as it is published, in so many processes, each with its own deliveries of ${RECORDS_A_DELIVERY} calls; every delivery is handed out **twice**, to two of them at the same`
        + ' time. At the end the budgets are compared with the ledger and with the prices of the records themselves. The local cloud runs one transaction after another, so `bench/contention/` stands'
        + ` before it with the rule of DynamoDB: a transaction has its items for itself while it is written, ${METER.msATransaction} ms at least, and whatever touches one of them meanwhile is cancelled`
        + ' with `TransactionConflict`. Half of the transactions find their calls in the ledger already and write nothing.',
        'Handlers that never pause are more than the budget can take: most tries meet a conflict, and what is given up after eight of them comes again. The speed is that of the local cloud, a single process; what counts is'
        + ' that it does not collapse, and that the sums are exact.',
      ],
    };
  },
};

async function play({ principals, handlers }: Scene, cloud: LocalCloud, context: BenchContext): Promise<Outcome> {
  const dynamoDb = new DynamoDBClient(cloud.client);
  const scene = `${principals}-${handlers}`;
  const [budgets, ledger, prices] = ['budgets', 'ledger', 'prices'].map(table => `${table}-${scene}`);
  await makeBudgetsTable(dynamoDb, budgets);
  await makeLedgerTable(dynamoDb, ledger);
  await makePricesTable(dynamoDb, prices);
  const { QueueUrl: queue } = await new SQSClient(cloud.client).send(new CreateQueueCommand({ QueueName: `unreadable-${scene}` }));
  const front = new OneTransactionAnItem(cloud.endpoint, { [budgets]: BudgetAttribute.PRINCIPAL_ID, [ledger]: LedgerAttribute.CALL_ID }, METER.msATransaction);
  context.afterwards(() => front.stop());
  const processes = await HandlerProcesses.start(Handler.USAGE_METER, handlers, {
    ...cloud.env,
    AWS_ENDPOINT_URL: await front.start(),
    AWS_LAMBDA_FUNCTION_NAME: 'UsageMeter',
    POWERTOOLS_SERVICE_NAME: Handler.USAGE_METER,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    [Env.DEPLOYMENT_ID]: 'bench',
    [Env.TIME_ZONE]: 'UTC',
    [Env.BUDGETS_TABLE]: budgets,
    [Env.LEDGER_TABLE]: ledger,
    [Env.LEDGER_RETENTION_DAYS]: '62',
    [Env.PRICES_TABLE]: prices,
    [Env.UNREADABLE_QUEUE_URL]: queue!,
    [Env.TRACKED_KINDS]: Object.values(PrincipalKindName).join(','),
    [Env.SETTINGS_PATH]: '/none',
    [Env.DEPLOYED_SETTINGS]: JSON.stringify(settingTexts()),
  });
  context.afterwards(() => processes.stop());

  const records = madeRecords({ count: RECORDS_A_DELIVERY * DELIVERIES, callers: callers(principals), account: ACCOUNT, from: FROM });
  const loggedAt = FROM + records.length * 1000;
  const twice = deliveries(records, RECORDS_A_DELIVERY, loggedAt).flatMap(delivery => [delivery, delivery]);
  // What is loaded at the first invocation is no part of what is measured.
  await processes.run(Array.from({ length: handlers }, () => deliveries([NOTICE], 1, loggedAt)[0]), 0);
  front.takeTraffic();
  const start = performance.now();
  const cameAgain = await processes.run(twice, MOST_FAILURES);
  const seconds = (performance.now() - start) / 1000;
  processes.stop();
  front.stop();

  const catalog = embeddedCatalog();
  const expected = addUsd(...records.map(record => catalog.priceOf(parseInvocationRecord(record, loggedAt)!).cost));
  const rows = await itemsOf(dynamoDb, ledger);
  const spent = (await itemsOf(dynamoDb, budgets)).flatMap(item => Object.entries(item))
    .filter(([name]) => name.startsWith(SPEND_ATTRIBUTE_PREFIX)).map(([, amount]) => amount);
  const sum = addUsd(...spent.map(amount => amountOf(amount)));
  const charged = addUsd(...rows.map(({ costUsd }) => amountOf(costUsd)));
  return {
    principals,
    handlers,
    records: records.length,
    seconds,
    cameAgain,
    ...front.takeTraffic(),
    sum,
    exact: rows.length === records.length && sum === expected && charged === expected,
  };
}

async function itemsOf(client: DynamoDBClient, table: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const { Items: page = [] } of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
    items.push(...page.map(toItem));
  }
  return items;
}

function amountOf(attribute: unknown): Usd {
  return usd((attribute as NumberText).value);
}
