import { EventType } from '../../contract';
import { isoInstant } from './budget-item';
import { Deployment, eventOf } from './events';
import { formatUsdRounded, Usd } from './money';
import { EventPublisher, Log } from './ports';

/** The memory of which unknown models were announced, oldest first. */
export interface AnnouncedModels {
  known(): Promise<ReadonlySet<string>>;
  remember(modelIds: readonly string[]): Promise<void>;
}

/** A model without a known price, and the calls of it that are charged by an estimate. */
export interface UnknownModel {
  /** As it was called. */
  readonly modelId: string;
  readonly calls: number;
  readonly cost: Usd;
  /** Whether there are more calls than these. */
  readonly hasMore: boolean;
  /** Whose price stands in. */
  readonly pricedAs: string;
  /** The earliest of the calls. */
  readonly first: { readonly callId: string; readonly calledAt: number };
}

/** What the memory's item has room for: DynamoDB takes 400 KB, and an ARN may have 2,048 characters. */
const MAX_MODELS = 1_000;
const MAX_CHARACTERS = 300_000;

/**
 * Announces each unknown model once. A model without estimates is forgotten, so that it is told again when it is unknown again.
 *
 * Published before it is remembered: a crash in between publishes the same event again, which its id tells. It is named after the model's
 * earliest call, and so is the same whichever run finds it.
 *
 * @param complete whether all estimates were seen: only then is a model that is not among them known
 */
export async function announceUnknownModels(
  unknown: readonly UnknownModel[],
  complete: boolean,
  { announced, events, log }: { readonly announced: AnnouncedModels; readonly events: EventPublisher; readonly log: Log },
  deployment: Deployment,
): Promise<void> {
  const before = await announced.known();
  const stillUnknown = new Set(unknown.map(({ modelId }) => modelId));
  const memory = complete ? [...before].filter(modelId => stillUnknown.has(modelId)) : [...before];
  const fresh = unknown.filter(({ modelId }) => !before.has(modelId)).sort(byFirstCall);
  const told: UnknownModel[] = [];
  for (const model of fresh) {
    if (hasRoom(memory, model.modelId)) {
      memory.push(model.modelId);
      told.push(model);
    }
  }
  if (told.length < fresh.length) {
    // Without a memory of them they would be told every quarter of an hour.
    log.warn('too many models without a known price to announce each', { unannounced: fresh.length - told.length });
  }
  if (told.length > 0) {
    await events.publish(told.map(model => announcementOf(model, deployment)));
  }
  if (told.length > 0 || memory.length < before.size) {
    await announced.remember(memory);
  }
}

function announcementOf({ modelId, calls, cost, hasMore, pricedAs, first }: UnknownModel, deployment: Deployment) {
  return eventOf(EventType.MODEL_PRICE_UNKNOWN, deployment, {
    eventId: `model-price-unknown/${first.callId}`,
    occurredAt: isoInstant(first.calledAt),
    actor: 'call-repricer',
    reason: `no price is known of ${modelId}: its calls are charged like ${pricedAs}, ${hasMore ? 'at least ' : ''}${formatUsdRounded(cost)} so far`,
    modelId,
    calls,
  });
}

function hasRoom(memory: readonly string[], modelId: string): boolean {
  return memory.length < MAX_MODELS && memory.reduce((sum, { length }) => sum + length, modelId.length) <= MAX_CHARACTERS;
}

function byFirstCall({ first: a }: UnknownModel, { first: b }: UnknownModel): number {
  return a.calledAt - b.calledAt || (a.callId < b.callId ? -1 : 1);
}
