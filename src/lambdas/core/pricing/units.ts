/**
 * What Bedrock bills by other units than tokens. The names stand in price tables, ledger rows and explanations, which are kept for years.
 */
export const BILLED_UNITS = [
  /** An image that was made or edited. */
  'image',
  /** A second of video that was made. */
  'second',
  /** An image to look at or to embed. */
  'image-in',
  /** A second of video or audio to look at, listen to or embed. */
  'second-in',
  /** A query to rerank up to 100 documents by: Cohere calls it a search unit. */
  'query',
  // Guardrails, by policy: a text unit of up to 1,000 characters, or an image.
  'guardrail-topic',
  'guardrail-content',
  'guardrail-content-image',
  'guardrail-sensitive-information',
  'guardrail-grounding',
  'guardrail-automated-reasoning',
] as const;
export type BilledUnit = (typeof BILLED_UNITS)[number];

/** Guardrails have a price list like a model's, by units of their policies. */
export const GUARDRAILS_ID = 'amazon.bedrock-guardrails';

/** Whether a unit, or the key of a unit's price, is one of a guardrail's policies. */
export function isGuardrailUnit(key: string): boolean {
  return key.startsWith('guardrail-');
}

/** How many units of a kind a record tells of. */
export interface UnitCount {
  readonly unit: BilledUnit;
  /** Whole and not negative: a part of a second counts as one. */
  readonly count: number;
  /** What the price of a unit depends on, such as `1024-premium` or `720p`; absent where the record does not tell. */
  readonly variant?: string;
}

/** Key of a unit's price: the unit, or the unit and a variant. */
export type UnitKey = BilledUnit | `${BilledUnit}:${string}`;

export function unitKey(unit: BilledUnit, variant?: string): UnitKey {
  return variant === undefined ? unit : `${unit}:${variant}`;
}

/** The unit of a key, or `undefined` where it is none. */
export function unitOfKey(key: string): BilledUnit | undefined {
  const name = key.split(':', 1)[0];
  return BILLED_UNITS.find(unit => unit === name);
}
