import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { BedrockBudgeteer, BudgetPrincipal, MantleUse, RefreshPeriod, SuspensionStrategy } from '../../src';
import { Integration } from './support/integration';

/** Whatever is off by default is on. */
const integration = new Integration('Everything');
const caller = new iam.User(integration.stack, 'Caller');
const budgeteer = new BedrockBudgeteer(integration.stack, 'Budgeteer', {
  agentCore: true,
  agentBudgets: { computeCosts: true },
  suspensionStrategy: SuspensionStrategy.DETACH,
  administration: true,
  reports: {},
  reconciliation: true,
  reconciliationPrincipalTag: 'principal',
  dailyDigest: {},
  mantleUse: MantleUse.DENY,
  refreshPeriod: RefreshPeriod.calendarMonth(),
  budgets: [{ principal: BudgetPrincipal.user(caller), limitUsd: 100, labels: { team: 'integration' } }],
  alertEmails: ['budgets@example.com'],
  removalPolicy: RemovalPolicy.DESTROY,
});
integration.metersCall(budgeteer, caller);
