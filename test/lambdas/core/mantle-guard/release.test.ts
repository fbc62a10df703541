import { RetryableIamError } from '../../../../src/lambdas/core/ports';
import { ACCOUNT, ALICE, ROLE } from '../builders';
import { GuardWorld } from './guard-world';

function aWorld(): GuardWorld {
  const world = new GuardWorld();
  [ALICE, ROLE].forEach(id => world.iam.add(id, { attached: true }));
  return world;
}

test('lets everybody go, looks again, and leaves a row in the audit table', async () => {
  const world = aWorld();
  expect(await world.release()).toEqual(['user alice', 'role report-writer']);
  expect(world.denied(ALICE, ROLE)).toEqual([]);
  expect(world.rows).toEqual([expect.objectContaining({
    type: 'Mantle Deny Detached', subject: 'deployment', eventId: 'mantle-deny/released/request-1', actor: 'mantle-guard', before: { denied: ['user alice', 'role report-writer'] },
  })]);
});

test('who was attached at the last moment, by a run that was under way, is let go as well', async () => {
  const world = aWorld();
  let lists = 0;
  world.faults.gate = async call => {
    lists += call === 'iam.list' ? 1 : 0;
    // after the first look has found nobody left
    if (call === 'iam.list' && lists === 3) world.iam.setByHand(ROLE, true);
  };
  await world.release();
  expect(world.denied(ALICE, ROLE)).toEqual([]);
  expect(world.waits.waits.filter(wait => wait === 30_000)).toHaveLength(2);
});

test('who cannot be let go is named, with what to do', async () => {
  const world = aWorld();
  world.iam.add(ROLE, { attached: true, protected: true });
  await expect(world.release()).rejects.toThrow(/the policy that denies the mantle endpoint is still attached to role report-writer .*Detach it there by hand, and delete it or the stack again/);
  expect(world.denied(ALICE, ROLE)).toEqual([ROLE]);
  expect(world.rows).toHaveLength(1);
});

test('without time for a second look nobody says that it is done', async () => {
  const world = aWorld();
  world.remaining = () => 59_000;
  await expect(world.release()).rejects.toThrow('no time left');
});

test('trouble that passes is waited out', async () => {
  const world = aWorld();
  world.faults.plan('iam.detach', 'before', new RetryableIamError('Throttling'));
  await world.release();
  expect(world.denied(ALICE, ROLE)).toEqual([]);
});

test('hundreds are let go, whoever lags', async () => {
  const world = new GuardWorld();
  const many = Array.from({ length: 300 }, (_, index) => `iam-user/${ACCOUNT}/u${index}`);
  many.forEach(id => world.iam.add(id, { attached: true }));
  world.iam.lag = 1;
  expect(await world.release()).toHaveLength(300);
  expect(world.denied(...many)).toEqual([]);
});

test('who was let go stays so where the audit table cannot be written, and the log has it', async () => {
  const world = aWorld();
  world.faults.plan('audit.append', 'before', new TypeError('denied'));
  expect(await world.release()).toEqual(['user alice', 'role report-writer']);
  expect(world.log.entries).toContainEqual({
    level: 'error', message: 'the release could not be written to the audit table', facts: { problem: 'TypeError', released: ['user alice', 'role report-writer'] },
  });
});

test.each([[59_999, false], [60_000, true]])('with %i ms left there is time for a second look: %s', async (remaining, isTime) => {
  const world = aWorld();
  world.remaining = () => remaining;
  const told = await world.release().then(() => 'done', (error: Error) => error.message);
  expect(told).toBe(isTime ? 'done' : 'there was no time left to make sure that the policy that denies the mantle endpoint is attached to nobody. Delete it or the stack again');
});
