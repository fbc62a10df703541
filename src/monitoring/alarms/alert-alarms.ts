import { Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Announcements } from '../../events/announcements';
import { AlarmSeverity } from '../alarm-props';
import { Alarms } from '../alarms';
import { chunksOf, METRICS_PER_ALARM, PERIOD, READ, Silence, sumOf } from './watch';

/** A description, which names them, has 1,024 characters. */
const QUEUES_PER_ALARM = 3;

/** The ways to people. Mails that nobody confirmed, and channels that nobody reads, are not noticed here. */
export function watchAlerts(alarms: Alarms, { alertsTopic, operationsTopic, channels }: Announcements): void {
  const { topics, undelivered, slackChannels, criticalAlarmsTopic } = channels;
  if (criticalAlarmsTopic) {
    alarms.alsoTell(AlarmSeverity.CRITICAL, new SnsAction(criticalAlarmsTopic));
  }
  chunksOf([alertsTopic, operationsTopic, ...topics], METRICS_PER_ALARM).forEach(chunk => {
    alarms.watch('alert-delivery-failures', {
      several: true,
      metric: sumOf(
        chunk.map(topic => topic.metricNumberOfNotificationsFailed({ statistic: cloudwatch.Stats.SUM, period: PERIOD })), 'Messages that were not delivered',
      ),
      meaning: 'A message to people was not delivered: a mail was refused, a phone number or an endpoint does not answer. Others who were to hear of it have heard of it.',
      firstAction: 'Look at the subscriptions of the topics for the one that fails, and read the same alerts in the audit trail.',
      read: READ.ALERTS,
      silence: Silence.NOTHING_HAPPENED,
    });
  });
  chunksOf(undelivered, QUEUES_PER_ALARM).forEach(chunk => {
    alarms.watch('alert-webhooks-undelivered', {
      several: true,
      metric: sumOf(
        chunk.map(queue => queue.metricApproximateNumberOfMessagesVisible({ statistic: cloudwatch.Stats.MAXIMUM, period: PERIOD })), 'Messages that no endpoint took',
      ),
      meaning: 'A webhook did not take a message for as long as it was tried: the message stands in a queue.',
      firstAction: `Read ERROR_CODE and ERROR_MESSAGE of the messages, mend the endpoint or the connection, and send them again. Queues: ${chunk.map(queue => queue.queueUrl).join(' ')}`,
      read: READ.ALERTS,
      silence: Silence.EMPTY_QUEUE,
    });
  });
  // Amazon Q Developer puts its metrics in one region, and an alarm watches those of its own.
  if (Stack.of(alarms).region === 'us-east-1') {
    chunksOf(slackChannels, METRICS_PER_ALARM).forEach(chunk => {
      alarms.watch('alert-chat-failures', {
        several: true,
        metric: sumOf(
          chunk.map(channel => channel.metric('MessageDeliveryFailure', { statistic: cloudwatch.Stats.SUM, period: PERIOD })), 'Messages that did not get into a chat',
        ),
        meaning: 'A message did not get into a Slack channel: the app was removed from it, say, or the channel was archived.',
        firstAction: 'Open the channel\'s configuration in the console of Amazon Q Developer in chat applications, and send a test message.',
        read: READ.ALERTS,
        silence: Silence.NOTHING_HAPPENED,
      });
    });
  }
}
