import { Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { AlertChannel, BedrockBudgeteer, BedrockBudgeteerProps, BudgetPrincipal, InvocationLogs, MantleUse, SuspensionStrategy } from '../../src';
import { Handler } from '../../src/contract';
import { SynthesizedStack } from './synthesized-stack';

export interface SynthesizedBudgeteer {
  readonly stack: SynthesizedStack;
  readonly budgeteer: BedrockBudgeteer;
}

/** Switches on whatever is off by default. */
export const EVERYTHING: BedrockBudgeteerProps = {
  agentCore: true,
  agentBudgets: { computeCosts: true },
  suspensionStrategy: SuspensionStrategy.DETACH,
  administration: true,
  reconciliation: true,
  reconciliationPrincipalTag: 'principal',
  reports: {},
  dailyDigest: {},
  mantleUse: MantleUse.DENY,
};

/** Everything, a channel of every kind, and a key of the user's: every right that any deployment can have. */
export function everythingOfOnesOwn(scope: Stack): BedrockBudgeteerProps {
  return {
    ...EVERYTHING,
    encryptionKey: new kms.Key(scope, 'OwnKey'),
    invocationLogs: InvocationLogs.managed({ adoptExisting: true }),
    reports: { prefix: 'finance/spend/' },
    alertChannels: [
      AlertChannel.email('team@example.com'),
      AlertChannel.sms('+4915112345678'),
      AlertChannel.topic(new sns.Topic(scope, 'OwnTopic', { masterKey: new kms.Key(scope, 'KeyOfTopic') })),
      AlertChannel.slack({ workspaceId: 'T012AB3CDE', channelId: 'C012AB3CDE' }),
      AlertChannel.microsoftTeams({
        teamId: '11111111-2222-3333-4444-555555555555', tenantId: '66666666-7777-8888-9999-000000000000', channelId: '19:ab6ef3@thread.tacv2',
      }),
      AlertChannel.webhook({
        url: 'https://alerts.example.com/bedrock', signingSecret: new secretsmanager.Secret(scope, 'OwnSecret', { encryptionKey: new kms.Key(scope, 'KeyOfSecret') }),
      }),
    ],
  };
}

/** The handlers that are there only where something is switched on. */
export const OPTIONAL_HANDLERS: readonly Handler[] = [
  Handler.AGENT_REGISTRAR, Handler.AGENT_COMPUTE_METER, Handler.POLICY_DETACHER, Handler.BUDGET_MANAGER, Handler.COST_RECONCILER,
  Handler.CHARGEBACK_REPORTER, Handler.DAILY_DIGEST, Handler.MANTLE_GUARD,
];

/** Those that are always there. */
export const DEFAULT_HANDLERS: readonly Handler[] = Object.values(Handler).filter(handler => !OPTIONAL_HANDLERS.includes(handler));

/** One instance as it is by default, with every handler that there is then. */
export function synthesizedBudgeteer(props: BedrockBudgeteerProps | ((scope: Stack) => BedrockBudgeteerProps) = {}): SynthesizedBudgeteer {
  const { stack, built } = SynthesizedStack.of(scope => new BedrockBudgeteer(scope, 'Budgeteer', {
    // Without a budget there is no handler that declares budgets.
    budgets: [{ principal: BudgetPrincipal.roleName('chat-backend'), limitUsd: 12 }],
    ...(typeof props === 'function' ? props(scope) : props),
  }));
  return { stack, budgeteer: built };
}
