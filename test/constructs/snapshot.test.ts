import { BudgetPrincipal } from '../../src';
import { nameBundlesByPath, synthesize } from './support/synthesize';

beforeEach(nameBundlesByPath);

test('the whole template', () => {
  const { template } = synthesize({
    budgets: [{ principal: BudgetPrincipal.roleName('writer'), limitUsd: 12.5, labels: { team: 'docs' } }],
    alertEmails: ['team@example.com'],
    operationsEmails: ['ops@example.com'],
  });
  expect(template.toJSON()).toMatchSnapshot();
});
