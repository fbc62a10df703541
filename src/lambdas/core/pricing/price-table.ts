import { MoneyError, usd } from '../money';
import { plainText } from '../plain-text';
import { ListPrice } from './token-prices';
import { BilledUnit, unitOfKey } from './units';

/** Ways of serving a call that have prices of their own beside the standard one. */
const PRICING_MODES = ['batch', 'flex', 'priority', 'optimized', 'long'] as const;
export type PricingMode = (typeof PRICING_MODES)[number];

/** All that a table says about one model. */
export interface ModelPrices {
  readonly id: string;
  /** Price of the model's `global.` profile, and elsewhere too unless a premium or a regional price says otherwise. */
  readonly list?: ListPrice;
  /** Prices by geography (`eu`, `global`) or region (`eu-west-2`), where they differ from `list`. */
  readonly regional: ReadonlyMap<string, ListPrice>;
  /** Prices of other modes than standard, by `<place>@<mode>`; the place is `*` or as in `regional`. */
  readonly modes: ReadonlyMap<string, ListPrice>;
  /** Calls that do not go through a `global.` profile cost 10 % more. */
  readonly geoPremium: boolean;
  /** The same price in every commercial region. */
  readonly worldwide: boolean;
  /** Its price differs by region even where it is called worldwide, or with a premium: a row without a region is that of the US alone. */
  readonly byRegion: boolean;
  /** Tokens of the prompt, cached ones included, above which a call is charged at long-context prices. */
  readonly longContextAbove?: number;
  /** No longer a price to expect of a model that we do not know yet. */
  readonly superseded: boolean;
  /** Units that a call is taken to have where its record does not tell. */
  readonly assumedUnits: ReadonlyMap<BilledUnit, number>;
  /** The model whose prices hold for this id or ARN: nothing else is said of it then. */
  readonly pricedAs?: string;
}

export interface PriceTable {
  /** Date of the newest source. */
  readonly version: string;
  readonly models: ReadonlyMap<string, ModelPrices>;
}

/** Thrown for a row that cannot be read: names the row and what is wrong with it. */
export class PriceTableError extends Error {
  public readonly name = 'PriceTableError';
}

/** Where a row holds that no other row of its model is for. */
export const EVERYWHERE = '*';

/** Prices in USD per million tokens. */
const TOKEN_KEYS = { in: 'input', out: 'output', read: 'cacheRead', write5m: 'cacheWrite5m', write1h: 'cacheWrite1h' } as const;

const LONG_CONTEXT = 'long>';
const ASSUMED = 'assumed-';
const PLACE = /^(\*|[a-z0-9-]{2,30}(,[a-z0-9-]{2,30})*)$/;

/** The highest price that is no slip of the keyboard: the dearest there is has 70 USD a million tokens. */
export const MAX_PRICE = usd('100000');

/**
 * Reads a table of one row a line:
 *
 *     anthropic.claude-opus-5  *               in=5 out=25 read=0.5 write5m=6.25 write1h=10 geo+10% ~L
 *     amazon.nova-pro-v1:0     *@batch         in=0.4 out=1.6
 *     amazon.nova-canvas-v1:0  us-east-1       image:1024=0.04 image:1024-premium=0.06
 *
 * First the model's own id (or an ARN), then where the row holds: `*`, or geographies and regions with commas; `*` where it is left out.
 * `@batch`, `@flex`, `@priority`, `@optimized` or `@long` behind it make it a row of that mode. Then, in any order:
 *
 * - `in`, `out`, `read`, `write5m`, `write1h`: USD per million tokens; `in` and `out` belong together
 * - a unit of `units.ts`, with or without a variant: USD for each
 * - `assumed-<unit>=6`: so many units where a record does not tell
 * - `as=<id>`: priced as another model, without prices of its own, wherever it is called
 * - `geo+10%`: costs a tenth more unless called through its `global.` profile
 * - `worldwide`: costs the same in every commercial region
 * - `by-region`: does not, in spite of `geo+10%`
 * - `long>200000`: prompts above so many tokens are charged at long-context prices
 * - `superseded`: never stands in for an unknown model
 * - `~<source>`: where the row's figures come from
 *
 * Traits stand in rows that hold everywhere.
 *
 * Lines that begin with `#` are comments.
 *
 * @throws PriceTableError
 */
export function parsePriceTable(version: string, text: string): PriceTable {
  const models = new Map<string, ModelPrices>();
  for (const line of text.split('\n')) {
    const row = line.trim();
    if (row !== '' && !row.startsWith('#')) {
      addRow(models, row);
    }
  }
  return { version, models };
}

/** The row as far as a terminal shows it. */
export function rowError(row: string, problem: string): PriceTableError {
  return new PriceTableError(`price row "${row.slice(0, 120).replace(/[^\x20-\x7e]/g, '?')}": ${plainText(problem, 400)}`);
}

function addRow(models: Map<string, ModelPrices>, row: string): void {
  const [id, ...words] = row.split(/\s+/);
  const fail = (problem: string) => {
    throw rowError(row, problem);
  };
  const [where, mode] = splitAt(words.length > 0 && isPlace(words[0]) ? words.shift()! : EVERYWHERE, '@');
  if (mode !== undefined && !PRICING_MODES.some(known => known === mode)) {
    fail(`"@${mode}" is none of ${PRICING_MODES.map(known => `@${known}`).join(', ')}`);
  }
  const read = readWords(words, fail);
  const before = models.get(id) ?? EMPTY;
  if (Object.keys(read.traits).length > 0 && (mode !== undefined || where !== EVERYWHERE)) {
    fail('as=…, geo+10%, worldwide, by-region, superseded and long>… hold everywhere: leave out the place');
  }
  if (before.pricedAs !== undefined || (read.traits.pricedAs !== undefined && (read.price !== undefined || models.has(id)))) {
    fail('what is priced as another model is said of it in one row, without prices');
  }
  const model: ModelPrices = { ...before, ...read.traits, id, assumedUnits: new Map([...before.assumedUnits, ...read.assumedUnits]) };
  if (read.price === undefined) {
    models.set(id, read.traits.pricedAs === undefined && read.assumedUnits.size === 0 ? fail('has no price: write in=… and out=…, or a price of a unit') as never : model);
    return;
  }
  const { price } = read;
  const places = where.split(',');
  const withPrices = (known: ReadonlyMap<string, ListPrice>, keys: readonly string[]) =>
    new Map([...known, ...keys.map(key => [key, merged(known.get(key), price, fail)] as const)]);
  if (mode !== undefined) {
    models.set(id, { ...model, modes: withPrices(model.modes, places.map(place => `${place}@${mode}`)) });
  } else if (where === EVERYWHERE) {
    models.set(id, { ...model, list: merged(model.list, price, fail) });
  } else {
    models.set(id, { ...model, regional: withPrices(model.regional, places) });
  }
}

/** A model may be billed by token and by unit, in two rows; but one price has one row. */
function merged(known: ListPrice | undefined, price: ListPrice, fail: (problem: string) => void): ListPrice {
  if (!known) {
    return price;
  }
  const [tokens, more] = price.byUnitAlone ? [known, price] : [price, known];
  const twice = !known.byUnitAlone && !price.byUnitAlone ? 'tokens' : Object.keys(price.units ?? {}).find(key => known.units?.[key] !== undefined);
  if (twice !== undefined) {
    fail(`the price of ${twice} is given twice for the same place`);
  }
  return { ...tokens, ...(tokens.units || more.units ? { units: { ...known.units, ...price.units } } : {}) };
}

const EMPTY: Omit<ModelPrices, 'id'> = {
  regional: new Map(), modes: new Map(), geoPremium: false, worldwide: false, byRegion: false, superseded: false, assumedUnits: new Map(),
};

/** A price or a trait has a sign in it that no place has, but for those that are words. */
function isPlace(word: string): boolean {
  return PLACE.test(word.split('@')[0]) && word !== 'worldwide' && word !== 'by-region' && word !== 'superseded';
}

type Traits = Partial<Pick<ModelPrices, 'geoPremium' | 'worldwide' | 'byRegion' | 'longContextAbove' | 'superseded' | 'pricedAs'>>;

interface RowContents {
  readonly price?: ListPrice;
  readonly traits: Traits;
  readonly assumedUnits: ReadonlyMap<BilledUnit, number>;
}

function readWords(words: readonly string[], fail: (problem: string) => void): RowContents {
  const price: { -readonly [K in keyof ListPrice]?: ListPrice[K] } = {};
  const units: Record<string, string> = {};
  const assumedUnits = new Map<BilledUnit, number>();
  const given = new Set<string>();
  const traits: { -readonly [K in keyof Traits]: Traits[K] } = {};
  for (const word of words) {
    const [key, value] = splitAt(word, '=');
    if (value !== undefined && given.has(key)) {
      fail(`"${key.slice(0, 40)}" is given twice`);
    }
    given.add(key);
    if (value !== undefined && Object.hasOwn(TOKEN_KEYS, key)) {
      price[TOKEN_KEYS[key as keyof typeof TOKEN_KEYS]] = amount(value, word, fail);
    } else if (value !== undefined && unitOfKey(key)) {
      units[key] = amount(value, word, fail);
    } else if (value !== undefined && key.startsWith(ASSUMED) && unitOfKey(key.slice(ASSUMED.length)) && /^\d{1,4}$/.test(value)) {
      assumedUnits.set(unitOfKey(key.slice(ASSUMED.length))!, Number(value));
    } else if (key === 'as' && value) {
      traits.pricedAs = value;
    } else if (word === 'geo+10%') {
      traits.geoPremium = true;
      // A premium on everything but `global.` leaves no room for differences between regions, unless it is said.
      traits.worldwide = !words.includes('by-region');
    } else if (word === 'by-region') {
      traits.byRegion = true;
    } else if (word === 'worldwide' || word === 'superseded') {
      traits[word] = true;
    } else if (word.startsWith(LONG_CONTEXT) && /^\d{3,9}$/.test(word.slice(LONG_CONTEXT.length))) {
      traits.longContextAbove = Number(word.slice(LONG_CONTEXT.length));
    } else if (!word.startsWith('~')) {
      fail(`"${word.slice(0, 40)}" is no price and no trait; prices are in, out, read, write5m, write1h and units, such as in=3 out=15`);
    }
  }
  return { ...listPrice(price, units, fail), traits, assumedUnits };
}

function listPrice(price: Partial<ListPrice>, units: Readonly<Record<string, string>>, fail: (problem: string) => void): Pick<RowContents, 'price'> {
  const hasUnits = Object.keys(units).length > 0;
  const { input, output } = price;
  if (Object.keys(price).length === 0 && !hasUnits) {
    return {};
  }
  if ((input === undefined) !== (output === undefined) || (input === undefined && !hasUnits)) {
    fail('has a price of tokens without in and out; embeddings have out=0');
  }
  return { price: { ...price, input: input ?? '0', output: output ?? '0', ...(input === undefined ? { byUnitAlone: true } : {}), ...(hasUnits ? { units } : {}) } };
}

function amount(value: string, word: string, fail: (problem: string) => void): string {
  try {
    const price = usd(value);
    if (price < 0n || price > MAX_PRICE || !/^\d/.test(value)) {
      fail(`"${word.slice(0, 40)}": a price is from 0 to 100000 USD`);
    }
  } catch (error) {
    if (!(error instanceof MoneyError)) {
      throw error;
    }
    fail(`"${word.slice(0, 40)}": ${error.message}`);
  }
  return value;
}

function splitAt(word: string, separator: string): [string, string | undefined] {
  const index = word.indexOf(separator);
  return index < 0 ? [word, undefined] : [word.slice(0, index), word.slice(index + 1)];
}

/** The rows of a model as `parsePriceTable` reads them. */
export function formatRow(id: string, where: string, price: ListPrice, traits: readonly string[] = []): string {
  const tokens = price.byUnitAlone
    ? []
    : Object.entries(TOKEN_KEYS).flatMap(([key, kind]) => (price[kind] === undefined ? [] : [`${key}=${price[kind]}`]));
  return [id, where, ...tokens, ...Object.entries(price.units ?? {}).map(([key, value]) => `${key}=${value}`), ...traits].join(' ');
}
