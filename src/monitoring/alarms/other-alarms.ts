import { Duration, Fn } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import { Metric } from '../../contract';
import { Announcements } from '../../events/announcements';
import { isDefaultBus } from '../../events/default-bus';
import { HandlerFunction } from '../../functions/handler-function';
import { Alarms } from '../alarms';
import { chunksOf, METRICS_PER_ALARM, PERIOD, READ, Silence, sumOf } from './watch';

/** Prices are read once a day: after three attempts that failed somebody should look. */
const STALE_AFTER = Duration.hours(72);

/** Prices decide who is cut off. Those that are held back are told by event and mail: they stay so until AWS mends its list. */
export function watchPrices(alarms: Alarms, refresher: HandlerFunction | undefined): void {
  if (refresher) {
    alarms.watch('prices-stale', {
      metric: alarms.own(Metric.PRICE_AGE_HOURS, { statistic: cloudwatch.Stats.MAXIMUM, period: Duration.hours(1) }),
      meaning: `The AWS Price List was not read completely for ${STALE_AFTER.toHours()} hours, or the refresher does not run: calls are charged at the last good prices.`,
      firstAction: 'Read the log of the price refresher for what it could not read; calls to the Price List are throttled by account.',
      read: READ.REFRESH,
      above: STALE_AFTER.toHours(),
      periods: 3,
      // The refresher tells the age at every run, once an hour: one that does not run emits nothing.
      silence: Silence.IS_THE_TROUBLE,
    });
  }
}

/** A failed request is answered and so is no error of the function. */
export function watchAdministration(alarms: Alarms, manager: HandlerFunction | undefined): void {
  if (manager) {
    alarms.watch('administration-errors', {
      metric: manager.function.metric('Url5xxCount', { statistic: cloudwatch.Stats.SUM, period: PERIOD }),
      meaning: 'A request to look at a budget or to change one failed for a reason of the system\'s own.',
      firstAction: 'Find the request in the log of the budget manager by the request id of its answer. A change can be asked for again with the same idempotency key.',
      read: READ.ADMINISTRATION,
      silence: Silence.NOTHING_HAPPENED,
    });
  }
}

/** What is not on the bus, or does not come from it, is told to nobody and missing from the audit trail. */
export function watchAnnouncements(alarms: Alarms, { undeliveredEvents, rules, eventBus }: Announcements): void {
  if (undeliveredEvents) {
    alarms.watchQueue('undelivered-events', undeliveredEvents, {
      meaning: 'The bus could not encrypt or decrypt events: nobody was told of them, and they are missing from the audit trail.',
      firstAction: 'See that the encryption key is enabled and that its policy lets EventBridge use it; then put the events of the messages on the bus again.',
      read: READ.QUEUES,
    });
  }
  chunksOf(rules, METRICS_PER_ALARM).forEach(chunk => {
    alarms.watch('event-deliveries-lost', {
      several: true,
      metric: sumOf(chunk.map(rule => lostDeliveries(rule, eventBus)), 'InvocationsFailedToBeSentToDlq'),
      meaning: 'EventBridge could neither deliver an event nor put it into the failure queue: somebody was not told of it, or it is missing from the audit trail.',
      firstAction: 'See that the failure queues of the alert notifier, the audit recorder and the webhooks are there, and that EventBridge may send to them and use the key.',
      read: READ.QUEUES,
      silence: Silence.NOTHING_HAPPENED,
    });
  });
}

/** A reference to a rule of another bus is the names of both. Its name alone stands at the end of the ARN only. */
function lostDeliveries({ ruleArn }: events.Rule, eventBus: events.IEventBus): cloudwatch.Metric {
  const isOnDefaultBus = isDefaultBus(eventBus);
  const ruleName = Fn.select(isOnDefaultBus ? 1 : 2, Fn.split('/', ruleArn));
  return new cloudwatch.Metric({
    namespace: 'AWS/Events',
    metricName: 'InvocationsFailedToBeSentToDlq',
    dimensionsMap: { ...(isOnDefaultBus ? {} : { EventBusName: eventBus.eventBusName }), RuleName: ruleName },
    statistic: cloudwatch.Stats.SUM,
    period: PERIOD,
  });
}
