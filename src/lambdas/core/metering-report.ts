import { KIND_SPEND_METRIC, LogMessage, Metric, PrincipalKindName } from '../../contract';
import { groupBy } from './collections';
import { ChargedCall, MeteringSummary } from './metering';
import { addUsd, toMetricValue, ZERO_USD } from './money';
import { Log, Metrics } from './ports';
import { isGuardrailUnit } from './pricing/units';
import { looksLikeApiKeyUser } from './principal';
import { SubscriptionBatch } from './subscription-batch';

export interface MeteringOutlets {
  readonly metrics: Metrics;
  readonly log: Log;
  /** Lines without anything but what they are given. */
  readonly rows: Pick<Log, 'info'>;
}

/**
 * Tells what became of a batch: counts and dollars as metrics; what could not be charged, or only conservatively, in the log; what was charged as
 * rows for queries.
 *
 * @param now epoch milliseconds
 */
export function reportMetering(
  batch: SubscriptionBatch, summary: MeteringSummary, { metrics, log, rows }: MeteringOutlets, now: number,
): void {
  const { charged, duplicates, untracked, unreadable, failures } = summary;
  if (failures.length > 0 && charged.length === 0) {
    // Nothing was done: all of it comes again.
    return;
  }
  // A failed call with a mistyped model costs nothing, and must not page anybody.
  const unknown = charged.filter(({ charge }) => !charge.known && charge.cost > 0n);
  metrics.add(Metric.RECORDS_METERED, charged.length);
  metrics.add(Metric.RECORDS_DUPLICATE, duplicates);
  metrics.add(Metric.RECORDS_UNREADABLE, unreadable.length);
  metrics.add(Metric.RECORDS_UNTRACKED, untracked);
  metrics.add(Metric.RECORDS_UNKNOWN_MODEL, unknown.length);
  metrics.add(Metric.SPEND_USD, costOf(charged));
  metrics.add(Metric.ESTIMATED_USD, costOf(unknown));
  // A kind that nobody is of has no metric: what is never emitted is never billed. Of API keys, those count whose users are known by their names.
  const kindOf = ({ usage: { principal } }: ChargedCall) => (looksLikeApiKeyUser(principal) ? PrincipalKindName.API_KEY_USER : principal.kind);
  for (const [kind, calls] of groupBy(charged, kindOf)) {
    metrics.add(KIND_SPEND_METRIC[kind], costOf(calls));
  }
  if (batch.lines.length > 0) {
    const latest = batch.lines.reduce((newest, { loggedAt }) => Math.max(newest, loggedAt), 0);
    metrics.add(Metric.METERING_LAG_SECONDS, Math.max(0, (now - latest) / 1000));
  }
  for (const { line, code, message } of unreadable) {
    log.warn('record could not be charged; it is kept in the queue of unreadable records', {
      code, problem: message, logGroup: batch.logGroup, logStream: batch.logStream, eventId: line.id,
    });
  }
  for (const modelId of new Set(unknown.map(({ usage }) => usage.modelId))) {
    log.warn('model is not in the price catalog; charged conservatively', { modelId });
  }
  for (const line of chargedLines(charged)) {
    rows.info(LogMessage.CHARGED, line);
  }
}

/**
 * What was charged, a line for each principal, model and hour (UTC) of the calls: the tables of the dashboard, the comparison with
 * what AWS counts and that with the bill are made of these lines. A kind of tokens of which there were none is left out.
 */
export function chargedLines(charged: readonly ChargedCall[]) {
  const groups = groupBy(charged, ({ usage }) => JSON.stringify([usage.principal.id, usage.modelId, hourOf(usage.calledAt)]));
  return [...groups.values()].map(calls => {
    const { principal, modelId, calledAt } = calls[0].usage;
    const tokens = (count: (of: ChargedCall['usage']['tokens']) => number) => calls.reduce((sum, { usage }) => sum + count(usage.tokens), 0);
    return {
      principalId: principal.id,
      modelId,
      hour: hourOf(calledAt),
      calls: calls.length,
      costUsd: costOf(calls),
      ...guardrailCostOf(calls),
      inputTokens: tokens(({ input }) => input) || undefined,
      outputTokens: tokens(({ output }) => output) || undefined,
      cacheReadTokens: tokens(({ cacheRead }) => cacheRead) || undefined,
      cacheWriteTokens: tokens(({ cacheWrite5m, cacheWrite1h }) => cacheWrite5m + cacheWrite1h) || undefined,
    };
  });
}

/** A part of `costUsd` that is billed apart from the model; only where there is any, since every line costs. */
function guardrailCostOf(calls: readonly ChargedCall[]): { readonly guardrailUsd?: number } {
  const amounts = calls.flatMap(({ charge: { costs } }) => Object.entries(costs)).filter(([kind]) => isGuardrailUnit(kind));
  const cost = addUsd(...amounts.map(([, amount = ZERO_USD]) => amount));
  return cost > 0n ? { guardrailUsd: toMetricValue(cost) } : {};
}

function costOf(calls: readonly ChargedCall[]): number {
  return toMetricValue(addUsd(...calls.map(({ charge }) => charge.cost)));
}

/** `2026-11-27T10` */
function hourOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 13);
}
