import { agentBudgetIds, poolOf, poolUsedPercent } from '../../../../src/lambdas/core/agents/agent-pool';
import { Budget } from '../../../../src/lambdas/core/budget';
import { usd } from '../../../../src/lambdas/core/money';
import { parseSettings } from '../../../../src/lambdas/core/settings';
import { aBudget, aContext, ACCOUNT, AGENT, AGENT_ROLE, agentSettingTexts, limit, NOON, REGION, ROLE, SHARED_AGENTS, TODAY } from '../builders';

const OTHER = `agent-runtime/${ACCOUNT}/${REGION}/search-Fg6Hi7Jk8L`;
const THIRD = `agent-runtime/${ACCOUNT}/${REGION}/third-Fg6Hi7Jk8L`;
const context = aContext({ settings: parseSettings(agentSettingTexts()) });

describe('the budgets of agents', () => {
  test.each<[string, readonly (readonly [string, string])[], readonly string[], readonly string[]]>([
    ['none', [], [], []],
    ['each its own, where each has a role of its own', [[AGENT, AGENT_ROLE], [OTHER, ROLE]], [AGENT, OTHER], []],
    ['the shared one that is charged, and their own, where they share', [[AGENT, AGENT_ROLE], [OTHER, AGENT_ROLE], [THIRD, ROLE]], [SHARED_AGENTS, THIRD], [AGENT, OTHER]],
    ['all of them, where somebody broke their role', [[AGENT, 'x'], [OTHER, 'x']], [AGENT, OTHER], []],
  ])('are %s', (_, registered, charged, own) => {
    const ids = agentBudgetIds(registered.map(([principalId, roleId]) => ({ principalId, roleId })), REGION);
    expect([[...ids.charged], [...ids.own]]).toEqual([charged, own]);
  });
});

describe('the pool', () => {
  const pool = (budgets: readonly Budget[], charged = budgets.map(({ principalId }) => principalId)) =>
    poolOf(budgets, { charged: new Set(charged) }, 3, context, NOON);
  const agent = (changes: Parameters<typeof aBudget>[0]) => aBudget({ principalId: AGENT, limits: undefined, ...changes });

  test('is nothing where there is no budget, and nothing of it is used', () => {
    expect(pool([])).toEqual({ runtimes: 3, exceeded: 0, limit: 0n, spent: 0n });
    expect(poolUsedPercent(pool([]))).toBe(0);
  });

  test('is what all may spend together, by their own limits or the default, top-ups included', () => {
    const budgets = [
      agent({ spent: '4' }),
      agent({ principalId: OTHER, limits: [limit('30')], topUps: [{ amount: usd('5'), expiresAt: NOON + 1 }], spent: '1' }),
      agent({ principalId: SHARED_AGENTS, runtimes: [AGENT, OTHER, THIRD], spent: '20' }),
    ];
    expect(pool(budgets)).toEqual({ runtimes: 3, exceeded: 0, limit: usd('75'), spent: usd('25') });
    expect(poolUsedPercent(pool(budgets))).toBe(33.33);
  });

  test('counts what a runtime spent before it came to share, but not its limit besides', () => {
    expect(pool([agent({ principalId: SHARED_AGENTS, runtimes: [AGENT, OTHER], spent: '1' }), agent({ spent: '3' })], [SHARED_AGENTS])).toMatchObject({ limit: usd('20'), spent: usd('4') });
  });

  test('counts who has reached a limit, suspended or not, and whichever limit', () => {
    const both = [limit('100'), limit('5', 'calendar day')];
    expect(pool([
      agent({ spent: '10' }),
      agent({ principalId: OTHER, spent: '10', status: 'suspended' }),
      agent({ principalId: THIRD, spent: '5', limits: both }),
      agent({ principalId: SHARED_AGENTS, spent: '9.999999999999' }),
    ])).toMatchObject({ exceeded: 3 });
    expect(pool([agent({ limits: [limit('10'), limit('0', 'calendar day')], spend: new Map([['2026-03-09', usd('5')]]) })])).toMatchObject({ exceeded: 1 });
  });

  test('counts of several limits the one that is used up furthest', () => {
    expect(pool([agent({ limits: [limit('100'), limit('20', 'calendar day')], spend: new Map([[TODAY, usd('10')], ['2026-03-09', usd('5')]]) })])).toMatchObject({ limit: usd('20'), spent: usd('10') });
  });

  test('does not count who may spend without bound', () => {
    expect(pool([agent({ limits: [], spent: '1000' })])).toEqual({ runtimes: 3, exceeded: 0, limit: 0n, spent: 0n });
  });

  test('may be used beyond what is in it', () => {
    expect(poolUsedPercent(pool([agent({ spent: '12.3456' })]))).toBe(123.45);
  });
});
