import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { BedrockBudgeteer } from '../../../src';
import { expose } from './expose';

/** Budgets are changed through the URL of the budget-manager, by whoever has the role `fin-ops`. */
const stack = new Stack(new App(), 'Administration');
const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer', {
  administration: true,
  agentCore: true,
  gracePeriod: Duration.seconds(0),
  removalPolicy: RemovalPolicy.DESTROY,
});
budgeteer.grantAdministration(new iam.Role(stack, 'FinOps', { roleName: 'fin-ops', assumedBy: new iam.AccountRootPrincipal() }));
expose(budgeteer);
