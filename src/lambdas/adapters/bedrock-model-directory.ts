import {
  BedrockClient, GetCustomModelCommand, GetCustomModelDeploymentCommand, GetInferenceProfileCommand, GetPromptRouterCommand,
  GetProvisionedModelThroughputCommand,
} from '@aws-sdk/client-bedrock';
import { AskableKind, AskingModelDirectory, DirectoryOptions, ModelQuestions } from '../core/pricing/model-directory';

/** Bedrock's control plane, asked for the models behind ARNs. */
export class BedrockModelQuestions implements ModelQuestions {
  constructor(private readonly client: BedrockClient) {}

  public async modelsOf(kind: AskableKind, arn: string): Promise<readonly string[]> {
    const arns = await this.ask(kind, arn);
    return arns.flatMap(each => each ?? []);
  }

  private async ask(kind: AskableKind, arn: string): Promise<readonly (string | undefined)[]> {
    switch (kind) {
      case 'application-inference-profile': {
        const { models = [] } = await this.client.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier: arn }));
        return models.map(({ modelArn }) => modelArn);
      }
      case 'prompt-router': {
        const { models = [], fallbackModel } = await this.client.send(new GetPromptRouterCommand({ promptRouterArn: arn }));
        return [...models, ...(fallbackModel ? [fallbackModel] : [])].map(({ modelArn }) => modelArn);
      }
      case 'provisioned-model': {
        const { foundationModelArn } = await this.client.send(new GetProvisionedModelThroughputCommand({ provisionedModelId: arn }));
        return [foundationModelArn];
      }
      case 'custom-model': {
        const { baseModelArn } = await this.client.send(new GetCustomModelCommand({ modelIdentifier: arn }));
        return [baseModelArn];
      }
      case 'custom-model-deployment': {
        const { modelArn } = await this.client.send(new GetCustomModelDeploymentCommand({ customModelDeploymentIdentifier: arn }));
        return [modelArn];
      }
    }
  }
}

/** The models behind ARNs, asked of Bedrock and remembered. */
export class BedrockModelDirectory extends AskingModelDirectory {
  constructor(client: BedrockClient, options: Omit<DirectoryOptions, 'clock'>) {
    super(new BedrockModelQuestions(client), { ...options, clock: () => Date.now() });
  }
}

/** Calls wait for the answer, and are charged by an estimate without it: Bedrock is not waited for as long as a table. */
export const MODEL_DIRECTORY_CLIENT = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
} as const;
