import { standingOf } from '../../demo/watch/standing';
import { usd } from '../../src/lambdas/core/money';
import { parseSettings } from '../../src/lambdas/core/settings';
import { aBudget, ACCOUNT, AGENT, agentSettingTexts, ALICE, limit, NOON, SHARED_AGENTS } from '../lambdas/core/builders';

const SETTINGS = parseSettings(agentSettingTexts());

describe('the name that is shown', () => {
  test.each([
    ['a user: the last part of the id', aBudget({ principalId: ALICE, labels: { name: 'nobody' } }), 'alice'],
    ['an AgentCore runtime: its name', aBudget({ principalId: AGENT, kind: 'agent-runtime', labels: { name: 'support', creator: 'dana' } }), 'support'],
    ['runtimes that share a role: their names', aBudget({ principalId: SHARED_AGENTS, kind: 'agent-role', labels: { runtimes: 'checkout, pricing' } }), 'checkout, pricing'],
    ['a runtime without labels: the last part of the id', aBudget({ principalId: AGENT, kind: 'agent-runtime', labels: {} }), 'support-Ab12Cd34Ef'],
  ])('of %s', (_, budget, name) => {
    expect(standingOf(budget, SETTINGS, 'UTC', NOON).name).toBe(name);
  });
});

test('runtimes that share a role may spend together what they may spend one by one', () => {
  const runtimes = ['one', 'two'].map(name => `agent-runtime/${ACCOUNT}/eu-central-1/${name}-Ab12Cd34Ef`);
  // Ten dollars are the default of one.
  const { limits: _, ...shared } = aBudget({ principalId: SHARED_AGENTS, kind: 'agent-role', runtimes });

  expect(standingOf(shared, SETTINGS, 'UTC', NOON).limit).toBe(usd('20'));
  expect(standingOf({ ...shared, limits: [limit('100')] }, SETTINGS, 'UTC', NOON).limit).toBe(usd('100'));
});
