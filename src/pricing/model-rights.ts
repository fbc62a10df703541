import { Stack } from 'aws-cdk-lib';
import { HandlerFunction } from '../functions/handler-function';

/** Kinds of resource that stand for a model, and the question that tells which. */
const QUESTIONS = {
  'application-inference-profile': 'GetInferenceProfile',
  'prompt-router': 'GetPromptRouter',
  'default-prompt-router': 'GetPromptRouter',
  'provisioned-model': 'GetProvisionedModelThroughput',
  'custom-model': 'GetCustomModel',
  'custom-model-deployment': 'GetCustomModelDeployment',
} as const;

/** Allows to ask Bedrock for the model behind an ARN of this account and region: who calls through a profile is charged by what is behind it. */
export function allowAskingForModels(handler: HandlerFunction): void {
  for (const action of new Set(Object.values(QUESTIONS))) {
    handler.allow({
      actions: [`bedrock:${action}`],
      resources: Object.entries(QUESTIONS)
        .filter(([, question]) => question === action)
        .map(([resource]) => Stack.of(handler).formatArn({ service: 'bedrock', resource, resourceName: '*' })),
    });
  }
}
