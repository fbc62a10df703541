import { PrincipalKindName } from '../../../src/contract';
import { NumberText } from '../../../src/lambdas/core/budget-item';
import { declare, Declaration, DeclarationOrigin, keptOutEvent, readDeclaration, withdraw } from '../../../src/lambdas/core/declaration';
import { ACCOUNT, AGENT, ALICE, errorOf, limit, NOON, SHARED_AGENTS, TODAY } from './builders';

const properties = { principalId: ALICE, limits: [{ period: 'calendar month', limitUsd: '100' }], labels: { team: 'search' }, enforcement: 'enforced' };

function origin(changes: Partial<DeclarationOrigin> = {}): DeclarationOrigin {
  return { stackName: 'Budgets', owner: 'stack-1/Budget', requestId: 'request-1', at: NOON, today: TODAY, ...changes };
}

function aDeclaration(changes: Partial<Declaration> = {}): Declaration {
  return { principalId: ALICE, kind: PrincipalKindName.IAM_USER, limits: [limit('100')], labels: { team: 'search' }, enforcement: 'enforced', ...changes };
}

const limitItem = (amount: string, period = 'calendar month', anchorDay?: string) =>
  ({ limitUsd: new NumberText(amount), period, ...(anchorDay ? { anchorDay } : {}) });

const declared = { limits: [limitItem('100')], labels: { team: 'search' }, enforcement: 'enforced', requestId: 'request-0', at: '2026-03-01T00:00:00.000Z' };
/** As the stack left it. */
const item = { principalId: ALICE, kind: 'iam-user', limits: [limitItem('100')], labels: { team: 'search' }, enforcement: 'enforced', declared };

describe('properties of the resource', () => {
  test('are read', () => {
    expect(readDeclaration({ ...properties, ServiceToken: 'arn:handler' })).toEqual(aDeclaration());
  });

  test('may have no labels', () => {
    expect(readDeclaration({ ...properties, labels: undefined }).labels).toEqual({});
  });

  test.each([
    ['no principal', { principalId: undefined }, 'not a declaration of a budget: principalId: '],
    ['no limits', { limits: [] }, 'not a declaration of a budget: limits: '],
    ['an unknown enforcement', { enforcement: 'maybe' }, 'not a declaration of a budget: enforcement: '],
    ['an id that is none', { principalId: 'alice' }, '"alice" is no principal id; write iam-user/<account>/<name>, iam-role/<account>/<name> or agent-runtime/<account>/<region>/<id>'],
    ['an id that no call ever has', { principalId: `api-key-user/${ACCOUNT}/alice` }, 'is no principal id'],
    ['a limit of nothing', { limits: [{ period: 'calendar month', limitUsd: '0' }] }, 'a limit of 0 USD was given; it must be above 0'],
    ['a limit that is no number', { limits: [{ period: 'calendar month', limitUsd: 'much' }] }, 'not a decimal amount of USD: "much"'],
    ['an unknown period', { limits: [{ period: 'yearly', limitUsd: '1' }] }, 'not a period: "yearly"'],
    ['too many labels', { labels: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`l${index}`, ''])) }, '51 labels were given, at most 50 are allowed'],
  ])('with %s are refused', (_, wrong, message) => {
    expect(errorOf(() => readDeclaration({ ...properties, ...wrong })).message).toContain(message);
  });

  test('name the part that is wrong, however deep, and quote a long id in part', () => {
    expect(String(errorOf(() => readDeclaration({ ...properties, limits: [{ period: 5, limitUsd: '1' }] })))).toMatch(/^DeclarationError: not a declaration of a budget: limits\.0\.period: ./);
    expect(errorOf(() => readDeclaration({ ...properties, principalId: 'x'.repeat(500) })).message).toMatch(/^"x{120}" is no principal id; /);
  });

  test('may have fifty labels', () => {
    const labels = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`l${index}`, '']));
    expect(readDeclaration({ ...properties, labels }).labels).toEqual(labels);
  });

  test('may be of a runtime and of a role that runtimes share, but not of a user of an API key: that one is known by its calls', () => {
    expect(readDeclaration({ ...properties, principalId: AGENT }).kind).toBe(PrincipalKindName.AGENT_RUNTIME);
    expect(readDeclaration({ ...properties, principalId: SHARED_AGENTS }).kind).toBe(PrincipalKindName.AGENT_ROLE);
  });
});

describe('declaring', () => {
  test('whom nobody has seen yet registers it with its budget', () => {
    const next = { limits: [limitItem('100')], labels: { team: 'search' }, enforcement: 'enforced' };
    expect(declare(undefined, aDeclaration(), origin())).toEqual({
      set: { ...next, updatedBy: 'stack Budgets', declared: { ...next, requestId: 'request-1', at: '2026-03-10T12:00:00.000Z', owner: 'stack-1/Budget' } },
      defaults: { kind: 'iam-user', registeredAt: '2026-03-10T12:00:00.000Z', anchorDay: TODAY },
      remove: [],
      kept: [],
      declaredAt: '2026-03-10T12:00:00.000Z',
    });
  });

  test('what still is as declared before becomes what is declared now', () => {
    const { set, kept } = declare(item, aDeclaration({ limits: [limit('200')], labels: {}, enforcement: 'observe' }), origin());
    expect(kept).toEqual([]);
    expect(set).toMatchObject({ limits: [limitItem('200')], labels: {}, enforcement: 'observe', updatedBy: 'stack Budgets' });
  });

  test('nothing new writes no more than that it was declared', () => {
    expect(Object.keys(declare(item, aDeclaration(), origin()).set)).toEqual(['declared']);
  });

  test.each([
    ['limits', { limits: [limitItem('150')] }, { limits: [limit('200')] }],
    ['labels', { labels: { team: 'ads' } }, { labels: { team: 'maps' } }],
    ['enforcement', { enforcement: 'observe' }, {}],
  ] as const)('%s that were changed at run time stay, the others follow the stack', (aspect, changed, next) => {
    const declaration = aDeclaration({ limits: [limit('200')], labels: { team: 'maps' }, enforcement: 'enforced', ...next });
    const { set, kept } = declare({ ...item, ...changed }, declaration, origin());
    expect(kept).toEqual([aspect]);
    expect(set).not.toHaveProperty(aspect);
    expect(set.declared).toMatchObject({ limits: [limitItem('200')], labels: { team: 'maps' }, enforcement: 'enforced' });
    expect(Object.keys(set)).toEqual(expect.arrayContaining(['limits', 'labels'].filter(other => other !== aspect)));
  });

  test('a change at run time that the stack has caught up with is no difference', () => {
    const { set, kept } = declare({ ...item, limits: [limitItem('200.0')] }, aDeclaration({ limits: [limit('200')] }), origin());
    expect(kept).toEqual([]);
    expect(set).not.toHaveProperty('limits');
  });

  test('what was set by hand before any stack declared anything stays', () => {
    const { kept } = declare({ principalId: ALICE, limits: [limitItem('50')] }, aDeclaration(), origin());
    expect(kept).toEqual(['limits']);
  });

  test('what was removed at run time is set', () => {
    const { set, kept } = declare({ ...item, limits: undefined }, aDeclaration(), origin());
    expect(kept).toEqual([]);
    expect(set).toHaveProperty('limits');
  });

  test('the same labels in another order are the same', () => {
    const labelled = { ...item, labels: { team: 'search', app: 'web' }, declared: { ...declared, labels: { app: 'web', team: 'search' } } };
    expect(declare(labelled, aDeclaration({ labels: { app: 'mobile', team: 'search' } }), origin())).toMatchObject({ kept: [], set: { labels: { app: 'mobile', team: 'search' } } });
  });

  test('no labels are as good as none that anybody wrote down', () => {
    const { labels: _, ...without } = item;
    expect(declare({ ...without, declared: { ...declared, labels: {} } }, aDeclaration({ labels: {} }), origin()).set).not.toHaveProperty('labels');
  });

  test('what an item has of a declaration without a time is told with the time of this one', () => {
    expect(declare({ ...item, declared: { ...declared, requestId: 'request-1', at: 5 } }, aDeclaration(), origin()).declaredAt).toBe('2026-03-10T12:00:00.000Z');
  });

  test('a declaration that somebody broke by hand is as good as none', () => {
    expect(declare({ principalId: ALICE, declared: null }, aDeclaration(), origin())).toMatchObject({ kept: [], set: { limits: [limitItem('100')] } });
  });

  test('limits that somebody broke by hand do not keep the period from being counted from the day of the declaration', () => {
    const broken = { ...item, limits: [null, 'x'], declared: { ...declared, limits: [null, 'x'] } };
    expect(declare(broken, aDeclaration({ limits: [limit('10', '7 days')] }), origin()).set.declared).toMatchObject({ limits: [limitItem('10', '7 days', TODAY)] });
  });

  test('the same limits in another order are the same', () => {
    const both = { ...item, limits: [limitItem('10', 'calendar day'), limitItem('100')] };
    expect(declare(both, aDeclaration({ limits: [limit('100'), limit('10', 'calendar day')] }), origin()).kept).toEqual([]);
  });

  test('a value that somebody broke by hand is a change at run time', () => {
    expect(declare({ ...item, limits: [{ limitUsd: 'much' }] }, aDeclaration({ limits: [limit('200')] }), origin()).kept).toEqual(['limits']);
    expect(declare({ ...item, limits: 'none' }, aDeclaration(), origin()).kept).toEqual(['limits']);
    expect(declare({ ...item, labels: null }, aDeclaration(), origin()).kept).toEqual(['labels']);
    const together = aDeclaration({ principalId: SHARED_AGENTS, kind: PrincipalKindName.AGENT_ROLE });
    expect(declare({ principalId: SHARED_AGENTS, limits: null, declared }, together, origin()).kept).toEqual(['limits']);
  });

  test('a request that comes again is told with the time of the first', () => {
    const first = declare(undefined, aDeclaration(), origin());
    const again = declare({ principalId: ALICE, ...first.set }, aDeclaration(), origin({ at: NOON + 60_000 }));
    expect(again.declaredAt).toBe(first.declaredAt);
    const another = declare({ principalId: ALICE, ...first.set }, aDeclaration(), origin({ requestId: 'request-2', at: NOON + 60_000 }));
    expect(another.declaredAt).toBe('2026-03-10T12:01:00.000Z');
  });

  describe('periods of some days are counted', () => {
    const anchorsOf = ({ set }: ReturnType<typeof declare>) =>
      (set.declared as { limits: { anchorDay?: string }[] }).limits.map(({ anchorDay }) => anchorDay);

    test('from the day of the declaration', () => {
      expect(anchorsOf(declare(undefined, aDeclaration({ limits: [limit('10', '7 days'), limit('100')] }), origin()))).toEqual([TODAY, undefined]);
    });

    test('from the day of the first one while the period stays', () => {
      const before = { ...item, limits: [limitItem('10', '7 days', '2026-01-05')], declared: { ...declared, limits: [limitItem('10', '7 days', '2026-01-05')] } };
      const change = declare(before, aDeclaration({ limits: [limit('20', '7 days'), limit('5', '1 days')] }), origin());
      expect(anchorsOf(change)).toEqual(['2026-01-05', TODAY]);
      expect(change.set.limits).toEqual([limitItem('20', '7 days', '2026-01-05'), limitItem('5', '1 days', TODAY)]);
    });
  });
});

describe('withdrawing', () => {
  test('takes away what was declared', () => {
    expect(withdraw(item, origin())).toMatchObject({
      set: { updatedBy: 'stack Budgets' }, defaults: {}, remove: ['limits', 'labels', 'enforcement', 'declared'], kept: [],
    });
  });

  test('leaves what was changed at run time', () => {
    expect(withdraw({ ...item, limits: [limitItem('500')] }, origin())).toMatchObject({ remove: ['labels', 'enforcement', 'declared'], kept: ['limits'] });
  });

  test('of which nothing is left says nothing', () => {
    expect(withdraw({ principalId: ALICE, declared }, origin())).toEqual({ set: {}, defaults: {}, remove: ['declared'], kept: [], declaredAt: '2026-03-10T12:00:00.000Z' });
  });

  test.each([[undefined], [{ principalId: ALICE, limits: [limitItem('5')] }]])('what was never declared does nothing', before => {
    expect(withdraw(before, origin())).toBeUndefined();
  });
});

describe('a declaration of another resource', () => {
  const former = { limits: [limitItem('100')], labels: { team: 'search' }, enforcement: 'enforced', owner: 'stack-0/Budget' };
  const declaredBy = (before: object | undefined, owner: string, amount: string) => {
    const { set } = declare(before as never, aDeclaration({ limits: [limit(amount)] }), origin({ owner }));
    return { ...before, ...set };
  };

  test('is put aside by the one that declares after it', () => {
    const { set, kept } = declare({ ...item, declared: former }, aDeclaration({ limits: [limit('200')] }), origin());
    expect(kept).toEqual([]);
    expect(set).toMatchObject({ limits: [limitItem('200')], declared: { owner: 'stack-1/Budget', superseded: [former] } });
  });

  test('is not put aside where nobody wrote down whose it was', () => {
    expect(declare(item, aDeclaration(), origin()).set.declared).not.toHaveProperty('superseded');
  });

  test('is not withdrawn', () => {
    expect(withdraw({ ...item, declared: former }, origin())).toBeUndefined();
  });

  test('is forgotten aside when it is withdrawn itself, and nothing else changes', () => {
    const both = declaredBy({ ...item, declared: former }, 'stack-1/Budget', '200');
    const { superseded: _, ...declaredLast } = both.declared as Record<string, unknown>;
    expect(withdraw(both, origin({ owner: 'stack-0/Budget' }))).toMatchObject({ set: { declared: declaredLast }, remove: [], kept: [] });
    expect(withdraw(both, origin({ owner: 'stack-0/Budget' }))!.set).not.toHaveProperty('declared.superseded');
  });

  test('is in force again when the later one is withdrawn', () => {
    const both = declaredBy({ ...item, declared: former }, 'stack-1/Budget', '200');
    expect(withdraw(both, origin())).toMatchObject({ set: { limits: [limitItem('100')], declared: former, updatedBy: 'stack Budgets' }, remove: [], kept: [] });
  });

  test('is in force again but for what was changed at run time', () => {
    const both = declaredBy({ ...item, declared: former }, 'stack-1/Budget', '200');
    const { set, kept } = withdraw({ ...both, limits: [limitItem('500')] }, origin())!;
    expect(kept).toEqual(['limits']);
    expect(set).toEqual({ declared: former });
  });

  test('is put aside once, however often the two take turns', () => {
    let both: ReturnType<typeof declaredBy> | undefined;
    ['a', 'b', 'a', 'b'].forEach(owner => {
      both = declaredBy(both, owner, '10');
    });
    expect(both!.declared).toMatchObject({ owner: 'b', superseded: [{ owner: 'a' }] });
  });

  test('is forgotten where many have declared since', () => {
    let all: ReturnType<typeof declaredBy> | undefined;
    ['a', 'b', 'c', 'd', 'e', 'f', 'g'].forEach(owner => {
      all = declaredBy(all, owner, '10');
    });
    expect((all!.declared as { superseded: { owner: string }[] }).superseded.map(({ owner }) => owner)).toEqual(['b', 'c', 'd', 'e', 'f']);
  });

  test.each([['nothing'], [[null, 'text', { owner: 'stack-0/Budget' }]], [[{ owner: 'stack-0/Budget', limits: [], labels: {} }]]])('that somebody broke by hand (%j) is not put in force', superseded => {
    const broken = { ...item, declared: { ...declared, owner: 'stack-1/Budget', superseded } };
    expect(withdraw(broken, origin())).toMatchObject({ remove: ['limits', 'labels', 'enforcement', 'declared'] });
  });
});

describe('the event', () => {
  const deployment = { deploymentId: 'dep-1', environmentName: 'prod' };

  test('tells what the stack declares and what is in force', () => {
    const changed = { ...item, limits: [limitItem('150.50'), limitItem('5', 'calendar day')] };
    const change = declare(changed, aDeclaration({ limits: [limit('200')] }), origin());
    expect(keptOutEvent(ALICE, changed, change, origin(), deployment)).toEqual({
      type: 'Budget Declaration Kept Out',
      detail: {
        schemaVersion: '1',
        ...deployment,
        eventId: `declaration/request-1/${ALICE}`,
        occurredAt: '2026-03-10T12:00:00.000Z',
        actor: 'stack Budgets',
        principalId: ALICE,
        reason: 'limits changed at run time and kept, though the stack declares otherwise',
        before: { limits: ['200 USD a calendar month'] },
        after: { limits: ['150.5 USD a calendar month', '5 USD a calendar day'] },
      },
    });
  });

  test('tells that a withdrawn budget is still in force', () => {
    const changed = { ...item, enforcement: 'observe' };
    expect(keptOutEvent(ALICE, changed, withdraw(changed, origin())!, origin(), deployment).detail).toMatchObject({
      reason: 'enforcement changed at run time and kept, though the stack withdrew its budget', before: { enforcement: null }, after: { enforcement: 'observe' },
    });
  });

  test('tells of everything that was kept, in words that can be read, also what somebody broke by hand', () => {
    const changed = { ...item, limits: [{ limitUsd: 'much', note: 'x'.repeat(500) }, limitItem('5', 'calendar day')], labels: { team: 'ads', app: 'web' }, enforcement: 'observe' };
    const change = declare(changed, aDeclaration(), origin());
    const { reason, before, after } = keptOutEvent(ALICE, changed, change, origin(), deployment).detail;
    expect({ reason, before, after }).toEqual({
      reason: 'limits, labels, enforcement changed at run time and kept, though the stack declares otherwise',
      before: { limits: ['100 USD a calendar month'], labels: { team: 'search' }, enforcement: 'enforced' },
      after: {
        limits: ['5 USD a calendar day', `unreadable: {"limitUsd":"much","note":"${'x'.repeat(500)}`.slice(0, 200)],
        labels: { app: 'web', team: 'ads' },
        enforcement: 'observe',
      },
    });
  });

  test('has an id without spaces', () => {
    const changed = { ...item, enforcement: 'observe' };
    const named = origin({ requestId: 'request of mine' });
    expect(keptOutEvent(ALICE, changed, declare(changed, aDeclaration(), named), named, deployment).detail.eventId).toBe(`declaration/request-of-mine/${ALICE}`);
  });

  test('is the same however often the request is delivered', () => {
    const changed = { ...item, enforcement: 'observe' };
    const first = declare(changed, aDeclaration(), origin());
    const after = { ...changed, ...first.set };
    const again = declare(after, aDeclaration(), origin({ at: NOON + 60_000 }));
    expect(keptOutEvent(ALICE, after, again, origin({ at: NOON + 60_000 }), deployment)).toEqual(keptOutEvent(ALICE, changed, first, origin(), deployment));
  });
});

describe('a runtime', () => {
  const runtime = aDeclaration({ principalId: AGENT, kind: PrincipalKindName.AGENT_RUNTIME, labels: { team: 'care', name: 'ours' } });
  const found = { principalId: AGENT, labels: { name: 'support', creator: 'arn:alice' } };

  test('keeps the labels that AgentCore told beside those that are declared, at every deployment, and nobody is told of a change', () => {
    const first = declare(found, runtime, origin());
    expect(first).toMatchObject({ kept: [], set: { labels: { name: 'ours', creator: 'arn:alice', team: 'care' } } });
    const second = declare({ ...found, ...first.set, limits: first.set.limits }, { ...runtime, labels: { team: 'sales' } }, origin({ requestId: 'request-2' }));
    expect(second).toMatchObject({ kept: [], set: { labels: { name: 'ours', creator: 'arn:alice', team: 'sales' } } });
  });

  test('has a limit that was changed at run time kept like everybody else', () => {
    const { set } = declare(found, runtime, origin());
    expect(declare({ ...found, ...set, limits: [limitItem('7')] }, runtime, origin({ requestId: 'request-2' })).kept).toEqual(['limits']);
  });

  test('that shares a role gets the declared limit in place of the one that was worked out, and keeps one that somebody gave', () => {
    const shared = { principalId: SHARED_AGENTS, limits: [limitItem('260')], computedLimits: [limitItem('260')], labels: { runtimes: 'a, b' } };
    const together = aDeclaration({ principalId: SHARED_AGENTS, kind: PrincipalKindName.AGENT_ROLE, limits: [limit('9')] });
    expect(declare(shared, together, origin())).toMatchObject({ kept: [], set: { limits: [limitItem('9')] } });
    expect(declare({ ...shared, limits: [limitItem('7')] }, together, origin()).kept).toEqual(['limits']);
    expect(declare({ ...shared, limits: [limitItem('7')], computedLimits: undefined }, together, origin()).kept).toEqual(['limits']);
    expect(declare({ ...shared, limits: undefined }, together, origin())).toMatchObject({ kept: [], set: { limits: [limitItem('9')] } });
  });
});
