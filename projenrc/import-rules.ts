import { javascript } from 'projen';

const CDK = [{
  group: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'],
  message: 'handlers are bundled: nothing of the CDK may get into them',
}];

const AWS = [{
  group: ['@aws-sdk/*', '@smithy/*', '@aws-lambda-powertools/*', '@types/aws-lambda', 'aws-*', 'aws-*/**', '**/adapters/**'],
  message: 'the core is pure: what it needs from AWS comes in through a port',
}];

/**
 * Keeps the layers apart: no CDK in handlers, no AWS at all in the core.
 */
export function constrainImports(eslint: javascript.Eslint): void {
  eslint.addOverride({
    files: ['src/lambdas/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: CDK }] },
  });
  // a later override replaces the rule as a whole, so this one repeats what holds for all handlers
  eslint.addOverride({
    files: ['src/lambdas/core/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [...CDK, ...AWS] }] },
  });
}
