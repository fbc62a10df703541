import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { BedrockBudgeteer, BudgetPrincipal, RefreshPeriod } from '../../src';
import { SWITCHED_ON } from '../everything';
import { Integration } from './support/integration';

/** Whatever is off by default is on: what there is besides, such as chats, not every account can deploy. */
const integration = new Integration('Everything');
const caller = new iam.User(integration.stack, 'Caller');
const budgeteer = new BedrockBudgeteer(integration.stack, 'Budgeteer', {
  ...SWITCHED_ON,
  refreshPeriod: RefreshPeriod.calendarMonth(),
  budgets: [{ principal: BudgetPrincipal.user(caller), limitUsd: 100, labels: { team: 'integration' } }],
  alertEmails: ['budgets@example.com'],
  removalPolicy: RemovalPolicy.DESTROY,
});
integration.metersCall(budgeteer, caller);
