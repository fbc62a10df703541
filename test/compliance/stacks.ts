import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AlertChannel, AlertFormat, BedrockBudgeteer, BedrockBudgeteerProps, BudgetPrincipal, InvocationLogs } from '../../src';
import { newStack } from '../constructs/support/synthesize';
import { SWITCHED_ON } from '../everything';

export interface CheckedStack {
  readonly stack: Stack;
  readonly budgeteer: BedrockBudgeteer;
}

/** What `cdk init` writes into a new app. */
const RECOMMENDED_FLAGS: Record<string, unknown> = jest.requireActual('aws-cdk-lib-newest/recommended-feature-flags.json');

/** What users have of their own is theirs to answer for; here it stands beside the construct. */
export const OF_THE_USER = 'Own';

/** The stacks that are checked, each made once a file. */
export const STACKS: Readonly<Record<string, () => CheckedStack>> = {
  'with no props': once(() => checked(newStack(), () => ({}))),
  'with everything switched on': once(() => checked(newStack(), () => SWITCHED_ON)),
  'with everything and all channels, in a known place': once(() => checked(newStack({ account: '111122223333', region: 'us-east-1' }), stack => ({
    ...SWITCHED_ON,
    environmentName: 'staging',
    removalPolicy: RemovalPolicy.DESTROY,
    alertEmails: ['finops@example.com'],
    operationsEmails: ['platform@example.com'],
    alertChannels: [
      AlertChannel.email('search@example.com', { labels: { team: ['search'] } }),
      AlertChannel.sms('+4915112345678'),
      AlertChannel.slack({ workspaceId: 'T01ABC2DEF3', channelId: 'C01ABC2DEF3' }),
      AlertChannel.topic(new Topic(stack, `${OF_THE_USER}Topic`, { masterKey: new Key(stack, `${OF_THE_USER}TopicKey`) }), { format: AlertFormat.JSON }),
      AlertChannel.webhook({ url: 'https://hooks.example.com/budgets', signingSecret: new Secret(stack, `${OF_THE_USER}Secret`) }),
    ],
  }))),
  'with everything and without tracing, in a new app, over what is logged already': once(() => {
    const stack = newStack();
    Object.entries(RECOMMENDED_FLAGS).forEach(([flag, value]) => stack.node.setContext(flag, value));
    return checked(stack, () => ({
      ...SWITCHED_ON,
      tracing: false,
      invocationLogs: InvocationLogs.managed({ adoptExisting: true }),
      reports: { prefix: 'chargeback/', retention: Duration.days(400) },
    }));
  }),
  'with everything that a user may bring': once(() => checked(newStack(), stack => ({
    ...SWITCHED_ON,
    encryptionKey: new Key(stack, `${OF_THE_USER}Key`),
    invocationLogs: InvocationLogs.fromLogGroup(LogGroup.fromLogGroupName(stack, `${OF_THE_USER}Log`, '/bedrock/invocations')),
    eventBus: new EventBus(stack, `${OF_THE_USER}Bus`),
    reports: { bucket: new Bucket(stack, `${OF_THE_USER}Bucket`) },
  }))),
};

/** A stack, as it is when everything is done that is done at synthesis. */
export function checked(stack: Stack, props: (stack: Stack) => BedrockBudgeteerProps, change: (budgeteer: BedrockBudgeteer) => void = () => {}): CheckedStack {
  const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer', { ...props(stack) });
  budgeteer.addBudget({ principal: BudgetPrincipal.roleName('later'), limitUsd: 2 });
  change(budgeteer);
  Template.fromStack(stack);
  return { stack, budgeteer };
}

function once(make: () => CheckedStack): () => CheckedStack {
  let made: CheckedStack | undefined;
  return () => made ??= make();
}
