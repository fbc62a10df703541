import { usd } from '../../src/lambdas/core/money';
import { EVERYWHERE, PriceRow, wheresOf } from './price-row';

/** Something about prices that cannot be right, or that somebody should have looked at. */
export interface Contradiction {
  /** Names it in `prices/acknowledged.txt`: the same for as long as the figures are. */
  readonly key: string;
  readonly problem: string;
}

/** From one version of a model to another, or from one catalog to the next, no price changes as much. */
const JUMP = 20n;

/** The dearest regions cost half as much again as the US; what is so far off is another model's price, or another unit's. */
const REGIONAL = 3n;

/** One price of one model in one place. */
interface Price {
  readonly id: string;
  readonly where: string;
  readonly kind: string;
  readonly amount: string;
}

/** All that is wrong with the rows of a catalog by themselves. */
export function contradictionsOf(rows: readonly PriceRow[], sourceCodes: readonly string[]): Contradiction[] {
  return [
    ...sourcelessRows(rows, sourceCodes),
    ...duplicateRows(rows),
    ...implausibleRows(rows),
    ...regionsFarOff(rows),
    ...versionJumps(rows),
  ];
}

/** Rows without a source, and sources that nobody declared. */
export function sourcelessRows(rows: readonly PriceRow[], sourceCodes: readonly string[]): Contradiction[] {
  return rows.flatMap((row) => {
    const name = nameOf(row);
    const unknown = row.sources.filter((code) => !sourceCodes.includes(code));
    return [
      ...(row.sources.length === 0 ? [{ key: `no-source ${name}`, problem: 'the row does not say where its figures come from' }] : []),
      ...unknown.map((code) => ({ key: `unknown-source ${name} ${code}`, problem: `sources.txt does not have the source ${code}` })),
    ];
  });
}

/** Two rows for the same model, place and mode: the later one would win without a word. */
export function duplicateRows(rows: readonly PriceRow[]): Contradiction[] {
  const seen = new Set<string>();
  return rows.flatMap((row) => wheresOf(row).flatMap((where) => {
    const key = `${row.id} ${where}`;
    const again = seen.has(key);
    seen.add(key);
    return again ? [{ key: `duplicate-row ${key}`, problem: 'there is more than one row' }] : [];
  }));
}

/** Prices that do not go together: of a cache, or of the answer. */
export function implausibleRows(rows: readonly PriceRow[]): Contradiction[] {
  return rows.flatMap((row) => {
    const { prices } = row;
    const less = (a: string, b: string, factor = 1n) => a in prices && b in prices && usd(prices[a]) * factor < usd(prices[b]);
    const found: Contradiction[] = [];
    const add = (check: string, problem: string) => found.push({ key: `${check} ${nameOf(row)}`, problem });
    if (less('in', 'read')) {
      add('cache-read-above-input', `a cache read costs ${prices.read}, an input token ${prices.in}`);
    }
    if (less('write5m', 'in') || less('write1h', 'in') || less('write1h', 'write5m')) {
      add('cache-write-below-input', `cache writes cost ${prices.write5m ?? 'nothing'} and ${prices.write1h ?? 'nothing'} an hour, an input token ${prices.in}`);
    }
    // Embeddings answer without tokens: they say so with out=0.
    if (prices.out !== '0' && less('out', 'in', 10n)) {
      add('output-below-a-tenth-of-input', `an output token costs ${prices.out}, an input token ${prices.in}`);
    }
    return found;
  });
}

/** Places and modes whose price is another order of magnitude than the model's list price. */
export function regionsFarOff(rows: readonly PriceRow[]): Contradiction[] {
  const prices = pricesOf(rows);
  const lists = new Map(prices.filter(({ where }) => where === EVERYWHERE).map((price) => [`${price.id} ${price.kind}`, price.amount]));
  return prices.flatMap(({ id, where, kind, amount }) => {
    const list = lists.get(`${id} ${kind}`);
    return list !== undefined && farApart(list, amount, REGIONAL)
      ? [{ key: `far-off ${id} ${where} ${kind}`, problem: `${kind} costs ${amount} there, and ${list} by the list` }]
      : [];
  });
}

/** Families of models one version of which costs twenty times as much as another. */
export function versionJumps(rows: readonly PriceRow[]): Contradiction[] {
  const byFamily = new Map<string, Price[]>();
  for (const price of pricesOf(rows).filter(({ where }) => where === EVERYWHERE)) {
    const key = `${familyOf(price.id)} ${price.kind}`;
    byFamily.set(key, [...byFamily.get(key) ?? [], price]);
  }
  return [...byFamily].flatMap(([key, prices]) => {
    const [cheapest, ...others] = [...prices].sort((a, b) => (usd(a.amount) < usd(b.amount) ? -1 : 1));
    const dearest = others.pop();
    return dearest && farApart(cheapest.amount, dearest.amount, JUMP)
      ? [{ key: `version-jump ${key}`, problem: `${dearest.id} costs ${dearest.amount}, and ${cheapest.id} ${cheapest.amount}` }]
      : [];
  });
}

/** Prices that are twenty times what they were in the last catalog, or a twentieth. */
export function jumpsSince(previous: readonly PriceRow[], rows: readonly PriceRow[]): Contradiction[] {
  const before = new Map(pricesOf(previous).map((price) => [nameOfPrice(price), price.amount]));
  return pricesOf(rows).flatMap((price) => {
    const was = before.get(nameOfPrice(price));
    return was !== undefined && farApart(was, price.amount, JUMP)
      ? [{ key: `jump ${nameOfPrice(price)} ${was}->${price.amount}`, problem: `the price was ${was} in the last catalog, and is ${price.amount}` }]
      : [];
  });
}

/** Once a catalog with a jump is written, there is none any more. What was said of it stands for as long as the price does. */
export function isJumpOfTheCatalog(key: string, rows: readonly PriceRow[]): boolean {
  return key.startsWith('jump ') && pricesOf(rows).some((price) => key.startsWith(`jump ${nameOfPrice(price)} `) && key.endsWith(`->${price.amount}`));
}

/**
 * What the versions of a model have in common: its id without the words that are a version or a date, and without the figures at
 * the end of the others, which keep the size: `anthropic.claude-sonnet` of `anthropic.claude-3-5-sonnet-20241022-v2:0`,
 * `meta.llama-70b-instruct` of `meta.llama3-1-70b-instruct-v1:0`, `openai.gpt` of `openai.gpt-5.5`.
 */
export function familyOf(id: string): string {
  const [provider, ...name] = id.split('.');
  const words = name.join('.').split('-').filter((word) => !/^v?\d[\d.:]*$/.test(word)).map((word) => word.replace(/\d[\d.:]*$/, ''));
  return `${provider}.${words.join('-')}`;
}

function farApart(a: string, b: string, factor: bigint): boolean {
  return usd(a) * factor <= usd(b) !== usd(b) * factor <= usd(a);
}

function pricesOf(rows: readonly PriceRow[]): Price[] {
  return rows.flatMap((row) => wheresOf(row).flatMap((where) => (
    Object.entries(row.prices).map(([kind, amount]) => ({ id: row.id, where, kind, amount }))
  )));
}

function nameOfPrice({ id, where, kind }: Price): string {
  return `${id} ${where} ${kind}`;
}

function nameOf(row: PriceRow): string {
  return `${row.id} ${wheresOf(row).join(',')}`;
}
