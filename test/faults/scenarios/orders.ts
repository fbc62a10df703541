import { fromItem } from '../../../src/lambdas/adapters/dynamodb-values';
import { ALICE, KEY_USER, ROLE } from '../../lambdas/core/builders';
import { World } from '../world';
import { Scenario } from './scenario';

/** Administrators suspend, restore, set limits and top up, and ask again under the same key where they were not answered. */
export const orders: Scenario = {
  name: 'orders of administrators',
  at: Date.parse('2026-03-10T10:00:00Z'),
  prepare(world) {
    ['user/BedrockAPIKey-a1b2', 'user/alice', 'role/report-writer'].forEach(entity => world.cloud.iam.add(entity));
    world.limits.set(KEY_USER, 10);
    world.cloud.tables.put('Budgets', fromItem({ principalId: ALICE, kind: 'iam-user', registeredAt: '2026-03-01T00:00:00.000Z', anchorDay: '2026-03-01' }));
  },
  async run(world) {
    world.deliver(world.call('user/BedrockAPIKey-a1b2', 2, { payer: KEY_USER }), world.call('assumed-role/report-writer/session', 4, { payer: ROLE }));
    await world.pass(5);
    world.held.add(KEY_USER);
    await world.order({ operation: 'suspend', principalId: KEY_USER, reason: 'leaked' });
    await world.pass(5);
    world.monitor();
    // Four dollars are spent already.
    world.limits.set(ROLE, 3);
    await world.order({ operation: 'setBudget', principalId: ROLE, limits: [{ limitUsd: '3', period: 'calendar day' }] });
    await world.pass(2);
    await world.order({ operation: 'topUp', principalId: ROLE, amountUsd: '5', expiresAt: '2026-03-20T00:00:00Z', reason: 'release' });
    world.limits.set(ROLE, 8);
    await world.pass(10);
    await world.order({ operation: 'restore', principalId: KEY_USER, reason: 'key was rotated' });
    world.held.delete(KEY_USER);
    await world.pass(5);
    world.monitor();
    world.held.add(ALICE);
    await world.order({ operation: 'suspend', principalId: ALICE, reason: 'left the company' });
    await world.pass(8);
    world.monitor();
    await world.pass(3);
  },
  denied: ['user/alice'],
  alsoBroken: world => {
    const given = topUps(world);
    return [
      ...given === 1 ? [] : [['spend', `there are ${given} top-ups, ordered was one`] as const],
      ...world.refused.map(refusal => ['events', `an order was refused: ${refusal}`] as const),
    ];
  },
};

function topUps(world: World): number {
  return world.cloud.tables.item('Budgets', ROLE)?.topUps?.L?.length ?? 0;
}
