import { Env, Handler } from '../../../src/contract';
import { AGENT } from '../../lambdas/core/builders';
import { World } from '../world';
import { Scenario } from './scenario';

const RUNTIME_ID = AGENT.split('/').at(-1)!;

/**
 * An AgentCore runtime is registered when it is made, spends until its role is denied, is given another role meanwhile, is free the next day and spends too
 * much again.
 */
export const agent: Scenario = {
  name: 'an AgentCore runtime',
  at: Date.parse('2026-03-10T10:00:00Z'),
  environment: { [Env.AGENT_CORE]: 'on' },
  prepare(world) {
    for (const role of ['agents', 'agents-2']) {
      world.cloud.iam.add(`role/${role}`);
      world.holders.set(`role/${role}`, [AGENT]);
    }
    world.limits.set(AGENT, 10);
  },
  async run(world) {
    const call = (role: string, usd: number) => world.call(`assumed-role/${role}/session`, usd, { payer: AGENT });
    const happened = (event: object) => world.cloud.invokeLater(Handler.AGENT_REGISTRAR, event);
    const hasRole = (role: string) => () => world.cloud.tables.item('Budgets', AGENT)?.activeRole?.S?.endsWith(`/${role}`) === true;
    happened(world.cloud.agentCore.create(RUNTIME_ID));
    await world.pass(10);
    // Where the event was given up, the hourly look finds the runtime; until then its role pays for itself.
    await world.until(hasRole('agents'), () => scheduled(world));
    world.deliver(call('agents', 4));
    await world.pass(3);
    world.deliver(call('agents', 7));
    await world.pass(12);
    world.monitor();
    await world.pass(5);
    happened(world.cloud.agentCore.update(RUNTIME_ID, { role: 'agents-2' }));
    await world.pass(10);
    world.monitor();
    scheduled(world);
    await world.pass(5);
    await world.until(hasRole('agents-2'), () => scheduled(world));
    await world.passUntil('2026-03-11T00:00:00Z');
    world.monitor();
    await world.pass(5);
    world.deliver(call('agents-2', 11));
    await world.pass(15);
    world.monitor();
    await world.pass(5);
  },
  denied: ['role/agents-2'],
  scheduled: [Handler.AGENT_REGISTRAR],
};

function scheduled(world: World): void {
  world.cloud.invokeLater(Handler.AGENT_REGISTRAR, { source: 'aws.events', time: new Date(world.now).toISOString() });
}
