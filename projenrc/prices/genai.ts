import type { ConditionalPrice, ModelInfo, ModelPrice, TieredPrices } from '@pydantic/genai-prices';
import { usd } from '../../src/lambdas/core/money';
import { Contradiction } from './contradictions';
import { EVERYWHERE, linesOf, PriceRow } from './price-row';

/** What is read of `@pydantic/genai-prices`. */
export interface GenaiPackage {
  readonly version: string;
  /** Its models of the provider `aws`. */
  readonly models: readonly Pick<ModelInfo, 'id' | 'prices'>[];
}

/** The code of this source in rows. */
export const GENAI = 'G';

/** What stands in `sources.txt` instead of a date: the version of the package that was last looked at, and the day on which it was published. */
const DATE_OF_PACKAGE = /^package=(\d+\.\d+\.\d+):(\d{4}-\d{2}-\d{2})$/;

/** The date of a source: of the package the day of its version, or the version itself where nobody has said its day yet. */
export function dateOfSource(date: string, installedVersion: string): string {
  const [, version, day] = DATE_OF_PACKAGE.exec(date) ?? [];
  if (version === undefined) {
    return date;
  }
  return version === installedVersion ? `${day} (version ${version})` : `version ${installedVersion}`;
}

/** Which of its models one of ours is. */
export interface GenaiMapping {
  readonly id: string;
  /** The model whose price is our list price. */
  readonly list: string;
  /** The model for calls that do not go through a `global.` profile. */
  readonly regional?: string;
  /** Whether its prices of speech are meant. */
  readonly audio: boolean;
}

export interface GenaiMappings {
  readonly mappings: readonly GenaiMapping[];
  /** Models that were looked at and left. */
  readonly ignored: readonly string[];
}

const IGNORED = 'ignored';
const AUDIO = 'audio';

/** Our kinds of token by theirs; speech is priced as the tokens that it comes in. */
const KINDS: Readonly<Record<string, string>> = {
  input_mtok: 'in', output_mtok: 'out', cache_read_mtok: 'read', cache_write_mtok: 'write5m', cache_write_1h_mtok: 'write1h',
};
const AUDIO_KINDS: Readonly<Record<string, string>> = { input_audio_mtok: 'in', output_audio_mtok: 'out' };

interface GenaiPrices {
  readonly prices: Readonly<Record<string, string>>;
  /** Tokens above which others hold. */
  readonly longContextAbove?: number;
  /** The day from which they hold. */
  readonly since?: string;
}

/** Reads `prices/genai.txt`. */
export function parseMappings(text: string): GenaiMappings {
  const mappings: GenaiMapping[] = [];
  const ignored: string[] = [];
  for (const line of linesOf(text)) {
    const [id, list, ...more] = line.split(/\s+/);
    if (id === IGNORED) {
      ignored.push(list);
    } else {
      const [regional] = more.filter((word) => word !== AUDIO);
      mappings.push({ id, list, ...(regional === undefined ? {} : { regional }), audio: more.includes(AUDIO) });
    }
  }
  return { mappings, ignored };
}

/** Rows whose source it is with its figures; what a row says itself, such as a price by ratio, stays. */
export function withGenaiPrices(rows: readonly PriceRow[], { mappings }: GenaiMappings, genai: GenaiPackage): PriceRow[] {
  return rows.map((row) => {
    if (!isLive(row)) {
      return row;
    }
    const mapping = mappings.find(({ id }) => id === row.id);
    const found = mapping && pricesIn(genai, mapping.list, mapping.audio);
    return found ? { ...row, prices: { ...found.prices, ...row.prices } } : row;
  });
}

/** Where the package and the rows, filled from it or not, do not say the same. */
export function genaiContradictions(
  rows: readonly PriceRow[],
  { mappings, ignored }: GenaiMappings,
  genai: GenaiPackage,
  today: string,
): Contradiction[] {
  const mapped = new Set([...ignored, ...mappings.flatMap(({ list, regional }) => [list, ...(regional === undefined ? [] : [regional])])]);
  const has = new Set(genai.models.map(({ id }) => id));
  const mappedIds = new Set(mappings.map(({ id }) => id));
  return [
    ...[...has].filter((id) => !mapped.has(id)).map((id) => ({ key: `genai-new ${id}`, problem: 'genai.txt says neither which of our models it is nor that it is ignored' })),
    ...[...mapped].filter((id) => !has.has(id)).map((id) => ({ key: `genai-gone ${id}`, problem: 'stands in genai.txt, and not in the package' })),
    ...rows.filter((row) => isLive(row) && !mappedIds.has(row.id)).map(({ id }) => ({ key: `genai-unmapped ${id}`, problem: `has the source ${GENAI}, and no line in genai.txt` })),
    ...mappings.flatMap((mapping) => {
      const row = rows.find(({ id, places, mode }) => id === mapping.id && places.includes(EVERYWHERE) && mode === undefined);
      return row
        ? differences(row, mapping, genai, today)
        : [{ key: `genai-without-row ${mapping.id}`, problem: 'stands in genai.txt, and has no row' }];
    }),
  ];
}

function differences(row: PriceRow, mapping: GenaiMapping, genai: GenaiPackage, today: string): Contradiction[] {
  const premium = row.traits.includes('geo+10%') ? { numerator: 11n, denominator: 10n } : { numerator: 1n, denominator: 1n };
  return [
    ...differencesFrom(row, pricesIn(genai, mapping.list, mapping.audio), { numerator: 1n, denominator: 1n }, '', today),
    ...(mapping.regional === undefined ? [] : differencesFrom(row, pricesIn(genai, mapping.regional, mapping.audio), premium, ' regional', today)),
  ];
}

function differencesFrom(
  row: PriceRow,
  theirs: GenaiPrices | undefined,
  factor: { readonly numerator: bigint; readonly denominator: bigint },
  which: string,
  today: string,
): Contradiction[] {
  if (!theirs) {
    return [];
  }
  const found: Contradiction[] = Object.entries(theirs.prices)
    .filter(([kind, amount]) => kind in row.prices && usd(row.prices[kind]) * factor.numerator !== usd(amount) * factor.denominator)
    .map(([kind, amount]) => ({ key: `genai-differs ${row.id} ${kind}${which}`, problem: `${row.prices[kind]} by our row, ${amount} by genai-prices` }));
  const longContext = theirs.longContextAbove === undefined ? undefined : `long>${theirs.longContextAbove}`;
  if (longContext !== undefined && !row.traits.includes(longContext)) {
    found.push({ key: `genai-long-context ${row.id}${which}`, problem: `genai-prices has other prices for ${longContext}, the row does not` });
  }
  if (theirs.since !== undefined && theirs.since > today) {
    found.push({ key: `genai-not-yet ${row.id}${which}`, problem: `the newest price of genai-prices holds from ${theirs.since} on` });
  }
  return found;
}

function isLive({ sources }: PriceRow): boolean {
  return sources.includes(GENAI);
}

/** The newest prices of a model. */
function pricesIn({ models }: GenaiPackage, id: string, audio: boolean): GenaiPrices | undefined {
  const model = models.find((each) => each.id === id);
  if (!model) {
    return undefined;
  }
  const { prices, since } = newest(model.prices, id);
  const found: Record<string, string> = {};
  let longContextAbove: number | undefined;
  for (const [theirs, kind] of Object.entries(audio ? AUDIO_KINDS : KINDS)) {
    const price = prices[theirs];
    if (isTiered(price)) {
      found[kind] = decimal(price.base);
      longContextAbove = price.tiers[0]?.start ?? longContextAbove;
    } else if (price !== undefined) {
      found[kind] = decimal(price);
    }
  }
  // Embeddings have no price of an answer there.
  return {
    prices: 'out' in found ? found : { ...found, out: '0' },
    ...(longContextAbove === undefined ? {} : { longContextAbove }),
    ...(since === undefined ? {} : { since }),
  };
}

function newest(prices: ConditionalPrice[] | ModelPrice, id: string): { readonly prices: ModelPrice; readonly since?: string } {
  if (!Array.isArray(prices)) {
    return { prices };
  }
  const dated = prices.map(({ constraint, prices: these }) => {
    if (constraint !== undefined && constraint.type !== 'start_date') {
      throw new Error(`genai-prices: ${id} has prices by ${constraint.type}, which the catalog cannot say`);
    }
    return { prices: these, since: constraint?.start_date };
  });
  const [first] = dated.sort((a, b) => ((a.since ?? '') > (b.since ?? '') ? -1 : 1));
  return first;
}

function isTiered(price: number | TieredPrices | undefined): price is TieredPrices {
  return typeof price === 'object';
}

/** Their figures are floats that were written as decimals. */
function decimal(price: number): string {
  return price.toFixed(9).replace(/\.?0+$/, '');
}
