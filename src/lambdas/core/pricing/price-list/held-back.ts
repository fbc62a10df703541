import { FoundPrice } from './listed-price';

/** Why a price that is listed is not used. */
export const HELD_BACK = {
  'conflicting': 'listed at several prices',
  'zero': 'listed as free, which the known price is not',
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
