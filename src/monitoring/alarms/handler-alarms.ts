import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Handler } from '../../contract';
import { HandlerFunction } from '../../functions/handler-function';
import { AlarmSeverity } from '../alarm-props';
import { Alarms } from '../alarms';
import { METRICS_PER_ALARM, PERIOD, READ, Reading, Silence, sumOf } from './watch';

/** Those whose given-up events are unmetered spend, a logging that is off, or people who stay denied. The rest comes again by itself, or costs nobody. */
const GRAVE: readonly Handler[] = [Handler.USAGE_METER, Handler.INVOCATION_LOGGING, Handler.RESTORE_ON_REMOVAL];

/** What functions gave up on, and what was lost on the way to them or to their queues. */
export function watchHandlers(alarms: Alarms, handlers: readonly HandlerFunction[]): void {
  handlers.forEach(handler => watchFailures(alarms, handler));
  for (let start = 0; start < handlers.length; start += METRICS_PER_ALARM) {
    watchLosses(alarms, handlers.slice(start, start + METRICS_PER_ALARM));
  }
}

function watchFailures(alarms: Alarms, { handler, failures }: HandlerFunction): void {
  alarms.watchQueue(`${handler}-failures`, failures, {
    severity: GRAVE.includes(handler) ? AlarmSeverity.CRITICAL : AlarmSeverity.WARNING,
    meaning: `${handler} gave up on an event after all retries.`,
    firstAction: 'Read the error in the message and in the log of the function; when the cause is gone, invoke the function with the'
      + ' requestPayload of the message and delete it. Doing so twice does no harm.',
    read: READ.QUEUES,
  });
}

/** Of up to ten functions together: whichever it is, the first steps are the same. */
function watchLosses(alarms: Alarms, handlers: readonly HandlerFunction[]): void {
  const names = handlers.map(({ handler }) => handler).join(', ');
  const sum = (metricName: string) => sumOf(
    handlers.map(handler => handler.function.metric(metricName, { statistic: cloudwatch.Stats.SUM, period: PERIOD })), metricName,
  );
  alarms.watch('failure-records-lost', {
    several: true,
    severity: AlarmSeverity.CRITICAL,
    metric: sum('DestinationDeliveryFailures'),
    meaning: 'What a function gave up on could not be put into its failure queue, and is in none.',
    firstAction: `Find the function by its metric DestinationDeliveryFailures (${names}) and the event in its log. A record above the size limit of SQS never fits;`
      + ' otherwise see that the queue is there and that the role of the function may use it and the key.',
    read: READ.QUEUES,
    silence: Silence.NOTHING_HAPPENED,
  });
  alarms.watch('events-dropped', {
    several: true,
    metric: sum('AsyncEventsDropped'),
    meaning: 'Lambda dropped events without a function having dealt with them.',
    firstAction: `Find the function by its metric AsyncEventsDropped (${names}). Its failure queue holds what was dropped, unless failure records are lost as well;`
      + ' then look for throttles and errors of that time.',
    read: READ.QUEUES,
    silence: Silence.NOTHING_HAPPENED,
  });
}

/** A function that runs by the clock, and tells nobody that it does. */
export interface ScheduledFunction {
  readonly handler: HandlerFunction | undefined;
  /** What is missed while it does not run. */
  readonly missed: string;
  readonly read: Reading;
}

/**
 * Functions that run at least once an hour, and whose absence no other alarm would show. A run that fails does so in a queue; a rule that was switched off
 * leaves no trace at all.
 */
export function watchSchedules(alarms: Alarms, functions: readonly ScheduledFunction[]): void {
  for (const { handler, missed, read } of functions) {
    if (handler) {
      alarms.watch(`${handler.handler}-silent`, {
        metric: handler.function.metricInvocations({ period: Duration.hours(1) }),
        meaning: `The ${handler.handler} has not run for three hours: ${missed}.`,
        firstAction: 'See that the rule that invokes it is enabled, and read its throttles and the log of the function. Within the first hour of a deployment this is no fault.',
        read,
        below: 1,
        periods: 3,
        // Lambda reports an invocation, and nothing where there is none.
        silence: Silence.IS_THE_TROUBLE,
      });
    }
  }
}
