import { PrincipalKindName } from '../../../contract';
import { principalFromId } from '../../../lambdas/core/principal';
import { UsageError } from '../../usage-error';
import { amountOf, LimitArgument, limitOf } from '../arguments/amounts';
import { principalIdOf } from '../arguments/principal';
import { thresholdsOf } from '../arguments/thresholds';
import { limitsOfCell, labelsOfCell } from './cells';
import { OrderedRow } from './orders';
import { CsvRow, OrderCells, readCsv } from './orders-csv';
import { JsonEntry, readJson } from './orders-json';

/** Where something stands in the file: `line 3`, `entry 3`. */
export type Place = string;

export interface PlacedRow {
  readonly place: Place;
  /** What the file says that the principal is; absent where it does not. An import needs none: the registrar finds out who holds an API key. */
  readonly kind?: PrincipalKindName;
  readonly row: OrderedRow;
}

export interface ReadRows {
  readonly rows: readonly PlacedRow[];
  /** Everything that is wrong, each with its place. */
  readonly problems: readonly string[];
}

type Reading = { readonly place: Place; readonly kind?: string } & ({ readonly read: () => OrderedRow } | { readonly problem: string });

/** Reads all rows of a file, CSV or JSON as its first character tells, and tells of all that is wrong with them. */
export async function readRows(text: string): Promise<ReadRows> {
  const readings = /^\ufeff?\s*[[{]/.test(text) ? jsonReadings(text) : (await readCsv(text)).map(csvReading);
  const rows: PlacedRow[] = [];
  const problems: string[] = [];
  const places = new Map<string, Place>();
  for (const reading of readings) {
    const row = 'read' in reading ? attempt(reading.read) : reading.problem;
    if (typeof row === 'string') {
      problems.push(`${reading.place}: ${row}`);
    } else if (places.has(row.principalId)) {
      problems.push(`${reading.place}: ${row.principalId} is in ${places.get(row.principalId)} already: leave one of them`);
    } else {
      places.set(row.principalId, reading.place);
      const kind = Object.values(PrincipalKindName).find(known => known === reading.kind);
      rows.push({ place: reading.place, ...(kind ? { kind } : {}), row });
    }
  }
  return { rows, problems };
}

function jsonReadings(text: string): readonly Reading[] {
  const entries = readJson(text.replace(/^\ufeff/, ''));
  if (typeof entries === 'string') {
    return [{ place: 'the file', problem: entries }];
  }
  return entries.map((entry, index) => ({ place: `entry ${index + 1}`, ...('problem' in entry ? entry : { kind: entry.entry.kind, read: () => rowOfEntry(entry.entry) }) }));
}

function csvReading(row: CsvRow): Reading {
  return { place: `line ${row.line}`, ...('problem' in row ? { problem: row.problem } : { kind: row.cells.kind, read: () => rowOfCells(row.cells) }) };
}

function rowOfEntry({ principalId, kind, limits, thresholds, enforcement, labels }: JsonEntry): OrderedRow {
  return {
    ...principalOf(principalId, kind),
    ...(limits && { limits: limits.map(limitOfEntry) }),
    ...(thresholds !== undefined && { thresholds: thresholds && thresholdsOf(thresholds.warningPercent, thresholds.criticalPercent) }),
    ...(enforcement !== undefined && { enforcement: enforcementOf(enforcement) }),
    ...(labels && { labels }),
  };
}

function limitOfEntry({ limitUsd, period, anchorDay }: LimitArgument): LimitArgument {
  return limitOf(`${amountOf('the limit', limitUsd)}/${period}${anchorDay === undefined ? '' : ` from ${anchorDay}`}`);
}

/** Empty cells mean none of its own; enforcement has no such thing, and stays as it is. */
function rowOfCells({ principalId = '', kind, limits, warningPercent, criticalPercent, enforcement, labels }: OrderCells): OrderedRow {
  return {
    ...principalOf(principalId, kind || undefined),
    ...(limits !== undefined && { limits: limitsOfCell(limits) }),
    ...((warningPercent !== undefined || criticalPercent !== undefined) && {
      thresholds: warningPercent || criticalPercent ? thresholdsOf(warningPercent, criticalPercent) : null,
    }),
    ...(enforcement && { enforcement: enforcementOf(enforcement) }),
    ...(labels !== undefined && { labels: labelsOfCell(labels) }),
  };
}

function principalOf(text: string, kind: string | undefined): Pick<OrderedRow, 'principalId'> {
  const principalId = principalIdOf(text);
  const own = principalFromId(principalId)!.kind;
  const possible: readonly string[] = own === PrincipalKindName.IAM_USER ? [own, PrincipalKindName.API_KEY_USER] : [own];
  if (kind !== undefined && !possible.includes(kind)) {
    throw new UsageError(`the kind of ${principalId} cannot be "${kind.slice(0, 40)}": it is ${possible.join(' or ')}, or left out`);
  }
  return { principalId };
}

function enforcementOf(text: string): 'enforced' | 'observe' {
  if (text !== 'enforced' && text !== 'observe') {
    throw new UsageError(`enforcement cannot be "${text.slice(0, 40)}": it is enforced or observe`);
  }
  return text;
}

function attempt(read: () => OrderedRow): OrderedRow | string {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UsageError)) {
      throw error;
    }
    return error.message;
  }
}
