import { BudgetPrincipal, SuspensionStrategy } from '../../src';
import { nameBundlesByPath, Resource, Resources, synthesize } from './support/synthesize';

beforeEach(nameBundlesByPath);

test('the whole template', () => {
  const { template } = synthesize({
    budgets: [{ principal: BudgetPrincipal.roleName('writer'), limitUsd: 12.5, labels: { team: 'docs' } }],
    alertEmails: ['team@example.com'],
    operationsEmails: ['ops@example.com'],
  });
  expect(template.toJSON()).toMatchSnapshot();
});

test.each([
  ['AgentCore', { agentCore: true, agentBudgets: { computeCosts: true } }],
  ['the strategy DETACH', { suspensionStrategy: SuspensionStrategy.DETACH }],
  ['administration', { administration: true }],
])('what %s adds to it, and changes', (_, props) => {
  expect(changes(synthesize().resources, synthesize(props).resources)).toMatchSnapshot();
});

/** What is only in one of two templates, or not the same in both: whole resources, and of those that are in both the properties that differ. */
function changes(before: Resources, after: Resources): Record<string, unknown> {
  const ids = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return Object.fromEntries(ids.filter(id => differ(before[id], after[id])).map(id => [id, id in before && id in after
    ? differing(before[id].Properties, after[id].Properties) ?? after[id]
    : after[id] ?? 'gone']));
}

/** `undefined` where the properties are the same. */
function differing(before: Resource['Properties'], after: Resource['Properties']): Record<string, unknown> | undefined {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(key => differ(before[key], after[key]));
  return keys.length > 0 ? Object.fromEntries(keys.map(key => [key, key in after ? after[key] : 'gone'])) : undefined;
}

function differ(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) !== JSON.stringify(after);
}
