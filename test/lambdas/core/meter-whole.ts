import { throwFailures } from '../../../src/lambdas/core/charge-once';
import { meterBatch, MeteringSummary } from '../../../src/lambdas/core/metering';

/** As the handler does: what was charged is told first, and then that the delivery must come again. */
export async function meterWhole(...[batch, ports, options]: Parameters<typeof meterBatch>): Promise<MeteringSummary> {
  const summary = await meterBatch(batch, ports, options);
  throwFailures(summary.failures);
  return summary;
}
