import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BedrockBudgeteer, BudgetPrincipal } from '../../../src';
import { expose } from './expose';

/** Chargeback reports, of budgets with labels. */
const stack = new Stack(new App(), 'Reports');
expose(new BedrockBudgeteer(stack, 'Budgeteer', {
  reports: {},
  timeZone: 'Europe/Berlin',
  budgets: [{ principal: BudgetPrincipal.userName('searcher'), limitUsd: 1000, labels: { team: 'search', purpose: '=index' } }],
  removalPolicy: RemovalPolicy.DESTROY,
}));
