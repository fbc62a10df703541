import { Day } from '../calendar';
import { Attributes } from './attributes';
import { ChargedPrincipal, chargedPrincipal } from './charged-principals';
import { LedgerSums } from './ledger-sums';
import { ReportPeriod } from './report-period';

/** One of several parts of a table that are read side by side. */
export interface Segment {
  readonly index: number;
  readonly of: number;
}

export interface TablePage {
  readonly items: readonly Attributes[];
  /** Key of the item after which the next page begins; absent behind the last one. */
  readonly next?: string;
}

/**
 * The Ledger and Budgets tables, read from end to end, eventually consistent: what is reported on has been written for long. Which rows of the ledger
 * count in the period is the table's to say, so that the others do not travel.
 */
export interface ChargebackTables {
  /** @param after as the last page said; absent: from the beginning */
  ledgerPage(segment: Segment, period: ReportPeriod, after?: string): Promise<TablePage>;
  budgetsPage(days: readonly Day[], after?: string): Promise<TablePage>;
}

/** How far a segment was read. */
export interface SegmentRead {
  readonly sums: LedgerSums;
  /** Where to go on; absent where everything was read. */
  readonly next?: string;
}

/**
 * Adds up a segment of the ledger, page by page, for as long as there is time.
 *
 * @throws TooManyGroupsError
 */
export async function readSegment(
  segment: Segment, period: ReportPeriod, after: string | undefined, tables: Pick<ChargebackTables, 'ledgerPage'>, timeIsLeft: () => boolean = () => true,
): Promise<SegmentRead> {
  const sums = new LedgerSums();
  let next = after;
  do {
    const page = await tables.ledgerPage(segment, period, next);
    for (const row of page.items) {
      sums.addRow(row, period);
    }
    next = page.next;
  } while (next !== undefined && timeIsLeft());
  return next === undefined ? { sums } : { sums, next };
}

/** Every principal that has a budget, by its id. */
export async function readPrincipals(days: readonly Day[], tables: Pick<ChargebackTables, 'budgetsPage'>): Promise<ReadonlyMap<string, ChargedPrincipal>> {
  const principals = new Map<string, ChargedPrincipal>();
  let next: string | undefined;
  do {
    const page = await tables.budgetsPage(days, next);
    for (const principal of page.items.map(item => chargedPrincipal(item, days))) {
      // Notes of the deployment stand in the table as well.
      if (principal && (principal.kind || principal.spend.size > 0 || Object.keys(principal.labels).length > 0)) {
        principals.set(principal.principalId, principal);
      }
    }
    next = page.next;
  } while (next !== undefined);
  return principals;
}
