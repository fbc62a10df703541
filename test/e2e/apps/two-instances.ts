import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BedrockBudgeteer, BudgetPrincipal, InvocationLogs } from '../../../src';
import { expose } from './expose';

/** Two environments in one stack, who meter the same log and give the same user different limits. */
const stack = new Stack(new App(), 'TwoInstances');
const common = { gracePeriod: Duration.seconds(0), removalPolicy: RemovalPolicy.DESTROY };
const shared = BudgetPrincipal.userName('shared');

const strict = new BedrockBudgeteer(stack, 'Strict', { ...common, environmentName: 'strict', budgets: [{ principal: shared, limitUsd: 5 }] });
const generous = new BedrockBudgeteer(stack, 'Generous', {
  ...common,
  environmentName: 'generous',
  budgets: [{ principal: shared, limitUsd: 8 }],
  invocationLogs: InvocationLogs.fromLogGroup(strict.invocationLogGroup),
});
expose(strict, 'Strict');
expose(generous, 'Generous');
