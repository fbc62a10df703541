import { EventType, Metric } from '../../../src/contract';
import { NumberText } from '../../../src/lambdas/core/budget-item';
import { ChargedCall, planTransactions } from '../../../src/lambdas/core/metering';
import { formatUsd, usd } from '../../../src/lambdas/core/money';
import { PriceCatalog } from '../../../src/lambdas/core/pricing/price-catalog';
import { principalFromId } from '../../../src/lambdas/core/principal';
import { RepricingIncompleteError } from '../../../src/lambdas/core/repricing';
import { aCharge, ALICE, aBudget, anEstimatedCall, limit, MINUTE, NOON, ROLE, TODAY } from './builders';
import { InMemoryDeployment } from './in-memory/deployment';

const PROFILE = 'arn:aws:bedrock:eu-central-1:444455556666:application-inference-profile/abc123';

/** Two dollars a call, of the models that are named. */
function knowing(...models: readonly string[]): PriceCatalog {
  return {
    version: 'newer',
    priceOf: ({ modelId, modelBehind }) => {
      const known = models.find(model => model === (modelBehind?.modelId ?? modelId));
      return known ? aCharge({ cost: usd('2'), pricedAs: known }) : aCharge({ cost: usd('5'), known: false, pricedAs: 'the.dearest', source: 'conservative-default' });
    },
  };
}

async function given(...calls: readonly ChargedCall[]) {
  const world = new InMemoryDeployment();
  world.catalog = knowing();
  for (const transaction of planTransactions(calls)) {
    await world.charges.write(transaction);
  }
  world.budgets.takeStream();
  const amounts = (principalId = ALICE) => {
    const { spend, estimated } = world.budgets.peek(principalId)!;
    return { spend: formatUsd(spend.get(TODAY)!), estimated: formatUsd(estimated.get(TODAY)!) };
  };
  return { world, amounts, row: (index: number) => world.charges.rows.get(calls[index].usage.callId)! };
}

const estimate = (requestId: string, changes: Parameters<typeof anEstimatedCall>[0] = {}) => anEstimatedCall({ requestId, cost: '5', ...changes });

describe('while no price is known', () => {
  test('estimates stay, and are counted', async () => {
    const { world, amounts } = await given(estimate('r-1'), estimate('r-2'));
    expect(await world.reprice()).toEqual({ repriced: 0, estimated: 2, failures: 0, complete: true });
    expect(amounts()).toEqual({ spend: '10', estimated: '10' });
    expect([world.metrics.total(Metric.CALLS_ESTIMATED), world.metrics.total(Metric.CALLS_REPRICED)]).toEqual([2, 0]);
  });

  test('a model is announced once, however often the run comes', async () => {
    const { world } = await given(estimate('r-2'), estimate('r-1', { calledAt: NOON - MINUTE }), estimate('r-3', { modelId: 'newer.model' }));
    await world.reprice();
    await world.reprice();
    expect(world.events.published.map(({ type, detail }) => [type, detail.modelId, detail.calls, detail.eventId, detail.occurredAt])).toEqual([
      [EventType.MODEL_PRICE_UNKNOWN, 'new.model-v1:0', 2, 'model-price-unknown/444455556666/eu-central-1/r-1', '2026-03-10T11:59:00.000Z'],
      [EventType.MODEL_PRICE_UNKNOWN, 'newer.model', 1, 'model-price-unknown/444455556666/eu-central-1/r-3', '2026-03-10T12:00:00.000Z'],
    ]);
  });
});

describe('a model of which very many calls are estimates', () => {
  const many = (modelId: string, count: number) => Array.from({ length: count }, (_, index) => estimate(`${modelId}-${index}`, { modelId }));

  test('is not read to its end while nobody knows its price, and holds up nobody', async () => {
    const { world } = await given(...many('a.hopeless', 200), ...many('b.known', 40));
    world.catalog = knowing('b.known');
    world.estimates.pageSize = 5;
    const summary = await world.reprice();
    expect(summary).toMatchObject({ repriced: 40, complete: true });
    // A page of five in each of the eight shards, and one that the next model begins in.
    expect(summary.estimated).toBeLessThanOrEqual(80);
    const [{ detail }] = world.events.published.filter(({ type }) => type === EventType.MODEL_PRICE_UNKNOWN);
    expect(detail.reason).toMatch(/at least \$\d+\.00 so far$/);
  });

  test('is corrected to its last call when its price is known', async () => {
    const { world } = await given(...many('a.hopeless', 200));
    world.estimates.pageSize = 5;
    await world.reprice();
    world.catalog = knowing('a.hopeless');
    expect(await world.reprice()).toMatchObject({ repriced: 200, estimated: 0 });
    expect(world.estimates.open()).toEqual([]);
  });

  test('of a router is read to its end, since a record may tell who answered', async () => {
    const router = 'arn:aws:bedrock:eu-central-1:444455556666:prompt-router/r1';
    const { world } = await given(...many(router, 80).map((call, index) => ({ ...call, usage: { ...call.usage, routedTo: index === 79 ? 'b.known' : 'nobody.knows' } })));
    world.catalog = knowing('b.known');
    world.estimates.pageSize = 2;
    expect(await world.reprice()).toMatchObject({ repriced: 1, estimated: 79 });
  });
});

describe('when a price is known', () => {
  test('ledger and budget are corrected, and the row tells both prices', async () => {
    const { world, amounts, row } = await given(estimate('r-1'), estimate('r-2'), estimate('r-3', { modelId: 'other.model' }));
    world.catalog = knowing('new.model-v1:0');
    expect(await world.reprice()).toEqual({ repriced: 2, estimated: 1, failures: 0, complete: true });
    expect(amounts()).toEqual({ spend: '9', estimated: '5' });
    expect(row(0)).toMatchObject({
      costUsd: new NumberText('2'), estimatedCostUsd: new NumberText('5'), priceSource: 'catalog', repricedAt: '2026-03-10T12:00:00.000Z',
    });
    expect(row(0)).not.toHaveProperty('estimate');
    expect(row(2)).toHaveProperty('estimate');
  });

  test('it is told once a principal and model, with the number of calls and dollars', async () => {
    const role = principalFromId(ROLE)!;
    const { world } = await given(estimate('r-2'), estimate('r-1'), estimate('r-3', { principal: role }), estimate('r-4', { modelId: 'b.model' }));
    world.catalog = knowing('new.model-v1:0', 'b.model');
    await world.reprice();
    const told = world.events.distinct().filter(({ type }) => type === EventType.CALLS_REPRICED).map(({ detail }) => detail);
    expect(told).toHaveLength(3);
    expect(told.find(({ eventId }) => eventId === 'calls-repriced/444455556666/eu-central-1/r-1')).toEqual({
      schemaVersion: '1',
      deploymentId: 'dep-1',
      environmentName: 'test',
      eventId: 'calls-repriced/444455556666/eu-central-1/r-1',
      occurredAt: '2026-03-10T12:00:00.000Z',
      actor: 'call-repricer',
      reason: 'the price of new.model-v1:0 is known now: 2 calls charged by an estimate, $10.00, cost $4.00',
      principalId: ALICE,
      modelId: 'new.model-v1:0',
      calls: 2,
      before: { costUsd: '10' },
      after: { costUsd: '4', pricedAs: 'new.model-v1:0' },
    });
    expect(told.find(({ principalId }) => principalId === ROLE)!.reason).toContain('1 call charged');
    expect(world.metrics.total(Metric.CALLS_REPRICED)).toBe(4);
  });

  test('a model is forgotten, so that it is told again when it is unknown again', async () => {
    const { world } = await given(estimate('r-1'));
    await world.reprice();
    expect(world.announced.models).toEqual(['new.model-v1:0']);
    world.catalog = knowing('new.model-v1:0');
    await world.reprice();
    expect(world.announced.models).toEqual([]);
  });

  test('the next run finds nothing to do, and writes nothing', async () => {
    const { world } = await given(estimate('r-1'));
    world.catalog = knowing('new.model-v1:0');
    await world.reprice();
    world.budgets.takeStream();
    expect(await world.reprice()).toEqual({ repriced: 0, estimated: 0, failures: 0, complete: true });
    expect([world.budgets.stream, world.estimates.corrections.length, world.events.published.length]).toEqual([[], 1, 1]);
  });

  test('an estimate of nothing is corrected to what the call cost', async () => {
    const { world } = await given(estimate('r-1', { cost: '0' }));
    expect(world.budgets.item(ALICE)).not.toHaveProperty('estimated#2026-03-10');
    world.catalog = knowing('new.model-v1:0');
    expect(await world.reprice()).toMatchObject({ repriced: 1 });
    expect(world.budgets.item(ALICE)).toMatchObject({ 'spend#2026-03-10': new NumberText('2') });
    expect(world.budgets.item(ALICE)).not.toHaveProperty('estimated#2026-03-10');
  });

  test('through Bedrock telling the model behind an ARN', async () => {
    const { world, amounts } = await given(estimate('r-1', { modelId: PROFILE }));
    world.catalog = knowing('amazon.nova-pro-v1:0');
    expect(await world.reprice()).toMatchObject({ repriced: 0 });
    world.behind.set(PROFILE, { modelId: 'amazon.nova-pro-v1:0' });
    expect(await world.reprice()).toMatchObject({ repriced: 1 });
    expect(amounts()).toEqual({ spend: '2', estimated: '0' });
  });
});

describe('a budget that does not hold the estimate any more', () => {
  test.each([
    ['has forgotten the day', { 'spend#2026-03-10': undefined, 'estimated#2026-03-10': undefined }],
    ['has forgotten the day, and seen a late call of it', { 'spend#2026-03-10': new NumberText('1'), 'estimated#2026-03-10': undefined }],
    ['has forgotten the day, and seen a late estimate of it', { 'spend#2026-03-10': new NumberText('9'), 'estimated#2026-03-10': new NumberText('4.5') }],
    ['was edited by hand', { 'spend#2026-03-10': new NumberText('1') }],
  ])('since it %s, is not touched; the ledger is corrected', async (_, edit) => {
    const { world, row } = await given(estimate('r-1'));
    world.budgets.edit(ALICE, edit);
    const before = world.budgets.item(ALICE);
    world.catalog = knowing('new.model-v1:0');
    expect(await world.reprice()).toMatchObject({ repriced: 1 });
    expect(world.budgets.item(ALICE)).toEqual(before);
    expect(row(0)).toMatchObject({ costUsd: new NumberText('2') });
  });

  test.each(['5', '0'])('since its item is gone, does not come into being (estimate of %s USD)', async cost => {
    const { world } = await given(estimate('r-1', { cost }));
    world.budgets.remove(ALICE);
    world.catalog = knowing('new.model-v1:0');
    expect(await world.reprice()).toMatchObject({ repriced: 1 });
    expect(world.budgets.item(ALICE)).toBeUndefined();
  });
});

describe('what fails', () => {
  const known = knowing('new.model-v1:0');

  test('for one principal does not cost the others their correction', async () => {
    const { world, amounts } = await given(estimate('r-1'), estimate('r-2', { principal: principalFromId(ROLE)! }));
    world.catalog = known;
    world.estimates.refusing.add(ROLE);
    await expect(world.reprice()).rejects.toThrow(RepricingIncompleteError);
    expect([amounts(), amounts(ROLE)]).toEqual([{ spend: '2', estimated: '0' }, { spend: '5', estimated: '5' }]);
    expect(world.log.entries).toContainEqual({
      level: 'error', message: 'the tables refuse a correction', facts: { principalId: ROLE, day: TODAY, problem: expect.stringContaining('ValidationError') },
    });
    expect(world.events.types()).toEqual([EventType.CALLS_REPRICED]);
  });

  test('a row that somebody broke is told by its attribute', async () => {
    const { world } = await given(estimate('r-1'), estimate('r-2'));
    world.catalog = known;
    const [[callId, broken]] = world.charges.rows;
    world.charges.rows.set(callId, { ...broken, region: 5 });
    await expect(world.reprice()).rejects.toThrow('1 rows, transactions or shards could not be seen to');
    expect(world.log.entries).toContainEqual({
      level: 'error', message: 'ledger row cannot be read: mend the attribute by hand', facts: { callId, problem: 'attribute region cannot be read (invalid_type)' },
    });
    expect(world.estimates.open()).toHaveLength(1);
  });

  test('a call that the catalog stumbles over leaves the others their price', async () => {
    const { world } = await given(estimate('r-1', { modelId: 'odd.model' }), estimate('r-2'));
    world.catalog = { version: 'x', priceOf: usage => { if (usage.modelId === 'odd.model') { throw new TypeError('odd'); } return known.priceOf(usage); } };
    await expect(world.reprice()).rejects.toThrow(RepricingIncompleteError);
    expect(world.estimates.open().map(({ modelId }) => modelId)).toEqual(['odd.model']);
    const [{ callId }] = world.estimates.open();
    expect(world.log.entries).toContainEqual({ level: 'error', message: 'an estimate cannot be priced', facts: { callId, problem: 'odd' } });
  });

  test.each(['estimates.pages', 'estimates.page', 'models.behind'])('%s costs one shard its turn, and no model is forgotten', async call => {
    const { world } = await given(...Array.from({ length: 100 }, (_, index) => estimate(`r-${index}`)));
    world.announced.models = ['gone.model'];
    world.catalog = known;
    world.faults.plan(call);
    await expect(world.reprice()).rejects.toThrow(RepricingIncompleteError);
    expect(new Set(world.estimates.open().map(row => row.estimate)).size).toBe(1);
    expect(world.announced.models).toEqual(['gone.model']);
    expect(await world.reprice()).toMatchObject({ complete: true, estimated: 0 });
    expect(world.announced.models).toEqual([]);
  });

  test.each(['before', 'after'] as const)('%s a correction took effect ends with the call corrected once', async moment => {
    const { world, amounts } = await given(estimate('r-1'), estimate('r-2'));
    world.catalog = known;
    world.faults.plan('estimates.correct', moment);
    await expect(world.reprice()).rejects.toThrow(RepricingIncompleteError);
    expect(world.log.entries).toContainEqual({
      level: 'error', message: 'could not see to some estimates', facts: { principalId: ALICE, day: TODAY, problem: expect.stringContaining('estimates.correct failed') },
    });
    await world.reprice();
    expect(amounts()).toEqual({ spend: '4', estimated: '0' });
  });

  test('is told by its shard, where that cannot be read, and by name in the end', async () => {
    const { world } = await given(estimate('r-1'));
    world.faults.plan('estimates.pages');
    const refusal: Error = await world.reprice().then(() => new Error('repriced'), error => error);
    expect(String(refusal)).toBe('RepricingIncompleteError: 1 rows, transactions or shards could not be seen to; see the errors logged before');
    expect(world.log.entries[0]).toEqual({
      level: 'error', message: 'could not see to some estimates', facts: { shard: expect.stringMatching(/^\d+$/), problem: expect.stringContaining('estimates.pages failed') },
    });
    expect(world.log.entries[1]).toEqual({ level: 'info', message: 'repriced', facts: { repriced: 0, estimated: 1, failures: 1, complete: false } });
  });

  test('and has an endless id is told by the beginning of it', async () => {
    const { world } = await given(estimate('r-1'));
    const [[callId, row]] = world.charges.rows;
    world.charges.rows.set(callId, { ...row, callId: 'c'.repeat(500), region: 5 });
    await expect(world.reprice()).rejects.toThrow(RepricingIncompleteError);
    expect(world.log.entries[0].facts).toMatchObject({ callId: 'c'.repeat(200) });
  });

  test('conflicts that do not end are left to the next run', async () => {
    const { world, amounts } = await given(estimate('r-1'));
    world.catalog = known;
    world.estimates.conflicts = 8;
    expect(await world.reprice()).toEqual({ repriced: 0, estimated: 1, failures: 0, complete: true });
    await world.reprice();
    expect(amounts()).toEqual({ spend: '2', estimated: '0' });
  });
});

describe('a run whose time is over', () => {
  const many = Array.from({ length: 200 }, (_, index) => estimate(`r-${index}`));

  test('says so and stops; the runs after it end the work, wherever it stopped', async () => {
    const { world, amounts } = await given(...many);
    world.catalog = knowing('new.model-v1:0');
    let runs = 0;
    for (let complete = false; !complete; runs += 1) {
      let steps = 0;
      world.timeIsLeft = () => (steps += 1) <= 12;
      ({ complete } = await world.reprice());
      world.now += 15 * MINUTE;
    }
    expect(runs).toBeGreaterThan(5);
    expect(amounts()).toEqual({ spend: '400', estimated: '0' });
    expect(world.log.messages('warn')).toHaveLength(runs - 1);
  });

  test('has told what it did, and forgets no model', async () => {
    const { world } = await given(...many);
    world.announced.models = ['gone.model'];
    world.catalog = knowing('new.model-v1:0');
    let steps = 0;
    world.timeIsLeft = () => (steps += 1) <= 4;
    expect(await world.reprice()).toMatchObject({ complete: false, failures: 0 });
    expect(world.events.types()).toEqual([EventType.CALLS_REPRICED]);
    expect(world.announced.models).toEqual(['gone.model']);
  });

  test('comes to every shard in turn, although it never gets through one', async () => {
    const { world } = await given(...many);
    const begun = new Set<unknown>();
    for (let run = 0; run < 8; run += 1) {
      let steps = 0;
      world.timeIsLeft = () => (steps += 1) <= 1;
      const pages = jest.spyOn(world.estimates, 'pages');
      await world.reprice();
      begun.add(pages.mock.lastCall![0]);
      pages.mockRestore();
      world.now += 15 * MINUTE;
    }
    expect(begun.size).toBe(8);
  });
});

describe('somebody who was suspended', () => {
  async function suspended(limitUsd: string, ...calls: readonly ChargedCall[]) {
    const world = new InMemoryDeployment();
    world.given(aBudget({ limits: [limit(limitUsd)] }));
    for (const transaction of planTransactions(calls)) {
      await world.charges.write(transaction);
    }
    await world.evaluateStream();
    world.now += 10 * MINUTE;
    await world.runWorkflows();
    expect([world.status(ALICE), world.iam.denies(ALICE)]).toEqual(['suspended', true]);
    world.catalog = knowing('new.model-v1:0');
    world.now += MINUTE;
    await world.reprice();
    await world.evaluateStream();
    await world.runWorkflows();
    return world;
  }

  test('by an estimate alone is restored when the price is known', async () => {
    const world = await suspended('10', estimate('r-1'), estimate('r-2'));
    expect([world.status(ALICE), world.iam.denies(ALICE)]).toEqual(['active', false]);
    expect(world.events.types()).toContain(EventType.PRINCIPAL_RESTORED);
  });

  test('and is over the limit at the right price, too, stays suspended', async () => {
    const world = await suspended('4', estimate('r-1'), estimate('r-2'));
    expect([world.status(ALICE), world.iam.denies(ALICE)]).toEqual(['suspended', true]);
  });
});

test('somebody whose estimate was too low is suspended by the right price, although the stream loses it', async () => {
  const world = new InMemoryDeployment();
  world.given(aBudget({ limits: [limit('2')] }));
  for (const transaction of planTransactions([estimate('r-1', { cost: '0.5' })])) {
    await world.charges.write(transaction);
  }
  await world.evaluateStream();
  world.now += 20 * MINUTE;
  await world.monitor();
  expect(world.status(ALICE)).toBe('active');
  world.catalog = knowing('new.model-v1:0');
  await world.reprice();
  world.budgets.takeStream();
  world.now += 20 * MINUTE;
  await world.monitor();
  await world.evaluateStream();
  await world.runWorkflows();
  expect(world.status(ALICE)).toBe('grace_period');
  world.now += 10 * MINUTE;
  await world.runWorkflows();
  expect(world.status(ALICE)).toBe('suspended');
});
