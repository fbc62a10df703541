import { fromItem } from '../../../src/lambdas/adapters/dynamodb-values';
import { NumberText } from '../../../src/lambdas/core/budget-item';
import { ALICE, KEY_USER, ROLE } from '../../lambdas/core/builders';
import { Scenario } from './scenario';

/**
 * A user with a Bedrock API key and a role spend until they are suspended, are free again the next day, and the user spends too much again. In between
 * stand calls of somebody without a budget, a record that nobody can read, and one that comes twice.
 */
export const spender: Scenario = {
  name: 'spend, suspend, restore',
  at: Date.parse('2026-03-10T10:00:00Z'),
  prepare(world) {
    world.cloud.iam.add('user/BedrockAPIKey-a1b2');
    world.cloud.iam.add('user/alice');
    world.cloud.iam.add('role/report-writer');
    world.limits.set(KEY_USER, 10).set(ROLE, 8);
    world.cloud.tables.put('Budgets', fromItem({
      principalId: ROLE,
      kind: 'iam-role',
      registeredAt: '2026-03-01T00:00:00.000Z',
      anchorDay: '2026-03-01',
      limits: [{ limitUsd: new NumberText('8'), period: 'calendar day' }],
    }));
  },
  async run(world) {
    const key = (usd: number) => world.call('user/BedrockAPIKey-a1b2', usd, { payer: KEY_USER });
    const role = (usd: number) => world.call('assumed-role/report-writer/session', usd, { payer: ROLE });
    const first = key(4);
    world.deliver(first, role(3), world.call('user/alice', 1, { payer: ALICE }), world.garbage());
    await world.pass(5);
    world.monitor();
    world.deliver(key(3.5), first);
    await world.pass(5);
    world.deliver(key(5.25), role(5.125));
    await world.pass(10);
    world.monitor();
    await world.pass(5);
    await world.passUntil('2026-03-11T00:00:00Z');
    world.monitor();
    await world.pass(5);
    world.deliver(key(11));
    await world.pass(7);
    world.monitor();
    await world.pass(3);
  },
  denied: ['user/BedrockAPIKey-a1b2'],
};
