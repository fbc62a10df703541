import { PrincipalKindName } from '../../../src/contract';
import { Budget, Status } from '../../../src/lambdas/core/budget';
import { applyDecision } from '../../../src/lambdas/core/budget-transition';
import { decide, Decision, DecisionContext, RECHECK_MS, WORKFLOW_PATIENCE_MS } from '../../../src/lambdas/core/decision';
import { usd } from '../../../src/lambdas/core/money';
import { parseSettings } from '../../../src/lambdas/core/settings';
import {
  aBudget, aBudgetBeingRestored, aBudgetInGrace, ACCOUNT, aContext, AGENT, AGENT_ROLE, agentSettingTexts, ALICE, aSuspendedBudget, at, DAY, HOUR, KEY_USER,
  limit, MINUTE, NOON, ROLE, settings, settingTexts, SHARED_AGENTS,
} from './builders';

const APRIL = at('2026-04-01T00:00:00Z');
const MARCH = 'calendar month@2026-03-01';

describe('on the way to the limit', () => {
  test.each<[string, Status, string]>([
    ['0', 'active', 'none'],
    ['69.999999999999', 'active', 'none'],
    ['70', 'warning', 'warning'],
    ['89.999999999999', 'warning', 'warning'],
    ['90', 'critical', 'critical'],
    ['99.999999999999', 'critical', 'critical'],
    ['100', 'grace_period', 'exceeded'],
    ['1000', 'grace_period', 'exceeded'],
  ])('%s of 100 USD is %s', (spent, status, level) => {
    const decision = decided(aBudget({ spent }));
    expect(decision.status).toBe(status);
    expect(decision.levels).toEqual({ [MARCH]: level });
  });

  test('the worst of several limits decides', () => {
    const limits = [limit('1000'), limit('10', 'calendar day'), limit('100', 'calendar week')];
    expect(decided(aBudget({ spent: '9.5', limits }))).toMatchObject({
      status: 'critical', levels: { 'calendar month@2026-03-01': 'none', 'calendar day@2026-03-10': 'critical', 'calendar week@2026-03-09': 'none' },
    });
  });

  test('of two limits of the same window, the lower one decides, in whatever order they stand', () => {
    for (const limits of [[limit('10'), limit('20')], [limit('20'), limit('10')]]) {
      expect(decided(aBudget({ spent: '10', limits }))).toMatchObject({ status: 'grace_period', levels: { [MARCH]: 'exceeded' } });
    }
  });

  test('a limit of nothing is exceeded by nothing', () => {
    expect(decided(aBudget({ limits: [limit('0')] })).status).toBe('grace_period');
  });

  test('thresholds are those of the settings', () => {
    const context = aContext({ settings: settings({ warningPercent: usd('12.34'), criticalPercent: usd('56.78') }) });
    expect(decided(aBudget({ spent: '12.34' }), NOON, context).status).toBe('warning');
    expect(decided(aBudget({ spent: '56.78' }), NOON, context).status).toBe('critical');
  });

  test('without a budget there is nothing to exceed', () => {
    expect(decided(aBudget({ spent: '1000000', limits: undefined }))).toMatchObject({ status: 'active', changed: false, crossed: [] });
  });

  test('the default budget of API keys is decided upon like any other', () => {
    expect(decided(aBudget({ principalId: KEY_USER, kind: PrincipalKindName.API_KEY_USER, limits: undefined, spent: '25' })).status).toBe('grace_period');
  });

  test('the monitor looks again, sooner than the window ends', () => {
    expect(decided(aBudget({ spent: '75' })).nextCheckAt).toBe(NOON + RECHECK_MS);
    expect(decided(aBudget({ spent: '5' })).nextCheckAt).toBeUndefined();
    expect(decided(aBudget({ spent: '75', limits: [limit('100', 'calendar day')] }), at('2026-03-10T23:50:00Z')).nextCheckAt).toBe(at('2026-03-11T00:00:00Z'));
  });

  test('the reason tells the share, the limit and since when', () => {
    expect(decided(aBudget({ spent: '75.5' })).reason).toBe('75.5 % of $100.00 spent since 2026-03-01');
  });

  test('a status that stays keeps its reason, so that not every call writes the budget', () => {
    const budget = aBudget({ spent: '76', status: 'warning', reason: '75.0 % of …', levels: { [MARCH]: 'warning' } });
    expect(decided(budget)).toMatchObject({ reason: '75.0 % of …', changed: false });
  });
});

describe('thresholds are announced', () => {
  test('all at once where one call crosses several', () => {
    expect(crossed(aBudget({ spent: '100' }))).toEqual(['warning', 'critical', 'exceeded']);
  });

  test('once a window', () => {
    expect(crossed(aBudget({ spent: '95', levels: { [MARCH]: 'warning' } }))).toEqual(['critical']);
    expect(crossed(aBudget({ spent: '95', levels: { [MARCH]: 'critical' } }))).toEqual([]);
  });

  test('anew in a new window', () => {
    const budget = aBudget({ spend: new Map([['2026-03-31', usd('80')], ['2026-04-01', usd('80')]]), status: 'warning', levels: { [MARCH]: 'warning' } });
    expect(crossed(budget, APRIL + 1)).toEqual(['warning']);
  });

  test('not to somebody exempt', () => {
    expect(crossed(aBudget({ spent: '100', exemption: { reason: 'x' } }))).toEqual([]);
  });
});

describe('over the limit', () => {
  test('begins a grace period, at whose end the suspension is due', () => {
    expect(decided(aBudget({ spent: '100' }))).toMatchObject({
      status: 'grace_period', graceDeadline: NOON + 5 * MINUTE, workflow: 'suspension', nextCheckAt: NOON + 5 * MINUTE + WORKFLOW_PATIENCE_MS,
    });
  });

  test('suspends at once where the grace period is zero', () => {
    expect(decided(aBudget({ spent: '100' }), NOON, aContext({ settings: settings({ graceSeconds: 0 }) }))).toMatchObject({ graceDeadline: NOON, workflow: 'suspension' });
  });

  test('remembers which call it was', () => {
    expect(decided(aBudget({ spent: '100', lastCallAt: NOON - MINUTE })).exceededAt).toBe(NOON - MINUTE);
    expect(decided(aBudget({ spent: '100' })).exceededAt).toBe(NOON);
    expect(decided(aBudget({ spent: '100', lastCallAt: NOON + HOUR })).exceededAt).toBe(NOON);
    expect(decided(aBudget({ spent: '100', lastCallAt: NOON, exceededAt: NOON - HOUR })).exceededAt).toBe(NOON - HOUR);
  });

  test('a grace period that has begun is not begun again', () => {
    expect(decided(aBudgetInGrace(), NOON - MINUTE)).toMatchObject({ status: 'grace_period', graceDeadline: NOON, changed: false });
    expect(decided(aBudgetInGrace(), NOON - MINUTE)).not.toHaveProperty('workflow');
  });

  test('a change of the settings does not move a deadline that was announced', () => {
    expect(decided(aBudgetInGrace(), NOON - MINUTE, aContext({ settings: settings({ graceSeconds: 86_400 }) })).graceDeadline).toBe(NOON);
  });

  test('who is suspended stays so, and is not suspended twice', () => {
    expect(decided(aSuspendedBudget({ spent: '500' }))).toMatchObject({ status: 'suspended', changed: false, reason: aSuspendedBudget().reason });
    expect(decided(aSuspendedBudget())).not.toHaveProperty('workflow');
  });
});

describe('what is due at the very moment', () => {
  const HELD = { by: 'ops', reason: 'leak' };

  test('is over: an exemption, a top-up and a wait for a free attachment', () => {
    expect(decided(aBudget({ spent: '120', exemption: { reason: 'x', until: NOON } })).status).toBe('grace_period');
    expect(decided(aBudget({ spent: '120', topUps: [{ amount: usd('100'), expiresAt: NOON }] })).status).toBe('grace_period');
    expect(decided(aBudget({ spent: '120', status: 'exceeded', unenforceable: { code: 'attachment-quota', message: 'full', retryAt: NOON } })).status).toBe('grace_period');
  });

  test('is not looked for any more', () => {
    expect(decided(aBudget({ spent: '5', exemption: { reason: 'x', until: NOON }, topUps: [{ amount: usd('100'), expiresAt: NOON }] }))).not.toHaveProperty('nextCheckAt');
  });

  test('needs no look where nobody said until when', () => {
    expect(decided(aBudget({ spent: '120', exemption: { reason: 'x' } }))).not.toHaveProperty('nextCheckAt');
  });

  test.each([['now', NOON, false], ['in a moment', NOON + 1, true]])('a grace period that ends %s is cut short by an order where there is something to cut', (_, graceDeadline, isCut) => {
    const decision = decided(aBudgetInGrace({ graceDeadline, hold: HELD }));
    expect(decision.graceDeadline).toBe(NOON);
    expect(decision.reason === 'held by ops: leak').toBe(isCut);
  });
});

describe('what cannot be restricted', () => {
  const unenforceable = { code: 'attachment-quota', message: 'full', retryAt: NOON + MINUTE };

  test('is said with the reason, and tried again when that is due', () => {
    expect(decided(aBudget({ spent: '120', status: 'exceeded', unenforceable }))).toMatchObject({ status: 'exceeded', reason: 'over the limit but unenforceable: full', nextCheckAt: NOON + MINUTE });
  });

  test('for good has no time of its own', () => {
    expect(decided(aBudget({ spent: '120', status: 'exceeded', unenforceable: { ...unenforceable, retryAt: undefined } })).nextCheckAt).toBe(NOON + RECHECK_MS);
  });
});

test('the reason of a grace period tells how far over the limit it is', () => {
  expect(decided(aBudget({ spent: '120' })).reason).toBe('120.0 % of $100.00 spent since 2026-03-01');
});

test('a restoration that is overdue and over the limit again is started anew', () => {
  expect(decided(aBudgetBeingRestored({ limits: [limit('50')] }), NOON + 5 * MINUTE)).toMatchObject({ status: 'restoring', workflow: 'restoration' });
});

describe('a workflow that does not come to its end', () => {
  test('is waited for', () => {
    expect(decided(aBudgetInGrace(), NOON + 10 * MINUTE - 1)).toMatchObject({ changed: false, nextCheckAt: NOON + 10 * MINUTE });
    expect(decided(aBudgetBeingRestored(), NOON + 5 * MINUTE - 1)).toMatchObject({ changed: false, nextCheckAt: NOON + 5 * MINUTE });
  });

  test('is started again when patience is over', () => {
    expect(decided(aBudgetInGrace(), NOON + 10 * MINUTE)).toMatchObject({ workflow: 'suspension', changed: true, nextCheckAt: NOON + 10 * MINUTE + WORKFLOW_PATIENCE_MS });
    expect(decided(aBudgetBeingRestored(), NOON + 5 * MINUTE)).toMatchObject({ workflow: 'restoration', changed: true, nextCheckAt: NOON + 5 * MINUTE + WORKFLOW_PATIENCE_MS });
  });

  test('is not started before the grace period is over, however often the monitor looks', () => {
    const budget = aBudgetInGrace({ nextCheckAt: NOON - 3 * MINUTE });
    expect(decided(budget, NOON - 2 * MINUTE)).toMatchObject({ changed: false, nextCheckAt: NOON + WORKFLOW_PATIENCE_MS });
  });

  test('is waited for where nobody wrote down until when', () => {
    expect(decided(aBudgetBeingRestored({ nextCheckAt: undefined })).nextCheckAt).toBe(NOON - 5 * MINUTE + WORKFLOW_PATIENCE_MS);
    expect(decided(aBudgetInGrace({ graceDeadline: undefined, nextCheckAt: undefined })).graceDeadline).toBe(NOON);
  });
});

describe('recovery', () => {
  const RECOVERIES: readonly (readonly [string, Partial<Budget>, number])[] = [
    ['the window turns', {}, APRIL],
    ['the limit rises', { limits: [limit('200')] }, NOON],
    ['a top-up comes', { topUps: [{ amount: usd('100'), expiresAt: NOON + DAY }] }, NOON],
    ['an exemption is granted', { exemption: { reason: 'migration' } }, NOON],
    ['the budget is withdrawn', { limits: [] }, NOON],
    ['the principal is only observed from now on', { enforcement: 'observe' }, NOON],
  ];

  test.each(RECOVERIES)('ends a grace period when %s', (_, change, time) => {
    const decision = decided(aBudgetInGrace(change), time);
    expect(decision.status).toBe(change.enforcement === 'observe' ? 'exceeded' : 'active');
    expect(decision).not.toHaveProperty('graceDeadline');
    expect(decision).not.toHaveProperty('workflow');
  });

  test.each(RECOVERIES)('begins the restoration of a suspended principal when %s', (_, change, time) => {
    expect(decided(aSuspendedBudget(change), time)).toMatchObject({ status: 'restoring', workflow: 'restoration', nextCheckAt: expect.any(Number) });
  });

  test.each(RECOVERIES)('makes a principal that could not be restricted ordinary again when %s', (_, change, time) => {
    const exceeded = aBudget({ spent: '120', status: 'exceeded', levels: { [MARCH]: 'exceeded' }, unenforceable: { code: 'protected', message: 'by AWS' }, ...change });
    expect(decided(exceeded, time).status).toBe(change.enforcement === 'observe' ? 'exceeded' : 'active');
  });

  test('to a threshold is told as that', () => {
    expect(decided(aBudgetInGrace({ limits: [limit('130')] })).status).toBe('critical');
    expect(decided(aBudgetInGrace({ limits: [limit('160')] })).status).toBe('warning');
  });

  test('does not come in a window of many days because one of them ended', () => {
    expect(decided(aSuspendedBudget(), at('2026-03-11T00:00:00Z')).status).toBe('suspended');
    expect(decided(aSuspendedBudget(), APRIL - 1).status).toBe('suspended');
  });

  test('is looked for at the end of the window, of a top-up and of an exemption', () => {
    expect(decided(aSuspendedBudget()).nextCheckAt).toBe(APRIL);
    const raised = aBudget({ spent: '75', topUps: [{ amount: usd('1'), expiresAt: NOON + MINUTE }, { amount: usd('1'), expiresAt: NOON - MINUTE }] });
    expect(decided(raised).nextCheckAt).toBe(NOON + MINUTE);
    expect(decided(aBudget({ spent: '175', exemption: { reason: 'x', until: NOON + MINUTE } })).nextCheckAt).toBe(NOON + MINUTE);
  });

  test('that lasts long does not hide a record that was lost', () => {
    expect(decided(aBudget({ spent: '175', exemption: { reason: 'x', until: NOON + DAY } })).nextCheckAt).toBe(NOON + RECHECK_MS);
    expect(decided(aBudget({ spent: '5', topUps: [{ amount: usd('1'), expiresAt: NOON + DAY }] })).nextCheckAt).toBe(NOON + RECHECK_MS);
  });

  test('ends with the top-up or the exemption that brought it', () => {
    expect(decided(aBudget({ spent: '120', exemption: { reason: 'x', until: NOON } })).status).toBe('grace_period');
    expect(decided(aBudget({ spent: '120', topUps: [{ amount: usd('100'), expiresAt: NOON }] })).status).toBe('grace_period');
  });

  test('is undone while the restoration is under way only by its own workflow', () => {
    expect(decided(aBudgetBeingRestored({ spent: '500' }))).toMatchObject({ status: 'restoring', changed: true });
    expect(decided(aBudgetBeingRestored({ spent: '500' }))).not.toHaveProperty('workflow');
  });

  test('tells why', () => {
    expect(decided(aSuspendedBudget({ limits: [limit('200')] })).reason).toBe('within budget: 60.0 % of $200.00 spent since 2026-03-01');
    expect(decided(aSuspendedBudget({ limits: [] })).reason).toBe('no budget');
    expect(decided(aSuspendedBudget({ exemption: { reason: 'migration' } })).reason).toBe('exempt: migration');
  });
});

describe('an exemption', () => {
  test('is the reason while it lasts, and not after', () => {
    const exempt = aBudget({ spent: '50', exemption: { reason: 'migration', until: NOON + HOUR } });
    expect(decided(exempt)).toMatchObject({ status: 'active', reason: 'exempt: migration', changed: true });
    const after = { ...exempt, ...applyDecision(exempt, decided(exempt), NOON) };
    expect(decided(after).changed).toBe(false);
    expect(decided(after, NOON + HOUR).reason).toBe('within budget: 50.0 % of $100.00 spent since 2026-03-01');
  });
});

describe('a hold', () => {
  const hold = { by: 'ops', reason: 'leaked key' };

  test('suspends at once, whatever was spent', () => {
    expect(decided(aBudget({ hold }))).toMatchObject({ status: 'grace_period', graceDeadline: NOON, workflow: 'suspension', reason: 'held by ops: leaked key' });
  });

  test('suspends who has no budget, is exempt or only observed', () => {
    for (const change of [{ limits: undefined }, { exemption: { reason: 'x' } }, { enforcement: 'observe' as const }]) {
      expect(decided(aBudget({ hold, ...change })).status).toBe('grace_period');
      expect(decided(aSuspendedBudget({ hold, ...change })).status).toBe('suspended');
    }
  });

  test('cuts a grace period short', () => {
    expect(decided(aBudgetInGrace({ hold }), NOON - 2 * MINUTE)).toMatchObject({ graceDeadline: NOON - 2 * MINUTE, workflow: 'suspension', changed: true });
    expect(decided(aBudgetInGrace({ hold }), NOON + MINUTE)).toMatchObject({ graceDeadline: NOON, changed: false });
  });

  test('outlasts the window, raises and exemptions, and keeps the principal on the watch list', () => {
    const held = aSuspendedBudget({ hold, limits: [limit('1000')], levels: {} });
    expect(decided(held, APRIL)).toMatchObject({ status: 'suspended', nextCheckAt: APRIL + DAY });
  });

  test('ends with its removal', () => {
    expect(decided(aSuspendedBudget({ limits: [limit('1000')] })).status).toBe('restoring');
  });
});

describe('who cannot be restricted', () => {
  test.each([
    [`root/${ACCOUNT}`, 'root user'],
    [`federated-user/${ACCOUNT}/auditor`, 'federated session'],
    [`iam-role/${ACCOUNT}/AWSReservedSSO_Dev_0123456789abcdef`, 'only AWS may modify'],
    ['iam-role/777788889999/reader', 'account 777788889999'],
  ])('%s is reported as over its limit', (principalId, why) => {
    const decision = decided(aBudget({ principalId, spent: '100' }));
    expect(decision).toMatchObject({ status: 'exceeded', nextCheckAt: NOON + RECHECK_MS, exceededAt: NOON });
    expect(decision.reason).toContain(why);
    expect(decision).not.toHaveProperty('workflow');
  });

  test('an id of ours that names nobody', () => {
    expect(decided(aBudget({ principalId: 'agent-runtime/x', spent: '100' })).reason).toBe('over the limit but unenforceable: is not a known principal');
  });

  test('who is observed is reported, too', () => {
    expect(decided(aBudget({ spent: '100', enforcement: 'observe' }))).toMatchObject({ status: 'exceeded', reason: 'over the limit; observed only' });
  });

  test('whose attachment quota is full is tried again when that is due, without another grace period', () => {
    const full = aBudget({ spent: '100', status: 'exceeded', unenforceable: { code: 'attachment-quota', message: 'quota', retryAt: NOON } });
    expect(decided(full, NOON - 1)).toMatchObject({ status: 'exceeded', reason: 'over the limit but unenforceable: quota', nextCheckAt: NOON });
    expect(decided(full, NOON)).toMatchObject({ status: 'grace_period', graceDeadline: NOON, workflow: 'suspension' });
  });

  test('whom AWS protects is not tried again', () => {
    const budget = aBudget({ spent: '100', status: 'exceeded', unenforceable: { code: 'protected', message: 'by AWS' } });
    expect(decided(budget, APRIL - 1).status).toBe('exceeded');
  });
});

describe('a principal that is gone', () => {
  test.each([['at', 0, 'deleted'], ['a moment after', 1, 'active']] as const)('%s the moment at which it called last', (_, later, status) => {
    expect(decided(gone({ spent: '5', lastCallAt: NOON + later }), NOON + MINUTE).status).toBe(status);
  });

  test.each([['at', 0, 'deleted'], ['a moment after', 1, 'grace_period']] as const)('and is ordered to be suspended %s the moment at which it was found gone', (_, later, status) => {
    expect(decided(gone({ hold: { by: 'ops', reason: 'leak' }, change: { at: NOON + later } }), NOON + MINUTE).status).toBe(status);
  });

  test('is not back for a change of its budget without an order', () => {
    expect(decided(gone({ change: { at: NOON + 1 } }), NOON + MINUTE).status).toBe('deleted');
  });

  const gone = (changes: Parameters<typeof aBudget>[0] = {}) => aBudget({ status: 'deleted', statusSince: NOON, reason: 'gone', spent: '120', lastCallAt: NOON - HOUR, ...changes });

  test.each<[string, Parameters<typeof aBudget>[0], number]>([
    ['over its limit', {}, NOON + HOUR],
    ['within it', { spent: '5' }, NOON + HOUR],
    ['in a new window', {}, APRIL],
    ['that never called', { lastCallAt: undefined }, NOON + HOUR],
  ])('stays gone, %s, and nobody looks again', (_, changes, time) => {
    const decision = decided(gone(changes), time);
    expect(decision).toMatchObject({ status: 'deleted', reason: 'gone' });
    expect(decision).not.toHaveProperty('nextCheckAt');
  });

  test('is back as soon as it calls', () => {
    expect(decided(gone({ lastCallAt: NOON + 1 }), NOON + MINUTE).status).toBe('grace_period');
    expect(decided(gone({ lastCallAt: NOON + 1, spent: '5' }), NOON + MINUTE).status).toBe('active');
  });
});

describe('a runtime that is no more', () => {
  const removed = (budget: Budget): Budget =>
    ({ ...budget, principalId: AGENT, kind: PrincipalKindName.AGENT_RUNTIME, role: AGENT_ROLE, removedAt: NOON - MINUTE });

  test.each<[string, Budget, Status]>([
    ['within its limit', aBudget({ spent: '5' }), 'deleted'],
    ['over it', aBudget({ spent: '500' }), 'deleted'],
    ['over it and observed', aBudget({ spent: '500', status: 'exceeded', enforcement: 'observe' }), 'deleted'],
    ['exempt', aBudget({ spent: '500', exemption: { reason: 'x' } }), 'deleted'],
    ['held', aBudget({ hold: { by: 'ops', reason: 'leak' } }), 'deleted'],
    ['in its grace period', aBudgetInGrace(), 'deleted'],
    ['in one that has a while to go, and held', aBudgetInGrace({ graceDeadline: NOON + HOUR, hold: { by: 'ops', reason: 'leak' } }), 'deleted'],
    ['suspended', aSuspendedBudget(), 'restoring'],
    ['suspended and held', aSuspendedBudget({ hold: { by: 'ops', reason: 'leak' } }), 'restoring'],
    ['being restored', aBudgetBeingRestored(), 'restoring'],
    ['deleted', aBudget({ status: 'deleted' }), 'deleted'],
  ])('%s', (_, budget, status) => {
    expect(decided(removed(budget))).toMatchObject({ status, crossed: [] });
  });

  test('has its role freed by a workflow, and nobody looks again once it is deleted', () => {
    expect(decided(removed(aSuspendedBudget()))).toMatchObject({ workflow: 'restoration', nextCheckAt: NOON + WORKFLOW_PATIENCE_MS, reason: 'the runtime is no more' });
    expect(decided(removed(aBudget({ spent: '500' })))).not.toHaveProperty('nextCheckAt');
  });

  test('is not charged back to life by a call that was still in flight', () => {
    const deleted = { ...removed(aBudget({ spent: '500' })), status: 'deleted' as const, statusSince: NOON - MINUTE, reason: 'the runtime is no more' };
    expect(decided({ ...deleted, lastCallAt: NOON })).toMatchObject({ status: 'deleted', changed: false });
  });

  test.each<[string, Partial<Budget>, Status]>([
    ['over its limit', { spend: new Map([['2026-03-10', usd('500')]]) }, 'grace_period'],
    ['within it', {}, 'active'],
    ['held', { hold: { by: 'ops', reason: 'leak' } }, 'grace_period'],
  ])('and is there again is what its spend says at once, without a call: %s', (_, changes, status) => {
    const back = { ...removed(aBudget({ status: 'deleted', statusSince: NOON - MINUTE, lastCallAt: NOON - HOUR, reason: 'the runtime is no more', ...changes })), removedAt: undefined };
    expect(decided(back).status).toBe(status);
  });
});

describe('the rules of agents', () => {
  const context = aContext({
    settings: parseSettings(agentSettingTexts({ 'agent-warning-threshold-percent': '20', 'agent-critical-threshold-percent': '30', 'agent-grace-period-seconds': '60' })),
  });
  const agent = (spent: string, changes: Partial<Budget> = {}) => aBudget({ principalId: AGENT, role: AGENT_ROLE, limits: undefined, spent, ...changes });

  test.each<[string, Status]>([['1.99', 'active'], ['2', 'warning'], ['3', 'critical'], ['10', 'grace_period']])('hold for a runtime: %s of 10 USD is %s', (spent, status) => {
    expect(decided(agent(spent), NOON, context).status).toBe(status);
    expect(decided(aBudget({ limits: [limit('10')], spent: '3' }), NOON, context).status).toBe('active');
  });

  test('hold for what runtimes share', () => {
    const shared = aBudget({ principalId: SHARED_AGENTS, limits: undefined, runtimes: [AGENT, `${AGENT}-2`] });
    expect(['3.99', '4', '6', '20'].map(spent => decided({ ...shared, spend: new Map([['2026-03-10', usd(spent)]]) }, NOON, context).status)).toEqual(['active', 'warning', 'critical', 'grace_period']);
  });

  test('give its grace period', () => {
    expect(decided(agent('10'), NOON, context).graceDeadline).toBe(NOON + MINUTE);
    expect(decided(aBudget({ spent: '100' }), NOON, context).graceDeadline).toBe(NOON + 5 * MINUTE);
  });

  test('give way to thresholds of a budget’s own, whosever it is', () => {
    const thresholds = { warningPercent: usd('50'), criticalPercent: usd('60') };
    expect(['4.9', '5', '6'].map(spent => decided(agent(spent, { thresholds }), NOON, context).status)).toEqual(['active', 'warning', 'critical']);
    expect(decided(aBudget({ principalId: ALICE, spent: '50', thresholds }), NOON, context).status).toBe('warning');
  });

  test('cannot restrict a runtime whose role is not known yet', () => {
    expect(decided(agent('10', { role: undefined }), NOON, context)).toMatchObject({ status: 'exceeded', reason: expect.stringContaining('execution role is not known yet') });
  });
});

describe('time', () => {
  test('never runs behind the last decision: a late record cannot reopen a window', () => {
    const budget = aBudget({ spend: new Map([['2026-03-31', usd('150')]]), decidedAt: APRIL });
    expect(decided(budget, APRIL - HOUR).status).toBe('active');
  });

  test('is that of the deployment', () => {
    const budget = aBudget({ spend: new Map([['2026-03-31', usd('150')]]) });
    const berlin = aContext({ timeZone: 'Europe/Berlin' });
    expect(decided(budget, at('2026-03-31T21:59:59Z'), berlin).status).toBe('grace_period');
    expect(decided(budget, at('2026-03-31T22:00:00Z'), berlin).status).toBe('active');
  });
});

describe('whether anything changed', () => {
  test('a window without a level may come and go unnoticed', () => {
    expect(decided(aBudget({ levels: { 'calendar month@2026-02-01': 'none' } })).changed).toBe(false);
    expect(decided(aBudget()).changed).toBe(false);
  });

  test('a window with a level may not', () => {
    expect(decided(aBudget({ levels: { 'calendar month@2026-02-01': 'warning' }, status: 'active' })).changed).toBe(true);
  });

  test('another deadline is a change, and so is another status and a workflow that is to be started', () => {
    const before = aBudgetInGrace({ graceDeadline: undefined, nextCheckAt: NOON + MINUTE });
    expect(decided(before)).toMatchObject({ graceDeadline: NOON, changed: true });
    const unobserved = aBudget({ spent: '75', status: 'active', reason: '75.0 % of $100.00 spent since 2026-03-01', levels: { [MARCH]: 'warning' } });
    expect(decided(unobserved)).toMatchObject({ status: 'warning', reason: unobserved.reason, changed: true });
    expect(decided({ ...unobserved, status: 'warning' }).changed).toBe(false);
  });

  test('the same levels in another order are no change', () => {
    const limits = [limit('100'), limit('100', 'calendar week')];
    const { levels, reason } = decided(aBudget({ spent: '75', limits }));
    const turned = Object.fromEntries(Object.entries(levels).reverse());
    expect(decided(aBudget({ spent: '75', limits, status: 'warning', reason, levels: turned })).changed).toBe(false);
  });

  test('another reason for the same status is a change', () => {
    expect(decided(aBudget({ principalId: ROLE, spent: '120', status: 'exceeded', enforcement: 'observe', reason: 'unenforceable', levels: { [MARCH]: 'exceeded' } })).changed).toBe(true);
  });
});

function decided(budget: Budget, time = NOON, context: DecisionContext = aContext()): Decision {
  return decide(budget, context, time);
}

function crossed(budget: Budget, time = NOON): string[] {
  return decided(budget, time).crossed.map(({ level }) => level);
}

describe('who was gone', () => {
  const gone = aBudget({ status: 'deleted', statusSince: NOON - HOUR, lastCallAt: NOON - 2 * HOUR, reason: 'the user or role no longer exists' });

  test('is suspended by an order that came since, whatever it called: whether it is there is found out then', () => {
    const hold = { by: 'ops', reason: 'leaked key' };
    expect(decided({ ...gone, hold, change: { at: NOON } }).status).toBe('grace_period');
    expect(decided({ ...gone, hold, change: { at: NOON - 2 * HOUR } }).status).toBe('deleted');
    expect(decided(gone).status).toBe('deleted');
  });
});

describe('runtimes, where AgentCore is switched off', () => {
  const off = parseSettings(settingTexts());
  const status = (budget: Budget) => decide(budget, aContext({ settings: off }), NOON).status;

  test('are restored, held or not, and have no budget afterwards', () => {
    const suspended = aSuspendedBudget({ principalId: AGENT, role: AGENT_ROLE, hold: { by: 'ops', reason: 'leak' } });
    expect(decide(suspended, aContext({ settings: off }), NOON)).toMatchObject({ status: 'restoring', workflow: 'restoration' });
    expect(status({ ...suspended, status: 'restoring' })).toBe('restoring');
    expect(status(aBudget({ principalId: AGENT, role: AGENT_ROLE, spent: '1000' }))).toBe('deleted');
    expect(status(aBudget({ principalId: SHARED_AGENTS, spent: '1000' }))).toBe('deleted');
    // Everybody else is as before.
    expect(status(aSuspendedBudget())).toBe('suspended');
  });

  test('are decided on at once when it is on again', () => {
    const was = decide(aBudget({ principalId: AGENT, role: AGENT_ROLE, spent: '1000' }), aContext({ settings: off }), NOON);
    expect(decided(aBudget({ principalId: AGENT, role: AGENT_ROLE, spent: '1000', status: was.status, reason: was.reason, statusSince: NOON })).status).toBe('grace_period');
  });
});
