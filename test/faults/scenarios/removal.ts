import { Handler } from '../../../src/contract';
import { ALICE, KEY_USER, ROLE } from '../../lambdas/core/builders';
import { anEvent } from '../../lambdas/custom-resource';
import { Scenario } from './scenario';

/** The stack is deleted while two are suspended and a third has a grace period; where CloudFormation is told of a failure, somebody deletes it again. */
export const removal: Scenario = {
  name: 'the stack is deleted',
  at: Date.parse('2026-03-10T10:00:00Z'),
  prepare(world) {
    ['user/BedrockAPIKey-a1b2', 'user/alice', 'role/report-writer'].forEach(entity => world.cloud.iam.add(entity));
    [KEY_USER, ALICE, ROLE].forEach(principalId => world.limits.set(principalId, 10));
  },
  async run(world) {
    world.cloud.isExposed = false;
    world.held.add(ALICE).add(ROLE);
    world.deliver(world.call('user/BedrockAPIKey-a1b2', 2, { payer: KEY_USER }));
    await world.pass(1);
    await world.order({ operation: 'suspend', principalId: ALICE, reason: 'leaked' });
    await world.order({ operation: 'suspend', principalId: ROLE, reason: 'leaked' });
    await world.pass(1);
    world.deliver(world.call('user/BedrockAPIKey-a1b2', 9, { payer: KEY_USER }));
    await world.pass(2);
    world.cloud.isExposed = true;
    for (let attempt = 1; attempt === 1 || (attempt < 12 && world.cloud.answers.at(-1)?.Status !== 'SUCCESS'); attempt += 1) {
      world.cloud.invokeLater(Handler.RESTORE_ON_REMOVAL, anEvent('Delete', {}, { RequestId: `request-${attempt}` }));
      await world.pass(20);
    }
    // Orders and functions go with the stack.
    world.held.clear();
    world.isRemoved = true;
  },
  denied: [],
  alsoBroken: world => [
    ...world.cloud.answers.at(-1)?.Status === 'SUCCESS' ? [] : [['agreement', 'the stack could not be deleted'] as const],
    ...world.cloud.iam.deniedEntities().map(entity => ['agreement', `${entity} is denied, and nothing is left that could lift it`] as const),
    ...[...world.cloud.executions.values()].filter(({ status }) => status === 'RUNNING').map(({ name }) => ['agreement', `${name} still runs`] as const),
  ],
};
