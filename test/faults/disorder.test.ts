import * as fc from 'fast-check';
import { Handler, Metric } from '../../src/contract';
import { fromItem } from '../../src/lambdas/adapters/dynamodb-values';
import { NumberText } from '../../src/lambdas/core/budget-item';
import { ACCOUNT, ALICE, HOUR, KEY_USER, MINUTE, ROLE } from '../lambdas/core/builders';
import { EVALUATION_FAILURES } from './aws/cloud';
import { document, RANDOM_SCHEDULES, WRITES } from './depth';
import { definitions } from './explore';
import { violations } from './invariants';
import { World, WorldOptions } from './world';

jest.setTimeout(WRITES ? 4 * 3_600_000 : 300_000);

const NOON = Date.parse('2026-03-10T12:00:00Z');
const WHO = [
  { payer: KEY_USER, identity: 'user/BedrockAPIKey-a1b2' },
  { payer: ROLE, identity: 'assumed-role/report-writer/session' },
  { payer: ALICE, identity: 'user/alice' },
] as const;

let world: World;
afterEach(() => world.close());

function given(options: Partial<WorldOptions> = {}): World {
  world = new World({ at: NOON, definitions: definitions(), ...options });
  ['user/BedrockAPIKey-a1b2', 'user/alice', 'role/report-writer'].forEach(entity => world.cloud.iam.add(entity));
  world.limits.set(KEY_USER, 10).set(ROLE, 8);
  world.cloud.tables.put('Budgets', fromItem({
    principalId: ROLE,
    kind: 'iam-role',
    registeredAt: '2026-03-01T00:00:00.000Z',
    anchorDay: '2026-03-01',
    limits: [{ limitUsd: new NumberText('8'), period: 'calendar day' }],
  }));
  return world;
}

/** Everything has come to rest, as it should be. */
async function rests(): Promise<void> {
  await world.settle(() => violations(world, world.over()).length === 0);
  expect(violations(world, world.over())).toEqual([]);
}

interface Step {
  readonly who: number;
  readonly usd: number;
  /** How much earlier or later the call says that it was made, in minutes. */
  readonly skew: number;
  readonly pause: number;
  readonly repeats: 'delivery' | 'stream' | 'event' | 'schedule' | 'late schedule' | 'early schedule' | 'nothing';
}

const ran = (what: string) => {
  if (WRITES) {
    document('others', ['what', 'random schedules'], [[what, String(RANDOM_SCHEDULES)]]);
  }
};

const steps = (skew: fc.Arbitrary<number>): fc.Arbitrary<Step[]> => fc.array(fc.record({
  who: fc.nat(WHO.length - 1),
  usd: fc.integer({ min: 1, max: 6 }),
  skew,
  pause: fc.constantFrom(0, 0, 1, 4, 20),
  repeats: fc.constantFrom<Step['repeats']>('delivery', 'stream', 'event', 'schedule', 'late schedule', 'early schedule', 'nothing'),
}), { minLength: 3, maxLength: 10 });

async function takes({ who, usd, skew, pause, repeats }: Step, index: number, delivered: object[]): Promise<void> {
  const { identity, payer } = WHO[who];
  const delivery = world.delivery([world.call(identity, usd, { payer, at: world.now + skew * MINUTE })]);
  delivered.push(delivery);
  world.cloud.invokeLater(Handler.USAGE_METER, delivery);
  await world.pass(pause);
  const { changes, bus } = world.cloud;
  switch (repeats) {
    case 'delivery':
      world.cloud.invokeLater(Handler.USAGE_METER, delivered[index % delivered.length]);
      break;
    case 'stream':
      // Any of them, so that old ones come after newer ones.
      changes.slice(index % 3).filter((_, place) => place % 2 === 0).reverse().forEach(record => world.cloud.redeliver(record));
      break;
    case 'event':
      bus.slice(-3).reverse().forEach(({ type, detail }) => {
        world.cloud.invokeLater(Handler.AUDIT_RECORDER, { 'source': 'bedrock-budgeteer', 'detail-type': type, detail });
      });
      break;
    case 'schedule':
      world.monitor();
      world.monitor();
      break;
    case 'late schedule':
    case 'early schedule':
      world.cloud.invokeLater(Handler.BUDGET_MONITOR, { time: new Date(world.now + (repeats === 'late schedule' ? -30 : 2) * MINUTE).toISOString() });
      break;
    case 'nothing':
  }
}

test('duplicates and disorder of records, events and schedules change nothing', async () => {
  await fc.assert(fc.asyncProperty(steps(fc.constant(0)), async drawn => {
    given();
    const delivered: object[] = [];
    for (const [index, step] of drawn.entries()) {
      await takes(step, index, delivered);
    }
    await rests();
    world.close();
  }), { numRuns: RANDOM_SCHEDULES, seed: 20_260_310, endOnFailure: true });
  ran('duplicates, and records, events and schedules out of order');
});

test('clocks that differ change nothing but the day that a record names', async () => {
  const clocks = fc.record({ meter: fc.integer({ min: -90, max: 90 }), evaluator: fc.integer({ min: -5, max: 5 }), monitor: fc.integer({ min: -5, max: 5 }) });
  await fc.assert(fc.asyncProperty(steps(fc.integer({ min: -180, max: 10 })), clocks, fc.nat(23), async (drawn, { meter, evaluator, monitor }, hour) => {
    given({ at: NOON + hour * HOUR, timeZone: 'Europe/Berlin' });
    const ahead: Record<string, number> = { [Handler.USAGE_METER]: meter, [Handler.BUDGET_EVALUATOR]: evaluator, [Handler.BUDGET_MONITOR]: monitor };
    world.cloud.skew = handler => (ahead[handler] ?? 0) * MINUTE;
    const delivered: object[] = [];
    for (const [index, step] of drawn.entries()) {
      await takes(step, index, delivered);
    }
    await rests();
    world.close();
  }), { numRuns: RANDOM_SCHEDULES, seed: 20_260_310, endOnFailure: true });
  ran('clocks that differ');
});

test.each([
  ['Europe/Berlin', 'begins', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
  ['Europe/Berlin', 'ends', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
  ['America/Havana', 'begins at midnight', '2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z'],
  ['Australia/Lord_Howe', 'begins by half an hour', '2026-10-03T13:30:00Z', '2026-10-04T13:00:00Z'],
])('in %s, on the day on which summer time %s, a day is as long as it is', async (timeZone, _, dayBegins, dayEnds) => {
  const begins = Date.parse(dayBegins);
  const ends = Date.parse(dayEnds);
  given({ at: begins - 2 * HOUR, timeZone });
  const spend = (usd: number) => world.deliver(world.call('user/BedrockAPIKey-a1b2', usd, { payer: KEY_USER }));
  spend(9);
  for (let at = begins + MINUTE; at < ends; at += 3 * HOUR) {
    await world.cloud.passUntil(at);
    spend(1.5);
    world.monitor();
  }
  await world.cloud.passUntil(ends - MINUTE);
  expect(world.status(KEY_USER)).toBe('suspended');
  world.monitor();
  await world.cloud.passUntil(ends - 1);
  expect(world.cloud.iam.deniedEntities()).toEqual(['user/BedrockAPIKey-a1b2']);
  await world.cloud.passUntil(ends);
  world.monitor();
  await world.pass(5);
  expect(world.cloud.iam.deniedEntities()).toEqual([]);
  await rests();
});

describe('poison', () => {
  test('in a delivery is put aside, and everything else is charged', async () => {
    given();
    world.cloud.tables.refuses = item => item.callId?.S?.endsWith('/refused') === true;
    const refused = world.call('user/alice', 1, { payer: ALICE, requestId: 'refused' });
    world.calls.delete('refused');
    world.poison.push(refused);
    const lines = Array.from({ length: 130 }, () => world.call('user/alice', 0.25, { payer: ALICE }));
    world.deliver(...lines.slice(0, 40), world.garbage(), ...lines.slice(40, 90), refused, ...lines.slice(90), world.garbage());
    await rests();
    expect(world.cloud.metrics.get(Metric.RECORDS_UNREADABLE)).toBeGreaterThanOrEqual(3);
  });

  test('among budgets is counted, and the budgets beside it are decided on', async () => {
    given();
    const broken = `iam-role/${ACCOUNT}/broken`;
    world.cloud.tables.put('Budgets', {
      principalId: { S: broken }, limits: { S: 'ten dollars' }, watch: { S: 'open' }, nextCheckAt: { S: '2026-03-10T11:00:00.000Z' },
    });
    world.deliver(world.call('user/BedrockAPIKey-a1b2', 11, { payer: KEY_USER }));
    await world.pass(8);
    world.monitor();
    await world.pass(5);
    expect(world.cloud.iam.deniedEntities()).toEqual(['user/BedrockAPIKey-a1b2']);
    expect(world.cloud.metrics.get(Metric.EVALUATION_FAILURES)).toBeGreaterThan(0);
    // Somebody mends it by taking it away: it was nobody's.
    world.cloud.tables.remove('Budgets', broken);
    world.cloud.changes.splice(0, world.cloud.changes.length, ...world.cloud.changes.filter(({ dynamodb }) => dynamodb!.Keys!.principalId.S !== broken));
    await rests();
  });

  test('in the stream ends in its queue, and what stands behind it is decided on', async () => {
    given();
    world.deliver(world.call('user/BedrockAPIKey-a1b2', 4, { payer: KEY_USER }));
    await world.pass(1);
    const { NewImage: _image, ...withoutImage } = world.cloud.changes.at(-1)!.dynamodb!;
    world.cloud.redeliver({ ...world.cloud.changes.at(-1)!, dynamodb: { ...withoutImage, SequenceNumber: '000000000000' } });
    world.deliver(world.call('user/BedrockAPIKey-a1b2', 7, { payer: KEY_USER }));
    await world.pass(30);
    expect(world.cloud.queues.bodies(EVALUATION_FAILURES)).toHaveLength(1);
    expect(world.cloud.iam.deniedEntities()).toEqual(['user/BedrockAPIKey-a1b2']);
    await rests();
  });

  test('on the bus ends in a queue, and the events beside it are kept', async () => {
    given();
    world.cloud.invokeLater(Handler.AUDIT_RECORDER, { 'source': 'bedrock-budgeteer', 'detail-type': 'Threshold Crossed', 'detail': { reason: 'no id' } });
    world.deliver(world.call('user/BedrockAPIKey-a1b2', 11, { payer: KEY_USER }));
    await world.pass(10);
    expect(world.cloud.givenUp(Handler.AUDIT_RECORDER)).toHaveLength(1);
    world.cloud.queues.purge(`${Handler.AUDIT_RECORDER}-failures`);
    await rests();
  });
});
