import { ListPrice } from './token-prices';

/** All that a table says about one model. */
export interface ModelPrices {
  readonly id: string;
  /** Price of the model's `global.` profile, and elsewhere too unless a premium or a regional price says otherwise. */
  readonly list: ListPrice;
  /** Prices by geography (`eu`) or region (`eu-west-2`), where they differ from `list`. */
  readonly regional: ReadonlyMap<string, ListPrice>;
  /** Calls that do not go through a `global.` profile cost 10 % more. */
  readonly geoPremium: boolean;
  /** The same price in every commercial region. */
  readonly worldwide: boolean;
  /** Tokens of the prompt, cached ones included, above which a call is charged at long-context prices. */
  readonly longContextAbove?: number;
  /** No longer a price to expect of a model that we do not know yet. */
  readonly superseded: boolean;
}

export interface PriceTable {
  /** Date of the newest source. */
  readonly version: string;
  readonly models: ReadonlyMap<string, ModelPrices>;
}

/** Where a row holds that no other row of its model is for. */
const EVERYWHERE = '*';
const ABSENT = '-';
const LONG_CONTEXT = 'long>';

/**
 * Reads a table of one row a line: id, where, five prices in USD per million tokens (input, output, cache read, cache write
 * for 5 minutes, cache write for an hour; `-` for none), traits. `where` is `*` or a list of geographies and regions with
 * commas. The first row of a model is its `*` row, which also carries its traits:
 *
 * - `geo+10%`: costs a tenth more unless called through its `global.` profile
 * - `worldwide`: costs the same in every commercial region
 * - `long>200000`: prompts above so many tokens are charged at long-context prices
 * - `superseded`: never stands in for an unknown model
 *
 * Lines that begin with `#` are comments.
 */
export function parsePriceTable(version: string, text: string): PriceTable {
  const models = new Map<string, ModelPrices>();
  for (const line of text.split('\n')) {
    const [id, where, ...columns] = line.trim().split(/ +/);
    if (!id || id.startsWith('#')) {
      continue;
    }
    const price = listPrice(columns);
    const model = models.get(id);
    if (where === EVERYWHERE) {
      models.set(id, { id, list: price, regional: new Map(), ...traits(columns.slice(5)) });
    } else if (model) {
      models.set(id, { ...model, regional: new Map([...model.regional, ...where.split(',').map(place => [place, price] as const)]) });
    } else {
      throw new Error(`price table: the first row of "${id}" is for "${where}"; put its row for "${EVERYWHERE}" before it`);
    }
  }
  return { version, models };
}

function listPrice([input, output, cacheRead, cacheWrite5m, cacheWrite1h]: readonly string[]): ListPrice {
  return {
    input,
    output,
    ...(isPresent(cacheRead) ? { cacheRead } : {}),
    ...(isPresent(cacheWrite5m) ? { cacheWrite5m } : {}),
    ...(isPresent(cacheWrite1h) ? { cacheWrite1h } : {}),
  };
}

function isPresent(column: string | undefined): boolean {
  return column !== undefined && column !== ABSENT;
}

function traits(names: readonly string[]): Pick<ModelPrices, 'geoPremium' | 'worldwide' | 'longContextAbove' | 'superseded'> {
  const longContext = names.find(name => name.startsWith(LONG_CONTEXT));
  return {
    geoPremium: names.includes('geo+10%'),
    // A premium on everything but `global.` leaves no room for differences between regions.
    worldwide: names.includes('worldwide') || names.includes('geo+10%'),
    superseded: names.includes('superseded'),
    ...(longContext ? { longContextAbove: Number(longContext.slice(LONG_CONTEXT.length)) } : {}),
  };
}
