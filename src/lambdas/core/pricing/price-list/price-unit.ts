/** For how many a price is listed. */
export interface PriceUnit {
  readonly count: bigint;
  readonly tokens: boolean;
}

const UNIT = /^(?:(\d{1,7})([KM]?)\s+)?([A-Za-z ]+)$/i;
const MULTIPLES: Readonly<Record<string, bigint>> = { '': 1n, 'K': 1_000n, 'M': 1_000_000n };

/** Marketplace listings count in `Units`, by which they mean a million tokens. */
const MARKETPLACE_UNIT = 'Units';
const MARKETPLACE_TOKENS: PriceUnit = { count: 1_000_000n, tokens: true };

/** What is paid by the hour, whatever is used. */
const CAPACITY = /hour|month|model ?unit|tpm/i;

/** @returns `undefined` where the unit is none that tokens are counted in */
export function tokenUnit(unit: string, marketplace: boolean): PriceUnit | undefined {
  if (marketplace && unit === MARKETPLACE_UNIT) {
    return MARKETPLACE_TOKENS;
  }
  const read = readUnit(unit);
  return read?.tokens && 1_000_000n % read.count === 0n ? read : undefined;
}

/** @returns `undefined` where the unit is one of tokens or of capacity */
export function countedUnit(unit: string): PriceUnit | undefined {
  const read = readUnit(unit);
  return read && !read.tokens && !CAPACITY.test(unit) ? read : undefined;
}

function readUnit(unit: string): PriceUnit | undefined {
  const [, count = '1', multiple = '', name] = UNIT.exec(unit) ?? [];
  const total = BigInt(count) * MULTIPLES[multiple.toUpperCase()];
  return name === undefined || total === 0n ? undefined : { count: total, tokens: /^tokens?$/i.test(name) };
}
