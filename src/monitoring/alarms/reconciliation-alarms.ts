import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Metric } from '../../contract';
import { HandlerFunction } from '../../functions/handler-function';
import { Alarms } from '../alarms';
import { READ, Silence } from './watch';

/** What AWS bills, against what was metered. It is days behind, so nothing here is urgent. */
export function watchReconciliation(alarms: Alarms, reconciler: HandlerFunction | undefined): void {
  if (!reconciler) {
    return;
  }
  const daily = (metricName: Metric) => alarms.own(metricName, { statistic: cloudwatch.Stats.MAXIMUM, period: Duration.days(1) });
  alarms.watch('cost-drift', {
    metric: daily(Metric.COST_DRIFT_PERCENT),
    meaning: 'AWS bills a model otherwise than it was metered, by more than the tolerance: prices are not right, or calls pass by the meter.',
    firstAction: 'Read the event "Cost Drift Found" for the models and their ratios. One ratio for all of them is a discount to set; a single model has a wrong price or calls that were not logged.',
    read: READ.RECONCILIATION,
    silence: Silence.NOTHING_HAPPENED,
  });
  alarms.watch('reconciliation-pending', {
    metric: daily(Metric.RECONCILIATION_PENDING),
    meaning: 'Days wait to be compared with the bill: Cost Explorer does not have them, or does not answer.',
    firstAction: 'Read the event "Reconciliation Unavailable", or the log of the cost reconciler: Cost Explorer must be switched on, and be open to this account.',
    read: READ.BILL_PENDING,
    // one day is late now and then
    above: 3,
    silence: Silence.NOTHING_HAPPENED,
  });
}
