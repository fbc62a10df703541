import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { Context, EventBridgeEvent } from 'aws-lambda';
import { CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { optionalEnvironment, ownRegion, readEnvironment } from '../adapters/environment';
import { EventBridgeWebhooks } from '../adapters/eventbridge-webhooks';
import { once } from '../adapters/once';
import { SecretsManagerSecrets } from '../adapters/secrets-manager-secrets';
import { SnsTopics } from '../adapters/sns-topics';
import { Telemetry } from '../adapters/telemetry';
import { AlertContext } from '../core/alerts/alert';
import { alertFor } from '../core/alerts/alert-for';
import { channelOf } from '../core/alerts/channel';
import { dashboardUrl } from '../core/alerts/dashboard-url';
import { tellAudience, tellChannel, TellPorts } from '../core/alerts/tell';
import { EventDetail } from '../core/events';

const parts = once(() => {
  const env = readEnvironment('DEPLOYMENT_ID', 'ALERTS_TOPIC_ARN', 'OPERATIONS_TOPIC_ARN', 'BUDGETS_TABLE', 'SETTINGS_PATH');
  const dashboard = optionalEnvironment('DASHBOARD_NAME');
  const administrationUrl = optionalEnvironment('ADMINISTRATION_URL');
  const alertContext: AlertContext = {
    budgetsTable: env.BUDGETS_TABLE,
    settingsPath: env.SETTINGS_PATH,
    ...(administrationUrl === undefined ? {} : { administrationUrl }),
    ...(dashboard === undefined ? {} : { dashboardUrl: dashboardUrl(ownRegion(), dashboard) }),
  };
  const ports: TellPorts = {
    topics: new SnsTopics(new SNSClient(CLIENT_DEFAULTS)),
    webhooks: new EventBridgeWebhooks(new EventBridgeClient(CLIENT_DEFAULTS)),
    secrets: new SecretsManagerSecrets(new SecretsManagerClient(CLIENT_DEFAULTS)),
    now: Date.now,
  };
  return {
    telemetry: new Telemetry(env.DEPLOYMENT_ID),
    deploymentId: env.DEPLOYMENT_ID,
    topicArns: { alerts: env.ALERTS_TOPIC_ARN, operations: env.OPERATIONS_TOPIC_ARN },
    alertContext,
    ports,
  };
});

/** An event as it stands on the bus; a rule of a channel has added to which one it leads. */
export type NotifierEvent = Pick<EventBridgeEvent<string, EventDetail>, 'detail-type' | 'detail'> & { readonly channel?: unknown };

/** Tells people of an event that they should know of: on the topic of its audience, or on the channel that the invocation names. */
export async function handler(event: NotifierEvent, context?: Context): Promise<void> {
  const { telemetry, deploymentId, topicArns, alertContext, ports } = parts();
  await telemetry.during(context, async () => {
    const alert = alertFor(event['detail-type'], event.detail, alertContext);
    if (!alert) {
      return;
    }
    await (event.channel === undefined ? tellAudience(alert, topicArns, ports) : tellChannel(alert, channelOf(event.channel), deploymentId, ports));
  });
}
