import { parseRows, PriceRow } from '../../projenrc/prices/price-row';

/** Rows of a table, one a line. */
export function rows(...lines: string[]): PriceRow[] {
  return parseRows(lines.join('\n'));
}

export function keysOf(contradictions: readonly { readonly key: string }[]): string[] {
  return contradictions.map(({ key }) => key);
}
