import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Metric } from '../../contract';
import { HandlerFunction } from '../../functions/handler-function';
import { MantleUse } from '../../metering-coverage/mantle-use';
import { AlarmSeverity } from '../alarm-props';
import { Alarms } from '../alarms';
import { READ, Silence } from './watch';

/** Of the checker, which runs once an hour. */
const HOUR = Duration.hours(1);

/** What nobody meters: tokens that AWS counts and we do not, a log that goes elsewhere, an endpoint that has none. */
export function watchCoverage(alarms: Alarms, checker: HandlerFunction | undefined, mantleUse: MantleUse): void {
  if (!checker) {
    return;
  }
  const hourly = (metricName: Metric, statistic = cloudwatch.Stats.SUM) => alarms.own(metricName, { statistic, period: HOUR });
  alarms.watch('coverage-gap', {
    metric: hourly(Metric.COVERAGE_GAPS),
    severity: AlarmSeverity.CRITICAL,
    meaning: 'For two hours in a row AWS counted tokens that were not metered: they are charged to no budget, and stop nobody.',
    firstAction: 'Read the event "Coverage Gap Found" for the models, and see whether records are unreadable, the meter fails, or calls are made that Bedrock does not log.',
    read: READ.COVERAGE,
    periods: 2,
    silence: Silence.NOTHING_HAPPENED,
  });
  alarms.watch('logging-off', {
    metric: hourly(Metric.LOGGING_MISDIRECTED, cloudwatch.Stats.MAXIMUM),
    severity: AlarmSeverity.CRITICAL,
    meaning: "The records of Bedrock's calls do not reach the usage meter: nothing is metered, and nobody is suspended.",
    firstAction: 'Read the event "Invocation Logging Changed" for what is wrong and who changed it; put the configuration or the subscription back, or deploy the stack again.',
    read: READ.LOGGING,
    silence: Silence.NOTHING_HAPPENED,
  });
  alarms.watch('coverage-silent', {
    // Only while there is something to compare: before the first check, and where nobody calls Bedrock, there is nothing to miss.
    metric: new cloudwatch.MathExpression({
      expression: 'IF(FILL(metered, 0) > 0 AND FILL(checks, 0) < 1, 1, 0)',
      usingMetrics: { checks: hourly(Metric.COVERAGE_CHECKS), metered: hourly(Metric.RECORDS_METERED) },
      label: 'hours with calls and without a check',
      period: HOUR,
    }),
    meaning: 'Calls were metered for three hours, and nobody compared them with what AWS counts: a gap, or a log that goes elsewhere, would not be noticed.',
    firstAction: 'Read the errors in the log of the coverage checker, and see that its rule is enabled.',
    read: READ.COVERAGE,
    periods: 3,
    silence: Silence.NO_WORK,
  });
  if (mantleUse !== MantleUse.IGNORE) {
    alarms.watch('mantle-use', {
      metric: hourly(Metric.MANTLE_INFERENCES),
      severity: AlarmSeverity.CRITICAL,
      meaning: 'Bedrock was used through its mantle endpoint, which no log shows: what it cost counts towards no budget.',
      firstAction: 'Read the event "Mantle Use Found" for the models; deny bedrock-mantle:CreateInference to who should not use it.',
      read: READ.MANTLE,
      silence: Silence.NOTHING_HAPPENED,
    });
  }
}
