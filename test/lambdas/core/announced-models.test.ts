import { EventType } from '../../../src/contract';
import { announceUnknownModels, UnknownModel } from '../../../src/lambdas/core/announced-models';
import { usd } from '../../../src/lambdas/core/money';
import { aContext, at, DAY, NOON } from './builders';
import { InMemoryDeployment } from './in-memory/deployment';

function unknown(modelId: string, changes: Partial<UnknownModel> = {}): UnknownModel {
  return { modelId, calls: 3, cost: usd('1.5'), hasMore: false, pricedAs: 'the.dearest', first: { callId: `call-of-${modelId.slice(0, 20)}`, calledAt: NOON }, ...changes };
}

function given(...known: readonly string[]) {
  const world = new InMemoryDeployment();
  world.announced.models = known;
  const announce = (models: readonly UnknownModel[], complete = true) => announceUnknownModels(models, complete, world, aContext());
  return { world, announce, told: () => world.events.distinct().map(({ detail }) => detail.modelId) };
}

test('an unknown model is announced, with what its calls cost so far', async () => {
  const { world, announce } = given();
  await announce([unknown('new.model')]);
  expect(world.events.published).toEqual([{
    type: EventType.MODEL_PRICE_UNKNOWN,
    detail: {
      schemaVersion: '1',
      deploymentId: 'dep-1',
      environmentName: 'test',
      eventId: 'model-price-unknown/call-of-new.model',
      occurredAt: '2026-03-10T12:00:00.000Z',
      actor: 'call-repricer',
      reason: 'no price is known of new.model: its calls are charged like the.dearest, $1.50 so far',
      modelId: 'new.model',
      calls: 3,
    },
  }]);
  expect(world.announced.models).toEqual(['new.model']);
});

test('it is announced once, and what changes nothing writes nothing', async () => {
  const { world, announce, told } = given('new.model');
  await announce([unknown('new.model')]);
  expect([told(), world.announced.writes]).toEqual([[], 0]);
});

test('those that are new are announced in the order of their first calls', async () => {
  const { announce, told, world } = given('b');
  const tie = { calledAt: NOON };
  await announce([
    unknown('c'),
    unknown('a', { first: { callId: 'z', calledAt: NOON - DAY } }),
    unknown('b'),
    unknown('d', { first: { callId: '0', ...tie } }),
    unknown('e', { first: { callId: '1', ...tie } }),
  ]);
  expect(told()).toEqual(['a', 'd', 'e', 'c']);
  expect(world.announced.models).toEqual(['b', 'a', 'd', 'e', 'c']);
});

test('a model that is known again is forgotten, and told again when it is unknown again', async () => {
  const { world, announce, told } = given('a', 'b');
  await announce([unknown('b')]);
  expect(world.announced.models).toEqual(['b']);
  await announce([unknown('a', { first: { callId: 'later', calledAt: at('2026-04-01T00:00:00Z') } }), unknown('b')]);
  expect(told()).toEqual(['a']);
});

test('a run that did not see everything forgets nothing', async () => {
  const { world, announce } = given('a');
  await announce([unknown('b')], false);
  expect(world.announced.models).toEqual(['a', 'b']);
});

test('a crash between telling and remembering tells the same event again', async () => {
  const { world, announce } = given();
  world.faults.plan('announced.remember');
  await expect(announce([unknown('a')])).rejects.toThrow('announced.remember failed');
  await announce([unknown('a', { calls: 7 })]);
  expect(world.events.published).toHaveLength(2);
  expect(world.events.distinct()).toHaveLength(1);
});

test('what the bus refuses is not remembered', async () => {
  const { world, announce } = given();
  world.faults.plan('events.publish');
  await expect(announce([unknown('a')])).rejects.toThrow('events.publish failed');
  expect(world.announced.models).toEqual([]);
});

describe('a memory that is full', () => {
  test('takes no more than a thousand models, and those that it cannot keep are not told', async () => {
    const { world, announce, told } = given(...Array.from({ length: 999 }, (_, index) => `model-${index}`));
    const models = [...world.announced.models, 'a', 'b'].map(modelId => unknown(modelId));
    await announce(models);
    expect(told()).toEqual(['a']);
    expect(world.log.entries).toEqual([{ level: 'warn', message: 'too many models without a known price to announce each', facts: { unannounced: 1 } }]);
    await announce(models);
    expect(world.events.published).toHaveLength(1);
    await announce(models.slice(1));
    expect(told()).toEqual(['a', 'b']);
  });

  test('is one that would not fit into its item', async () => {
    const { world, announce } = given();
    await announce(Array.from({ length: 200 }, (_, index) => unknown(`${index}-`.padEnd(2_048, 'x'))));
    expect(world.announced.models.join('').length).toBeLessThanOrEqual(300_000);
    expect(world.announced.models.length).toBe(146);
  });
});
