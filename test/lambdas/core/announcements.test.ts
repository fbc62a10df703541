import { EventType, PrincipalKindName } from '../../../src/contract';
import { announcements, ordersOf } from '../../../src/lambdas/core/announcements';
import { Budget } from '../../../src/lambdas/core/budget';
import { EventDetail } from '../../../src/lambdas/core/events';
import { usd } from '../../../src/lambdas/core/money';
import {
  aBudget, aBudgetBeingRestored, aBudgetInGrace, ACCOUNT, aContext, AGENT, AGENT_ROLE, ALICE, aSuspendedBudget, DAY, HOUR, limit, MINUTE, NOON, ROLE,
  SHARED_AGENTS,
} from './builders';

const MARCH = 'calendar month@2026-03-01';

describe('an event', () => {
  test('tells who, what, when, how far and until when', () => {
    const [event] = announced(aBudget({ spent: '99', labels: { team: 'search' } }), aBudgetInGrace({ spent: '120.5', labels: { team: 'search' }, decidedAt: NOON, graceDeadline: NOON + MINUTE, reason: 'why' }));
    expect(event).toEqual({
      type: EventType.THRESHOLD_CROSSED,
      detail: {
        schemaVersion: '1',
        eventId: 'change-1/Budget-Threshold-Crossed/warning/calendar-month',
        deploymentId: 'dep-1',
        environmentName: 'test',
        occurredAt: '2026-03-10T12:00:00.000Z',
        actor: 'budget-evaluator',
        reason: 'warning threshold reached',
        principalId: ALICE,
        principalKind: 'iam-user',
        labels: { team: 'search' },
        status: 'grace_period',
        previousStatus: 'active',
        level: 'warning',
        graceDeadline: '2026-03-10T12:01:00.000Z',
        budget: {
          spentUsd: '120.5',
          limitUsd: '100',
          sharePercent: '120.5',
          period: 'calendar month',
          periodStart: '2026-03-01',
          periodEndsAt: '2026-04-01T00:00:00.000Z',
          forecast: { outcome: 'exhausted' },
        },
      },
    });
  });

  test('tells which part of the spend is an estimate, where there is one', () => {
    const estimated = new Map([['2026-03-10', usd('20.25')]]);
    const [{ detail }] = announced(aBudget(), aBudgetInGrace({ estimated }));
    expect(detail.budget).toMatchObject({ spentUsd: '120', estimatedUsd: '20.25' });
    expect(announced(aBudget(), aBudgetInGrace())[0].detail.budget).not.toHaveProperty('estimatedUsd');
  });

  test('of somebody without a budget has no figures', () => {
    const [{ detail }] = announced(aBudget({ limits: undefined }), aBudget({ limits: undefined, status: 'deleted' }));
    expect(detail).not.toHaveProperty('budget');
  });

  test('is the same when the record comes again, and another for another record', () => {
    const [before, after] = [aBudget(), aBudgetInGrace()];
    expect(announced(before, after)).toEqual(announced(before, after));
    const ids = [...announced(before, after, 'change-1'), ...announced(before, after, 'change-2')].map(({ detail }) => detail.eventId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('has an id of its own, even where two limits cross one threshold in one change', () => {
    const limits = [limit('100'), limit('100', 'calendar day')];
    const after = aBudget({ spent: '75', limits, status: 'warning', decidedAt: NOON, levels: { [MARCH]: 'warning', 'calendar day@2026-03-10': 'warning' } });
    const events = announced(aBudget({ limits, spent: '75' }), after);
    expect(events.map(({ detail }) => detail.budget?.period)).toEqual(['calendar month', 'calendar day']);
    expect(new Set(events.map(({ detail }) => detail.eventId)).size).toBe(2);
  });
});

describe('thresholds', () => {
  test('each that was crossed is told, in order', () => {
    const after = aBudget({ spent: '95', status: 'critical', levels: { [MARCH]: 'critical' }, decidedAt: NOON });
    expect(levelsOf(announced(aBudget({ spent: '95' }), after))).toEqual(['warning', 'critical']);
  });

  test('none that was told before', () => {
    const before = aBudget({ spent: '95', status: 'warning', levels: { [MARCH]: 'warning' } });
    expect(levelsOf(announced(before, { ...before, status: 'critical', levels: { [MARCH]: 'critical' }, decidedAt: NOON }))).toEqual(['critical']);
  });

  test('none where the level fell', () => {
    const before = aBudget({ spent: '95', status: 'critical', levels: { [MARCH]: 'critical' } });
    expect(announced(before, { ...before, levels: { [MARCH]: 'warning' }, decidedAt: NOON })).toEqual([]);
  });

  test('a window that the settings do not have any more is told without its figures', () => {
    const [{ detail }] = announced(aBudget({ limits: [] }), aBudget({ limits: [], levels: { 'calendar day@2026-03-10': 'warning' } }));
    expect(detail).toMatchObject({ level: 'warning' });
    expect(detail).not.toHaveProperty('budget');
  });
});

describe('a change of status is told as', () => {
  test.each<[string, Budget, Budget, readonly string[]]>([
    ['a grace period that begins', aBudget(), noLevels(aBudgetInGrace()), [EventType.GRACE_PERIOD_STARTED]],
    ['one that ends well', noLevels(aBudgetInGrace()), aBudget(), [EventType.GRACE_PERIOD_CANCELLED]],
    ['one that ends at a threshold', noLevels(aBudgetInGrace()), aBudget({ status: 'critical' }), [EventType.GRACE_PERIOD_CANCELLED]],
    ['one that ends since the principal is only observed', noLevels(aBudgetInGrace({ enforcement: 'observe' })), aBudget({ status: 'exceeded', enforcement: 'observe' }), [EventType.GRACE_PERIOD_CANCELLED]],
    ['a suspension', noLevels(aBudgetInGrace()), noLevels(aSuspendedBudget()), [EventType.PRINCIPAL_SUSPENDED, EventType.GRACE_PERIOD_EXPIRED]],
    ['a restoration that begins', noLevels(aSuspendedBudget()), aBudgetBeingRestored({ limits: [limit('100')] }), [EventType.RESTORATION_STARTED]],
    ['one that is done', aBudgetBeingRestored({ limits: [limit('100')] }), aBudget(), [EventType.PRINCIPAL_RESTORED]],
    ['one that is done, and at once in a new grace period', aBudgetBeingRestored({ limits: [limit('100')] }), noLevels(aBudgetInGrace()), [EventType.PRINCIPAL_RESTORED, EventType.GRACE_PERIOD_STARTED]],
    ['one that was called off', aBudgetBeingRestored({ limits: [limit('100')] }), noLevels(aSuspendedBudget()), [EventType.PRINCIPAL_SUSPENDED]],
    ['a principal that is gone', noLevels(aSuspendedBudget()), aBudget({ status: 'deleted' }), [EventType.PRINCIPAL_GONE]],
    ['one that vanished while it was restored', aBudgetBeingRestored({ limits: [limit('100')] }), aBudget({ status: 'deleted' }), [EventType.PRINCIPAL_GONE]],
    ['one that cannot be restricted', noLevels(aBudgetInGrace()), aBudget({ status: 'exceeded' }), [EventType.PRINCIPAL_UNENFORCEABLE]],
    ['a mere change, where it is only observed', aBudget({ enforcement: 'observe' }), aBudget({ status: 'exceeded', enforcement: 'observe' }), [EventType.STATUS_CHANGED]],
    ['a mere change, back below the thresholds', aBudget({ status: 'warning' }), aBudget(), [EventType.STATUS_CHANGED]],
    ['a mere change, where a principal that could not be restricted is tried again', aBudget({ status: 'exceeded', unenforceable: { code: 'attachment-quota', message: 'full' } }), noLevels(aBudgetInGrace()), [EventType.STATUS_CHANGED]],
    ['nothing, where it stays', aBudget({ status: 'warning' }), aBudget({ status: 'warning', spent: '5' }), []],
  ])('%s', (_, before, after, types) => {
    const events = announced(before, after);
    expect(events.map(({ type }) => type)).toEqual(types);
    for (const { detail } of events) {
      expect(detail).toMatchObject({ previousStatus: before.status, before: { status: before.status }, after: { status: after.status } });
    }
  });

  test('a suspension with its measure', () => {
    const suspension = { confirmedAt: NOON, secondsToBlock: 300.5, overspend: usd('20.000000000001') };
    const [{ detail }] = announced(noLevels(aBudgetInGrace()), noLevels(aSuspendedBudget({ suspension })));
    expect(detail).toMatchObject({ actor: 'enforcer', suspension: { secondsToBlock: 300.5, overspendUsd: '20.000000000001' } });
  });
});

describe('an order', () => {
  test.each<[string, Partial<Budget>, unknown, unknown]>([
    ['of limits', { limits: [limit('200', '30 days', '2026-01-01')] }, { limits: [{ limitUsd: '100', period: 'calendar month' }] }, { limits: [{ limitUsd: '200', period: '30 days', anchorDay: '2026-01-01' }] }],
    ['that withdraws limits', { limits: undefined }, { limits: [{ limitUsd: '100', period: 'calendar month' }] }, { limits: null }],
    ['of a top-up', { topUps: [{ amount: usd('5'), expiresAt: NOON }] }, { topUps: [] }, { topUps: [{ amountUsd: '5', expiresAt: '2026-03-10T12:00:00.000Z' }] }],
    ['of an exemption', { exemption: { reason: 'x', until: NOON } }, { exemption: null }, { exemption: { reason: 'x', until: '2026-03-10T12:00:00.000Z' } }],
    ['of an exemption without end', { exemption: { reason: 'x' } }, { exemption: null }, { exemption: { reason: 'x' } }],
    ['of a hold', { hold: { by: 'ops', reason: 'x' } }, { hold: null }, { hold: { by: 'ops', reason: 'x' } }],
    ['to observe only', { enforcement: 'observe' }, { enforcement: 'enforced' }, { enforcement: 'observe' }],
    ['of labels', { labels: { team: 'a' } }, { labels: {} }, { labels: { team: 'a' } }],
  ])('%s is told with before and after', (_, change, before, after) => {
    const [event, ...more] = announced(aBudget(), aBudget({ ...change, updatedBy: 'boss' }));
    expect(more).toEqual([]);
    expect(event).toMatchObject({ type: EventType.BUDGET_CHANGED, detail: { actor: 'boss', reason: `changed: ${Object.keys(change)[0]}`, before, after } });
  });

  test('is nobody\'s where the system finds out another kind, whoever gave the last one', () => {
    const [event, ...more] = announced(aBudget(), aBudget({ kind: PrincipalKindName.API_KEY_USER, updatedBy: 'boss' }));
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      type: EventType.BUDGET_CHANGED,
      detail: { actor: 'principal-registrar', reason: 'changed: kind', before: { kind: 'iam-user' }, after: { kind: 'api-key-user' } },
    });
  });

  test('is of whoever gave an order, where the kind was found out at the same time', () => {
    const [event] = announced(aBudget(), aBudget({ kind: PrincipalKindName.API_KEY_USER, limits: [limit('5')], updatedBy: 'boss' }));
    expect(event.detail).toMatchObject({ actor: 'boss', reason: 'changed: kind, limits' });
  });

  test('of nobody known is told as that', () => {
    expect(announced(aBudget(), aBudget({ limits: [limit('5')] }))[0].detail.actor).toBe('unknown');
  });

  test('is told once, not with every decision after it', () => {
    const ordered = aBudget({ updatedBy: 'boss', hold: { by: 'ops', reason: 'x' } });
    expect(announced(ordered, { ...ordered, revision: 9, nextCheckAt: NOON })).toEqual([]);
  });

  test('has no more in it than orders', () => {
    expect(Object.keys(ordersOf(aSuspendedBudget()))).toEqual([
      'kind', 'limits', 'thresholds', 'topUps', 'exemption', 'hold', 'enforcement', 'labels', 'role', 'runtimes', 'removedAt',
    ]);
  });
});

describe('a principal that is new', () => {
  test('is told as registered', () => {
    expect(announced(undefined, aBudget({ limits: undefined }))).toEqual([
      { type: EventType.PRINCIPAL_REGISTERED, detail: expect.objectContaining({ actor: 'usage-meter', reason: 'seen for the first time', principalId: ALICE }) },
    ]);
  });

  test('and on which no decision was taken yet, is told with its present period', () => {
    const [{ detail }] = announced(undefined, aBudget({ decidedAt: 0, spent: '7' }));

    expect(detail.budget).toMatchObject({ spentUsd: '7', limitUsd: '100', periodStart: '2026-03-01', periodEndsAt: '2026-04-01T00:00:00.000Z' });
  });

  test.each([
    ['an AgentCore runtime', { principalId: AGENT, kind: 'agent-runtime', role: AGENT_ROLE }],
    ['the budget that runtimes share', { principalId: SHARED_AGENTS, kind: 'agent-role', runtimes: [AGENT, `${AGENT}2`] }],
  ] as const)('and is %s, was registered by the agent-registrar', (_, agent) => {
    expect(announced(undefined, aBudget({ ...agent, limits: undefined }))[0]).toMatchObject({ type: EventType.PRINCIPAL_REGISTERED, detail: { actor: 'agent-registrar' } });
  });

  test('and was given a budget before it was seen, has that told, too', () => {
    const [, event, ...more] = announced(undefined, aBudget({ updatedBy: 'boss', labels: { team: 'a' } }));
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      type: EventType.BUDGET_CHANGED,
      detail: { actor: 'boss', reason: 'changed: limits, labels', before: { limits: null, labels: {} }, after: { limits: [{ limitUsd: '100' }], labels: { team: 'a' } } },
    });
  });
});

describe('runtimes that share a role', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(suffix => `${AGENT}${suffix}`);
  const shared = (runtimes: readonly string[] | undefined, changes: Partial<Budget> = {}) =>
    aBudget({ principalId: SHARED_AGENTS, limits: undefined, runtimes, ...changes });
  const told = (before: Budget | undefined, after: Budget) =>
    announced(before, after).filter(({ type }) => type === EventType.RUNTIMES_SHARE_ROLE).map(({ detail }) => detail);

  test('are told with their number and names, and what to do', () => {
    expect(told(undefined, shared([a, b]))).toEqual([expect.objectContaining({
      eventId: 'change-1/Agent-Runtimes-Share-Role',
      actor: 'agent-registrar',
      principalId: SHARED_AGENTS,
      principalKind: 'agent-role',
      reason: expect.stringMatching(/^2 AgentCore runtimes have one execution role: .*share a budget.*Give each a role of its own/),
      before: { runtimes: [] },
      after: { runtimes: [a, b] },
    })]);
  });

  test.each<[string, Budget | undefined, Budget, boolean]>([
    ['a budget that the meter has made, and whose runtimes are known now', shared(undefined), shared([a, b]), true],
    ['one more', shared([a, b]), shared([a, b, c]), true],
    ['another in the place of one', shared([a, b]), shared([a, c]), true],
    ['two again, after the sharing had ended', shared([a, b], { removedAt: NOON }), shared([a, b]), true],
    ['one less', shared([a, b, c]), shared([a, b]), false],
    ['the same in a budget that changes otherwise', shared([a, b]), shared([a, b], { status: 'warning' }), false],
    ['one alone', shared(undefined), shared([a]), false],
    ['an end of the sharing', shared([a, b]), shared([a, b, c], { removedAt: NOON }), false],
    ['a budget that is none of runtimes', undefined, aBudget(), false],
  ])('%s', (_, before, after, isTold) => {
    expect(told(before, after)).toHaveLength(isTold ? 1 : 0);
  });

  test('are a change of the budget as well', () => {
    const [event] = announced(shared([a, b]), shared([a, b, c], { updatedBy: 'agent-registrar' }));
    expect(event).toMatchObject({ type: EventType.BUDGET_CHANGED, detail: { actor: 'agent-registrar', reason: 'changed: runtimes', before: { runtimes: [a, b] }, after: { runtimes: [a, b, c] } } });
  });
});

describe('orders that concern agents', () => {
  const agent = (changes: Partial<Budget> = {}) => aBudget({ principalId: AGENT, role: AGENT_ROLE, limits: undefined, updatedBy: 'boss', ...changes });

  test.each<[string, Budget, Budget, object]>([
    ['thresholds', agent(), agent({ thresholds: { warningPercent: usd('40'), criticalPercent: usd('50.5') } }), {
      reason: 'changed: thresholds', before: { thresholds: null }, after: { thresholds: { warningPercent: '40', criticalPercent: '50.5' } },
    }],
    ['another role', agent(), agent({ role: ROLE }), { reason: 'changed: role', before: { role: AGENT_ROLE }, after: { role: ROLE } }],
    ['its end', agent(), agent({ removedAt: NOON }), { reason: 'changed: removedAt', before: { removedAt: null }, after: { removedAt: '2026-03-10T12:00:00.000Z' } }],
    ['why it was changed, where that was said', agent(), agent({ hold: { by: 'ops', reason: 'leak' }, change: { at: NOON, reason: 'incident 7' } }), { reason: 'changed: hold (incident 7)' }],
    ['nothing of why it was changed before', agent({ change: { at: NOON, reason: 'incident 7' } }), agent({ hold: { by: 'ops', reason: 'leak' }, change: { at: NOON, reason: 'incident 7' } }), { reason: 'changed: hold' }],
  ])('tell %s', (_, before, after, detail) => {
    expect(announced(before, after)).toEqual([{ type: EventType.BUDGET_CHANGED, detail: expect.objectContaining({ actor: 'boss', ...detail }) }]);
  });

  test('name nobody for an edit by hand after a signed request, which says who gave that one', () => {
    const signed = { updatedBy: `arn:aws:iam::${ACCOUNT}:user/kim`, change: { at: NOON } };
    const actor = (before: Partial<Budget>, after: Partial<Budget>) => announced(agent(before), agent({ ...after, hold: { by: 'x', reason: 'y' } }))[0].detail.actor;
    expect(actor({}, signed)).toBe(signed.updatedBy);
    expect(actor(signed, signed)).toBe('unknown');
    expect(actor(signed, { ...signed, change: { at: NOON + 1 } })).toBe(signed.updatedBy);
    expect(actor(signed, { ...signed, updatedBy: 'ops:maria' })).toBe('ops:maria');
    expect(actor({ updatedBy: 'stack A' }, { updatedBy: 'stack A' })).toBe('stack A');
  });

  test.each<[string, Budget]>([
    ['a runtime', aBudget({ principalId: AGENT, role: AGENT_ROLE, limits: undefined })],
    ['a budget that runtimes share', aBudget({ principalId: SHARED_AGENTS, runtimes: [AGENT, `${AGENT}-2`], limits: undefined })],
  ])('name who registered %s', (_, budget) => {
    expect(announced(undefined, budget)[0]).toMatchObject({ type: EventType.PRINCIPAL_REGISTERED, detail: { actor: 'agent-registrar' } });
  });

  test('of a shared budget that was charged before anybody registered it do not', () => {
    expect(announced(undefined, aBudget({ principalId: SHARED_AGENTS, limits: undefined }))[0].detail.actor).toBe('usage-meter');
  });

  test('and thresholds that were given before it was seen are told', () => {
    const thresholds = { warningPercent: usd('40'), criticalPercent: usd('50') };
    expect(announced(undefined, aBudget({ updatedBy: 'boss', limits: undefined, thresholds }))[1]).toMatchObject({ detail: { reason: 'changed: thresholds', before: { thresholds: null } } });
  });
});

test('a grace period that expires is told with the suspension, and not where there was none', () => {
  const suspended = noLevels(aSuspendedBudget());
  const [, expired] = announced(noLevels(aBudgetInGrace()), suspended);
  expect(expired).toMatchObject({ type: EventType.GRACE_PERIOD_EXPIRED, detail: { actor: 'enforcer', before: { status: 'grace_period' }, after: { status: 'suspended' } } });
  expect(announced(aBudgetBeingRestored({ limits: [limit('100')] }), suspended).map(({ type }) => type)).toEqual([EventType.PRINCIPAL_SUSPENDED]);
});

describe('who says so', () => {
  const said = (before: Budget | undefined, after: Budget) => announced(before, after).map(({ type, detail: { actor } }) => [type, actor]);

  test('of what IAM has shown, the enforcer', () => {
    const restoring = aBudgetBeingRestored({ limits: [limit('100')] });
    expect(said(restoring, aBudget())).toEqual([[EventType.PRINCIPAL_RESTORED, 'enforcer']]);
    expect(said(noLevels(aSuspendedBudget()), aBudget({ status: 'deleted' }))).toEqual([[EventType.PRINCIPAL_GONE, 'enforcer']]);
  });

  test('of what was decided, the evaluator', () => {
    expect(said(noLevels(aSuspendedBudget()), aBudgetBeingRestored({ limits: [limit('100')] }))).toEqual([[EventType.RESTORATION_STARTED, 'budget-evaluator']]);
    expect(said(noLevels(aBudgetInGrace()), aBudget())).toEqual([[EventType.GRACE_PERIOD_CANCELLED, 'budget-evaluator']]);
  });

  test('of a principal that a call has shown, the meter, and nobody changed its budget', () => {
    expect(said(undefined, aBudget())).toEqual([[EventType.PRINCIPAL_REGISTERED, 'usage-meter']]);
  });
});

describe('when it was', () => {
  const occurred = (before: Budget, after: Budget) => announced(before, after).map(({ detail: { occurredAt } }) => occurredAt);

  test('is when a status was decided, since the stream tells whole seconds', () => {
    expect(occurred(aBudget({ status: 'warning' }), aBudget({ decidedAt: NOON + 345 }))).toEqual(['2026-03-10T12:00:00.345Z']);
    expect(occurred(aBudget({ status: 'warning' }), aBudget({ decidedAt: NOON - HOUR }))).toEqual(['2026-03-10T12:00:00.000Z']);
  });

  test('is when anything else was written', () => {
    const [order] = announced(aBudget({ decidedAt: NOON + 345 }), aBudget({ decidedAt: NOON + 345, hold: { by: 'ops', reason: 'x' }, updatedBy: 'boss' }));
    expect(order.detail.occurredAt).toBe('2026-03-10T12:00:00.000Z');
    expect(order.detail).not.toHaveProperty('previousStatus');
  });
});

test('why an order was given is not told where that was taken back', () => {
  const [order] = announced(aBudget({ change: { at: NOON, reason: 'incident 7' } }), aBudget({ hold: { by: 'ops', reason: 'x' }, updatedBy: 'boss' }));
  expect(order.detail.reason).toBe('changed: hold');
});

test('runtimes that shared a role until it ended, and share it again, are all new', () => {
  const shared = aBudget({ principalId: SHARED_AGENTS, limits: undefined, runtimes: ['a', 'b'] });
  const sharing = announced({ ...shared, removedAt: NOON }, shared).find(({ type }) => type === EventType.RUNTIMES_SHARE_ROLE);
  expect(sharing?.detail).toMatchObject({ before: { runtimes: [] }, after: { runtimes: ['a', 'b'] } });
});

describe('a failure', () => {
  const failure = { workflow: 'suspension' as const, step: 'Restrict', message: 'AccessDenied', at: NOON };

  test.each([['suspension', EventType.SUSPENSION_FAILED], ['restoration', EventType.RESTORATION_FAILED]] as const)('of a %s is told', (workflow, type) => {
    const before = noLevels(aBudgetInGrace());
    expect(announced(before, { ...before, failure: { ...failure, workflow } })).toEqual([
      { type, detail: expect.objectContaining({ actor: 'enforcer', reason: 'Restrict: AccessDenied' }) },
    ]);
  });

  test('is told once, and the next one again', () => {
    const before = noLevels(aBudgetInGrace({ failure }));
    expect(announced(before, { ...before, revision: 9 })).toEqual([]);
    expect(announced(before, { ...before, failure: { ...failure, at: NOON + HOUR } })).toHaveLength(1);
  });

  test('that people were told of is there for the audit trail, and marked', () => {
    const before = noLevels(aBudgetInGrace({ failure, toldFailure: failure }));
    const [again] = announced(before, { ...before, failure: { ...failure, at: NOON + HOUR } });
    expect(again).toMatchObject({ type: EventType.SUSPENSION_FAILED, detail: { repeated: true, reason: 'Restrict: AccessDenied' } });
    const other = { ...failure, message: 'Throttled', at: NOON + HOUR };
    const [news] = announced(before, { ...before, failure: other, toldFailure: other });
    expect(news.detail).not.toHaveProperty('repeated');
  });

  test('that is over is not told', () => {
    expect(announced(noLevels(aBudgetInGrace({ failure })), noLevels(aBudgetInGrace({ statusSince: NOON - DAY })))).toEqual([]);
  });
});

function announced(before: Budget | undefined, after: Budget, changeId = 'change-1') {
  return announcements(before, after, changeId, NOON, aContext());
}

function levelsOf(events: readonly { readonly detail: EventDetail }[]): (string | undefined)[] {
  return events.map(({ detail }) => detail.level);
}

/** Without the crossings that would be told beside the status. */
function noLevels(budget: Budget): Budget {
  return { ...budget, levels: {} };
}
