import { EventType, Metric } from '../../../src/contract';
import { Budget } from '../../../src/lambdas/core/budget';
import { Item, limitsToItem, NumberText } from '../../../src/lambdas/core/budget-item';
import { BudgetChange, evaluateChange } from '../../../src/lambdas/core/evaluator';
import { aBudget, aBudgetInGrace, ACCOUNT, AGENT, AGENT_ROLE, ALICE, aSuspendedBudget, itemOf, KEY_USER, limit, NOON, ROLE } from './builders';
import { InMemoryDeployment } from './in-memory/deployment';

const THREE_THRESHOLDS = [EventType.THRESHOLD_CROSSED, EventType.THRESHOLD_CROSSED, EventType.THRESHOLD_CROSSED];

describe('spend', () => {
  test('that changes the level is decided upon and announced', async () => {
    const world = given(aBudget({ spent: '5' }));
    spend(world, ALICE, '100');
    await world.evaluateStream();
    expect(world.status(ALICE)).toBe('grace_period');
    expect(world.workflows.started).toHaveLength(1);
    expect(world.events.types()).toEqual([...THREE_THRESHOLDS, EventType.GRACE_PERIOD_STARTED]);
    expect(world.metrics.total(Metric.THRESHOLDS_CROSSED)).toBe(3);
    expect(world.metrics.total(Metric.GRACE_PERIODS_STARTED)).toBe(1);
  });

  test('that changes nothing else writes nothing, and announces nothing', async () => {
    const world = given(aBudget({ spent: '5' }));
    spend(world, ALICE, '6');
    const { length } = world.budgets.stream;
    await world.evaluateStream();
    expect(length).toBe(1);
    expect(world.events.published).toEqual([]);
    expect(world.budgets.peek(ALICE)?.revision).toBe(3);
  });

  test('that nobody sees is not decided upon: there is no loop', async () => {
    const world = given(aBudget({ spent: '5' }));
    spend(world, ALICE, '75');
    await world.evaluateStream();
    // One revision for the spend; the stream record of that write decided nothing.
    expect(world.budgets.peek(ALICE)?.revision).toBe(4);
  });

  test('of somebody without a budget is only seen', async () => {
    const world = given(aBudget({ limits: undefined }));
    spend(world, ALICE, '100000');
    await world.evaluateStream();
    expect(world.status(ALICE)).toBe('active');
    expect(world.events.published).toEqual([]);
  });
});

describe('where a principal stands', () => {
  const told = (world: InMemoryDeployment) => world.log.entries.filter(({ message }) => message === 'standing').map(({ facts }) => facts!.status);

  test('is told whenever its status changes, down to that it is free again', async () => {
    const world = given(aBudget({ spent: '75', status: 'active' }));
    spend(world, ALICE, '95');
    await world.evaluateStream();
    world.budgets.edit(ALICE, { limits: limitsToItem([limit('500')]), updatedBy: 'boss' });
    await world.evaluateStream();
    expect(told(world)).toEqual(['critical', 'active']);
  });

  test('is not told where only the spend has changed', async () => {
    const world = given(aBudget({ spent: '5' }));
    spend(world, ALICE, '6');
    await world.evaluateStream();
    expect(told(world)).toEqual([]);
  });
});

describe('an order', () => {
  test.each<[string, Item]>([
    ['a raised limit', { limits: limitsToItem([limit('500')]) }],
    ['a top-up', { topUps: [{ amountUsd: new NumberText('500'), expiresAt: '2026-04-01T00:00:00Z' }] }],
    ['an exemption', { exemption: { reason: 'migration' } }],
    ['observation only', { enforcement: 'observe' }],
  ])('is decided upon at once: %s begins the restoration', async (_, order) => {
    const world = given(aSuspendedBudget(), { denied: true });
    world.budgets.edit(ALICE, { ...order, updatedBy: 'boss' });
    await world.evaluateStream();
    expect(world.status(ALICE)).toBe('restoring');
    expect(world.events.types()).toEqual([EventType.BUDGET_CHANGED, EventType.RESTORATION_STARTED]);
    expect(world.workflows.started).toEqual([expect.objectContaining({ workflow: 'restoration' })]);
  });

  test('of a hold begins the suspension', async () => {
    const world = given(aBudget());
    world.budgets.edit(ALICE, { hold: { by: 'ops', reason: 'leak' }, updatedBy: 'ops' });
    await world.evaluateStream();
    expect(world.status(ALICE)).toBe('grace_period');
  });
});

describe('a new principal', () => {
  test('is announced, and no more', async () => {
    const world = new InMemoryDeployment();
    world.budgets.put(itemOf(aBudget({ principalId: ROLE, limits: undefined })));
    await world.evaluateStream();
    expect(world.events.types()).toEqual([EventType.PRINCIPAL_REGISTERED]);
  });

  test('whose first call exceeds its budget is decided upon at once', async () => {
    const world = new InMemoryDeployment();
    world.budgets.put(itemOf(aBudget({ spent: '100', revision: 0 })));
    await world.evaluateStream();
    expect(world.status(ALICE)).toBe('grace_period');
  });

  test('named like an API key gets the default budget, and is held to it at once', async () => {
    const world = new InMemoryDeployment();
    world.budgets.put(itemOf(aBudget({ principalId: KEY_USER, limits: undefined, spent: '30', revision: 0 })));
    await world.evaluateStream();
    expect(world.budgets.peek(KEY_USER)).toMatchObject({ kind: 'api-key-user', status: 'grace_period' });
    expect(world.events.types()).toEqual([
      EventType.PRINCIPAL_REGISTERED, EventType.BUDGET_CHANGED, ...THREE_THRESHOLDS, EventType.GRACE_PERIOD_STARTED,
    ]);
  });

  test('with another name that holds an API key, too', async () => {
    const world = new InMemoryDeployment();
    world.iam.add(ALICE, { holdsApiKey: true });
    world.budgets.put(itemOf(aBudget({ limits: undefined, spent: '30', revision: 0 })));
    await world.evaluateStream();
    expect(world.budgets.peek(ALICE)).toMatchObject({ kind: 'api-key-user', status: 'grace_period' });
  });

  test('that holds no API key stays what it is', async () => {
    const world = new InMemoryDeployment();
    world.iam.add(ALICE);
    world.budgets.put(itemOf(aBudget({ limits: undefined, spent: '30', revision: 0 })));
    await world.evaluateStream();
    expect(world.budgets.peek(ALICE)).toMatchObject({ kind: 'iam-user', status: 'active' });
  });

  test('does not hold up the stream where IAM does not answer', async () => {
    const world = new InMemoryDeployment();
    world.faults.plan('iam.holdsApiKey');
    world.budgets.put(itemOf(aBudget({ spent: '100', revision: 0 })));
    await world.evaluateStream();
    expect(world.status(ALICE)).toBe('grace_period');
    expect(world.log.messages('warn')).toEqual(['could not ask IAM for API keys; left to the hourly sweep']);
  });
});

describe('a workflow', () => {
  test('is started by the record of the write that asked for it', async () => {
    const world = given(aBudget());
    await evaluate(world, { after: aBudgetInGrace(), before: aBudget() });
    expect(world.workflows.started).toHaveLength(1);
  });

  test('is not started by a record of anything else', async () => {
    const world = given(aBudgetInGrace());
    await evaluate(world, { before: aBudgetInGrace(), after: aBudgetInGrace({ lastCallAt: NOON }) });
    expect(world.workflows.requests).toBe(0);
  });
});

describe('a record that comes twice', () => {
  test('makes the same events with the same ids, and no second workflow', async () => {
    const world = given(aBudget({ spent: '100' }));
    const change = { before: aBudget(), after: aBudget({ spent: '100' }) };
    await evaluate(world, change);
    const [decision] = world.budgets.takeStream();
    await evaluateChange(decision, world.evaluatorPorts, world.context);
    await evaluateChange(decision, world.evaluatorPorts, world.context);
    await evaluate(world, change);
    expect(world.events.distinct()).toHaveLength(4);
    expect(world.events.published).toHaveLength(8);
    expect(world.workflows.started).toHaveLength(1);
    expect(world.budgets.peek(ALICE)?.revision).toBe(4);
  });
});

describe('a record that comes late', () => {
  test('does not undo what was decided after it', async () => {
    const world = given(aSuspendedBudget(), { denied: true });
    await evaluate(world, { before: aBudget({ spent: '5' }), after: aBudget({ spent: '100' }) });
    expect(world.status(ALICE)).toBe('suspended');
    expect(world.budgets.stream).toEqual([]);
  });
});

describe('a runtime that is given another role', () => {
  const agent = (changes: Partial<Budget> = {}) => ({ ...aSuspendedBudget(), principalId: AGENT, role: AGENT_ROLE, ...changes });
  const change: BudgetChange = { changeId: 'change-7', at: NOON, before: itemOf(agent()), after: itemOf(agent({ role: ROLE })) };

  test('has its restriction moved by two workflows, once for each change however often it comes', async () => {
    const world = given(agent({ role: ROLE }), 'absent');
    await evaluateChange(change, world.evaluatorPorts, world.context);
    await evaluateChange(change, world.evaluatorPorts, world.context);
    expect(world.workflows.started.map(({ workflow, input }) => [workflow, input.principalId])).toEqual([['suspension', AGENT], ['restoration', AGENT_ROLE]]);
    await evaluateChange({ ...change, changeId: 'change-8' }, world.evaluatorPorts, world.context);
    expect(world.workflows.started).toHaveLength(4);
  });

  test('has it moved when the record comes again, where a workflow could not be started', async () => {
    const world = given(agent({ role: ROLE }), 'absent');
    world.faults.plan('workflows.start');
    await expect(evaluateChange(change, world.evaluatorPorts, world.context)).rejects.toThrow('workflows.start failed');
    await evaluateChange(change, world.evaluatorPorts, world.context);
    expect(world.workflows.started).toHaveLength(2);
  });

  test('is told as a change of its budget, and decided upon', async () => {
    const world = given(agent({ role: ROLE, limits: [limit('500')] }), 'absent');
    await evaluate(world, { before: agent({ limits: [limit('500')] }), after: agent({ role: ROLE, limits: [limit('500')] }) });
    expect(world.events.types()).toEqual([EventType.BUDGET_CHANGED]);
    expect(world.status(AGENT)).toBe('restoring');
  });
});

describe('a runtime that is no more', () => {
  test('is decided upon at once', async () => {
    const after = { ...aSuspendedBudget(), principalId: AGENT, role: AGENT_ROLE, removedAt: NOON };
    const world = given(after, 'absent');
    await evaluate(world, { before: { ...after, removedAt: undefined }, after });
    expect(world.status(AGENT)).toBe('restoring');
    expect(world.workflows.started).toEqual([expect.objectContaining({ workflow: 'restoration', input: expect.objectContaining({ principalId: AGENT }) })]);
  });
});

describe('a failure', () => {
  test('of the bus makes the record come again, before anything is decided', async () => {
    const world = given(aBudget({ spent: '100' }));
    world.faults.plan('events.publish');
    await expect(evaluate(world, { before: aBudget(), after: aBudget({ spent: '100' }) })).rejects.toThrow('events.publish failed');
    expect(world.status(ALICE)).toBe('active');
  });
});

describe('an item that somebody broke', () => {
  const broken = (spent?: string): Item => ({ ...itemOf(aBudget({ spent })), graceDeadline: 'tomorrow' });

  test('is counted and told, and holds nothing up', async () => {
    const world = given(aBudget());
    await evaluateChange({ changeId: 'c', at: NOON, before: itemOf(aBudget()), after: broken('100') }, world.evaluatorPorts, world.context);
    expect(world.metrics.total(Metric.EVALUATION_FAILURES)).toBe(1);
    expect(world.log.entries).toEqual([expect.objectContaining({ level: 'error', facts: expect.objectContaining({ principalId: ALICE, problem: expect.stringContaining('graceDeadline') }) })]);
  });

  test('is decided upon as soon as it is mended', async () => {
    const world = given(aBudget({ spent: '100' }));
    await evaluateChange({ changeId: 'c', at: NOON, before: broken('100'), after: itemOf(aBudget({ spent: '100' })) }, world.evaluatorPorts, world.context);
    expect(world.status(ALICE)).toBe('grace_period');
    expect(world.metrics.total(Metric.EVALUATION_FAILURES)).toBe(0);
  });
});

test('what is decided is logged with where it comes from and why', async () => {
  const world = given(aBudget({ spent: '75' }));
  await evaluate(world, { before: aBudget(), after: aBudget({ spent: '75' }) });
  expect(world.log.entries.filter(({ message }) => message === 'decided')).toEqual([
    { level: 'info', message: 'decided', facts: { principalId: ALICE, from: 'active', to: 'warning', reason: '75.0 % of $100.00 spent since 2026-03-01' } },
  ]);
});

test('the id of an item that somebody broke is logged in part', async () => {
  const world = given(aBudget());
  await evaluateChange({ changeId: 'c', at: NOON, after: { principalId: 'x'.repeat(500) } }, world.evaluatorPorts, world.context);
  expect(world.log.entries[0]).toMatchObject({ level: 'error', message: 'budget item cannot be read: mend the attribute by hand', facts: { principalId: 'x'.repeat(200) } });
});

test.each<[string, string, object]>([
  ['goes beyond it', '75', { outcome: 'exhausts', exhaustedAt: expect.stringMatching(/^2026-03-1/), projectedUsd: expect.stringMatching(/^\d+/) }],
  ['is within it', '0.01', { outcome: 'lasts', projectedUsd: expect.stringMatching(/^0\.\d+$/) }],
  ['cannot be told', '0', { outcome: 'unknown', why: 'nothing was spent in this period' }],
  ['is over it', '100', { outcome: 'exhausted' }],
])('an event tells where the spending leads: it %s', async (_, spent, forecast) => {
  const world = given(aBudget({ spent }));
  await evaluate(world, { before: aBudget({ spent, status: 'critical' }), after: aBudget({ spent, reason: 'why' }) });
  expect(world.events.published[0].detail.budget?.forecast).toEqual(forecast);
});

test('the deployment’s own notes are no principals', async () => {
  const world = new InMemoryDeployment();
  world.budgets.put({ principalId: 'deployment/settings', texts: {} });
  await world.evaluateStream();
  expect(world.events.published).toEqual([]);
  expect(world.metrics.names()).toEqual([]);
});

test('a principal that cannot be restricted is alarmed', async () => {
  const root = `root/${ACCOUNT}`;
  const world = given(aBudget({ principalId: root }), 'absent');
  spend(world, root, '100');
  await world.evaluateStream();
  expect(world.metrics.total(Metric.UNENFORCEABLE_OVER_LIMIT)).toBe(1);
  expect(world.events.types()).toContain(EventType.PRINCIPAL_UNENFORCEABLE);
});

function given(budget: Budget, inIam: Parameters<InMemoryDeployment['given']>[1] = {}): InMemoryDeployment {
  const world = new InMemoryDeployment();
  world.given(budget, inIam);
  return world;
}

function spend(world: InMemoryDeployment, principalId: string, amount: string): void {
  world.budgets.edit(principalId, { 'spend#2026-03-10': new NumberText(amount), 'lastCallAt': '2026-03-10T12:00:00.000Z' });
}

function evaluate(world: InMemoryDeployment, { before, after }: { readonly before?: Budget; readonly after: Budget }): Promise<void> {
  const change: BudgetChange = { changeId: 'change-x', at: NOON, after: itemOf(after), ...(before ? { before: itemOf(before) } : {}) };
  return evaluateChange(change, world.evaluatorPorts, world.context);
}
