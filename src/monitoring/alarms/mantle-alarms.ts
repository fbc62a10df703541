import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Metric } from '../../contract';
import { HandlerFunction } from '../../functions/handler-function';
import { Alarms } from '../alarms';
import { READ, Silence } from './watch';

/** Principals with a budget that cannot be kept from the mantle endpoint. */
export function watchMantleGuard(alarms: Alarms, guard: HandlerFunction | undefined): void {
  if (!guard) {
    return;
  }
  alarms.watch('mantle-deny-failed', {
    metric: alarms.own(Metric.MANTLE_DENY_FAILURES, { statistic: cloudwatch.Stats.MAXIMUM, period: Duration.hours(1) }),
    meaning: 'Principals with a budget cannot be kept from the mantle endpoint, or not be let go: what they spend there counts towards no budget.',
    firstAction: 'Read the events "Mantle Deny Failed" for who and why: free a place for a managed policy, deny the endpoint elsewhere, or have the budget observe only.',
    read: READ.MANTLE,
    silence: Silence.NOTHING_HAPPENED,
  });
}
