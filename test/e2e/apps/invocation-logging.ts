import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BedrockBudgeteer, InvocationLogs } from '../../../src';
import { expose } from './expose';

const app = new App();
/** Two stacks, one of which may take over what somebody else has configured. */
for (const [id, adoptExisting] of [['Polite', false], ['Adopting', true]] as const) {
  const stack = new Stack(app, id);
  expose(new BedrockBudgeteer(stack, 'Budgeteer', { removalPolicy: RemovalPolicy.DESTROY, invocationLogs: InvocationLogs.managed({ adoptExisting }) }));
}
