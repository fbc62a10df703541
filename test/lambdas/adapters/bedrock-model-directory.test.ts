import {
  BedrockClient, GetCustomModelCommand, GetCustomModelDeploymentCommand, GetInferenceProfileCommand, GetPromptRouterCommand,
  GetProvisionedModelThroughputCommand,
} from '@aws-sdk/client-bedrock';
import { mockClient } from 'aws-sdk-client-mock';
import { BedrockModelDirectory, BedrockModelQuestions } from '../../../src/lambdas/adapters/bedrock-model-directory';

const MODEL = 'arn:aws:bedrock:us-east-1::foundation-model/acme.small';
const ARN = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefghij12';

const bedrock = mockClient(BedrockClient);
beforeEach(() => bedrock.reset());

test('asks for the models of every kind of ARN', async () => {
  bedrock.on(GetInferenceProfileCommand, { inferenceProfileIdentifier: 'a' }).resolves({ models: [{ modelArn: MODEL }, {}] });
  bedrock.on(GetPromptRouterCommand, { promptRouterArn: 'b' }).resolves({ models: [{ modelArn: MODEL }], fallbackModel: { modelArn: `${MODEL}-2` } });
  bedrock.on(GetProvisionedModelThroughputCommand, { provisionedModelId: 'c' }).resolves({ foundationModelArn: MODEL });
  bedrock.on(GetCustomModelCommand, { modelIdentifier: 'd' }).resolves({ baseModelArn: MODEL });
  bedrock.on(GetCustomModelDeploymentCommand, { customModelDeploymentIdentifier: 'e' }).resolves({ modelArn: MODEL });
  const questions = new BedrockModelQuestions(new BedrockClient({}));

  expect(await questions.modelsOf('application-inference-profile', 'a')).toEqual([MODEL]);
  expect(await questions.modelsOf('prompt-router', 'b')).toEqual([MODEL, `${MODEL}-2`]);
  expect(await questions.modelsOf('provisioned-model', 'c')).toEqual([MODEL]);
  expect(await questions.modelsOf('custom-model', 'd')).toEqual([MODEL]);
  expect(await questions.modelsOf('custom-model-deployment', 'e')).toEqual([MODEL]);
});

test.each(['application-inference-profile', 'prompt-router', 'provisioned-model', 'custom-model', 'custom-model-deployment'] as const)('an empty answer about a %s names no model', async kind => {
  bedrock.onAnyCommand().resolves({});
  expect(await new BedrockModelQuestions(new BedrockClient({})).modelsOf(kind, 'x')).toEqual([]);
});

test('tolerates a refusal', async () => {
  bedrock.onAnyCommand().rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
  const counted: string[] = [];
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  const directory = new BedrockModelDirectory(new BedrockClient({}), { metrics: { add: metric => counted.push(metric) }, log: silent });

  expect((await directory.modelsBehind([ARN])).size).toBe(0);
  expect(counted).toEqual(['ModelsUnresolved']);
});
