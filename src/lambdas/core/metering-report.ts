import { Metric } from '../../contract';
import { MeteringSummary } from './metering';
import { addUsd, toMetricValue } from './money';
import { Log, Metrics } from './ports';
import { SubscriptionBatch } from './subscription-batch';

/**
 * Tells what became of a batch: counts and dollars as metrics; what could not be charged, or only conservatively, in the log.
 *
 * @param now epoch milliseconds
 */
export function reportMetering(
  batch: SubscriptionBatch, summary: MeteringSummary, { metrics, log }: { readonly metrics: Metrics; readonly log: Log }, now: number,
): void {
  const { charged, duplicates, untracked, unreadable } = summary;
  // A failed call with a mistyped model costs nothing, and must not page anybody.
  const unknown = charged.filter(({ charge }) => !charge.known && charge.cost > 0n);
  const spend = addUsd(...charged.map(({ charge }) => charge.cost));
  metrics.add(Metric.RECORDS_METERED, charged.length);
  metrics.add(Metric.RECORDS_DUPLICATE, duplicates);
  metrics.add(Metric.RECORDS_UNREADABLE, unreadable.length);
  metrics.add(Metric.RECORDS_UNTRACKED, untracked);
  metrics.add(Metric.RECORDS_UNKNOWN_MODEL, unknown.length);
  metrics.add(Metric.SPEND_USD, toMetricValue(spend));
  metrics.add(Metric.ESTIMATED_USD, toMetricValue(addUsd(...unknown.map(({ charge }) => charge.cost))));
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
  if (batch.lines.length > 0) {
    log.info('metered', { charged: charged.length, duplicates, untracked, unreadable: unreadable.length });
  }
}
