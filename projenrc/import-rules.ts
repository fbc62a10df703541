import { javascript } from 'projen';

const CDK = [{
  group: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'],
  message: 'handlers and the command line are bundled: nothing of the CDK may get into them',
}];

const AWS = [{
  group: ['@aws-sdk/*', '@smithy/*', '@aws-lambda-powertools/*', '@types/aws-lambda', 'aws-*', 'aws-*/**', '**/adapters/**'],
  message: 'the core is pure: what it needs from AWS comes in through a port, and explanations need nothing of it',
}];

/**
 * Keeps the layers apart: no CDK in handlers and the command line, no AWS at all in the core and in what runs on it alone.
 */
export function constrainImports(eslint: javascript.Eslint): void {
  eslint.addOverride({
    files: ['src/lambdas/**/*.ts', 'src/cli/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: CDK }] },
  });
  // a later override replaces the rule as a whole, so this one repeats what holds for all of them
  eslint.addOverride({
    files: ['src/lambdas/core/**/*.ts', 'src/cli/explain/**/*.ts', 'src/cli/invocation-logs/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [...CDK, ...AWS] }] },
  });
}
