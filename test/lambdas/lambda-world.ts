import { Context } from 'aws-lambda';
import { Env } from '../../src/contract';
import { ACCOUNT, settingTexts } from './core/builders';

/** The environment of every handler, as the construct sets it. */
export const ENVIRONMENT = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  POWERTOOLS_DEV: 'false',
  [Env.DEPLOYMENT_ID]: 'dep-1',
  [Env.ENVIRONMENT_NAME]: 'test',
  [Env.TIME_ZONE]: 'UTC',
  [Env.ACCOUNT_ID]: ACCOUNT,
  [Env.PARTITION]: 'aws',
  [Env.BUDGETS_TABLE]: 'Budgets',
  [Env.LEDGER_TABLE]: 'Ledger',
  [Env.AUDIT_TABLE]: 'Audit',
  [Env.EVENT_BUS]: 'the-bus',
  [Env.LEDGER_RETENTION_DAYS]: '90',
  [Env.UNREADABLE_QUEUE_URL]: 'https://queue',
  [Env.TRACKED_KINDS]: 'iam-role',
  [Env.SETTINGS_PATH]: '/settings',
  [Env.DEPLOYED_SETTINGS]: JSON.stringify(settingTexts()),
  [Env.DENY_POLICY_ARN]: `arn:aws:iam::${ACCOUNT}:policy/deny`,
  [Env.SUSPENSION_STATE_MACHINE_ARN]: 'arn:suspension',
  [Env.RESTORATION_STATE_MACHINE_ARN]: 'arn:restoration',
  [Env.ALERTS_TOPIC_ARN]: 'arn:alerts',
  [Env.OPERATIONS_TOPIC_ARN]: 'arn:operations',
  [Env.DASHBOARD_NAME]: 'dep-1-eu-central-1',
  [Env.DIGEST_TOP_SPENDERS]: '10',
  [Env.DIGEST_AUDIENCE]: 'alerts',
  [Env.PREVIOUS_LOGGING_PARAMETER]: '/previous',
  [Env.PRICES_TABLE]: 'Prices',
  [Env.MAX_PRICE_CHANGE_FACTOR]: '2',
  [Env.REPORTS_BUCKET]: 'reports-bucket',
  [Env.REPORTS_GROUP_BY]: '["team"]',
};

export const CONTEXT = {
  functionName: 'a-function', awsRequestId: 'invocation-1', memoryLimitInMB: '512', invokedFunctionArn: 'arn:function', getRemainingTimeInMillis: () => 60_000,
} as Context;

/** Sets the environment for the tests of a file, and catches what handlers write to standard output. */
export function lambdaWorld(): { output(): Record<string, any>[]; metrics(): Record<string, unknown> } {
  const before = process.env;
  let written = '';

  beforeAll(() => {
    process.env = { ...before, ...ENVIRONMENT };
  });
  beforeEach(() => {
    written = '';
    for (const stream of [process.stdout, process.stderr]) {
      jest.spyOn(stream, 'write').mockImplementation(text => {
        written += String(text);
        return true;
      });
    }
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => {
    process.env = before;
  });

  const output = () => written.split('\n').filter(Boolean).map(line => JSON.parse(line));
  return {
    output,
    /** The values of all metrics that were written. */
    metrics: () => Object.assign({}, ...output().filter(line => line._aws).map(({ _aws, Deployment: _, ...values }) => values)),
  };
}
