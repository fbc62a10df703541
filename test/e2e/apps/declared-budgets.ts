import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BedrockBudgeteer, BudgetPrincipal, BudgetOptions, RefreshPeriod } from '../../../src';
import { expose } from './expose';

const app = new App();
const monthly = RefreshPeriod.calendarMonth();

/** The same stack at three deployments, one after the other; `--context version=2` chooses. */
const VERSIONS: Record<string, BudgetOptions[]> = {
  1: [
    { principal: BudgetPrincipal.userName('steady'), limitUsd: 10, refreshPeriod: monthly, labels: { team: 'search' } },
    { principal: BudgetPrincipal.roleName('adjusted'), limitUsd: 20, refreshPeriod: monthly },
    { principal: BudgetPrincipal.userName('leaving'), limitUsd: 30, refreshPeriod: monthly, observeOnly: true },
  ],
  2: [
    { principal: BudgetPrincipal.userName('steady'), limitUsd: 12.5, refreshPeriod: monthly, labels: { team: 'ranking' } },
    { principal: BudgetPrincipal.roleName('adjusted'), limitUsd: 25, refreshPeriod: monthly },
    { principal: BudgetPrincipal.userName('leaving'), limitUsd: 30, refreshPeriod: monthly, observeOnly: true },
  ],
  3: [
    { principal: BudgetPrincipal.userName('steady'), limitUsd: 12.5, refreshPeriod: monthly, labels: { team: 'ranking' } },
  ],
};

const stack = new Stack(app, 'DeclaredBudgets');
expose(new BedrockBudgeteer(stack, 'Budgeteer', { removalPolicy: RemovalPolicy.DESTROY, budgets: VERSIONS[app.node.tryGetContext('version')] }));
