import { App, Duration, Stack } from 'aws-cdk-lib';
import { BedrockBudgeteer, MantleUse, SuspensionStrategy } from '../../../src';
import { expose } from './expose';

const app = new App();

/** Tables are retained, as they are by default: the audit trail tells what became of the policy. `--context mantle=ALARM` lets everybody use the endpoint. */
const stack = new Stack(app, 'Mantle');
expose(new BedrockBudgeteer(stack, 'Budgeteer', {
  mantleUse: app.node.tryGetContext('mantle') === 'ALARM' ? MantleUse.ALARM : MantleUse.DENY,
  suspensionStrategy: SuspensionStrategy.DETACH,
  gracePeriod: Duration.seconds(0),
}));
