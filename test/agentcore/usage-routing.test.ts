import { DynamoDBClient, GetItemCommand, QueryCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import * as fc from 'fast-check';
import { Env, PrincipalKindName } from '../../src/contract';
import { MEMORY_MS, RememberedRuntimes } from '../../src/lambdas/core/agents/remembered-runtimes';
import { MAX_TRANSACTION_ACTIONS, MeteringSummary } from '../../src/lambdas/core/metering';
import { addUsd, formatUsd, Usd, usd } from '../../src/lambdas/core/money';
import { LoggedLine } from '../../src/lambdas/core/subscription-batch';
import { handler } from '../../src/lambdas/usage-meter/usage-meter.lambda';
import { awsError } from '../lambdas/adapters/aws-error';
import {
  aBatch, ACCOUNT, aDataMessage, AGENT, AGENT_ROLE, agentSettingTexts, ALICE, aLine, aRecordLine, aSubscriptionEvent, dollarATokenCatalog, KEY_USER, NO_ARNS,
  NOON, REGION, ROLE, SECOND, SHARED_AGENTS,
} from '../lambdas/core/builders';
import { InMemoryDeployment } from '../lambdas/core/in-memory/deployment';
import { meterWhole } from '../lambdas/core/meter-whole';
import { CONTEXT, lambdaWorld } from '../lambdas/lambda-world';

/** Calls of AgentCore runtimes: the log names the execution role, the budget that pays is the runtime's. */

const SECOND_AGENT = `agent-runtime/${ACCOUNT}/${REGION}/search-Fg6Hi7Jk8L`;
const OTHER_ACCOUNT = '777788889999';
const UUID = '7d1f0c2e-5a4b-4c3d-9e8f-0a1b2c3d4e5f';

jest.setTimeout(60_000);

describe('the identity of a record', () => {
  test.each([
    ['a session as AgentCore names it', `arn:aws:sts::${ACCOUNT}:assumed-role/agents/BedrockAgentCore-${UUID}`],
    ['a session of any other name', `arn:aws:sts::${ACCOUNT}:assumed-role/agents/my.session@example=1`],
    ['the role itself', `arn:aws:iam::${ACCOUNT}:role/agents`],
    ['the role with its path', `arn:aws:iam::${ACCOUNT}:role/service-role/team-a/agents`],
    ['a role of another partition', `arn:aws-us-gov:sts::${ACCOUNT}:assumed-role/agents/BedrockAgentCore-${UUID}`],
  ])('that is %s is that of the runtime whose execution role it is', async (_, arn) => {
    const { world, meter, spent } = given();
    world.registrar.register(AGENT, AGENT_ROLE);
    const { charged } = await meter(call('r-1', arn, 7));
    expect(charged).toHaveLength(1);
    expect(spent()).toEqual({ [AGENT]: '7' });
  });

  test('differs from a role that begins or ends like the execution role', async () => {
    const { world, meter, spent } = given();
    world.registrar.register(AGENT, AGENT_ROLE);
    await meter(call('r-1', session('agents-2'), 1), call('r-2', session('my-agents'), 2), call('r-3', session('Agents'), 4));
    expect(spent()).toEqual({ [`iam-role/${ACCOUNT}/agents-2`]: '1', [`iam-role/${ACCOUNT}/my-agents`]: '2', [`iam-role/${ACCOUNT}/Agents`]: '4' });
  });

  test('of a role of the same name in another account is none of the runtime', async () => {
    const { world, meter, spent } = given();
    world.registrar.register(AGENT, AGENT_ROLE);
    await meter(call('r-1', `arn:aws:sts::${OTHER_ACCOUNT}:assumed-role/agents/BedrockAgentCore-${UUID}`, 3));
    expect(spent()).toEqual({ [`iam-role/${OTHER_ACCOUNT}/agents`]: '3' });
  });

  test('of a user of the same name is none of the runtime', async () => {
    const { world, meter, spent, asked } = given();
    world.registrar.register(AGENT, AGENT_ROLE);
    await meter(call('r-1', `arn:aws:iam::${ACCOUNT}:user/agents`, 3));
    expect(spent()).toEqual({ [`iam-user/${ACCOUNT}/agents`]: '3' });
    expect(asked).toEqual([]);
  });

  test('that is the default role of harnesses is charged to the harness that has it', async () => {
    const { world, meter, spent } = given();
    const harnessRole = `iam-role/${ACCOUNT}/AmazonBedrockAgentCoreHarnessDefaultServiceRole-a1b2c`;
    world.registrar.register(AGENT, harnessRole);
    await meter(call('r-1', session('AmazonBedrockAgentCoreHarnessDefaultServiceRole-a1b2c'), 3), call('r-2', session('AmazonBedrockAgentCoreHarnessDefaultServiceRole-zzzzz'), 5));
    expect(spent()).toEqual({ [AGENT]: '3', [`iam-role/${ACCOUNT}/AmazonBedrockAgentCoreHarnessDefaultServiceRole-zzzzz`]: '5' });
  });
});

describe('who pays', () => {
  test('is the runtime that the role belongs to, and whoever called where it belongs to none', async () => {
    const { world, meter, spent } = given();
    world.registrar.register(AGENT, AGENT_ROLE);
    await meter(call('r-1', session('agents'), 1), call('r-2', session('report-writer'), 2), call('r-3', user('alice'), 4), call('r-4', user('BedrockAPIKey-a1b2'), 8));
    expect(spent()).toEqual({ [AGENT]: '1', [ROLE]: '2', [ALICE]: '4', [KEY_USER]: '8' });
  });

  test('is the budget that runtimes of one role share, once for each call', async () => {
    const { world, meter, spent } = given();
    world.registrar.register(AGENT, AGENT_ROLE);
    world.registrar.register(SECOND_AGENT, AGENT_ROLE);
    const { charged } = await meter(call('r-1', session('agents'), 3), call('r-2', session('agents', 'another'), 4));
    expect(charged).toHaveLength(2);
    expect(spent()).toEqual({ [SHARED_AGENTS]: '7' });
    expect(world.budgets.peek(SHARED_AGENTS)).toMatchObject({ kind: PrincipalKindName.AGENT_ROLE, runtimes: [SECOND_AGENT, AGENT] });
  });

  test('is the runtime again that stays when the others of the role are gone', async () => {
    const { world, meter, spent } = given();
    world.registrar.register(AGENT, AGENT_ROLE);
    world.registrar.register(SECOND_AGENT, AGENT_ROLE);
    await meter(call('r-1', session('agents'), 1));
    world.registrar.remove(SECOND_AGENT);
    world.now += MEMORY_MS;
    await meter(call('r-2', session('agents'), 2));
    expect(spent()).toEqual({ [SHARED_AGENTS]: '1', [AGENT]: '2' });
  });

  test('is the role itself once its runtime is gone', async () => {
    const { world, meter, spent } = given();
    world.registrar.register(AGENT, AGENT_ROLE);
    world.registrar.remove(AGENT);
    await meter(call('r-1', session('agents'), 2));
    expect(spent()).toEqual({ [AGENT_ROLE]: '2' });
  });

  test('is found out for many agents and others in one batch, each asked about once', async () => {
    const { world, meter, spent, asked } = given();
    const agents = Array.from({ length: 40 }, (_, index) => `agent-runtime/${ACCOUNT}/${REGION}/agent_${index}-Ab12Cd34Ef`);
    agents.forEach((agent, index) => world.registrar.register(agent, `iam-role/${ACCOUNT}/role-${index}`));
    const lines = agents.flatMap((_, index) => [
      call(`a-${index}`, session(`role-${index}`), index + 1), call(`b-${index}`, session(`role-${index}`, 'again'), 100), call(`u-${index}`, user(`user-${index % 3}`), 1),
    ]);
    const { charged, duplicates } = await meter(...lines);
    expect([charged.length, duplicates]).toEqual([120, 0]);
    expect(spent()).toEqual({
      ...Object.fromEntries(agents.map((agent, index) => [agent, String(index + 101)])),
      [`iam-user/${ACCOUNT}/user-0`]: '14',
      [`iam-user/${ACCOUNT}/user-1`]: '13',
      [`iam-user/${ACCOUNT}/user-2`]: '13',
    });
    expect(asked).toHaveLength(40);
    expect(world.charges.transactions.every(({ calls, additions }) => calls.length + additions.length <= MAX_TRANSACTION_ACTIONS)).toBe(true);
  });

  test('is told in the ledger, beside who called', async () => {
    const { world, meter } = given();
    world.registrar.register(AGENT, AGENT_ROLE);
    await meter(call('r-1', session('agents'), 3), call('r-2', user('alice'), 4));
    expect(world.charges.rows.get(`${ACCOUNT}/${REGION}/r-1`)).toMatchObject({ principalId: AGENT, callerId: AGENT_ROLE });
    const own = world.charges.rows.get(`${ACCOUNT}/${REGION}/r-2`);
    expect([own?.principalId, own?.callerId]).toEqual([ALICE, undefined]);
  });
});

describe('roles that are not metered', () => {
  test('are metered where they are execution roles, and only there', async () => {
    const { world, meter, spent } = given({ trackedKinds: [] });
    world.registrar.register(AGENT, AGENT_ROLE);
    expect(await meter(call('r-1', session('agents'), 3), call('r-2', session('report-writer'), 4))).toMatchObject({ untracked: 1, charged: [{ usage: { requestId: 'r-1' } }] });
    expect(spent()).toEqual({ [AGENT]: '3' });
  });

  test('are metered where several runtimes share one', async () => {
    const { world, meter, spent } = given({ trackedKinds: [] });
    world.registrar.register(AGENT, AGENT_ROLE);
    world.registrar.register(SECOND_AGENT, AGENT_ROLE);
    await meter(call('r-1', session('agents'), 3));
    expect(spent()).toEqual({ [SHARED_AGENTS]: '3' });
  });
});

describe('what was asked', () => {
  test('holds for a minute, and no longer', async () => {
    const { world, meter, spent, asked } = given();
    world.registrar.register(AGENT, AGENT_ROLE);
    await meter(call('r-1', session('agents'), 1));
    world.registrar.register(SECOND_AGENT, AGENT_ROLE);
    world.now += MEMORY_MS - 1;
    await meter(call('r-2', session('agents'), 2));
    expect([spent(), asked.length]).toEqual([{ [AGENT]: '3' }, 1]);
    world.now += 1;
    await meter(call('r-3', session('agents'), 4));
    expect([spent(), asked.length]).toEqual([{ [AGENT]: '3', [SHARED_AGENTS]: '4' }, 2]);
  });

  test('holds where the answer was that there is no runtime, too', async () => {
    const { world, meter, spent, asked } = given();
    await meter(call('r-1', session('agents'), 1));
    world.registrar.register(AGENT, AGENT_ROLE);
    world.now += MEMORY_MS - 1;
    await meter(call('r-2', session('agents'), 2));
    expect([spent(), asked.length]).toEqual([{ [AGENT_ROLE]: '3' }, 1]);
    world.now += 1;
    await meter(call('r-3', session('agents'), 4));
    expect(spent()).toEqual({ [AGENT_ROLE]: '3', [AGENT]: '4' });
  });

  test('and was not answered fails the delivery, charges nothing, and is asked again when that comes again', async () => {
    const { world, meter, spent, asked } = given();
    world.registrar.register(AGENT, AGENT_ROLE);
    world.faults.plan('runtimes.runtimesOf', 'before', awsError('ThrottlingException'));
    const lines = [call('r-1', session('agents'), 1), call('r-2', user('alice'), 2)];
    await expect(meter(...lines)).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect([spent(), world.charges.ledger.size, world.unreadable.kept]).toEqual([{}, 0, []]);
    await meter(...lines);
    expect([spent(), asked.length]).toEqual([{ [AGENT]: '1', [ALICE]: '2' }, 2]);
  });

  test('is asked of the index about roles alone, never of the whole table', async () => {
    const { world, meter } = given();
    const calls: string[] = [];
    world.faults.draw = name => void calls.push(name);
    world.registrar.register(AGENT, AGENT_ROLE);
    await meter(call('r-1', session('agents'), 1), call('r-2', user('alice'), 2), call('r-3', `arn:aws:iam::${ACCOUNT}:root`, 2));
    expect(calls).toEqual(['runtimes.runtimesOf', 'charges.write']);
  });
});

describe('a record that is in flight', () => {
  test('while its runtime is registered is charged once, when it comes again', async () => {
    const { world, meter, spent } = given();
    const lines = [call('r-1', session('agents'), 5), call('r-2', session('agents'), 7)];
    await meter(...lines);
    world.registrar.register(AGENT, AGENT_ROLE);
    world.now += MEMORY_MS;
    expect(await meter(...lines, call('r-3', session('agents'), 11))).toMatchObject({ duplicates: 2, charged: [{ usage: { requestId: 'r-3' } }] });
    expect(spent()).toEqual({ [AGENT_ROLE]: '12', [AGENT]: '11' });
  });

  test('and was charged in part before its delivery was cut off has the rest charged to whom it belongs now, and no call twice', async () => {
    const { world, meter, spent } = given();
    const lines = Array.from({ length: 150 }, (_, index) => call(`r-${index}`, session('agents'), 1));
    let writes = 0;
    world.faults.draw = name => (name === 'charges.write' && (writes += 1) === 2 ? { moment: 'before' } : undefined);
    await expect(meter(...lines)).rejects.toThrow('charges.write failed');
    world.registrar.register(AGENT, AGENT_ROLE);
    world.now += MEMORY_MS;
    await meter(...lines);
    expect(spent()).toEqual({ [AGENT_ROLE]: '99', [AGENT]: '51' });
    expect(world.charges.ledger.size).toBe(150);
  });

  test('while a second runtime comes to share the role is charged once, when it comes again', async () => {
    const { world, meter, spent } = given();
    world.registrar.register(AGENT, AGENT_ROLE);
    const lines = [call('r-1', session('agents'), 5)];
    await meter(...lines);
    world.registrar.register(SECOND_AGENT, AGENT_ROLE);
    world.now += MEMORY_MS;
    await meter(...lines, call('r-2', session('agents'), 7));
    world.registrar.remove(AGENT);
    world.now += MEMORY_MS;
    await meter(...lines, call('r-2', session('agents'), 7), call('r-3', session('agents'), 9));
    expect(spent()).toEqual({ [AGENT]: '5', [SHARED_AGENTS]: '7', [SECOND_AGENT]: '9' });
  });

  test('to two deliveries at once is charged by one of them, though they route it differently', async () => {
    const { world, meter, meterAnew, spent } = given();
    await meter(call('r-0', session('agents'), 1));
    world.registrar.register(AGENT, AGENT_ROLE);
    const lines = [call('r-1', session('agents'), 5)];
    const [remembering, fresh] = await Promise.all([meter(...lines), meterAnew(...lines)]);
    expect(remembering.charged.length + fresh.charged.length).toBe(1);
    expect(addUsd(...Object.values(spent()).map(usd))).toBe(usd('6'));
  });
});

describe('whatever happens between deliveries', () => {
  const ROLES = ['agents', 'writers', 'plain'] as const;
  const AGENTS = [AGENT, SECOND_AGENT, `agent-runtime/${ACCOUNT}/${REGION}/third-k1L2m3N4o5`] as const;

  type Happening =
    | { readonly does: 'register'; readonly agent: string; readonly role: string }
    | { readonly does: 'remove'; readonly agent: string }
    | { readonly does: 'wait'; readonly seconds: number }
    | { readonly does: 'index'; readonly lags: boolean }
    | { readonly does: 'deliver'; readonly calls: readonly number[]; readonly by: number };

  interface MadeCall { readonly role: string; readonly tokens: number }

  const made = fc.array(fc.record({ role: fc.constantFrom(...ROLES), tokens: fc.integer({ min: 0, max: 1_000_000 }) }), { minLength: 1, maxLength: 30 });
  const histories = made.chain(calls => fc.record({
    calls: fc.constant(calls),
    history: fc.array(fc.oneof<fc.WeightedArbitrary<Happening>[]>(
      { weight: 3, arbitrary: fc.record({ does: fc.constant('register' as const), agent: fc.constantFrom(...AGENTS), role: fc.constantFrom(ROLES[0], ROLES[1]) }) },
      { weight: 2, arbitrary: fc.record({ does: fc.constant('remove' as const), agent: fc.constantFrom(...AGENTS) }) },
      { weight: 3, arbitrary: fc.record({ does: fc.constant('wait' as const), seconds: fc.constantFrom(1, 30, 59, 60, 61, 200) }) },
      { weight: 1, arbitrary: fc.record({ does: fc.constant('index' as const), lags: fc.boolean() }) },
      { weight: 5, arbitrary: fc.record({ does: fc.constant('deliver' as const), calls: fc.array(fc.nat(calls.length - 1), { minLength: 1, maxLength: 12 }), by: fc.nat(2) }) },
    ), { minLength: 1, maxLength: 30 }),
  }));

  test('every call is charged once, to one scope that was right within the last minute, and all budgets together to the picodollar', async () => {
    await fc.assert(fc.asyncProperty(histories, async ({ calls, history }) => {
      const world = given();
      const shown = new ShownScopes();
      const delivered = new Set<number>();
      shown.remember(world);
      for (const happening of history) {
        await happen(world, happening, async ({ calls: indexes, by }) => {
          const summary = await world.meterBy(by, ...indexes.map(index => lineOf(calls, index)));
          indexes.forEach(index => delivered.add(index));
          for (const { usage } of summary.charged) {
            expect(shown.within(world.world.now, usage.caller ?? usage.principal)).toContain(usage.principal.id);
          }
        });
        shown.remember(world);
      }
      expectExactlyOnce(world, calls, delivered);
    }), { numRuns: 300 });
  });

  test('the same where deliveries, registrations and removals overlap, fail half-way and come again', async () => {
    const fates = fc.array(fc.constantFrom('before' as const, 'after' as const, 'conflict' as const, 'pass' as const, 'pass' as const, 'pass' as const), { maxLength: 25 });
    await fc.assert(fc.asyncProperty(histories, fates, fc.scheduler(), async ({ calls, history }, fate, scheduler) => {
      const world = given();
      const planned = [...fate];
      const delivered = new Set<number>();
      world.world.faults.gate = name => scheduler.schedule(Promise.resolve(), name);
      world.world.faults.draw = name => {
        const next = planned.shift();
        world.world.charges.conflicts += next === 'conflict' && name === 'charges.write' ? 1 : 0;
        return next === 'before' || next === 'after' ? { moment: next } : undefined;
      };
      await scheduler.waitFor(Promise.all(history.map(async happening => {
        await scheduler.schedule(Promise.resolve(), happening.does);
        await happen(world, happening, async ({ calls: indexes, by }) => {
          indexes.forEach(index => delivered.add(index));
          await untilItPasses(() => world.meterBy(by, ...indexes.map(index => lineOf(calls, index))));
        });
      })));
      expectExactlyOnce(world, calls, delivered);
    }), { numRuns: 200 });
  });

  async function happen({ world }: Given, happening: Happening, deliver: (delivery: Happening & { readonly does: 'deliver' }) => Promise<void>): Promise<void> {
    switch (happening.does) {
      case 'register':
        return world.registrar.register(happening.agent, `iam-role/${ACCOUNT}/${happening.role}`);
      case 'remove':
        return world.budgets.item(happening.agent) === undefined ? undefined : world.registrar.remove(happening.agent);
      case 'wait':
        world.now += happening.seconds * SECOND;
        return undefined;
      case 'index':
        return world.budgets.holdIndex(happening.lags);
      case 'deliver':
        return deliver(happening);
    }
  }

  const lineOf = (calls: readonly MadeCall[], index: number) => call(`r-${index}`, session(calls[index].role), calls[index].tokens);

  /** Reckoned without the code under test: a dollar a token. */
  function expectExactlyOnce({ world }: Given, calls: readonly MadeCall[], delivered: ReadonlySet<number>): void {
    expect([...world.charges.ledger.keys()].sort()).toEqual([...delivered].map(index => `${ACCOUNT}/${REGION}/r-${index}`).sort());
    const total = [...delivered].reduce((sum, index) => sum + BigInt(calls[index].tokens) * 10n ** 12n, 0n);
    const charged = world.budgets.budgets().flatMap(({ spend }) => [...spend.values()]);
    expect(addUsd(...charged)).toBe(total as Usd);
    const byScope = new Map(world.budgets.budgets().flatMap(({ principalId, spend }) => [...spend].map(([day, amount]): [string, Usd] => [`${principalId} ${day}`, amount])));
    expect(world.charges.ledgerSums()).toEqual(byScope);
  }

  /** As CloudWatch Logs' delivery does. */
  async function untilItPasses(deliver: () => Promise<unknown>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await deliver();
        return;
      } catch (error) {
        if (attempt > 100) {
          throw error;
        }
      }
    }
  }

  /** Whose calls a role's were, by what the index showed and when. */
  class ShownScopes {
    private readonly states: { readonly at: number; readonly scopes: ReadonlyMap<string, string> }[] = [];

    public remember({ world, scopesShown }: Given): void {
      this.states.push({ at: world.now, scopes: scopesShown(ROLES.map(role => `iam-role/${ACCOUNT}/${role}`)) });
    }

    /** What was shown at some time in the last minute: also what was there when it began. */
    public within(now: number, { id }: { readonly id: string }): string[] {
      const before = this.states.filter(({ at }) => at <= now - MEMORY_MS).length;
      return this.states.slice(Math.max(0, before - 1)).map(({ scopes }) => scopes.get(id)!);
    }
  }
});

describe('the handler', () => {
  const dynamoDb = mockClient(DynamoDBClient);
  const ssm = mockClient(SSMClient);
  const output = lambdaWorld();

  beforeAll(() => {
    process.env[Env.AGENT_CORE] = 'on';
    process.env[Env.TRACKED_KINDS] = '';
    process.env[Env.DEPLOYED_SETTINGS] = JSON.stringify(agentSettingTexts());
  });
  beforeEach(() => {
    [dynamoDb, ssm].forEach(mock => mock.reset());
    ssm.on(GetParametersByPathCommand).resolves({});
    dynamoDb.on(GetItemCommand).resolves({}).on(TransactWriteItemsCommand).resolves({}).on(QueryCommand).resolves({ Items: [] });
  });

  test('asks the index whose the execution role is, and charges the runtime', async () => {
    dynamoDb.on(QueryCommand, { ExpressionAttributeValues: { ':v0': { S: AGENT_ROLE } } }).resolves({ Items: [{ principalId: { S: AGENT } }] });
    const lines = [aRecordLine({ requestId: 'r-1', identity: { arn: session('agents') } }), aRecordLine({ requestId: 'r-2', identity: { arn: session('report-writer') } })];
    await handler(aSubscriptionEvent(aDataMessage(lines.map((message, index) => ({ id: `e-${index}`, timestamp: NOON, message })))), CONTEXT);
    const [items] = dynamoDb.commandCalls(TransactWriteItemsCommand).map(made => made.args[0].input.TransactItems!);
    expect(items.map(item => item.Put?.Item!.principalId.S ?? item.Update!.Key!.principalId.S)).toEqual([AGENT, AGENT]);
    expect(items[0].Put!.Item).toMatchObject({ callerId: { S: AGENT_ROLE }, callId: { S: `${ACCOUNT}/${REGION}/r-1` } });
    expect(dynamoDb.commandCalls(QueryCommand).map(made => made.args[0].input)).toEqual([
      expect.objectContaining({ TableName: 'Budgets', IndexName: 'runtimes-by-role' }), expect.objectContaining({ TableName: 'Budgets', IndexName: 'runtimes-by-role' }),
    ]);
    expect(output.metrics()).toMatchObject({ RecordsMetered: 1, RecordsUntracked: 1 });
  });

  test('fails the delivery where the index does not answer, and charges nobody', async () => {
    dynamoDb.on(QueryCommand).rejects(awsError('ThrottlingException'));
    const line = aRecordLine({ requestId: 'r-3', identity: { arn: session('never-asked-about') } });
    await expect(handler(aSubscriptionEvent(aDataMessage([{ id: 'e', timestamp: NOON, message: line }])), CONTEXT)).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(dynamoDb.commandCalls(TransactWriteItemsCommand)).toHaveLength(0);
  });
});

function session(role: string, name = `BedrockAgentCore-${UUID}`): string {
  return `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${name}`;
}

function user(name: string): string {
  return `arn:aws:iam::${ACCOUNT}:user/${name}`;
}

/** A line of the log as Bedrock writes it; it costs a dollar a token. */
function call(requestId: string, arn: string, tokens: number): LoggedLine {
  return aLine(aRecordLine({
    requestId,
    identity: { arn },
    input: { inputContentType: 'application/json', inputTokenCount: tokens, cacheReadInputTokenCount: 0, cacheWriteInputTokenCount: 0 },
    output: { outputContentType: 'application/json', outputTokenCount: 0 },
  }), NOON);
}

type Given = ReturnType<typeof given>;

function given({ trackedKinds = [PrincipalKindName.IAM_ROLE] }: { readonly trackedKinds?: readonly PrincipalKindName[] } = {}) {
  const world = new InMemoryDeployment({ texts: agentSettingTexts() });
  const asked: string[] = [];
  const directory = {
    runtimesOf: (roleId: string) => {
      asked.push(roleId);
      return world.budgets.runtimesOf(roleId);
    },
  };
  /** Each container of the function remembers for itself. */
  const container = () => {
    const runtimes = new RememberedRuntimes(directory, () => world.now);
    const { charges: store, unreadable } = world;
    const ports = { store, unreadable, catalog: dollarATokenCatalog(), models: NO_ARNS, routing: { runtimes, region: REGION }, backOff: async () => undefined };
    const options = { timeZone: 'UTC', trackedKinds: new Set(trackedKinds) };
    return (...lines: readonly LoggedLine[]): Promise<MeteringSummary> => meterWhole(aBatch(...lines), ports, options);
  };
  const containers = [container(), container(), container()];
  return {
    world,
    asked,
    meter: containers[0],
    meterAnew: containers[1],
    meterBy: (index: number, ...lines: readonly LoggedLine[]) => containers[index](...lines),
    spent: () => Object.fromEntries(world.budgets.budgets().filter(({ spend }) => spend.size > 0)
      .map(({ principalId, spend }) => [principalId, formatUsd(addUsd(...spend.values()))])),
    /** Whose the calls of roles are, by what the items say or the index still shows. */
    scopesShown: (roleIds: readonly string[]) => new Map(roleIds.map(roleId => {
      const members = world.budgets.runtimes().filter(runtime => runtime.roleId === roleId).map(({ principalId }) => principalId);
      return [roleId, members.length === 0 ? roleId : members.length === 1 ? members[0] : roleId.replace('iam-role', 'agent-role').replace(ACCOUNT, `${ACCOUNT}/${REGION}`)];
    })),
  };
}
