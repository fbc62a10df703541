import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BedrockBudgeteer } from '../../../src';
import { expose } from './expose';

/** AgentCore runtimes have budgets, and are suspended at once. */
const stack = new Stack(new App(), 'AgentCore');
expose(new BedrockBudgeteer(stack, 'Budgeteer', {
  agentCore: true,
  agentBudgets: { defaultBudgetUsd: 10, gracePeriod: Duration.seconds(0) },
  removalPolicy: RemovalPolicy.DESTROY,
}));
