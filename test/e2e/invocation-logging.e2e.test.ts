import {
  BedrockClient, DeleteModelInvocationLoggingConfigurationCommand, GetModelInvocationLoggingConfigurationCommand, LoggingConfig,
  PutModelInvocationLoggingConfigurationCommand,
} from '@aws-sdk/client-bedrock';
import { destroy } from '../local-cloud/cdk-deploy';
import { LocalCloud } from '../local-cloud/local-cloud';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';

const DEPLOYMENT_MS = 120_000;

/** Somebody else's, who is interested in what was said. */
const FOREIGN: LoggingConfig = {
  cloudWatchConfig: { logGroupName: '/their/log-group', roleArn: 'arn:aws:iam::000000000000:role/their-role' },
  textDataDeliveryEnabled: true,
  imageDataDeliveryEnabled: false,
  embeddingDataDeliveryEnabled: true,
};

describe('managed invocation logging', () => {
  let cloud: LocalCloud;
  let bedrock: BedrockClient;
  inOneCloud(async started => {
    cloud = started;
    bedrock = new BedrockClient(cloud.client);
  });

  const configuration = async () => (await bedrock.send(new GetModelInvocationLoggingConfigurationCommand({}))).loggingConfig;

  describe('where nobody has configured any', () => {
    test('is switched on with the stack, without prompts and answers', async () => {
      const { invocationLogGroup } = instanceNames(await deployApp(cloud, 'invocation-logging', 'Polite'));

      expect(await configuration()).toEqual({
        cloudWatchConfig: { logGroupName: invocationLogGroup, roleArn: expect.stringMatching(/:role\/Polite-/) },
        textDataDeliveryEnabled: false,
        imageDataDeliveryEnabled: false,
        embeddingDataDeliveryEnabled: false,
        videoDataDeliveryEnabled: false,
        audioDataDeliveryEnabled: false,
      });
    }, DEPLOYMENT_MS);

    test('is switched off with it', async () => {
      await destroy(cloud, 'Polite');

      expect(await configuration()).toBeUndefined();
    }, DEPLOYMENT_MS);
  });

  describe('where somebody else has', () => {
    beforeAll(() => bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: FOREIGN })));
    afterAll(() => bedrock.send(new DeleteModelInvocationLoggingConfigurationCommand({})));

    test('the deployment fails, says what is there and what to do, and touches nothing', async () => {
      await expect(deployApp(cloud, 'invocation-logging', 'Polite')).rejects.toThrow(new RegExp([
        'model-invocation logging is already configured in this account and region, not by this stack: ',
        'to log group /their/log-group \\(role arn:aws:iam::000000000000:role/their-role\\), with text, embedding bodies\\.',
        '.*InvocationLogs\\.fromLogGroup\\(\\.\\.\\.\\).*InvocationLogs\\.managed\\(\\{ adoptExisting: true \\}\\)',
      ].join('')));

      expect(await configuration()).toMatchObject(FOREIGN);
    }, DEPLOYMENT_MS);

    test('it is taken over by whoever says so', async () => {
      const { invocationLogGroup } = instanceNames(await deployApp(cloud, 'invocation-logging', 'Adopting'));

      expect(await configuration()).toMatchObject({ cloudWatchConfig: { logGroupName: invocationLogGroup }, textDataDeliveryEnabled: false });
    }, DEPLOYMENT_MS);

    test('and put back when the stack goes', async () => {
      await destroy(cloud, 'Adopting');

      expect(await configuration()).toMatchObject(FOREIGN);
    }, DEPLOYMENT_MS);
  });
});
