import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { BedrockBudgeteer } from '../../src';
import { Integration } from './support/integration';

/** No props, but that nothing is left behind: invocation logging is switched on, and a call is metered. */
const integration = new Integration('Minimal');
const budgeteer = new BedrockBudgeteer(integration.stack, 'Budgeteer', { removalPolicy: RemovalPolicy.DESTROY });
integration.metersCall(budgeteer, new iam.User(integration.stack, 'Caller'));
