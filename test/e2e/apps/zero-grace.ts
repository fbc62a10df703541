import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BedrockBudgeteer } from '../../../src';
import { expose } from './expose';

/** Whoever reaches the limit is suspended at once. */
const stack = new Stack(new App(), 'ZeroGrace');
expose(new BedrockBudgeteer(stack, 'Budgeteer', { gracePeriod: Duration.seconds(0), removalPolicy: RemovalPolicy.DESTROY }));
