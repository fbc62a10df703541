import { HeldBackPrice } from './held-back';
import { whereOf } from './listed-price';
import { ServiceReading } from './read-service';
import { ServiceCode } from './service-codes';

/** More is not a list that anybody reads, but a list that is not understood. */
const MAX_HELD_BACK = 500;

export interface HeldBackReadings {
  readonly readings: readonly ServiceReading[];
  /** Services whose silence about a price means that it is not listed. */
  readonly complete: ReadonlySet<ServiceCode>;
}

/**
 * What is held back now. Of a service that was not completely read nobody knows whether a price is still listed, nor whether one that seems
 * to stand alone does.
 */
export function standing(
  before: readonly HeldBackPrice[], now: readonly HeldBackPrice[], { readings, complete }: HeldBackReadings,
): readonly HeldBackPrice[] {
  const seen = new Set(readings.flatMap(({ prices }) => prices.map(keyOf)));
  const kept = before.filter(price => !seen.has(keyOf(price)) && !complete.has(price.serviceCode));
  const heldBefore = new Set(before.map(keyOf));
  const everything = readings.every(({ serviceCode }) => complete.has(serviceCode));
  const sure = everything ? now : now.filter(price => price.reason !== 'incomplete' || heldBefore.has(keyOf(price)));
  return [...kept, ...sure].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).slice(0, MAX_HELD_BACK);
}

function keyOf(price: Pick<HeldBackPrice, 'modelId' | 'place' | 'mode' | 'kind'>): string {
  return `${price.modelId} ${whereOf(price)} ${price.kind}`;
}
