import { Bench, BenchContext, Report, rounded } from '../bench';
import { distinct, EVALUATOR, HOURS_A_MONTH, METER, MOST_READERS, VOLUMES } from '../own-cost/assumptions';
import { Measured, measure } from '../own-cost/measured';

/** What AWS allows by default, as its pages say. */
const QUOTAS = {
  /** Of one partition, and so of one item. */
  partitionWriteUnits: 1_000,
  /** Of a table that was never busy; it doubles what it was used to within half an hour. */
  newTableWriteUnits: 4_000,
  /** Of a table, until more is asked for. */
  tableWriteUnits: 40_000,
  lambdaConcurrency: 1_000,
} as const;

const DYNAMODB_GUIDE = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide';
const PARTITIONS = `${DYNAMODB_GUIDE}/bp-partition-key-design.html`;
const NEW_TABLES = `${DYNAMODB_GUIDE}/on-demand-capacity-mode.html`;
const TABLES = `${DYNAMODB_GUIDE}/ServiceQuotas.html`;
const LAMBDA = 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html';

/** What holds a rate of calls back: those that come one by one, each a delivery of its own, and those that come together, so that transactions are full. */
export interface Limit {
  readonly what: string;
  /** Calls a second. */
  readonly alone: number;
  readonly together: number;
}

export const limits: Bench = {
  name: 'limits',
  title: 'The hottest principal and the busiest account',
  timeLimitSeconds: 120,

  async measure(_: BenchContext): Promise<Report> {
    const measured = await measure();
    const one = principalLimits(measured);
    const tables = VOLUMES.map(({ principals }) => ({ principals, limits: accountLimits(principals, measured) }));
    const [hottest] = [...one].sort((a, b) => a.together - b.together);
    const busiest = VOLUMES[VOLUMES.length - 1];
    const [narrowest] = [...accountLimits(busiest.principals, measured)].sort((a, b) => a.together - b.together);
    const average = busiest.calls / (HOURS_A_MONTH * 3600);
    return {
      head: ['one principal: what holds it back', 'calls a second that come one by one', 'that come together'],
      rows: one.map(rowOf),
      tables: tables.map(({ principals, limits: of }) => ({
        title: `An account of ${rounded(principals)} principals, all as busy as each other`,
        head: ['what holds it back', 'calls a second that come one by one', 'that come together'],
        rows: of.map(rowOf),
      })),
      targets: [{
        promise: `an account with ${rounded(busiest.calls)} calls a month, ${rounded(busiest.principals)} principals: ten times its average is carried`,
        measured: `${rounded(average)} a second on average; ${rounded(narrowest.together)} until ${narrowest.what} bites`,
        kept: narrowest.together >= 10 * average,
      }],
      notes: [
        `Calculated from what the handlers are measured to write: ${rounded(measured.mostActions)} actions in a transaction; ${rounded(measured.rowWriteUnits)} write units a call and`
        + ` ${rounded(measured.additionWriteUnits)} an addition to a budget that is a year old (a young one half of it). Assumed, as on [cost.md](cost.md): a transaction takes`
        + ` ${METER.msATransaction} ms, a change ${EVALUATOR.msAChange} ms of the evaluator. Quotas are the defaults of AWS: ${rounded(QUOTAS.partitionWriteUnits)} write units a second and`
        + ` [partition](${PARTITIONS}), ${rounded(QUOTAS.newTableWriteUnits)} on a [table that is new](${NEW_TABLES}), ${rounded(QUOTAS.tableWriteUnits)} on [any](${TABLES}),`
        + ` ${rounded(QUOTAS.lambdaConcurrency)} invocations of [Lambda](${LAMBDA}) at once.`,
        `One budget is held back by its own transactions long before DynamoDB's partition is: ${hottest.what}, ${rounded(hottest.together)} calls a second that come together (${rounded(hottest.together * 86_400 / 1e6)} million a day). Beyond that`
        + ' transactions are cancelled, tried again, and at last the delivery comes again: spend is known later, and never wrong.',
      ],
    };
  },
};

/** What one budget takes. */
export function principalLimits({ mostActions, additionWriteUnits }: Pick<Measured, 'mostActions' | 'additionWriteUnits'>): readonly Limit[] {
  const byTransactions = (what: string, transactionsASecond: number) => ({
    what,
    alone: transactionsASecond,
    together: transactionsASecond * (mostActions - 1),
  });
  return [
    byTransactions('one transaction at a time on the item of its budget', 1000 / METER.msATransaction),
    byTransactions('write units of the partition that the item is in', QUOTAS.partitionWriteUnits / additionWriteUnits),
    byTransactions('the evaluator, which takes changes of one item one by one', 1000 / EVALUATOR.msAChange),
  ];
}

/** What a deployment takes whose principals are all as busy as each other: the worst case, since every transaction then meets every other. */
export function accountLimits(
  principals: number, { mostActions, additionWriteUnits, rowWriteUnits }: Pick<Measured, 'mostActions' | 'additionWriteUnits' | 'rowWriteUnits'>,
): readonly Limit[] {
  const shapes = [1, callsInATransaction(principals, mostActions)].map(calls => ({ calls, budgets: distinct(principals, calls) }));
  const each = (what: string, callsASecond: (shape: typeof shapes[number]) => number): Limit => (
    { what, alone: callsASecond(shapes[0]), together: callsASecond(shapes[1]) }
  );
  const seconds = ({ calls }: typeof shapes[number]) => (METER.msADelivery + METER.msATransaction + METER.msARecord * calls) / 1000;
  return [
    each('transactions that share a budget', ({ calls, budgets }) => calls * 1000 / METER.msATransaction / meeting(principals, budgets)),
    each('write units of the ledger, where it is new', () => QUOTAS.newTableWriteUnits / rowWriteUnits),
    each('write units of the ledger', () => QUOTAS.tableWriteUnits / rowWriteUnits),
    each('write units of the budgets', ({ calls, budgets }) => QUOTAS.tableWriteUnits / (additionWriteUnits * budgets / calls)),
    each('invocations of the meter at once', shape => QUOTAS.lambdaConcurrency / seconds(shape) * shape.calls),
    each(`the evaluator, with ${MOST_READERS} readers of the stream`, ({ calls, budgets }) => MOST_READERS * 1000 / EVALUATOR.msAChange * calls / budgets),
  ];
}

/** Where each of so many is as likely, a transaction has fewer calls the more principals they are of. */
export function callsInATransaction(principals: number, mostActions: number): number {
  let calls = 1;
  while (calls + 1 + distinct(principals, calls + 1) <= mostActions) {
    calls += 1;
  }
  return calls;
}

/** The part of the other transactions that touch one of the same budgets. */
function meeting(principals: number, budgets: number): number {
  return 1 - Math.max(0, 1 - budgets / principals) ** budgets;
}

function rowOf({ what, alone, together }: Limit): readonly string[] {
  return [what, rounded(alone), rounded(together)];
}
