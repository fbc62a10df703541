import { formatUsd, usd, Usd } from '../../money';
import { ChargedKind } from '../price-catalog';
import { formatRow, PriceTable } from '../price-table';
import { ListPrice } from '../token-prices';
import { UnitKey } from '../units';
import { isTokenKind } from './listed-price';

/** The prices of one row by kind, exact. Without tokens where nothing is charged by them. */
export type RowPrices = ReadonlyMap<ChargedKind, Usd>;

export interface PriceRow {
  readonly modelId: string;
  /** A place, with a mode or without. */
  readonly where: string;
  readonly prices: RowPrices;
}

/** Rows of a table by `<model> <where>`. */
export type PriceRows = ReadonlyMap<string, PriceRow>;

export function rowKey(modelId: string, where: string): string {
  return `${modelId} ${where}`;
}

/** The rows of a table that was refreshed before: such tables name every place. */
export function rowsOf(table: PriceTable): PriceRows {
  const rows = [...table.models.values()].flatMap(({ id, regional, modes }) =>
    [...regional, ...modes].map(([where, price]): PriceRow => ({ modelId: id, where, prices: pricesOf(price) })));
  return new Map(rows.map(row => [rowKey(row.modelId, row.where), row]));
}

/** The text of a table, in an order that depends on its rows alone. */
export function tableText(rows: PriceRows): string {
  return [...rows.values()].map(({ modelId, where, prices }) => formatRow(modelId, where, listPrice(prices))).sort().join('\n');
}

function pricesOf({ units = {}, byUnitAlone, ...tokens }: ListPrice): RowPrices {
  return new Map([...(byUnitAlone ? [] : Object.entries(tokens)), ...Object.entries(units)].map(([kind, price]) => [kind as ChargedKind, usd(price)]));
}

function listPrice(prices: RowPrices): ListPrice {
  const of = (wanted: boolean) => [...prices].filter(([kind]) => isTokenKind(kind) === wanted).sort().map(([kind, price]) => [kind, formatUsd(price)]);
  const tokens = of(true);
  const units = of(false);
  return {
    ...(tokens.length > 0 ? Object.fromEntries(tokens) as Pick<ListPrice, 'input' | 'output'> : { input: '0', output: '0', byUnitAlone: true }),
    ...(units.length > 0 ? { units: Object.fromEntries(units) as Readonly<Record<UnitKey, string>> } : {}),
  };
}
