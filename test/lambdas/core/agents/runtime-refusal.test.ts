import { EventType, Metric } from '../../../../src/contract';
import { executionRole, principalIdOf, reportRefusal, RuntimeRefusedError } from '../../../../src/lambdas/core/agents/runtime-refusal';
import { RegistrarWorld } from '../../../agentcore/registrar-world';
import { aContext, ACCOUNT, AGENT, AGENT_ROLE, errorOf, NOON, REGION } from '../builders';

const NOTE = 'deployment/agent-registrar';

describe('the id of a runtime', () => {
  test.each(['a', 'support-Ab12Cd34Ef', 'under_score', 'x'.repeat(100)])('may be %s', id => {
    expect(principalIdOf(id, aContext())).toBe(`agent-runtime/${ACCOUNT}/${REGION}/${id}`);
  });

  test.each([
    ['', '""'], ['../../etc', '"../../etc"'], ['a b', '"a b"'], ['a\nb', '"a b"'], ['x'.repeat(101), `"${'x'.repeat(79)}…"`],
  ])('is not %j, and the refusal says what is expected', (id, shown) => {
    const error = errorOf(() => principalIdOf(id, aContext()));
    expect(error).toBeInstanceOf(RuntimeRefusedError);
    expect([error.name, error.message]).toEqual([
      'RuntimeRefusedError', `${shown} is no id of a runtime: letters, digits, "_" and "-" are expected, at most 100`,
    ]);
  });
});

describe('the execution role of a runtime', () => {
  test('is a role of the own account, whatever its path', () => {
    expect(executionRole(`arn:aws:iam::${ACCOUNT}:role/service-role/agents`, aContext()).id).toBe(AGENT_ROLE);
  });

  test.each([
    ['a user', `arn:aws:iam::${ACCOUNT}:user/alice`, `its execution role "arn:aws:iam::${ACCOUNT}:user/alice" is no ARN of an IAM role`],
    ['nothing', '', 'its execution role "" is no ARN of an IAM role'],
    ['nonsense', `agents\u001b${'x'.repeat(200)}`, `its execution role "agents ${'x'.repeat(112)}…" is no ARN of an IAM role`],
    ['a role of another account', 'arn:aws:iam::999900001111:role/agents', `its execution role agents belongs to account 999900001111, this deployment restricts roles of account ${ACCOUNT}`],
  ])('is not %s', (_, arn, message) => {
    const error = errorOf(() => executionRole(arn, aContext()));
    expect(error).toBeInstanceOf(RuntimeRefusedError);
    expect(error.message).toBe(message);
  });
});

describe('a refusal', () => {
  const refusing = (world: RegistrarWorld, refusal: Partial<Parameters<typeof reportRefusal>[0]> = {}) => (
    reportRefusal({ name: 'support', at: NOON, reason: 'its role is foreign', ...refusal }, world.ports, world.deployment.context));
  const told = (world: RegistrarWorld) => world.deployment.budgets.item(NOTE)?.toldRefusals as readonly string[];

  test('is an event, a line of the log and a metric', async () => {
    const world = new RegistrarWorld();
    await refusing(world, { principalId: AGENT });
    expect(world.deployment.events.published).toEqual([{
      type: EventType.RUNTIME_REFUSED,
      detail: expect.objectContaining({
        eventId: 'runtime-refused/support/2026-03-10T12:00:00.000Z',
        occurredAt: '2026-03-10T12:00:00.000Z',
        actor: 'agent-registrar',
        reason: 'its role is foreign',
        principalId: AGENT,
        principalKind: 'agent-runtime',
      }),
    }]);
    expect(world.deployment.log.entries).toEqual([
      { level: 'warn', message: 'an AgentCore runtime was refused', facts: { principalId: AGENT, reason: 'its role is foreign' } },
    ]);
    expect(world.deployment.metrics.total(Metric.RUNTIMES_REFUSED)).toBe(1);
  });

  test('of an event that names no runtime is of nobody', async () => {
    const world = new RegistrarWorld();
    await refusing(world);
    expect(world.deployment.events.published[0].detail).not.toHaveProperty('principalId');
    expect(world.deployment.events.published[0].detail).not.toHaveProperty('principalKind');
  });

  test('is told once for every runtime and reason, and counted every time', async () => {
    const world = new RegistrarWorld();
    await refusing(world);
    await refusing(world, { at: NOON + 1 });
    expect(world.deployment.events.published).toHaveLength(1);
    await refusing(world, { reason: 'its role is no role' });
    await refusing(world, { name: 'sales' });
    expect(world.deployment.events.published).toHaveLength(3);
    expect(world.deployment.metrics.total(Metric.RUNTIMES_REFUSED)).toBe(4);
    expect(told(world)).toEqual([
      expect.stringMatching(/^support [0-9a-f]{12}$/), expect.stringMatching(/^support [0-9a-f]{12}$/), expect.stringMatching(/^sales [0-9a-f]{12}$/),
    ]);
  });

  test('of an id that is long and odd has one that is fit for an event', async () => {
    const world = new RegistrarWorld();
    await world.deliver({ ...world.agentCore.event('DeleteAgentRuntime', { agentRuntimeId: `a b/${'x'.repeat(150)}` }, null) });
    expect(world.refusals().map(({ eventId }) => eventId)).toEqual([`runtime-refused/a_b_${'x'.repeat(96)}/2026-03-10T12:00:00.000Z`]);
  });

  test('is remembered for the last hundred', async () => {
    const world = new RegistrarWorld();
    for (let index = 1; index <= 101; index += 1) {
      await refusing(world, { name: `r${index}` });
    }
    expect(told(world).map(line => line.split(' ')[0])).toEqual(Array.from({ length: 100 }, (_, index) => `r${index + 2}`));
  });

  test('is told though somebody broke the note, which is mended', async () => {
    const world = new RegistrarWorld();
    world.deployment.budgets.put({ principalId: NOTE, toldRefusals: 'all' });
    await refusing(world);
    expect(told(world)).toEqual([expect.stringMatching(/^support /)]);
    world.deployment.budgets.put({ principalId: NOTE, toldRefusals: [7, 'sales 0123456789ab', null] });
    await refusing(world);
    expect(told(world)).toEqual(['sales 0123456789ab', expect.stringMatching(/^support /)]);
  });

  test('is told again where it could not be', async () => {
    const world = new RegistrarWorld();
    world.deployment.faults.plan('events.publish');
    await expect(refusing(world)).rejects.toThrow('events.publish failed');
    expect(told(world)).toBeUndefined();
    await refusing(world);
    expect(world.deployment.events.published).toHaveLength(1);
  });
});
