import { UnitKey } from '../units';
import { Qualifiers, readQualifiers } from './qualifiers';
import { marketplaceCount } from './usage-type';

/** Guardrails have no model; what they are charged by stands in the usage type. Word filters and some of the PII filters are free. */
const GUARDRAIL = /^(?:[A-Z0-9]{2,5}-)?Guardrail-(.+)$/;
const GUARDRAIL_UNITS: ReadonlyMap<string, UnitKey> = new Map([
  ['TopicPolicyUnitsConsumed', 'guardrail-topic'],
  ['ContentPolicyUnitsConsumed', 'guardrail-content'],
  ['ContentPolicyImageUnitsConsumed', 'guardrail-content-image'],
  ['SensitiveInformationPolicyPaidUnitsConsumed', 'guardrail-sensitive-information'],
  ['ContextualGroundingPolicyUnitsConsumed', 'guardrail-grounding'],
  ['AutomatedReasoningPolicyUnitsConsumed', 'guardrail-automated-reasoning'],
]);

/** What a marketplace listing counts beside tokens. */
const MARKETPLACE_UNITS: readonly (readonly [RegExp, UnitKey])[] = [
  [/^search_units$/, 'query'],
  [/^created_image(?:_[a-z0-9_]+)?$/, 'image'],
  [/^InputImageCount$/, 'image-in'],
  [/^InputVideoSeconds?$/, 'second-in:video'],
  [/^InputAudioSeconds?$/, 'second-in:audio'],
];

/** What a native usage type ends with where it counts other than tokens; the token of the model stands before. */
const NATIVE_UNITS: readonly (readonly [RegExp, UnitKey])[] = [
  [/^(.+)-search-?units$/, 'query'],
  [/^(.+)-input-standard-image$/, 'image-in'],
  [/^(TitanEmbeddingsG1-Image)-input-image$/, 'image-in'],
  [/^(.+)-input-document-image$/, 'image-in:document'],
  [/^(.+)-input-audio-seconds?$/, 'second-in:audio'],
  [/^(.+)-input-video-seconds?$/, 'second-in:video'],
  [/^(Ray-V2)-Medfps-StandardRes$/, 'second:540p'],
  [/^(Ray-V2)-Medfps-HDRes$/, 'second:720p'],
  // Nova Reel makes videos of one size.
  [/^(NovaReel)-(?:T2V|I2V)-Medfps-HDRes$/, 'second'],
];

/** `T2I 1024 Premium`: text to image, by the longer side; tables name the quality only where it is not the standard one. */
const MADE_IMAGE = /^(?:T2I|I2I) (512|1024|2048) (Standard|Premium)$/;

/** What may stand behind a unit. */
const QUALIFIERS = /(?:[-_](?:standard|batch|flex|priority|global|cross-region))*$/i;

export interface ListedUnit {
  readonly key: UnitKey;
  readonly modelToken?: string;
  readonly qualifiers: Qualifiers;
}

/** The guardrail's unit, `free` for one that costs nothing or is none of ours, or `undefined` for a usage type of anything else. */
export function guardrailUnit(usageType: string): UnitKey | 'free' | undefined {
  const [, policy] = GUARDRAIL.exec(usageType) ?? [];
  return policy === undefined ? undefined : GUARDRAIL_UNITS.get(policy) ?? 'free';
}

/** What an item is counted by, if it is not tokens and can be told exactly. */
export function listedUnit(usageType: string, inferenceType: string): ListedUnit | undefined {
  const count = marketplaceCount(usageType);
  const counted = count ?? usageType.replace(/^[A-Z0-9]{2,5}-/, '');
  const bare = counted.replace(QUALIFIERS, '');
  const qualifiers = readQualifiers(counted.slice(bare.length));
  const unit = count === undefined ? madeImage(inferenceType) ?? nativeUnit(bare) : marketplaceUnit(bare);
  return unit && qualifiers && { ...unit, qualifiers };
}

type BareUnit = Omit<ListedUnit, 'qualifiers'>;

function marketplaceUnit(count: string): BareUnit | undefined {
  const found = MARKETPLACE_UNITS.find(([pattern]) => pattern.test(count));
  return found && { key: found[1] };
}

function madeImage(inferenceType: string): BareUnit | undefined {
  const [, size, quality] = MADE_IMAGE.exec(inferenceType) ?? [];
  return size === undefined ? undefined : { key: quality === 'Premium' ? `image:${size}-premium` : `image:${size}` };
}

function nativeUnit(counted: string): BareUnit | undefined {
  return NATIVE_UNITS.map(([pattern, key]) => ({ key, modelToken: pattern.exec(counted)?.[1] })).find(({ modelToken }) => modelToken !== undefined);
}
