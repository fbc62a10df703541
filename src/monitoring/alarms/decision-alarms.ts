import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Metric } from '../../contract';
import { Decisions } from '../../decisions/decisions';
import { AlarmSeverity } from '../alarm-props';
import { Alarms } from '../alarms';
import { PERIOD, READ, Silence } from './watch';

/** The evaluator and the monitor: spend that nobody decides on stops nobody. */
export function watchDecisions(alarms: Alarms, { evaluator, evaluationFailures }: Decisions): void {
  alarms.watchQueue('evaluation-failures', evaluationFailures, {
    meaning: 'Changes of budgets could not be evaluated; the monitor evaluates them within its next runs.',
    firstAction: 'Read the error in the log of the evaluator. The message tells where in the stream the records are, for 24 hours.',
    read: READ.QUEUES,
  });
  alarms.watch('stream-lag', {
    metric: evaluator.function.metric('IteratorAge', { statistic: cloudwatch.Stats.MAXIMUM, period: PERIOD }),
    severity: AlarmSeverity.CRITICAL,
    meaning: 'Decisions lag more than five minutes behind spend.',
    firstAction: 'Look for errors and throttles of the evaluator; a poisoned record is put aside by itself, after its retries.',
    read: READ.DECIDING,
    above: Duration.minutes(5).toMilliseconds(),
    periods: 2,
    // Measured at every batch. A mapping that was switched off measures nothing either: that the monitor finds, as "unevaluated-budgets".
    silence: Silence.NO_WORK,
  });
  alarms.watch('evaluation-errors', {
    metric: alarms.own(Metric.EVALUATION_FAILURES),
    severity: AlarmSeverity.CRITICAL,
    meaning: 'A budget could not be evaluated: until it can, its principal is neither warned nor suspended.',
    firstAction: 'Find the principal and the problem in the logs of the evaluator and the monitor, and mend a budget item that cannot be read by hand;'
      + ' everything else comes again by itself.',
    read: READ.DECIDING,
    silence: Silence.NOTHING_HAPPENED,
  });
  alarms.watch('unevaluated-budgets', {
    metric: alarms.own(Metric.UNEVALUATED_FOUND),
    meaning: 'The monitor found budgets that the evaluator had missed, and evaluated them.',
    firstAction: 'See whether changes were lost: compare with the errors of the evaluator and its failure queue.',
    read: READ.DECIDING,
    // Emitted as zero by every run; that there is no run is another alarm.
    silence: Silence.NOTHING_HAPPENED,
  });
  alarms.watch('invalid-settings', {
    metric: alarms.own(Metric.SETTINGS_INVALID),
    meaning: 'A parameter holds a value that is not allowed; the last valid one stays in force.',
    firstAction: 'Correct the parameter that the event "Configuration Invalid" names.',
    read: READ.SETTINGS,
    silence: Silence.NOTHING_HAPPENED,
  });
  alarms.watch('monitor-silent', {
    metric: alarms.own(Metric.MONITOR_RUNS),
    severity: AlarmSeverity.CRITICAL,
    meaning: 'The monitor has not run for 15 minutes: grace periods and new periods are noticed late, and drift is not.',
    firstAction: 'Read the errors in the log of the budget monitor, and see that its rule is enabled.',
    read: READ.DECIDING,
    below: 1,
    periods: 3,
    // A monitor that does not run emits nothing.
    silence: Silence.IS_THE_TROUBLE,
  });
}
