import { App, Duration, Stack } from 'aws-cdk-lib';
import { BedrockBudgeteer, SuspensionStrategy } from '../../../src';
import { expose } from './expose';

const app = new App();

/** Tables are retained, as they are by default: the audit trail tells what became of the policies. `--context strategy=DENY` gives up the strategy. */
const stack = new Stack(app, 'Detach');
expose(new BedrockBudgeteer(stack, 'Budgeteer', {
  suspensionStrategy: app.node.tryGetContext('strategy') === 'DENY' ? SuspensionStrategy.DENY : SuspensionStrategy.DETACH,
  agentCore: true,
  agentBudgets: { defaultBudgetUsd: 10 },
  gracePeriod: Duration.seconds(0),
}));
