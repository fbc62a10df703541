import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { BedrockBudgeteer, BudgetPrincipal, SuspensionStrategy } from '../../src';
import { Integration } from './support/integration';

/** Runtimes have budgets, and whoever is over the limit loses his policies at once. */
const integration = new Integration('AgentCoreDetach');
const caller = new iam.User(integration.stack, 'Caller');
const budgeteer = new BedrockBudgeteer(integration.stack, 'Budgeteer', {
  agentCore: true,
  suspensionStrategy: SuspensionStrategy.DETACH,
  gracePeriod: Duration.seconds(0),
  budgets: [{ principal: BudgetPrincipal.user(caller), limitUsd: 1 }],
  removalPolicy: RemovalPolicy.DESTROY,
});
integration.suspends(integration.metersCall(budgeteer, caller), budgeteer, caller);
