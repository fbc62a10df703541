import { PricingMode } from '../price-table';

/** What stands in a usage type behind what is counted. */
export interface Qualifiers {
  readonly global: boolean;
  readonly long: boolean;
  readonly optimized: boolean;
  /** Undefined where none is named, which is the standard one. */
  readonly tier?: ServiceTier;
  /** The cache is written for an hour. */
  readonly hour: boolean;
}

const SERVICE_TIERS = ['standard', 'batch', 'flex', 'priority'] as const;
export type ServiceTier = (typeof SERVICE_TIERS)[number];

const NONE: Qualifiers = { global: false, long: false, optimized: false, hour: false };

/**
 * Every spelling that AWS uses, by the change that it makes. Profiles of one geography are billed like their region, and a cache that is
 * written for 5 or 30 minutes is the ordinary one of its model.
 */
const VOCABULARY: readonly (readonly [spelling: string, change: Partial<Qualifiers>])[] = [
  ['cross region', {}],
  ['latency optimized', { optimized: true }],
  ['latencyoptimized', { optimized: true }],
  ['long context', { long: true }],
  ['long ctx', { long: true }],
  ['longcontext', { long: true }],
  ['lctx', { long: true }],
  ['1 hour', { hour: true }],
  ['1hour', { hour: true }],
  ['1h', { hour: true }],
  ['5m', {}],
  ['30m', {}],
  ['global', { global: true }],
  ['geo', {}],
  ...SERVICE_TIERS.map(tier => [tier, { tier }] as const),
];

/** @returns `undefined` where a word is not known, or two tiers are named: then nobody can say what the price is for */
export function readQualifiers(text: string): Qualifiers | undefined {
  let rest = text.toLowerCase().split(/[-_]/).filter(Boolean).join(' ');
  let qualifiers = NONE;
  while (rest !== '') {
    const [spelling, change] = VOCABULARY.find(([known]) => rest === known || rest.startsWith(`${known} `)) ?? [];
    if (spelling === undefined || change === undefined || (change.tier !== undefined && qualifiers.tier !== undefined)) {
      return undefined;
    }
    qualifiers = { ...qualifiers, ...change };
    rest = rest.slice(spelling.length + 1);
  }
  return qualifiers;
}

/** What an item says of its tier beside its usage type. */
export interface TierAttributes {
  readonly serviceTier: string;
  readonly inferenceType: string;
  readonly feature: string;
}

/**
 * AWS codes the tier in four ways, and not every item has all of them: a batch price may have a clean inference type. Whatever says other
 * than standard is right, the usage type first: it is what the bill will say.
 */
export function tierOf(ofUsageType: ServiceTier | undefined, { serviceTier, inferenceType, feature }: TierAttributes): ServiceTier {
  const claims = [ofUsageType, tierWord(serviceTier), tierWord(inferenceType), tierWord(feature.replace(/inference/i, ''))];
  return claims.find(tier => tier !== undefined && tier !== 'standard') ?? 'standard';
}

export function isGlobal(qualifiers: Qualifiers, { serviceTier, inferenceType }: TierAttributes): boolean {
  return qualifiers.global || words(serviceTier).includes('global') || words(inferenceType).includes('global');
}

/** The mode of a price table, or `undefined` for a combination that tables have no row for. */
export function modeOf(tier: ServiceTier, { long, optimized }: Pick<Qualifiers, 'long' | 'optimized'>): { readonly mode?: PricingMode } | undefined {
  const modes: PricingMode[] = [...(tier === 'standard' ? [] : [tier]), ...(long ? ['long' as const] : []), ...(optimized ? ['optimized' as const] : [])];
  return modes.length > 1 ? undefined : { mode: modes[0] };
}

function tierWord(text: string): ServiceTier | undefined {
  return SERVICE_TIERS.find(tier => words(text).includes(tier));
}

function words(text: string): readonly string[] {
  return text.toLowerCase().split(/[\s_-]+/);
}
