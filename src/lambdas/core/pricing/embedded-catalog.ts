import { EMBEDDED_PRICE_ROWS, EMBEDDED_PRICES_VERSION } from './embedded-prices.generated';
import { PriceBook } from './price-book';
import { PriceCatalog } from './price-catalog';
import { parsePriceTable, PriceTable } from './price-table';

/** Stands for the id of the row before it: a model's rows follow each other. */
const DITTO = '- ';

/** The list prices that ship with the package. `prices/README.md` says where they come from and how they are changed. */
export const EMBEDDED_PRICES: PriceTable = parsePriceTable(EMBEDDED_PRICES_VERSION, withIds(EMBEDDED_PRICE_ROWS));

/** A catalog of the prices that ship with the package. */
export function embeddedCatalog(): PriceCatalog {
  return new PriceBook({ embedded: EMBEDDED_PRICES });
}

function withIds(rows: string): string {
  let id = '';
  return rows.split('\n').map(row => {
    if (row.startsWith(DITTO)) {
      return id + row.slice(1);
    }
    [id] = row.split(' ', 1);
    return row;
  }).join('\n');
}
