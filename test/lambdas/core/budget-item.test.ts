import { PrincipalKindName } from '../../../src/contract';
import { Budget } from '../../../src/lambdas/core/budget';
import {
  budgetFromItem, BudgetItemError, estimatedAttribute, isoInstant, Item, limitFromItem, limitsToItem, NumberText, spendAttribute, stateAttributes,
} from '../../../src/lambdas/core/budget-item';
import { usd } from '../../../src/lambdas/core/money';
import {
  aBudget, aBudgetBeingRestored, aBudgetInGrace, AGENT, AGENT_ROLE, ALICE, aSuspendedBudget, at, DAY, errorOf, HOUR, itemOf, KEY_USER, limit, MINUTE,
  NOON, ROLE, SHARED_AGENTS,
} from './builders';

describe('an item is read', () => {
  const full: Budget = aSuspendedBudget({
    labels: { team: 'search' },
    limits: [limit('12.5', '30 days', '2026-02-01'), limit('0.000000000001', 'calendar day')],
    topUps: [{ amount: usd('5'), expiresAt: NOON + DAY }],
    exemption: { until: NOON + HOUR, reason: 'migration' },
    hold: { by: 'ops', reason: 'incident' },
    enforcement: 'observe',
    unenforceable: { code: 'attachment-quota', message: 'full', retryAt: NOON },
    lastCallAt: NOON - HOUR,
    updatedBy: 'arn:aws:iam::444455556666:user/boss',
    graceDeadline: NOON,
    failure: { workflow: 'restoration', step: 'Lift', message: 'AccessDenied', at: NOON },
    toldFailure: { workflow: 'restoration', step: 'Lift', message: 'AccessDenied', at: NOON - MINUTE },
    suspension: { confirmedAt: NOON, secondsToBlock: 12.3, overspend: usd('20') },
    workflowRevision: 2,
  });

  test.each<[string, Budget]>([
    ['an ordinary budget', aBudget({ spent: '3.5' })],
    ['everything that a budget can have', full],
    ['a grace period', aBudgetInGrace()],
    ['a restoration', aBudgetBeingRestored()],
    ['a budget without limits', aBudget({ limits: undefined })],
    ['a spend that is an estimate in part', aBudget({ spent: '3.5', estimated: new Map([['2026-03-10', usd('1.5')]]) })],
    ['a budget whose limits are none on purpose', aBudget({ limits: [] })],
    ['an exemption without end', aBudget({ exemption: { reason: 'partner' } })],
    ['a principal that never can be restricted', aBudget({ unenforceable: { code: 'protected', message: 'by AWS' } })],
    ['thresholds of its own', aBudget({ thresholds: { warningPercent: usd('12.5'), criticalPercent: usd('50') } })],
    ['a suspended runtime whose restriction has moved', aSuspendedBudget({
      principalId: AGENT, role: AGENT_ROLE, suspension: { confirmedAt: NOON, secondsToBlock: 12.3, overspend: usd('20'), movedAt: NOON + 1 },
    })],
    ['a runtime with its role and the one that it left', aBudget({ principalId: AGENT, role: AGENT_ROLE, formerRole: { id: ROLE, until: NOON } })],
    ['one that is no more', aBudget({ principalId: AGENT, role: AGENT_ROLE, removedAt: NOON })],
    ['a budget that runtimes share', aBudget({ principalId: SHARED_AGENTS, runtimes: [AGENT, `${AGENT}-2`] })],
    ['who changed it when and why', aBudget({ updatedBy: 'boss', change: { at: NOON, reason: 'launch' } })],
    ['a top-up with its reason', aBudget({ topUps: [{ amount: usd('5'), expiresAt: NOON + DAY, reason: 'launch' }] })],
    ['a suspension that failed', aBudgetInGrace({ failure: { workflow: 'suspension', step: 'Restrict', message: 'x', at: NOON } })],
  ])('as it was written: %s', (_, budget) => {
    // A level of none is not written, and a missing hold is not there.
    expect(budgetFromItem(itemOf(budget))).toEqual(withoutUndefined(budget));
  });

  test('that the meter alone has written', () => {
    const budget = budgetFromItem({
      'principalId': ROLE,
      'kind': 'iam-role',
      'registeredAt': '2026-03-10T12:00:00.000Z',
      'anchorDay': '2026-03-10',
      'lastCallAt': '2026-03-10T12:00:00.000Z',
      'watch': 'open',
      'nextCheckAt': '2026-03-10T12:15:00.000Z',
      'spend#2026-03-10': new NumberText('0.000004'),
    });
    expect(budget).toMatchObject({ status: 'active', statusSince: NOON, reason: '', revision: 0, decidedAt: 0, levels: {}, enforcement: 'enforced', topUps: [] });
    expect(budget.spend).toEqual(new Map([['2026-03-10', usd('0.000004')]]));
    expect(budget).not.toHaveProperty('limits');
  });

  test('that has nothing but its id', () => {
    expect(budgetFromItem({ principalId: ALICE })).toMatchObject({ kind: 'iam-user', registeredAt: 0, anchorDay: '1970-01-01', spend: new Map() });
  });

  test('whose numbers have more digits than a float', () => {
    const budget = budgetFromItem({ 'principalId': ALICE, 'spend#2026-03-10': new NumberText('12345678901234567890.000000000001') });
    expect(budget.spend.get('2026-03-10')).toBe(12345678901234567890_000000000001n);
  });

  test('whose numbers DynamoDB has written in exponents', () => {
    expect(budgetFromItem({ 'principalId': ALICE, 'spend#2026-03-10': new NumberText('3.5E-8') }).spend.get('2026-03-10')).toBe(usd('0.000000035'));
  });

  test('with a kind that its id does not tell', () => {
    expect(budgetFromItem({ principalId: KEY_USER, kind: 'api-key-user' }).kind).toBe(PrincipalKindName.API_KEY_USER);
    expect(budgetFromItem({ principalId: KEY_USER, kind: 'novelty' }).kind).toBe(PrincipalKindName.IAM_USER);
  });

  test('with labels in one order, whatever theirs', () => {
    expect(Object.keys(budgetFromItem({ principalId: ALICE, labels: { team: 'a', owner: 'b' } }).labels)).toEqual(['owner', 'team']);
  });

  test('with null where an attribute could be', () => {
    expect(budgetFromItem({ principalId: ALICE, hold: null, reason: null, labels: null, exemption: null })).toMatchObject({ reason: '', labels: {} });
  });

  test('with what an operator left out of an order', () => {
    const budget = budgetFromItem({ principalId: ALICE, change: {}, formerRole: {}, hold: {}, exemption: {}, unenforceable: {}, failure: {}, suspension: { overspendUsd: '1' }, labels: { team: 'a', size: 5 } });
    expect(budget).toMatchObject({
      hold: { by: 'an operator', reason: 'no reason given' },
      exemption: { reason: 'no reason given' },
      unenforceable: { code: 'unknown', message: '' },
      failure: { workflow: 'suspension', step: '', message: '', at: 0 },
      suspension: { confirmedAt: 0, secondsToBlock: 0, overspend: usd('1') },
      labels: { team: 'a' },
      change: { at: 0 },
      formerRole: { id: '', until: 0 },
    });
  });
});

describe('an item that somebody broke is refused, naming the attribute', () => {
  test.each<[string, Item, string]>([
    ['no id', { principalId: undefined }, 'principalId'],
    ['an id that is no text', { principalId: 5 }, 'principalId'],
    ['an id of no known kind', { principalId: 'deployment/note' }, 'principalId'],
    ['an unknown status', { status: 'sleeping' }, 'status'],
    ['a status that is a number', { status: new NumberText('1') }, 'status'],
    ['an unknown level', { levels: { 'calendar month@2026-03-01': 'high' } }, 'calendar month@2026-03-01'],
    ['levels that are a list', { levels: [] }, 'levels'],
    ['an instant that is none', { graceDeadline: 'tomorrow' }, 'graceDeadline'],
    ['an instant that is a number', { nextCheckAt: new NumberText('5') }, 'nextCheckAt'],
    ['an anchor that is no day', { anchorDay: '2026-02-30' }, 'anchorDay'],
    ['spend that is text', { 'spend#2026-03-10': 'much' }, 'spend#2026-03-10'],
    ['spend that is a list', { 'spend#2026-03-10': [] }, 'spend#2026-03-10'],
    ['an estimate that is text', { 'estimated#2026-03-10': 'much' }, 'estimated#2026-03-10'],
    ['an estimate on no day', { 'estimated#yesterday': new NumberText('1') }, 'estimated#yesterday'],
    ['spend on no day', { 'spend#yesterday': new NumberText('1') }, 'spend#yesterday'],
    ['spend finer than a picodollar', { 'spend#2026-03-10': new NumberText('1E-20') }, 'spend#2026-03-10'],
    ['a revision that is a fraction', { revision: new NumberText('1.5') }, 'revision'],
    ['a revision that is text', { revision: '1' }, 'revision'],
    ['limits that are no list', { limits: {} }, 'limits'],
    ['a limit without amount', { limits: [{ period: 'calendar month' }] }, 'limitUsd'],
    ['a limit without period', { limits: [{ limitUsd: new NumberText('5') }] }, 'limits'],
    ['a limit with an anchor that is none', { limits: [{ limitUsd: new NumberText('5'), period: '30 days', anchorDay: 'x' }] }, 'anchorDay'],
    ['a top-up without end', { topUps: [{ amountUsd: new NumberText('5') }] }, 'expiresAt'],
    ['a top-up without amount', { topUps: [{ expiresAt: '2026-03-10T12:00:00Z' }] }, 'amountUsd'],
    ['a hold that is text', { hold: 'yes' }, 'hold'],
    ['thresholds without one of them', { thresholds: { warningPercent: new NumberText('5') } }, 'criticalPercent'],
    ['a role that is a list', { role: [] }, 'role'],
    ['a former role that is text', { formerRole: ROLE }, 'formerRole'],
    ['a former role until some time', { formerRole: { id: ROLE, until: 'lately' } }, 'until'],
    ['runtimes that are text', { runtimes: AGENT }, 'runtimes'],
    ['runtimes of which one is no text', { runtimes: [AGENT, {}] }, 'runtimes'],
    ['a removal at no time', { removedAt: 'lately' }, 'removedAt'],
    ['a change at no time', { change: { at: 'lately' } }, 'at'],
  ])('%s', (_, broken, attribute) => {
    const error = errorOf(() => budgetFromItem({ principalId: ALICE, ...broken }));
    expect(error).toBeInstanceOf(BudgetItemError);
    expect(error.message).toContain(`attribute ${attribute} `.trimEnd());
  });
});

describe('a state is written', () => {
  test('with what it has set, and what it has not removed', () => {
    const { set, remove } = stateAttributes(aBudget({ revision: 4, decidedAt: NOON, reason: 'x' }));
    expect(set).toMatchObject({ status: 'active', reason: 'x', levels: {}, decidedAt: '2026-03-10T12:00:00.000Z', revision: new NumberText('4') });
    expect(remove.slice().sort()).toEqual(['exceededAt', 'failure', 'graceDeadline', 'nextCheckAt', 'suspension', 'toldFailure', 'unenforceable', 'watch', 'workflowRevision']);
  });

  test('never writes what is not the decision’s: spend, limits, orders', () => {
    const { set, remove } = stateAttributes(aSuspendedBudget({ hold: { by: 'x', reason: 'y' }, labels: { a: 'b' }, lastCallAt: NOON }));
    const touched = [...Object.keys(set), ...remove];
    for (const foreign of ['limits', 'topUps', 'exemption', 'hold', 'enforcement', 'labels', 'kind', 'registeredAt', 'anchorDay', 'lastCallAt', 'updatedBy', 'principalId']) {
      expect(touched).not.toContain(foreign);
    }
    expect(touched.filter(name => name.startsWith('spend#'))).toEqual([]);
  });

  test.each<[string, Budget, string | undefined]>([
    ['that is due is watched as open', aBudgetInGrace(), 'open'],
    ['that is suspended is watched as such', aSuspendedBudget(), 'suspended'],
    ['for which nothing is due is not watched', aBudget(), undefined],
  ])('%s', (_, budget, watch) => {
    expect(stateAttributes(budget).set.watch).toBe(watch);
  });

  test('without the days that are forgotten', () => {
    expect(stateAttributes({ ...aBudget(), forgottenDays: ['2025-01-01', '2025-01-02'] }).remove).toEqual(expect.arrayContaining(['spend#2025-01-01', 'estimated#2025-01-01', 'spend#2025-01-02', 'estimated#2025-01-02']));
  });

  test('without levels of none', () => {
    expect(stateAttributes(aBudget({ levels: { a: 'none', b: 'warning' } })).set.levels).toEqual({ b: 'warning' });
  });
});

test('a limit is read as it is written', () => {
  const limits = [limit('25'), limit('0.1', '7 days', '2026-01-01')];
  expect(limitsToItem(limits).map(limitFromItem)).toEqual(limits);
  expect(limitsToItem(limits)[1]).toEqual({ limitUsd: new NumberText('0.1'), period: '7 days', anchorDay: '2026-01-01' });
});

test('instants and days are readable in the console', () => {
  expect(isoInstant(at('2026-03-10T12:00:00+01:00'))).toBe('2026-03-10T11:00:00.000Z');
  expect(spendAttribute('2026-03-10')).toBe('spend#2026-03-10');
  expect(estimatedAttribute('2026-03-10')).toBe('estimated#2026-03-10');
});

test.each<[string, Item, string]>([
  ['no id', { principalId: undefined }, 'principalId is missing'],
  ['an id of no known kind', { principalId: 'deployment/note' }, 'principalId "deployment/note" is no principal id'],
  ['a text that is none', { reason: [] }, 'reason is not text'],
  ['an unknown status', { status: 'sleeping' }, 'status "sleeping" is none of active, warning, critical, exceeded, grace_period, suspended, restoring, deleted'],
  ['an unknown level', { levels: { day: 'high' } }, 'day "high" is none of none, warning, critical, exceeded'],
  ['levels that are a list', { levels: [] }, 'levels is not a map'],
  ['an instant that is none', { graceDeadline: 'tomorrow' }, 'graceDeadline "tomorrow" is no ISO 8601 instant'],
  ['an anchor that is no day', { anchorDay: '2026-02-30' }, 'anchorDay "2026-02-30" is no day'],
  ['spend that is a list', { 'spend#2026-03-10': [] }, 'spend#2026-03-10 is not a number'],
  ['spend that is text', { 'spend#2026-03-10': 'much' }, 'spend#2026-03-10: not a decimal amount of USD: "much"'],
  ['spend on no day', { 'spend#today': new NumberText('1') }, 'spend#today is not named after a day'],
  ['a revision that is a fraction', { revision: new NumberText('1.5') }, 'revision is not a whole number'],
  ['limits that are no list', { limits: {} }, 'limits is not a list'],
  ['a limit without period', { limits: [{ limitUsd: new NumberText('5') }] }, 'limits: not a period: ""'],
  ['a top-up without end', { topUps: [{ amountUsd: new NumberText('5') }] }, 'expiresAt is missing'],
  ['runtimes that are no text', { runtimes: [5] }, 'runtimes has a part that is not text'],
  ['an id of a stranger', { principalId: 'x'.repeat(5000) }, `principalId "${'x'.repeat(80)}" is no principal id`],
  ['a status of a stranger', { status: 'x'.repeat(5000) }, `status "${'x'.repeat(40)}" is none of active`],
  ['an instant of a stranger', { decidedAt: 'x'.repeat(5000) }, `decidedAt "${'x'.repeat(40)}" is no ISO 8601 instant`],
  ['a day of a stranger', { anchorDay: 'x'.repeat(5000) }, `anchorDay "${'x'.repeat(40)}" is no day`],
])('whoever is to mend an item is told what is wrong with it: %s', (_, broken, problem) => {
  const told = String(errorOf(() => budgetFromItem({ principalId: ALICE, ...broken })));
  expect(told.slice(0, `BudgetItemError: attribute ${problem}`.length)).toBe(`BudgetItemError: attribute ${problem}`);
});

test('labels are in order, however the item has them, and only text is one', () => {
  expect(JSON.stringify(budgetFromItem({ principalId: ALICE, labels: { team: 'a', app: 'b', size: 5, none: null } }).labels)).toBe('{"app":"b","team":"a"}');
});

test('what lies behind a broken attribute can be looked up', () => {
  expect(errorOf(() => budgetFromItem({ 'principalId': ALICE, 'spend#2026-03-10': 'much' })).cause).toMatchObject({ name: 'MoneyError' });
});

function withoutUndefined(budget: Budget): Budget {
  return Object.fromEntries(Object.entries(budget).filter(([, value]) => value !== undefined)) as unknown as Budget;
}
