import { LedgerAttribute } from '../../contract';
import { isoInstant, Item, NumberText } from './budget-item';
import { ChargedCall } from './metering';
import { formatUsd } from './money';

const SECONDS_PER_DAY = 24 * 60 * 60;

/** The ledger's row of a call: who, when, which model, how many tokens of each kind, what it cost and how that was found. */
export function ledgerRow({ usage, charge, day, loggedAt }: ChargedCall, retentionDays: number): Item {
  const { tokens } = usage;
  return {
    [LedgerAttribute.CALL_ID]: usage.callId,
    principalId: usage.principal.id,
    calledAt: isoInstant(usage.calledAt),
    loggedAt: isoInstant(loggedAt),
    day,
    operation: usage.operation,
    modelId: usage.modelId,
    region: usage.region,
    inferenceRegion: usage.inferenceRegion,
    serviceTier: usage.serviceTier,
    latencyOptimized: usage.latencyOptimized,
    errorCode: usage.errorCode,
    inputTokens: whole(tokens.input),
    outputTokens: whole(tokens.output),
    cacheReadTokens: whole(tokens.cacheRead),
    cacheWrite5mTokens: whole(tokens.cacheWrite5m),
    cacheWrite1hTokens: whole(tokens.cacheWrite1h),
    costUsd: new NumberText(formatUsd(charge.cost)),
    pricedAs: charge.pricedAs,
    priceSource: charge.source,
    priceVersion: charge.version,
    assumptions: charge.assumptions,
    // DynamoDB deletes by epoch seconds. The row must outlive every redelivery, so its life begins when the call was logged.
    [LedgerAttribute.EXPIRES_AT]: whole(Math.floor(loggedAt / 1000) + retentionDays * SECONDS_PER_DAY),
  };
}

function whole(count: number): NumberText {
  return new NumberText(String(count));
}
