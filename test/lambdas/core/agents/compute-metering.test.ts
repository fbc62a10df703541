import { Metric, PrincipalKindName } from '../../../../src/contract';
import { ComputeMeteringIncompleteError, hoursToMeter } from '../../../../src/lambdas/core/agents/compute-metering';
import { isoInstant } from '../../../../src/lambdas/core/budget-item';
import { MAX_ATTEMPTS } from '../../../../src/lambdas/core/charge-once';
import { usd } from '../../../../src/lambdas/core/money';
import { ACCOUNT, at, HOUR, MINUTE, NOON, REGION, ROLE, SHARED_AGENTS, TODAY } from '../builders';
import { ComputeWorld } from './compute-world';

let world: ComputeWorld;

beforeEach(() => {
  world = new ComputeWorld();
});

describe('the hours that are looked at', () => {
  test('ended two hours ago at least, and began a day ago at most', () => {
    const hours = hoursToMeter(NOON + 5 * MINUTE).map(isoInstant);
    expect(hours).toHaveLength(21);
    expect([hours[0], hours[20]]).toEqual(['2026-03-09T13:00:00.000Z', '2026-03-10T09:00:00.000Z']);
  });

  test.each([[NOON, 22], [NOON + 1, 21], [NOON + HOUR - 1, 21], [NOON + HOUR, 22]])('at %d they are %d', (now, count) => {
    const hours = hoursToMeter(now);
    expect(hours).toHaveLength(count);
    expect(hours.every(hour => hour % HOUR === 0 && hour >= now - 24 * HOUR && hour + HOUR <= now - 2 * HOUR)).toBe(true);
  });

  test('each is looked at by many runs', () => {
    const seen = Array.from({ length: 48 }, (_, run) => hoursToMeter(NOON + run * HOUR)).flat().filter(hour => hour === NOON);
    expect(seen).toHaveLength(22);
  });
});

describe('charging', () => {
  const nine = at('2026-03-10T09:00:00Z');

  test('an hour is charged to the budget of its runtime, at list price', async () => {
    const agent = world.registered('support-Ab12');
    world.measured('support-Ab12', 'vcpuHours', new Map([[nine, 0.5]]));
    world.measured('support-Ab12', 'gbHours', new Map([[nine, 2]]));
    expect(await world.run()).toEqual({ runtimes: 1, hours: 1, costUsd: '0.06365' });
    expect(await world.spend(agent)).toEqual([[[TODAY, usd('0.06365')]]]);
    expect([...world.store.rows.keys()]).toEqual([`agent-compute/${agent}/2026-03-10T09:00Z`]);
    expect(world.observed.added).toEqual([[Metric.AGENT_COMPUTE_USD, 0.06365]]);
    expect(world.observed.entries).toContainEqual({
      level: 'info', message: 'charged compute of an AgentCore runtime', facts: { runtime: agent, principalId: agent, hours: 1, costUsd: '0.06365' },
    });
    expect(world.usage.asked).toEqual([[NOON - 24 * HOUR, NOON - 2 * HOUR]]);
  });

  test('hours of two days go to the days in which they begin', async () => {
    const agent = world.registered('support-Ab12');
    world.measured('support-Ab12', 'vcpuHours', new Map([[at('2026-03-09T22:00:00Z'), 1], [at('2026-03-09T23:00:00Z'), 1], [at('2026-03-10T00:00:00Z'), 1]]));
    world.timeZone = 'Europe/Berlin';
    await world.run();
    expect(await world.spend(agent)).toEqual([[['2026-03-09', usd('0.0895')], [TODAY, usd('0.179')]]]);
  });

  test('where there is nothing to charge, nothing is said of a runtime', async () => {
    world.registered('support-Ab12');
    world.measured('support-Ab12', 'gbHours', new Map([[nine, 0]]));
    await world.run();
    expect(world.observed.entries).toEqual([
      { level: 'info', message: 'metered the compute of AgentCore runtimes', facts: { runtimes: 1, hours: 0, costUsd: '0' } },
    ]);
  });

  test('hours that are not looked at are not charged', async () => {
    world.registered('support-Ab12');
    world.measured('support-Ab12', 'gbHours', new Map([[NOON - 25 * HOUR, 1], [NOON - 2 * HOUR, 1], [NOON - HOUR, 1]]));
    expect(await world.run()).toMatchObject({ hours: 0, costUsd: '0' });
    expect(world.store.rows.size).toBe(0);
    expect(world.observed.added).toEqual([[Metric.AGENT_COMPUTE_USD, 0]]);
  });

  test('a second run charges nothing again, and a value that CloudWatch corrects stays as it was charged', async () => {
    const agent = world.registered('support-Ab12');
    const sums = new Map([[nine, 1]]);
    world.measured('support-Ab12', 'gbHours', sums);
    await world.run();
    sums.set(nine, 3).set(nine - HOUR, 2);
    expect(await world.run()).toMatchObject({ hours: 1, costUsd: '0.0189' });
    expect(await world.spend(agent)).toEqual([[[TODAY, usd('0.02835')]]]);
  });

  test('runtimes that share a role pay from its shared budget, each for its own hours', async () => {
    const first = world.registered('first-1');
    const second = world.registered('second-2');
    const alone = world.registered('alone-3', ROLE);
    for (const runtimeId of ['first-1', 'second-2', 'alone-3']) {
      world.measured(runtimeId, 'gbHours', new Map([[nine, 1]]));
    }
    expect(await world.run()).toMatchObject({ runtimes: 3, hours: 3 });
    expect(await world.spend(SHARED_AGENTS, alone, first, second)).toEqual([[[TODAY, usd('0.0189')]], [[TODAY, usd('0.00945')]], [], []]);
    expect((await world.budgets.read(SHARED_AGENTS))!.kind).toBe(PrincipalKindName.AGENT_ROLE);
    expect([...world.store.rows.values()].map(({ runtime, principalId }) => [runtime, principalId])).toEqual(expect.arrayContaining([
      [first, SHARED_AGENTS], [second, SHARED_AGENTS], [alone, alone],
    ]));
  });

  test('an hour that was charged to a runtime is not charged to the shared budget when a second runtime gets the role', async () => {
    const first = world.registered('first-1');
    world.measured('first-1', 'gbHours', new Map([[nine, 1]]));
    await world.run();
    world.registered('second-2');
    expect(await world.run()).toMatchObject({ hours: 0 });
    expect(await world.spend(first, SHARED_AGENTS)).toEqual([[[TODAY, usd('0.00945')]], []]);
  });

  test('what others use is nobody’s', async () => {
    world.registered('support-Ab12');
    world.measured('unregistered-9', 'gbHours', new Map([[nine, 1]]));
    expect(await world.run()).toMatchObject({ runtimes: 1, hours: 0 });
    expect(world.usage.asked).toEqual([]);
    expect(world.observed.at('warn')).toEqual([
      { level: 'warn', message: 'CloudWatch has no usage metrics of the registered AgentCore runtimes', facts: { runtimes: 1, seriesOfOthers: 2 } },
    ]);
  });

  test('without runtimes CloudWatch is not asked', async () => {
    world.faults.plan('usage.series');
    expect(await world.run()).toEqual({ runtimes: 0, hours: 0, costUsd: '0' });
    expect(world.observed.at('warn')).toEqual([]);
  });

  test('a conflict is tried again', async () => {
    world.registered('support-Ab12');
    world.measured('support-Ab12', 'gbHours', new Map([[nine, 1]]));
    world.store.conflicts = 2;
    expect(await world.run()).toMatchObject({ hours: 1 });
    expect(world.backOffs).toEqual([1, 2]);
  });
});

describe('what fails for one runtime does not cost the others their charge', () => {
  const nine = at('2026-03-10T09:00:00Z');
  let good: string;

  beforeEach(() => {
    good = world.registered('good-1', ROLE);
    world.measured('good-1', 'gbHours', new Map([[nine, 1]]));
  });

  async function expectIncomplete(problem: RegExp, failed = 1): Promise<void> {
    const failure = await world.run().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ComputeMeteringIncompleteError);
    expect((failure as Error).message).toMatch(new RegExp(`^the compute of ${failed} of ${world.runtimes.length} AgentCore runtimes could not be charged`));
    expect(await world.spend(good)).toEqual([[[TODAY, usd('0.00945')]]]);
    expect(world.observed.added).toEqual([[Metric.AGENT_COMPUTE_USD, 0.00945]]);
    const problems = world.observed.at('error').map(({ facts }) => String(facts.problem));
    expect(problems).toHaveLength(failed);
    problems.forEach(told => expect(told).toMatch(problem));
  }

  test('a series that is not answered in full: the hour waits as a whole', async () => {
    const bad = world.registered('bad-2');
    world.measured('bad-2', 'vcpuHours', new Map([[nine, 1]]));
    world.measured('bad-2', 'gbHours', new Map([[nine, 1]]), 'CloudWatch’s answer is PartialData');
    await expectIncomplete(/PartialData/);
    expect(await world.spend(bad)).toEqual([[]]);
  });

  test('a number that is no quantity', async () => {
    world.registered('bad-2');
    world.measured('bad-2', 'gbHours', new Map([[nine, Number.NaN]]));
    await expectIncomplete(/^ComputeQuantityError: NaN is no number of hours/);
  });

  test('an item that the table refuses', async () => {
    world.store.refusing.add(world.registered('bad-2'));
    world.measured('bad-2', 'gbHours', new Map([[nine, 1]]));
    await expectIncomplete(/^the tables refuse it: ValidationError/);
  });

  test('a conflict that does not end', async () => {
    const bad = world.registered('bad-2');
    world.measured('bad-2', 'gbHours', new Map([[nine, 1]]));
    const write = world.store.write.bind(world.store);
    jest.spyOn(world.store, 'write').mockImplementation(async charges => (
      charges[0].runtime === bad ? { result: 'conflict', message: 'TransactionConflict' } : write(charges)));
    await expectIncomplete(/^ChargeConflictError: still in conflict/);
    expect(world.backOffs).toHaveLength(MAX_ATTEMPTS - 1);
  });

  test.each([
    ['a role that is none', `agent-runtime/${ACCOUNT}/${REGION}/bad-2`, `root/${ACCOUNT}`],
    ['a role that is no principal', `agent-runtime/${ACCOUNT}/${REGION}/bad-2`, 'x'],
    ['a runtime that is no principal', 'bad-2', ROLE.replace('report-writer', 'other')],
    ['a runtime of another region', `agent-runtime/${ACCOUNT}/us-east-1/bad-2`, ROLE.replace('report-writer', 'other')],
    ['a runtime of another account', `agent-runtime/999988887777/${REGION}/bad-2`, ROLE.replace('report-writer', 'other')],
    ['something that is no runtime', SHARED_AGENTS, ROLE.replace('report-writer', 'other')],
  ])('%s', async (_, principalId, roleId) => {
    world.runtimes.push({ principalId, roleId });
    await expectIncomplete(/^it is no AgentCore runtime of this account and region, or ".*" is no role$/);
  });
});

test('an id that is none is repeated in part alone, and its role as well', async () => {
  world.runtimes.push({ principalId: 'r'.repeat(201), roleId: 'x'.repeat(121) });
  await expect(world.run()).rejects.toThrow('the compute of 1 of 1 AgentCore runtimes could not be charged; see the errors logged before. The next run tries again');
  expect(world.observed.at('error')).toEqual([{
    level: 'error',
    message: 'could not charge the compute of an AgentCore runtime',
    facts: { runtime: 'r'.repeat(200), problem: `it is no AgentCore runtime of this account and region, or "${'x'.repeat(120)}" is no role` },
  }]);
});

test.each(['runtimes.all', 'usage.series', 'usage.read'])('nothing is charged where %s fails, and the run fails with it', async call => {
  world.registered('support-Ab12');
  world.measured('support-Ab12', 'gbHours', new Map([[NOON - 5 * HOUR, 1]]));
  world.faults.plan(call);
  await expect(world.run()).rejects.toThrow(`${call} failed`);
  expect(world.store.rows.size).toBe(0);
});
