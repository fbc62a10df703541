import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BedrockBudgeteer } from '../../../src';
import { expose } from './expose';

/** As it comes without props; only that nothing is left behind. */
const stack = new Stack(new App(), 'Defaults');
expose(new BedrockBudgeteer(stack, 'Budgeteer', { removalPolicy: RemovalPolicy.DESTROY }));
