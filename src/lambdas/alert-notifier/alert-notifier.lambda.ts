import { SNSClient } from '@aws-sdk/client-sns';
import { Context, EventBridgeEvent } from 'aws-lambda';
import { CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { readEnvironment } from '../adapters/environment';
import { once } from '../adapters/once';
import { SnsAnnouncer } from '../adapters/sns-announcer';
import { Telemetry } from '../adapters/telemetry';
import { alertFor } from '../core/alerts/alert-for';
import { EventDetail } from '../core/events';

const parts = once(() => {
  const env = readEnvironment('DEPLOYMENT_ID', 'ALERTS_TOPIC_ARN', 'OPERATIONS_TOPIC_ARN', 'BUDGETS_TABLE', 'SETTINGS_PATH');
  return {
    telemetry: new Telemetry(env.DEPLOYMENT_ID),
    announcer: new SnsAnnouncer(new SNSClient(CLIENT_DEFAULTS), { alerts: env.ALERTS_TOPIC_ARN, operations: env.OPERATIONS_TOPIC_ARN }),
    alertContext: { budgetsTable: env.BUDGETS_TABLE, settingsPath: env.SETTINGS_PATH },
  };
});

/** Tells people of an event that they should know of. */
export async function handler(event: EventBridgeEvent<string, EventDetail>, context?: Context): Promise<void> {
  const { telemetry, announcer, alertContext } = parts();
  await telemetry.during(context, async () => {
    const alert = alertFor(event['detail-type'], event.detail, alertContext);
    if (alert) {
      await announcer.announce(alert);
    }
  });
}
