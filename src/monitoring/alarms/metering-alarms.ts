import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Metric } from '../../contract';
import { Metering } from '../../metering/metering';
import { Storage } from '../../storage/storage';
import { AlarmSeverity } from '../alarm-props';
import { Alarms } from '../alarms';
import { PERIOD, READ, Silence, sumOf } from './watch';

/** Deliveries take seconds; whoever crosses a limit meanwhile goes on spending. */
const LATE = Duration.minutes(15);

/** The meter: spend that is not recorded is spend that stops nobody. */
export function watchMetering(alarms: Alarms, { usageMeter, unreadableRecords, subscription, logGroup }: Metering): void {
  alarms.watchQueue('unreadable-records', unreadableRecords, {
    severity: AlarmSeverity.CRITICAL,
    meaning: 'An invocation record could not be read and was charged to nobody.',
    firstAction: 'Read the reason in the message. A new form of record needs a new version of this library; the message holds what was read.',
    read: READ.QUEUES,
  });
  alarms.watch('metering-errors', {
    metric: usageMeter.function.metricErrors({ period: PERIOD }),
    meaning: 'Metering fails; deliveries are retried, and spend is noticed late.',
    firstAction: 'Read the errors in the log of the usage meter; a table that throttles or a key that is disabled are the likely causes.',
    read: READ.METERING,
    // A single failure is retried, and over before anybody could look.
    periods: 3,
    silence: Silence.NO_WORK,
  });
  alarms.watch('metering-throttles', {
    metric: usageMeter.function.metricThrottles({ period: PERIOD }),
    meaning: 'Lambda throttles metering; deliveries are retried, and spend is noticed late.',
    firstAction: 'Look who uses up the concurrency of the account, and raise the quota or reserve concurrency for others.',
    read: READ.METERING,
    periods: 3,
    silence: Silence.NO_WORK,
  });
  alarms.watch('metering-lag', {
    metric: alarms.own(Metric.METERING_LAG_SECONDS, { statistic: cloudwatch.Stats.p(95) }),
    severity: AlarmSeverity.CRITICAL,
    meaning: `Calls have been charged more than ${LATE.toMinutes()} minutes late for a quarter of an hour: limits are noticed as late, and spend beyond them goes on.`,
    firstAction: 'Look at the errors and throttles of the usage meter on the dashboard; without either, at the delivery of the invocation log.',
    read: READ.METERING,
    above: LATE.toSeconds(),
    periods: 3,
    // Without calls nothing is late. That calls are made and none arrives is what the comparison with Bedrock's own metrics tells.
    silence: Silence.NO_WORK,
  });
  alarms.watch('log-delivery-errors', {
    metric: subscriptionMetric('DeliveryErrors', logGroup, subscription),
    severity: AlarmSeverity.CRITICAL,
    meaning: 'CloudWatch Logs could not deliver records of calls to the usage meter: they are not charged to anybody.',
    firstAction: 'See that the subscription filter of the log group still names the usage meter, and that the permission of the function for CloudWatch Logs is there.',
    read: READ.METERING,
    silence: Silence.NOTHING_HAPPENED,
  });
  alarms.watch('log-delivery-throttled', {
    metric: subscriptionMetric('DeliveryThrottling', logGroup, subscription),
    meaning: 'Records of calls wait, since deliveries to the usage meter are throttled. They are tried again for a day, and then lost.',
    firstAction: 'Look at the throttles of the usage meter and at the concurrency of the account.',
    read: READ.METERING,
    // Bursts are delivered a moment later.
    periods: 3,
    silence: Silence.NOTHING_HAPPENED,
  });
  alarms.watch('unknown-models', {
    metric: alarms.own(Metric.RECORDS_UNKNOWN_MODEL),
    meaning: 'A model without a known price was called, and charged at a conservative price.',
    firstAction: 'Read the event "Model Price Unknown" for the model, and write its price into the parameter "price-overrides": its calls are charged anew.',
    read: READ.UNKNOWN_PRICES,
    silence: Silence.NOTHING_HAPPENED,
  });
}

/** Every writer retries; where that goes on for long, everybody is late at the same time, and one look finds why. */
export function watchTables(alarms: Alarms, { budgets, ledger }: Pick<Storage, 'budgets' | 'ledger'>): void {
  const throttles = [budgets, ledger].flatMap(({ tableName }) => ['ReadThrottleEvents', 'WriteThrottleEvents'].map(metricName => new cloudwatch.Metric({
    namespace: 'AWS/DynamoDB', metricName, dimensionsMap: { TableName: tableName }, statistic: cloudwatch.Stats.SUM, period: PERIOD,
  })));
  alarms.watch('table-throttles', {
    metric: sumOf(throttles, 'Throttled reads and writes'),
    meaning: 'DynamoDB has throttled the Budgets table or the ledger for a quarter of an hour: charges and decisions are late.',
    firstAction: 'Look whether a maximum throughput was set on the table, and which of the two is throttled; tables on demand grow by themselves within half an hour.',
    read: READ.METERING,
    periods: 3,
    silence: Silence.NOTHING_HAPPENED,
  });
}

function subscriptionMetric(metricName: string, logGroup: logs.ILogGroup, subscription: logs.SubscriptionFilter): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/Logs',
    metricName,
    dimensionsMap: {
      LogGroupName: logGroup.logGroupName,
      DestinationType: 'Lambda',
      FilterName: (subscription.node.defaultChild as logs.CfnSubscriptionFilter).ref,
    },
    statistic: cloudwatch.Stats.SUM,
    period: PERIOD,
  });
}
