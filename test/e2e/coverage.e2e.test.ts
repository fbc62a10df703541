import {
  BedrockClient, DeleteModelInvocationLoggingConfigurationCommand, GetModelInvocationLoggingConfigurationCommand, LoggingConfig,
  PutModelInvocationLoggingConfigurationCommand,
} from '@aws-sdk/client-bedrock';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient, CreateLogStreamCommand, DeleteSubscriptionFilterCommand, DescribeSubscriptionFiltersCommand, PutLogEventsCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EventType } from '../../src/contract';
import { CoverageSummary } from '../../src/lambdas/core/metering-coverage/check-coverage';
import { LocalCloud } from '../local-cloud/local-cloud';
import { Instance } from './support/instance';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';

const HOUR_MS = 3_600_000;
const MODEL = 'zai.glm-5';
const STREAM = 'what-the-meter-says';

describe('coverage', () => {
  let cloud: LocalCloud;
  let instance: Instance;
  let logs: CloudWatchLogsClient;
  let bedrock: BedrockClient;
  let meterLogGroup: string;
  /** The first hour that may be compared, since everything is an hour old by then. */
  let first: number;
  inOneCloud(async started => {
    cloud = started;
    instance = new Instance(cloud, instanceNames(await deployApp(cloud, 'zero-grace', 'ZeroGrace')));
    logs = new CloudWatchLogsClient(cloud.client);
    bedrock = new BedrockClient(cloud.client);
    meterLogGroup = await instance.environmentOf(instance.names.coverageChecker, 'USAGE_METER_LOG_GROUP');
    await logs.send(new CreateLogStreamCommand({ logGroupName: meterLogGroup, logStreamName: STREAM }));
    first = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + HOUR_MS;
    // from here on handlers have their own rights alone
    await cloud.enforceIam(true);
  });

  /** Checks an hour as the schedule would, a while after the next one has ended. */
  async function check(hour: number): Promise<CoverageSummary> {
    return await instance.invoke(instance.names.coverageChecker, { source: 'aws.events', time: new Date(hour + 2 * HOUR_MS + 60_000).toISOString() }) as CoverageSummary;
  }

  /** What AWS counts. */
  async function counted(hour: number, namespace: string, metrics: Record<string, number>, dimension: Record<string, string>): Promise<void> {
    await new CloudWatchClient(cloud.client).send(new PutMetricDataCommand({
      Namespace: namespace,
      MetricData: Object.entries(metrics).map(([MetricName, Value]) => ({
        MetricName, Value, Timestamp: new Date(hour + 60_000), Dimensions: Object.entries(dimension).map(([Name, value]) => ({ Name, Value: value })),
      })),
    }));
  }

  /** What the meter says it has charged. */
  async function charged(hour: number, modelId: string, inputTokens: number): Promise<void> {
    const line = {
      level: 'INFO',
      message: 'charged',
      principalId: 'iam-user/1/a',
      modelId,
      hour: new Date(hour).toISOString().slice(0, 13),
      calls: 1,
      costUsd: 0.1,
      inputTokens,
      outputTokens: 0,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
    };
    const logEvents = [{ message: JSON.stringify(line), timestamp: hour + 120_000 }];
    await logs.send(new PutLogEventsCommand({ logGroupName: meterLogGroup, logStreamName: STREAM, logEvents }));
  }

  async function audited(type: EventType, reason = /./) {
    const [row] = await instance.eventually(`"${type}" with ${String(reason)} is in the audit trail`, async () => {
      const rows = (await instance.audit()).filter(each => each.type === type && reason.test(each.reason));
      return rows.length > 0 ? rows : 'it is not';
    });
    return row;
  }

  test('hours before the deployment are not compared, whatever AWS counted in them', async () => {
    await counted(first - 4 * HOUR_MS, 'AWS/Bedrock', { InputTokenCount: 1_000_000 }, { ModelId: MODEL });
    expect(await check(first - 4 * HOUR_MS)).toMatchObject({ verdict: 'too-early', faults: [] });
  });

  test('an hour without use is covered', async () => {
    expect(await check(first)).toMatchObject({ verdict: 'covered', unmetered: 0, faults: [], mantleInferences: 0 });
  });

  test('an hour that was metered is covered, under whatever name the model was called', async () => {
    await counted(first + HOUR_MS, 'AWS/Bedrock', { InputTokenCount: 300_000, OutputTokenCount: 0, Invocations: 2 }, { ModelId: MODEL });
    await counted(first + HOUR_MS, 'AWS/Bedrock', { InputTokenCount: 300_000 }, { ModelId: MODEL, ServiceTier: 'default' });
    await charged(first + HOUR_MS, MODEL, 100_000);
    await charged(first + HOUR_MS, `arn:aws:bedrock:${cloud.region}:${cloud.account}:inference-profile/us.${MODEL}`, 200_000);

    expect(await check(first + HOUR_MS)).toMatchObject({ verdict: 'covered', unmetered: 0, overmetered: 0 });
  });

  test('an hour that was not is a gap, told on the bus, in the audit trail and by mail', async () => {
    await counted(first + 2 * HOUR_MS, 'AWS/Bedrock', { InputTokenCount: 500_000 }, { ModelId: `us.${MODEL}` });
    await charged(first + 2 * HOUR_MS, MODEL, 100_000);

    expect(await check(first + 2 * HOUR_MS)).toMatchObject({ verdict: 'gap', unmetered: 400_000 });
    expect((await audited(EventType.COVERAGE_GAP_FOUND)).reason).toContain('400,000 tokens');
    expect((await instance.operations.mail('used without being metered')).body).toContain(`${MODEL}: 400,000 tokens`);
  });

  test('use of the mantle endpoint is found', async () => {
    const hour = first + 5 * HOUR_MS;
    await counted(hour, 'AWS/BedrockMantle', { Inferences: 2, TotalInputTokens: 0, TotalOutputTokens: 1_000_000 }, { Model: MODEL });

    expect(await check(hour)).toMatchObject({ mantleInferences: 2 });
    const { body } = await instance.operations.mail('endpoint that no log shows');
    expect(body).toContain('Estimated cost at list prices: $3.20.');
  });

  describe('the way to the meter', () => {
    let configuration: LoggingConfig | undefined;

    /** CloudTrail does not run here: its event is put on the bus. */
    async function trail(eventName: string, requestParameters: object, service: 'bedrock' | 'logs', eventID: string): Promise<void> {
      await new EventBridgeClient(cloud.client).send(new PutEventsCommand({
        Entries: [{
          Source: `aws.${service}`,
          DetailType: 'AWS API Call via CloudTrail',
          Detail: JSON.stringify({ eventSource: `${service}.amazonaws.com`, eventName, eventID, requestParameters, userIdentity: { arn: `arn:aws:iam::${cloud.account}:user/mallory` } }),
        }],
      }));
    }

    test('that somebody switches off is told at once, with who did', async () => {
      configuration = (await bedrock.send(new GetModelInvocationLoggingConfigurationCommand({}))).loggingConfig;
      await bedrock.send(new DeleteModelInvocationLoggingConfigurationCommand({}));
      await trail('DeleteModelInvocationLoggingConfiguration', {}, 'bedrock', 'off');

      expect(await audited(EventType.INVOCATION_LOGGING_CHANGED, /switched off/)).toMatchObject({ actor: `arn:aws:iam::${cloud.account}:user/mallory` });
      expect((await instance.operations.mail('Bedrock calls are not metered any more')).body).toContain('user/mallory');
    });

    test('is not put back by itself, and found again by the hourly look', async () => {
      expect(await check(first + 8 * HOUR_MS)).toMatchObject({ faults: ['off'] });
      expect((await bedrock.send(new GetModelInvocationLoggingConfigurationCommand({}))).loggingConfig).toBeUndefined();
    });

    test('that is as before is well', async () => {
      await bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: configuration }));
      await trail('PutModelInvocationLoggingConfiguration', {}, 'bedrock', 'on');

      await audited(EventType.INVOCATION_LOGGING_CHANGED, /^PutModelInvocationLoggingConfiguration: .*reach the usage meter/);
    });

    test('whose subscription is taken away is told as well', async () => {
      const logGroupName = instance.names.invocationLogGroup;
      const { subscriptionFilters: [filter] = [] } = await logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName }));
      await logs.send(new DeleteSubscriptionFilterCommand({ logGroupName, filterName: filter.filterName }));
      await trail('DeleteSubscriptionFilter', { logGroupName }, 'logs', 'unsubscribed');
      await audited(EventType.INVOCATION_LOGGING_CHANGED, /not subscribed/);

      await logs.send(new PutSubscriptionFilterCommand({ logGroupName, filterName: filter.filterName, filterPattern: '', destinationArn: filter.destinationArn }));
      expect(await check(first + 9 * HOUR_MS)).toMatchObject({ faults: [] });
    });
  });

  test('nothing that the checker does was refused', async () => {
    expect(await instance.refusals()).toEqual([]);
  });
});
