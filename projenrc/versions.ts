/**
 * Everything whose version is a decision, in one place. Whatever is not listed here follows projen or the package lock.
 */
export const VERSIONS = {
  projen: '^0.103.25',
  jsii: '~6.0.0',
  /** jsii 6.0 compiles with TypeScript 6.0: tests and handlers are checked by the same compiler. */
  typescript: '~6.0.0',
  /** The lowest CDK a consumer may have, and the one everything is compiled and tested against. */
  awsCdkLib: '2.189.1',
  /** projen itself needs 10.5; below that the development tree would hold two copies of `constructs`. */
  constructs: '10.5.0',
  /** What the examples and the pages on languages install. */
  awsCdkLibOfApps: '2.258.0',
  constructsOfApps: '10.6.0',
  /** The newest CDK that is tested against; it is installed beside the lowest one. */
  awsCdkLibNewest: '2.276.0',
  /** What it writes its assemblies by. */
  cloudAssemblySchemaNewest: '55.6.0',
  /** Needs a newer CDK than the lowest one. */
  cdkNag: '3.0.2',
  /** The CLI must know the cloud assembly schema of the library that is deployed in the end-to-end tests. */
  awsCdkCli: '2.1148.1',
  /** Snapshots of whole stacks. The newest of the assertions that go with the library: they are not released with each of its versions. */
  integRunner: '2.197.10',
  integTests: '2.187.0-alpha.0',
  /** npm scripts run on the Node version of the Lambda runtime, whatever the machine has. */
  node: '^22.23.3',
  /** Its output is published, so a new version is a deliberate step. */
  esbuild: '0.28.2',
  /** Publishes releases: what it does is looked at before it is let near the keys. */
  publib: '0.2.1061',
  jest: '^30',
  /** One version for Stryker and its runner. */
  stryker: '10.0.0',
  /** Draws the charts of reports; its output is published. */
  echarts: '6.1.0',
  /** The browser in which reports are tested comes from the package index, so that a test needs nothing that is not installed with the others. */
  chromium: '147.0.2',
  playwrightCore: '1.65.1',
  // Native packages: the newest version of which every platform's binary is published. With a missing one the lock file would miss it too, and
  // `npm ci` refuses such a lock file.
  swc: '1.16.18',
  unrsResolver: '1.12.2',
} as const;

/** One version for all clients: they share their core packages, and bundles stay small. */
export const AWS_SDK_VERSION = '3.1163.0';

export const AWS_SDK_CLIENTS = [
  'client-bedrock',
  'client-cloudformation',
  'client-cloudwatch',
  'client-cloudwatch-logs',
  'client-dynamodb',
  'client-eventbridge',
  'client-iam',
  'client-lambda',
  'client-s3',
  'client-secrets-manager',
  'client-sfn',
  'client-sns',
  'client-sqs',
  'client-ssm',
  'client-sts',
];

/** The client of the Price List is released less often than the others; it has no version in common with them. */
export const PRICING_CLIENT_VERSION = '3.1133.0';

/** So is that of AgentCore's control plane. */
export const AGENT_CORE_CLIENT_VERSION = '3.1142.0';

/** And that of Cost Explorer. */
export const COST_EXPLORER_CLIENT_VERSION = '3.1138.0';

/** How the command line finds the caller's credentials and region, and signs its requests: what the clients themselves use. */
export const SIGNING = ['@aws-sdk/credential-provider-node@3.972.97', '@smithy/core@3.41.1', '@smithy/signature-v4@5.7.5'];

/** Exact for the same reason. */
export const POWERTOOLS_VERSION = '2.35.0';

export const POWERTOOLS = ['batch', 'logger', 'metrics', 'parameters'];

/** Age, in days, that a version must have before the monthly upgrade takes it. */
export const UPGRADE_COOLDOWN_DAYS = 14;
