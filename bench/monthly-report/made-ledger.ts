import { AttributeValue } from '@aws-sdk/client-dynamodb';
import { BudgetAttribute, PrincipalKindName, SPEND_ATTRIBUTE_PREFIX } from '../../src/contract';
import { fromItem } from '../../src/lambdas/adapters/dynamodb-values';
import { NumberText } from '../../src/lambdas/core/budget-item';
import { Day } from '../../src/lambdas/core/calendar';
import { LEDGER_ATTRIBUTES } from '../../src/lambdas/core/chargeback/ledger-sums';
import { daysOf, ReportPeriod } from '../../src/lambdas/core/chargeback/report-period';
import { parseInvocationRecord } from '../../src/lambdas/core/invocation-record';
import { ledgerRow } from '../../src/lambdas/core/ledger-row';
import { addUsd, formatUsd, Usd, ZERO_USD } from '../../src/lambdas/core/money';
import { embeddedCatalog } from '../../src/lambdas/core/pricing/embedded-catalog';
import { madeRecords } from '../made-calls';
import { itemBytes } from '../own-cost/item-size';

type Attributes = Readonly<Record<string, AttributeValue>>;

const ACCOUNT = '000000000000';
const RETENTION_DAYS = 62;
const PAGE_BYTES = 1024 * 1024;
/** The ledger keeps two months by default. */
const MONTHS_KEPT = 2;

/** A month of calls, spread evenly over its days. */
export interface MadeLedger {
  readonly period: ReportPeriod;
  readonly rows: number;
  /** With no divisor in common with 5, the number of models, nor with 7: else not everybody would call every model. */
  readonly principals: number;
  /** How often the same pages come again, so that a large ledger fits into the memory of who makes it. */
  readonly times: number;
}

export interface LedgerPages {
  /** Items of a page as DynamoDB writes them, but for the brackets around them. */
  readonly ledger: readonly Buffer[];
  readonly budgets: readonly Buffer[];
  /** Of the month, with what comes again. */
  readonly rows: number;
  readonly combinations: number;
  readonly cost: Usd;
}

/**
 * Pages of the ledger as a scan of DynamoDB answers them: a megabyte that was read each, of which the rows of other months do not travel, nor the
 * attributes that nobody asked for.
 */
export function ledgerPages({ period, rows, principals, times }: MadeLedger): LedgerPages {
  const days = daysOf(period);
  const catalog = embeddedCatalog();
  const callers = Array.from({ length: principals }, (_, index) => `arn:aws:iam::${ACCOUNT}:user/user-${index}`);
  const ledger: Buffer[] = [];
  const spend = new Map<string, Map<Day, Usd>>();
  const combinations = new Set<string>();
  let page: string[] = [];
  let read = 0;
  const turn = () => {
    ledger.push(Buffer.from(page.join(',')));
    [page, read] = [[], 0];
  };
  for (const [index, day] of days.entries()) {
    const from = Date.parse(`${day}T00:00:00Z`);
    const count = Math.floor((index + 1) * rows / days.length) - Math.floor(index * rows / days.length);
    for (const record of madeRecords({ count, callers, account: ACCOUNT, from })) {
      const usage = parseInvocationRecord(record, from)!;
      const charge = catalog.priceOf(usage);
      const row = fromItem(ledgerRow({ usage, charge, day, loggedAt: from }, RETENTION_DAYS));
      page.push(JSON.stringify(asked(row)));
      read += itemBytes(row) * MONTHS_KEPT;
      if (read >= PAGE_BYTES) {
        turn();
      }
      const { id } = usage.principal;
      const byDay = spend.get(id) ?? new Map<Day, Usd>();
      spend.set(id, byDay.set(day, addUsd(byDay.get(day) ?? ZERO_USD, charge.cost)));
      combinations.add(`${day} ${id} ${usage.modelId}`);
    }
  }
  turn();
  const often = BigInt(times);
  const budgets = [...spend].map(([id, byDay], index) => JSON.stringify(fromItem({
    [BudgetAttribute.PRINCIPAL_ID]: id,
    kind: PrincipalKindName.IAM_USER,
    labels: { team: `team-${index % 20}`, purpose: `purpose-${index % 7}` },
    ...Object.fromEntries([...byDay].map(([day, cost]) => [`${SPEND_ATTRIBUTE_PREFIX}${day}`, new NumberText(formatUsd((cost * often) as Usd))])),
  })));
  const cost = addUsd(...[...spend.values()].flatMap(byDay => [...byDay.values()]));
  return {
    ledger: Array.from({ length: times }, () => ledger).flat(),
    budgets: inPages(budgets),
    rows: rows * times,
    combinations: combinations.size,
    cost: (cost * often) as Usd,
  };
}

function asked(row: Attributes): Attributes {
  return Object.fromEntries(LEDGER_ATTRIBUTES.flatMap(name => (row[name] === undefined ? [] : [[name, row[name]]])));
}

function inPages(items: readonly string[]): Buffer[] {
  const size = Math.ceil(PAGE_BYTES / items[0].length);
  return Array.from({ length: Math.ceil(items.length / size) }, (_, page) => Buffer.from(items.slice(page * size, (page + 1) * size).join(',')));
}
