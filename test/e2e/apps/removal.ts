import { App, Duration, Stack } from 'aws-cdk-lib';
import { BedrockBudgeteer } from '../../../src';
import { expose } from './expose';

/** Tables are retained, as they are by default: the audit trail tells how it ended. */
const stack = new Stack(new App(), 'Removal');
expose(new BedrockBudgeteer(stack, 'Budgeteer', { gracePeriod: Duration.seconds(0) }));
