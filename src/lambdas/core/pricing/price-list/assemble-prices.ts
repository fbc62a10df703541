import { groupBy } from '../../collections';
import { formatUsd, usd, Usd, ZERO_USD } from '../../money';
import { ChargedKind } from '../price-catalog';
import { MAX_PRICE } from '../price-table';
import { HeldBackPrice, HeldBackReason } from './held-back';
import { FoundPrice, isTokenKind, ListedPrice, whereOf } from './listed-price';
import { PriceRows, rowKey, RowPrices } from './price-rows';

export interface PriceChange extends Pick<ListedPrice, 'modelId' | 'kind'> {
  readonly where: string;
  /** Absent for a price that is new. */
  readonly before?: string;
  /** Absent for a price that is gone. */
  readonly after?: string;
}

export interface AssemblyContext {
  /** The last good prices. */
  readonly before: PriceRows;
  /** What the package says of a price. */
  readonly embedded: (price: Pick<ListedPrice, 'modelId' | 'place' | 'mode' | 'kind'>) => Usd | undefined;
  /** Whether `found` is all of the list: then what was good before and is not in it is gone. Otherwise it stays. */
  readonly whole: boolean;
  /** How many times dearer or cheaper a price may become at once: a decimal of at least one. */
  readonly factor: string;
}

export interface Assembly {
  readonly rows: PriceRows;
  readonly changes: readonly PriceChange[];
  readonly heldBack: readonly HeldBackPrice[];
  /** Zeros where no price is known: no prices at all. AWS lists cache writes as free of models that have none. */
  readonly zeros: readonly FoundPrice[];
}

/**
 * Lays listed prices over the last good ones. Nothing depends on the order in which they were found, and each row is judged by itself:
 *
 * - a kind of price that is listed twice the same is one; at different prices it is held back
 * - a price is held back that is zero, or too far from the one in force; what the package itself says is never too far
 * - a held-back kind leaves the other kinds of its row alone, unless the row would not be one: without input or output, or with a cache
 *   read dearer than input. The kinds that were good before then stay as they were, and a row that never was does not come into being.
 * - what is not listed stays as well, unless the list is whole: then only what is listed stays, used or held back
 */
export function assemblePrices(found: readonly FoundPrice[], context: AssemblyContext): Assembly {
  const rows = new Map(context.whole ? [] : context.before);
  const heldBack: HeldBackPrice[] = [];
  const zeros: FoundPrice[] = [];
  const groups = groupBy(found, price => rowKey(price.modelId, whereOf(price)));
  for (const [key, prices] of [...groups].sort(byKey)) {
    const row = new RowAssembly(prices, context.before.get(key)?.prices ?? new Map(), context);
    const after = row.assemble();
    heldBack.push(...row.heldBack);
    zeros.push(...row.zeros);
    if (after) {
      rows.set(key, { modelId: prices[0].modelId, where: whereOf(prices[0]), prices: after });
    }
  }
  return { rows, changes: changesOf(context.before, rows), heldBack, zeros };
}

/** One row on its way. */
class RowAssembly {
  public readonly heldBack: HeldBackPrice[] = [];
  public readonly zeros: FoundPrice[] = [];
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
      } else if (this.isNoPrice(prices[0])) {
        this.zeros.push(prices[0]);
      } else {
        this.accepted.set(kind, usd(prices[0].usd));
      }
    }
    const row = new Map([...this.base(), ...this.accepted]);
    if (row.size === 0) {
      return undefined;
    }
    if (this.complete(row)) {
      return this.withCheaperReads(row);
    }
    // Half of a row changes nothing of the whole one that was good.
    return this.before.size > 0 ? this.before : undefined;
  }

  /** What was good before, and is not known to be gone. */
  private base(): RowPrices {
    return this.context.whole ? new Map([...this.before].filter(([kind]) => this.byKind.has(kind))) : this.before;
  }

  private isNoPrice(price: FoundPrice): boolean {
    return usd(price.usd) === ZERO_USD && this.knownOf(price) === undefined;
  }

  private knownOf(price: FoundPrice): Usd | undefined {
    return this.before.get(price.kind) ?? this.context.embedded(price);
  }

  private problemOf(prices: readonly FoundPrice[]): HeldBackReason | undefined {
    if (prices.length > 1) {
      return 'conflicting';
    }
    const found = usd(prices[0].usd);
    const embedded = this.context.embedded(prices[0]);
    const known = this.knownOf(prices[0]);
    if (known === undefined) {
      return found > MAX_PRICE ? 'absurd' : undefined;
    }
    if (found === embedded || found === known) {
      return undefined;
    }
    if (found === ZERO_USD) {
      return 'zero';
    }
    if (found > MAX_PRICE) {
      return 'absurd';
    }
    return tooFar(found, known, this.context.factor);
  }

  /** Whether the row has both of its ends. Embeddings have no output, and what is paid by image or query no tokens at all. */
  private complete(row: Map<ChargedKind, Usd>): boolean {
    // A model whose tokens are held back is not free of them.
    const tokenless = ![...row.keys(), ...this.heldBack.map(({ kind }) => kind)].some(isTokenKind);
    for (const end of ['input', 'output'] as const) {
      if (!row.has(end)) {
        const [example] = [...this.byKind.values()].flat();
        const embedded = this.context.embedded({ ...example, kind: end });
        if (embedded !== ZERO_USD && !(embedded === undefined && tokenless)) {
          [...this.accepted.keys()].forEach(kind => this.holdBack(kind, 'incomplete'));
          return false;
        }
        if (!tokenless) {
          row.set(end, ZERO_USD);
        }
      }
    }
    return true;
  }

  private withCheaperReads(row: Map<ChargedKind, Usd>): RowPrices {
    const above = () => (row.get('cacheRead') ?? ZERO_USD) > (row.get('input') ?? ZERO_USD);
    if (above() && this.accepted.has('cacheRead')) {
      this.takeBack(row, 'cacheRead', 'read-above-input');
    }
    if (above() && this.accepted.has('input')) {
      // The read was good before, so it is the new input that does not fit.
      this.takeBack(row, 'input', 'input-below-read');
    }
    if (above()) {
      row.delete('cacheRead');
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
    const known = this.knownOf(prices[0]);
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

function changesOf(before: PriceRows, after: PriceRows): PriceChange[] {
  const rows = new Map([...before, ...after]);
  return [...rows].sort(byKey).flatMap(([key, { modelId, where }]) => {
    const [old, now] = [before, after].map(all => all.get(key)?.prices ?? new Map<ChargedKind, Usd>());
    return [...new Set([...old.keys(), ...now.keys()])].filter(kind => old.get(kind) !== now.get(kind)).map(kind => ({
      modelId, where, kind, ...shown('before', old.get(kind)), ...shown('after', now.get(kind)),
    }));
  });
}

function shown(side: 'before' | 'after', price: Usd | undefined): Partial<Pick<PriceChange, 'before' | 'after'>> {
  return price === undefined ? {} : { [side]: formatUsd(price) };
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return compareText(a, b);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
