import { LedgerAttribute } from '../../contract';
import { isoInstant, Item, NumberText } from './budget-item';
import { estimatedModel, estimateShard, isEstimate } from './estimate';
import { ChargedCall } from './metering';
import { formatUsd } from './money';
import { Charge, ChargedKind } from './pricing/price-catalog';
import { TokenKind } from './pricing/token-prices';
import { UnitCount } from './pricing/units';

const SECONDS_PER_DAY = 24 * 60 * 60;

const TOKEN_KINDS: Readonly<Record<TokenKind, true>> = { input: true, output: true, cacheRead: true, cacheWrite5m: true, cacheWrite1h: true };

/**
 * The ledger's row of a call: who, when, which model, how many tokens of each kind, what it cost and how that was found. It holds
 * everything from which the call can be priced again. What else there was, such as the operation, stands in the invocation log under its request id.
 */
export function ledgerRow(call: ChargedCall, retentionDays: number): Item {
  const { usage, charge, day, loggedAt } = call;
  const { tokens, units = [] } = usage;
  return {
    [LedgerAttribute.CALL_ID]: usage.callId,
    principalId: usage.principal.id,
    callerId: usage.caller?.id,
    calledAt: isoInstant(usage.calledAt),
    loggedAt: isoInstant(loggedAt),
    day,
    modelId: usage.modelId,
    region: usage.region,
    inferenceRegion: usage.inferenceRegion,
    serviceTier: usage.serviceTier,
    latencyOptimized: usage.latencyOptimized,
    batch: usage.batch,
    routedTo: usage.routedTo,
    errorCode: usage.errorCode,
    inputTokens: whole(tokens.input),
    outputTokens: whole(tokens.output),
    // Most calls have no cache, and rows are kept for months.
    cacheReadTokens: wholeIfAny(tokens.cacheRead),
    cacheWrite5mTokens: wholeIfAny(tokens.cacheWrite5m),
    cacheWrite1hTokens: wholeIfAny(tokens.cacheWrite1h),
    cacheWriteSplit: usage.cacheWriteSplit === 'none' ? undefined : usage.cacheWriteSplit,
    units: units.length > 0 ? units.map(unitToItem) : undefined,
    ...chargeAttributes(charge, usage.modelId),
    // Only estimates stand in the index: a row without the attribute costs it nothing.
    ...(isEstimate(call) ? { [LedgerAttribute.ESTIMATE]: estimateShard(usage.callId), [LedgerAttribute.ESTIMATED_MODEL]: estimatedModel(usage.modelId) } : {}),
    // DynamoDB deletes by epoch seconds. The row must outlive every redelivery, so its life begins when the call was logged.
    [LedgerAttribute.EXPIRES_AT]: whole(Math.floor(loggedAt / 1000) + retentionDays * SECONDS_PER_DAY),
  };
}

/**
 * What a row says of the price: all that a correction writes anew. `undefined` where it follows from the rest, since rows are kept for months: no
 * assumption was made; the price is that of the model that was called, be it through an inference profile; each kind of tokens costs its count times its
 * price, exactly.
 */
export function chargeAttributes({ cost, costs, prices, pricedAs, source, version, assumptions }: Charge, modelId: string): Item {
  return {
    costUsd: new NumberText(formatUsd(cost)),
    costs: Object.keys(costs).every(kind => Object.hasOwn(TOKEN_KINDS, kind)) ? undefined : amountsByKind(costs, costs),
    // Of what was paid for alone.
    prices: amountsByKind(prices, costs),
    pricedAs: isNamedIn(modelId, pricedAs) ? undefined : pricedAs,
    priceSource: source,
    priceVersion: version,
    assumptions: assumptions.length > 0 ? assumptions : undefined,
  };
}

/** `amazon.nova-lite-v1:0` in itself, in `eu.amazon.nova-lite-v1:0` and in the ARN of either. */
function isNamedIn(modelId: string, model: string): boolean {
  return modelId === model || (modelId.endsWith(model) && './'.includes(modelId[modelId.length - model.length - 1]));
}

function amountsByKind(amounts: Charge['prices'], paidFor: Charge['costs']): Item | undefined {
  const kinds = (Object.keys(amounts) as ChargedKind[]).filter(kind => amounts[kind] !== undefined && paidFor[kind] !== undefined);
  return kinds.length > 0 ? Object.fromEntries(kinds.map(kind => [kind, new NumberText(formatUsd(amounts[kind]!))])) : undefined;
}

function unitToItem({ unit, count, variant }: UnitCount): Item {
  return { unit, count: whole(count), variant };
}

function wholeIfAny(count: number): NumberText | undefined {
  return count === 0 ? undefined : whole(count);
}

function whole(count: number): NumberText {
  return new NumberText(String(count));
}
