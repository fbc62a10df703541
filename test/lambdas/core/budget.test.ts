import { PrincipalKindName } from '../../../src/contract';
import { Budget, leadingWindow, limitsInForce, rulesFor, spentIn, windowStates } from '../../../src/lambdas/core/budget';
import { parsePeriod } from '../../../src/lambdas/core/calendar';
import { formatUsd, usd } from '../../../src/lambdas/core/money';
import { parseSettings } from '../../../src/lambdas/core/settings';
import {
  aBudget, ACCOUNT, AGENT, agentSettingTexts, ALICE, aSuspendedBudget, DAY, KEY_USER, limit, NOON, ROLE, settings, SHARED_AGENTS, TODAY,
  settingTexts,
} from './builders';

describe('the limits in force', () => {
  test('are the principal’s own', () => {
    const budget = aBudget({ kind: PrincipalKindName.API_KEY_USER, limits: [limit('5')] });
    expect(limitsInForce(budget, settings())).toEqual([limit('5')]);
  });

  test('are the default of an API-key user', () => {
    const budget = aBudget({ principalId: KEY_USER, kind: PrincipalKindName.API_KEY_USER, limits: undefined });
    expect(limitsInForce(budget, settings({ defaultApiKeyBudget: usd('25') }))).toEqual([limit('25')]);
  });

  test.each([
    [`iam-user/${ACCOUNT}/alice`], [ROLE], [`federated-user/${ACCOUNT}/x`], [`root/${ACCOUNT}`],
  ])('are none of %s, until somebody sets one', principalId => {
    expect(limitsInForce(aBudget({ principalId, limits: undefined }), settings())).toEqual([]);
  });

  test.each<[string, Partial<Budget>, string]>([
    ['one runtime: the default', { principalId: AGENT }, '10'],
    ['three that share a role: three times that', { principalId: SHARED_AGENTS, runtimes: ['a', 'b', 'c'] }, '30'],
    ['a shared budget whose runtimes nobody has told yet: that of two, which it takes', { principalId: SHARED_AGENTS }, '20'],
    ['one that lost them all: that of two', { principalId: SHARED_AGENTS, runtimes: [] }, '20'],
  ])('are, of %s', (_, budget, amount) => {
    const agents = parseSettings(agentSettingTexts({ 'agent-refresh-period': '7 days' }));
    expect(limitsInForce(aBudget({ ...budget, limits: undefined }), agents)).toEqual([limit(amount, '7 days')]);
    expect(limitsInForce(aBudget({ ...budget, limits: [limit('3')] }), agents)).toEqual([limit('3')]);
    // Where agents have no budgets any more, nothing is to be restricted.
    expect(limitsInForce(aBudget({ ...budget, limits: undefined }), parseSettings(settingTexts()))).toEqual([]);
  });

  test('may be none on purpose, even of an API-key user', () => {
    expect(limitsInForce(aBudget({ kind: PrincipalKindName.API_KEY_USER, limits: [] }), settings())).toEqual([]);
  });
});

describe('the rules of a budget', () => {
  const all = parseSettings(agentSettingTexts({
    'agent-warning-threshold-percent': '20', 'agent-critical-threshold-percent': '30', 'agent-grace-period-seconds': '60', 'agent-refresh-period': '7 days',
  }));
  const rest = { warningPercent: usd('70'), criticalPercent: usd('90'), graceSeconds: 300 };
  const agents = { warningPercent: usd('20'), criticalPercent: usd('30'), graceSeconds: 60, refreshPeriod: parsePeriod('7 days') };
  const thresholds = { warningPercent: usd('1'), criticalPercent: usd('2') };

  test.each<[string, Partial<Budget>, object]>([
    ['a user are those of the rest', { principalId: ALICE }, rest],
    ['a role are those of the rest, though it be an execution role', { principalId: ROLE }, rest],
    ['a runtime are those of agents', { principalId: AGENT }, agents],
    ['a shared role are those of agents', { principalId: SHARED_AGENTS }, agents],
    ['a user with thresholds of its own are these, and the grace period of the rest', { principalId: ALICE, thresholds }, { ...rest, ...thresholds }],
    ['a runtime with thresholds of its own are these, and the grace period of agents', { principalId: AGENT, thresholds }, { ...agents, ...thresholds }],
  ])('of %s', (_, budget, rules) => {
    expect(rulesFor(aBudget(budget), all)).toMatchObject(rules);
  });

  test('of a runtime are those of the rest where agents have none', () => {
    expect(rulesFor(aBudget({ principalId: AGENT }), settings())).toMatchObject(rest);
  });
});

describe('what was spent in a window', () => {
  test('is the sum of its days, both ends included', () => {
    const spend = new Map([['2026-02-28', usd('1')], ['2026-03-01', usd('2')], ['2026-03-31', usd('4')], ['2026-04-01', usd('8')]]);
    expect(formatUsd(spentIn({ start: '2026-03-01', end: '2026-03-31' }, spend))).toBe('6');
  });

  test('is nothing where nothing was spent', () => {
    expect(formatUsd(spentIn({ start: '2026-03-01', end: '2026-03-31' }, new Map()))).toBe('0');
  });
});

describe('the windows of a budget', () => {
  test('one for each limit, each with its key, limit and spend', () => {
    const budget = aBudget({
      limits: [limit('10', 'calendar day'), limit('100', '30 days'), limit('50', '7 days', '2026-03-10')],
      spend: new Map([['2026-03-09', usd('3')], [TODAY, usd('4')]]),
    });
    expect(windowStates(budget, settings(), TODAY, NOON).map(({ key, limit: amount, spent }) => [key, formatUsd(amount), formatUsd(spent)])).toEqual([
      ['calendar day@2026-03-10', '10', '4'],
      // counted from the budget's own anchor, the 9th of January
      ['30 days@2026-03-10', '100', '4'],
      ['7 days@2026-03-10', '50', '4'],
    ]);
  });

  test('tell which part of the spend is an estimate', () => {
    const budget = aBudget({
      limits: [limit('10', 'calendar day'), limit('100')],
      spend: new Map([['2026-03-09', usd('3')], [TODAY, usd('4')]]),
      estimated: new Map([['2026-02-28', usd('8')], ['2026-03-09', usd('2')], [TODAY, usd('1')]]),
    });
    expect(windowStates(budget, settings(), TODAY, NOON).map(({ estimated }) => formatUsd(estimated))).toEqual(['1', '3']);
  });

  test('a top-up raises every limit until it expires', () => {
    const budget = aBudget({
      limits: [limit('10', 'calendar day'), limit('100')],
      topUps: [{ amount: usd('5'), expiresAt: NOON + 1 }, { amount: usd('2'), expiresAt: NOON + DAY }, { amount: usd('1000'), expiresAt: NOON }],
    });
    expect(windowStates(budget, settings(), TODAY, NOON).map(state => formatUsd(state.limit))).toEqual(['17', '107']);
  });
});

describe('the window to name', () => {
  const states = (...limits: readonly (readonly [string, string])[]) => windowStates(
    aBudget({ limits: limits.map(([amount, period]) => limit(amount, period)), spent: '10' }), settings(), TODAY, NOON);

  test('is the one that is used up furthest', () => {
    expect(leadingWindow(states(['100', 'calendar month'], ['20', 'calendar day'], ['50', 'calendar week']))?.key).toBe('calendar day@2026-03-10');
  });

  test('is the first among equals', () => {
    expect(leadingWindow(states(['20', 'calendar week'], ['20', 'calendar day']))?.key).toBe('calendar week@2026-03-09');
  });

  test('is one with a limit of nothing before all others', () => {
    expect(leadingWindow(states(['20', 'calendar week'], ['0', 'calendar day']))?.key).toBe('calendar day@2026-03-10');
  });

  test('is none without limits', () => {
    expect(leadingWindow(windowStates(aSuspendedBudget({ limits: [] }), settings(), TODAY, NOON))).toBeUndefined();
  });
});
