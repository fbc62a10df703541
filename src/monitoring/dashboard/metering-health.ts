import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Metric } from '../../contract';
import { FailureQueue } from '../../functions/failure-queue';
import { HandlerFunction } from '../../functions/handler-function';
import { deploymentMetric } from '../metrics';
import { DashboardProps } from './dashboard';
import { chart, heading, Row } from './widgets';

const PERIOD = Duration.minutes(5);

/** Is metering healthy: lag, what could not be read or priced, what waits in queues, the age of the stream, deliveries, errors. */
export function meteringHealth(props: DashboardProps): Row[] {
  const { deployment, evaluator, unreadableRecords, evaluationFailures, undeliveredEvents, handlers, logGroup } = props;
  const own = (name: Metric, label: string, statistic: string = cloudwatch.Stats.SUM) => deploymentMetric(deployment.id, name, { label, statistic });
  const { MAXIMUM, SUM, p } = cloudwatch.Stats;
  const log = (metricName: string, label: string) => new cloudwatch.Metric({
    namespace: 'AWS/Logs', metricName, dimensionsMap: { LogGroupName: logGroup.logGroupName }, statistic: SUM, period: PERIOD, label,
  });
  return [
    heading('## Is metering healthy?\nLate records are decided on late. Nothing should wait in a queue, and no function should fail for long: single errors are retried.'),
    [
      chart({
        title: 'From the call to the charge',
        metrics: [own(Metric.METERING_LAG_SECONDS, 'Half of them within', p(50)), own(Metric.METERING_LAG_SECONDS, '19 of 20 within', p(95)), own(Metric.METERING_LAG_SECONDS, 'The slowest', MAXIMUM)],
        unit: 'seconds',
        width: 8,
      }),
      chart({
        title: 'From the charge to the decision',
        metrics: [new cloudwatch.MathExpression({
          expression: 'streamage / 1000',
          usingMetrics: { streamage: evaluator.function.metric('IteratorAge', { statistic: MAXIMUM, period: PERIOD }) },
          label: 'Age of the stream',
          period: PERIOD,
        })],
        unit: 'seconds',
        width: 8,
      }),
      chart({
        title: 'Records that were not simply charged',
        metrics: [
          own(Metric.RECORDS_UNREADABLE, 'Unreadable: charged to nobody'), own(Metric.RECORDS_UNKNOWN_MODEL, 'Without a known price: estimated'),
          own(Metric.RECORDS_UNTRACKED, 'Of kinds that are not tracked'), own(Metric.RECORDS_DUPLICATE, 'Delivered again: dropped'),
        ],
        unit: 'records in 5 minutes',
        width: 8,
      }),
    ],
    [
      chart({
        title: 'Waiting in queues for somebody to look',
        metrics: [
          depth(unreadableRecords, 'Unreadable records'), depth(evaluationFailures, 'Changes that could not be evaluated'),
          ...(undeliveredEvents ? [depth(undeliveredEvents, 'Events that the bus could not deliver')] : []),
          overall(handlers, ({ failures }) => depth(failures, ''), 'queue', 'What functions gave up on'),
        ],
        unit: 'messages',
        width: 8,
      }),
      chart({
        title: 'Errors and throttles of all functions',
        metrics: [
          overall(handlers, handler => handler.function.metricErrors({ period: PERIOD }), 'error', 'Errors'),
          overall(handlers, handler => handler.function.metricThrottles({ period: PERIOD }), 'throttle', 'Throttles'),
        ],
        unit: 'invocations in 5 minutes',
        width: 8,
      }),
      chart({
        title: 'The log of calls',
        metrics: [log('IncomingLogEvents', 'Records that Bedrock logged'), own(Metric.RECORDS_METERED, 'Calls charged')],
        unit: 'records in 5 minutes',
        width: 8,
      }),
    ],
    ...(props.coverage ? [whatNobodyMeters(deployment.id)] : []),
  ];
}

/** The coverage checker looks once an hour. */
function whatNobodyMeters(deploymentId: string): Row {
  const hourly = (name: Metric, label: string) => deploymentMetric(deploymentId, name, { label, statistic: cloudwatch.Stats.SUM, period: Duration.hours(1) });
  return [
    chart({
      title: 'What AWS counts and the meter does not',
      metrics: [hourly(Metric.TOKENS_UNMETERED, 'Counted, not metered'), hourly(Metric.TOKENS_OVERMETERED, 'Metered, not counted')],
      unit: 'tokens an hour',
      width: 12,
    }),
    chart({
      title: 'Calls of the mantle endpoint, which no log shows',
      metrics: [hourly(Metric.MANTLE_INFERENCES, 'Calls')],
      unit: 'calls an hour',
      width: 12,
    }),
  ];
}

function depth(queue: FailureQueue, label: string): cloudwatch.Metric {
  return queue.metricApproximateNumberOfMessagesVisible({ statistic: cloudwatch.Stats.MAXIMUM, period: PERIOD, label });
}

/** One line for all functions: whichever it is, the alarm names it. `SUM` passes over those without a data point. */
function overall(
  handlers: readonly HandlerFunction[], metricOf: (handler: HandlerFunction) => cloudwatch.Metric, id: string, label: string,
): cloudwatch.IMetric {
  return new cloudwatch.MathExpression({
    expression: `SUM(METRICS("${id}"))`,
    usingMetrics: Object.fromEntries(handlers.map((handler, index) => [`${id}${index + 1}`, metricOf(handler)])),
    label,
    period: PERIOD,
  });
}
