import { groupBy } from '../../collections';
import { formatUsd, usd, Usd, ZERO_USD } from '../../money';
import { ChargedKind } from '../price-catalog';
import { isTokenKind, ListedPrice, whereOf } from './listed-price';
import { PriceRow, PriceRows, rowKey, RowPrices } from './price-rows';
import { ServiceCode } from './price-store';

/** A listed price, and where it was found. */
export interface FoundPrice extends ListedPrice {
  readonly serviceCode: ServiceCode;
}

/** Why a price that is listed is not used. */
export const HELD_BACK = {
  'conflicting': 'listed at several prices',
  'zero': 'listed as free, which is not known of it',
  'absurd': 'more than any price there is: something is counted in another way than we know',
  'dearer': 'dearer than the known price by more than the allowed factor',
  'cheaper': 'cheaper than the known price by more than the allowed factor',
  'incomplete': 'listed without a usable price of input or output, which belong together',
  'read-above-input': 'a cache read that is dearer than input',
  'input-below-read': 'an input that is cheaper than the known cache read',
} as const;
export type HeldBackReason = keyof typeof HELD_BACK;

export interface HeldBackPrice extends Pick<FoundPrice, 'modelId' | 'place' | 'mode' | 'kind' | 'serviceCode'> {
  /** Decimal; several with slashes between them. */
  readonly found: string;
  /** The price that stays in force, where there is one. */
  readonly known?: string;
  readonly reason: HeldBackReason;
}

export interface PriceChange extends Pick<ListedPrice, 'modelId' | 'kind'> {
  readonly where: string;
  readonly before?: string;
  readonly after: string;
}

export interface AssemblyContext {
  /** The last good prices. */
  readonly before: PriceRows;
  /** What the package says of a price. */
  readonly embedded: (price: Pick<ListedPrice, 'modelId' | 'place' | 'mode' | 'kind'>) => Usd | undefined;
  /** How many times dearer or cheaper a price may become at once: a decimal of at least one. */
  readonly factor: string;
}

export interface Assembly {
  readonly rows: PriceRows;
  readonly changes: readonly PriceChange[];
  readonly heldBack: readonly HeldBackPrice[];
}

/**
 * Lays listed prices over the last good ones. Nothing depends on the order in which they were found, and each row is judged by itself:
 *
 * - a kind of price that is listed twice the same is one; at different prices it is held back
 * - a price is held back that is zero, or too far from the one in force; what the package itself says is never too far
 * - a held-back kind leaves the other kinds of its row alone, unless the row would not be one: without input or output, or with a cache
 *   read dearer than input. The kinds that were good before then stay as they were, and a row that never was does not come into being.
 */
export function assemblePrices(found: readonly FoundPrice[], context: AssemblyContext): Assembly {
  const rows = new Map(context.before);
  const changes: PriceChange[] = [];
  const heldBack: HeldBackPrice[] = [];
  const groups = groupBy(found, price => rowKey(price.modelId, whereOf(price)));
  for (const [key, prices] of [...groups].sort(byKey)) {
    const before = context.before.get(key);
    const row = new RowAssembly(prices, before?.prices ?? new Map(), context);
    const after = row.assemble();
    heldBack.push(...row.heldBack);
    if (after) {
      const changed: PriceRow = { modelId: prices[0].modelId, where: whereOf(prices[0]), prices: after };
      rows.set(key, changed);
      changes.push(...changesOf(before, changed));
    }
  }
  return { rows, changes, heldBack };
}

/** As much as a price table may hold: a million tokens of the dearest model there is cost 70 USD. */
const MAX_PRICE = usd('100000');

/** One row on its way. */
class RowAssembly {
  public readonly heldBack: HeldBackPrice[] = [];
  /** What is listed and was not held back so far. */
  private readonly accepted = new Map<ChargedKind, Usd>();
  private readonly byKind: ReadonlyMap<ChargedKind, readonly FoundPrice[]>;

  constructor(found: readonly FoundPrice[], private readonly before: RowPrices, private readonly context: AssemblyContext) {
    this.byKind = new Map([...groupBy(found, ({ kind }) => kind)].sort(byKey).map(([kind, prices]) => [kind, withoutTwins(prices)]));
  }

  /** @returns the prices of the row, or `undefined` where there is no row */
  public assemble(): RowPrices | undefined {
    for (const [kind, prices] of this.byKind) {
      const problem = this.problemOf(prices);
      if (problem) {
        this.holdBack(kind, problem);
      } else {
        this.accepted.set(kind, usd(prices[0].usd));
      }
    }
    const row = this.completed();
    return row && this.accepted.size > 0 ? this.withCheaperReads(row) : undefined;
  }

  private problemOf(prices: readonly FoundPrice[]): HeldBackReason | undefined {
    if (prices.length > 1) {
      return 'conflicting';
    }
    const found = usd(prices[0].usd);
    const embedded = this.context.embedded(prices[0]);
    const known = this.before.get(prices[0].kind) ?? embedded;
    if (found === embedded || found === known) {
      return undefined;
    }
    if (found === ZERO_USD) {
      return 'zero';
    }
    if (found > MAX_PRICE) {
      return 'absurd';
    }
    return known === undefined ? undefined : tooFar(found, known, this.context.factor);
  }

  /** The row with both of its ends. Embeddings have no output, and what is paid by image or query no tokens at all. */
  private completed(): Map<ChargedKind, Usd> | undefined {
    const row = new Map([...this.before, ...this.accepted]);
    const tokenless = ![...row.keys()].some(isTokenKind) && row.size > 0;
    for (const end of ['input', 'output'] as const) {
      if (!row.has(end)) {
        const [example] = [...this.byKind.values()].flat();
        const embedded = this.context.embedded({ ...example, kind: end });
        if (embedded !== ZERO_USD && !(embedded === undefined && tokenless)) {
          [...this.accepted.keys()].forEach(kind => this.holdBack(kind, 'incomplete'));
          return undefined;
        }
        if (!tokenless) {
          row.set(end, ZERO_USD);
        }
      }
    }
    return row;
  }

  private withCheaperReads(row: Map<ChargedKind, Usd>): RowPrices {
    const above = () => (row.get('cacheRead') ?? ZERO_USD) > (row.get('input') ?? ZERO_USD);
    if (above() && this.accepted.has('cacheRead')) {
      this.takeBack(row, 'cacheRead', 'read-above-input');
    }
    if (above()) {
      // The read was good before, so it is the new input that does not fit.
      this.takeBack(row, 'input', 'input-below-read');
    }
    return row;
  }

  private takeBack(row: Map<ChargedKind, Usd>, kind: ChargedKind, reason: HeldBackReason): void {
    this.holdBack(kind, reason);
    const known = this.before.get(kind);
    if (known === undefined) {
      row.delete(kind);
    } else {
      row.set(kind, known);
    }
  }

  private holdBack(kind: ChargedKind, reason: HeldBackReason): void {
    this.accepted.delete(kind);
    const prices = this.byKind.get(kind)!;
    const { modelId, place, mode, serviceCode } = prices[0];
    const known = this.before.get(kind) ?? this.context.embedded(prices[0]);
    if (reason === 'incomplete' && known === usd(prices[0].usd)) {
      // It is in force as it is: nobody has to do anything about it.
      return;
    }
    this.heldBack.push({
      modelId,
      place,
      ...(mode === undefined ? {} : { mode }),
      kind,
      found: prices.map(price => price.usd).join(' / '),
      ...(known === undefined ? {} : { known: formatUsd(known) }),
      reason,
      serviceCode,
    });
  }
}

/** Each price once, those of mantle only where there is no other. */
function withoutTwins(prices: readonly FoundPrice[]): readonly FoundPrice[] {
  const own = prices.filter(({ mantle }) => !mantle);
  const sorted = [...(own.length > 0 ? own : prices)].sort((a, b) => compareText(a.serviceCode, b.serviceCode));
  const distinct = new Map(sorted.reverse().map(price => [price.usd, price]));
  return [...distinct.values()].sort((a, b) => (usd(a.usd) < usd(b.usd) ? -1 : 1));
}

function tooFar(found: Usd, known: Usd, factor: string): 'dearer' | 'cheaper' | undefined {
  const one = usd('1');
  const times = usd(factor);
  if (found * one > known * times) {
    return 'dearer';
  }
  return known * one > found * times ? 'cheaper' : undefined;
}

function changesOf(before: PriceRow | undefined, { modelId, where, prices }: PriceRow): PriceChange[] {
  return [...prices].flatMap(([kind, price]) => {
    const known = before?.prices.get(kind);
    return known === price ? [] : [{ modelId, where, kind, ...(known === undefined ? {} : { before: formatUsd(known) }), after: formatUsd(price) }];
  });
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return compareText(a, b);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
