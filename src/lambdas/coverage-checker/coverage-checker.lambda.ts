import { BedrockClient } from '@aws-sdk/client-bedrock';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { Context } from 'aws-lambda';
import { MantleUseName } from '../../contract';
import { CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { AwsLoggingInspector } from '../adapters/aws-logging-inspector';
import { CloudWatchBedrockMetrics } from '../adapters/cloudwatch-bedrock-metrics';
import { ownRegion, readEnvironment } from '../adapters/environment';
import { EventBridgePublisher } from '../adapters/eventbridge-publisher';
import { InsightsMeteredLog } from '../adapters/insights-metered-log';
import { LogsInsights } from '../adapters/logs-insights';
import { once } from '../adapters/once';
import { Telemetry } from '../adapters/telemetry';
import { checkCoverage, checkLogging, CoverageContext, CoverageSummary } from '../core/metering-coverage/check-coverage';
import { readCheckerEvent } from '../core/metering-coverage/checker-event';
import { CoveragePorts } from '../core/metering-coverage/ports';
import { embeddedCatalog } from '../core/pricing/embedded-catalog';
import { scheduledTime } from '../core/scheduled-time';

const parts = once(() => {
  const env = readEnvironment(
    'DEPLOYMENT_ID', 'ENVIRONMENT_NAME', 'EVENT_BUS', 'INVOCATION_LOG_GROUP', 'USAGE_METER_ARN', 'USAGE_METER_LOG_GROUP', 'COVERAGE_LOG_GROUP', 'MANTLE_USE',
  );
  const telemetry = new Telemetry(env.DEPLOYMENT_ID);
  const { log, metrics } = telemetry;
  const logs = new CloudWatchLogsClient(CLIENT_DEFAULTS);
  const ports: CoveragePorts = {
    bedrock: new CloudWatchBedrockMetrics(new CloudWatchClient(CLIENT_DEFAULTS), env.DEPLOYMENT_ID),
    meterLog: new InsightsMeteredLog(new LogsInsights(logs), env.USAGE_METER_LOG_GROUP),
    logging: new AwsLoggingInspector(new BedrockClient(CLIENT_DEFAULTS), logs, {
      invocationLogGroup: env.INVOCATION_LOG_GROUP, checkerLogGroup: env.COVERAGE_LOG_GROUP,
    }),
    events: new EventBridgePublisher(new EventBridgeClient(CLIENT_DEFAULTS), env.EVENT_BUS),
    metrics,
    log,
  };
  const context: CoverageContext = {
    deploymentId: env.DEPLOYMENT_ID,
    environmentName: env.ENVIRONMENT_NAME,
    region: ownRegion(),
    expected: { logGroupName: env.INVOCATION_LOG_GROUP, meterArn: env.USAGE_METER_ARN },
    mantle: env.MANTLE_USE !== MantleUseName.IGNORE,
    prices: embeddedCatalog(),
  };
  return { telemetry, ports, context };
});

/**
 * Every hour compares what AWS counted with what was metered. An event of CloudTrail about the way to the meter has that looked at.
 */
export async function handler(event: unknown, context?: Context): Promise<CoverageSummary | undefined> {
  const { telemetry, ports, context: deployment } = parts();
  return telemetry.during(context, async () => {
    const now = scheduledTime(event, Date.now());
    const occasion = readCheckerEvent(event, now);
    if (occasion.kind === 'logging') {
      await checkLogging(now, occasion.hint, ports, deployment);
      return undefined;
    }
    return checkCoverage(now, ports, deployment);
  });
}
