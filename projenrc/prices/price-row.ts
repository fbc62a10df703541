/** A row of a price table, taken apart: see `src/lambdas/core/pricing/price-table.ts` for its grammar. */
export interface PriceRow {
  readonly id: string;
  /** `*` alone, or geographies and regions. */
  readonly places: readonly string[];
  /** `batch`, `flex`, … */
  readonly mode?: string;
  /** USD by `in`, `out`, `read`, `write5m`, `write1h`, or by a unit's key. */
  readonly prices: Readonly<Record<string, string>>;
  /** Everything else that the row says, but for its sources. */
  readonly traits: readonly string[];
  /** Codes of its sources. */
  readonly sources: readonly string[];
}

export const EVERYWHERE = '*';

const TOKEN_KEYS = ['in', 'out', 'read', 'write5m', 'write1h'];
const PLACES = /^(\*|[a-z0-9-]+(,[a-z0-9-]+)*)(@[a-z]+)?$/;
const PRICE = /^([a-z0-9:-]+)=(\d+(?:\.\d+)?)$/;

/** Traits that PLACES would take for a place. */
const WORDS = ['worldwide', 'superseded'];

/** Stands for the id of the row before it: a model's rows follow each other. */
const DITTO = '-';

/** Lines that are neither empty nor a comment, without the space around them. */
export function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}

export function parseRows(text: string): PriceRow[] {
  const rows: PriceRow[] = [];
  for (const line of linesOf(text)) {
    const [id, ...words] = line.split(/\s+/);
    rows.push(parseRow(id === DITTO && rows.length > 0 ? rows[rows.length - 1].id : id, words));
  }
  return rows;
}

function parseRow(id: string, words: string[]): PriceRow {
  const where = words.length > 0 && PLACES.test(words[0]) && !WORDS.includes(words[0]) ? words.shift()! : EVERYWHERE;
  const [places, mode] = where.split('@');
  const prices: Record<string, string> = {};
  const traits: string[] = [];
  const sources: string[] = [];
  for (const word of words) {
    const [, key, amount] = PRICE.exec(word) ?? [];
    if (word.startsWith('~')) {
      sources.push(...word.slice(1).split(',').filter((code) => code !== ''));
    } else if (key !== undefined && !key.startsWith('assumed-')) {
      prices[key] = plain(amount);
    } else {
      traits.push(word);
    }
  }
  return { id, places: places.split(','), ...(mode === undefined ? {} : { mode }), prices, traits, sources };
}

/** The place and mode that a row has a price of, one by one. */
export function wheresOf({ places, mode }: Pick<PriceRow, 'places' | 'mode'>): string[] {
  return places.map((place) => (mode === undefined ? place : `${place}@${mode}`));
}

/** Rows as one text, as short as the grammar allows: equal rows of several places in one, and the id of a model once. */
export function compactRows(rows: readonly PriceRow[]): string {
  let before: string | undefined;
  return merged(rows).map((row) => {
    const id = row.id === before ? DITTO : row.id;
    before = row.id;
    return [id, ...wordsOf(row)].join(' ');
  }).join('\n');
}

function wordsOf({ places, mode, prices, traits, sources }: PriceRow): string[] {
  const where = places.join(',') + (mode === undefined ? '' : `@${mode}`);
  const keys = [...TOKEN_KEYS.filter((key) => key in prices), ...Object.keys(prices).filter((key) => !TOKEN_KEYS.includes(key)).sort()];
  return [
    ...(where === EVERYWHERE ? [] : [where]),
    ...keys.map((key) => `${key}=${prices[key]}`),
    ...traits,
    ...(sources.length > 0 ? [`~${sources.join(',')}`] : []),
  ];
}

/** Rows by model, and those that say the same of other places in one; what holds everywhere stands alone. */
function merged(rows: readonly PriceRow[]): PriceRow[] {
  const byContents = new Map<string, PriceRow>();
  const ids = [...new Set(rows.map(({ id }) => id))];
  for (const row of [...rows].sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))) {
    const everywhere = row.places.includes(EVERYWHERE);
    const key = JSON.stringify([row.id, everywhere, row.mode, wordsOf({ ...row, places: [] })]);
    const same = byContents.get(key);
    byContents.set(key, same ? { ...same, places: [...new Set([...same.places, ...row.places])].sort() } : row);
  }
  return [...byContents.values()];
}

/** Without zeros that say nothing. */
function plain(amount: string): string {
  return amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount;
}
