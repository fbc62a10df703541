import { setImmediate } from 'node:timers/promises';
import { PrincipalKindName } from '../../../src/contract';
import { RoutingPorts } from '../../../src/lambdas/core/agents/usage-routing';
import { ChargeConflictError, MAX_ATTEMPTS, throwFailures, TransactionResult } from '../../../src/lambdas/core/charge-once';
import { MAX_TRANSACTION_ACTIONS, meterBatch, MeteringSummary, planTransactions } from '../../../src/lambdas/core/metering';
import { formatUsd } from '../../../src/lambdas/core/money';
import { principalFromArn } from '../../../src/lambdas/core/principal';
import { LoggedLine, unpackSubscriptionBatch } from '../../../src/lambdas/core/subscription-batch';
import {
  aBatch, aCall, ACCOUNT, aDataMessage, AGENT, AGENT_ROLE, ALICE, aLine, anEstimatedCall, aRecordLine, aSubscriptionEvent,
  dollarATokenCatalog, HOUR, LogRecord, NO_ARNS, NOON, REGION, ROLE, TODAY,
} from './builders';
import { InMemoryDeployment } from './in-memory/deployment';
import { meterWhole } from './meter-whole';

describe('calls of execution roles', () => {
  const session = { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/agents/BedrockAgentCore-1` };
  const line = aRecordLine({ requestId: 'r-1', identity: session, input: { inputTokenCount: 5 }, output: {} });
  const routing = { region: REGION, runtimes: { runtimesOf: async (roleId: string) => (roleId === AGENT_ROLE ? [AGENT] : []) } };

  test('are charged to the runtime, and whether its role is metered does not matter', async () => {
    const { meter, spent } = given({ trackedKinds: [], routing });
    expect(await meter(line, call('r-2', { tokens: 7 }))).toMatchObject({ untracked: 0, charged: [{ usage: { caller: { id: AGENT_ROLE } } }, { usage: { principal: { id: ALICE } } }] });
    expect(spent(AGENT)).toEqual({ [TODAY]: '5' });
  });

  test('are those of the role where agents have no budgets', async () => {
    const { meter, spent } = given();
    const [{ usage }] = (await meter(line)).charged;
    expect(usage).not.toHaveProperty('caller');
    expect(spent(AGENT_ROLE)).toEqual({ [TODAY]: '5' });
  });

  test('are not looked for in what cannot be read', async () => {
    const runtimesOf = jest.fn(async () => []);
    const { meter } = given({ routing: { region: REGION, runtimes: { runtimesOf } } });
    await meter('garbage', aRecordLine({ identity: session, input: { inputTokenCount: -1 } }));
    expect(runtimesOf).not.toHaveBeenCalled();
  });
});

describe('a batch', () => {
  test('is charged to the principals that made the calls, on the days of the calls', async () => {
    const { meter, spent } = given();
    const summary = await meter(
      call('r-1', { user: 'alice', tokens: 5 }),
      call('r-2', { user: 'alice', tokens: 7 }),
      call('r-3', { user: 'bob', tokens: 11 }),
      call('r-4', { user: 'alice', tokens: 13, timestamp: '2026-03-09T23:59:59Z' }),
    );
    expect(summary.charged).toHaveLength(4);
    expect(spent(ALICE)).toEqual({ '2026-03-09': '13', '2026-03-10': '12' });
    expect(spent(`iam-user/${ACCOUNT}/bob`)).toEqual({ '2026-03-10': '11' });
  });

  test('counts on days of the deployment, not of the world', async () => {
    const { meter, spent } = given({ timeZone: 'Europe/Berlin' });
    await meter(call('r-1', { tokens: 1, timestamp: '2026-03-09T22:59:59Z' }), call('r-2', { tokens: 2, timestamp: '2026-03-09T23:00:00Z' }));
    expect(spent(ALICE)).toEqual({ '2026-03-09': '1', '2026-03-10': '2' });
  });

  test('may be empty, and then touches nothing', async () => {
    const { meter, world } = given();
    expect(await meter()).toEqual({ charged: [], duplicates: 0, untracked: 0, unreadable: [], failures: [] });
    expect(world.charges.transactions).toEqual([]);
  });

  test('charges a call once that it holds twice', async () => {
    const { meter, spent } = given();
    const summary = await meter(call('r-1', { tokens: 5 }), call('r-1', { tokens: 5 }), call('r-1', { tokens: 5 }));
    expect(summary).toMatchObject({ duplicates: 2, charged: [expect.anything()] });
    expect(spent(ALICE)).toEqual({ [TODAY]: '5' });
  });

  test('that comes again charges nothing again, and what is new in it once', async () => {
    const { meter, spent, world } = given();
    const lines = [call('r-1', { tokens: 5 }), call('r-2', { tokens: 7 })];
    await meter(...lines);
    const again = await meter(...lines, call('r-3', { tokens: 11 }));
    expect(again).toMatchObject({ duplicates: 2 });
    expect(again.charged.map(({ usage }) => usage.requestId)).toEqual(['r-3']);
    expect(spent(ALICE)).toEqual({ [TODAY]: '23' });
    expect(await meter(...lines)).toMatchObject({ duplicates: 2, charged: [] });
    expect(world.charges.ledger.size).toBe(3);
  });

  test('skips the notice that Bedrock writes', async () => {
    const { meter, world } = given();
    expect(await meter('Permissions are correctly set for Amazon Bedrock logs.')).toMatchObject({ charged: [], unreadable: [] });
    expect(world.unreadable.kept).toEqual([]);
  });

  test('of a megabyte is charged in ten transactions', async () => {
    const { meterEvent, world, spent } = given();
    const logEvents = Array.from({ length: 1000 }, (_, index) => (
      { id: String(index), timestamp: NOON, message: call(`r-${index}`, { tokens: 1, user: `user-${index % 20}`, prompt: 'x'.repeat(800) }) }));
    await meterEvent(aSubscriptionEvent(aDataMessage(logEvents)));
    expect(world.charges.ledger.size).toBe(1000);
    expect(spent(`iam-user/${ACCOUNT}/user-7`)).toEqual({ [TODAY]: '50' });
    expect(world.charges.transactions.length).toBeLessThanOrEqual(11);
  });
});

describe('a line that cannot be charged', () => {
  test('is kept with its reason, and costs the others nothing', async () => {
    const { meter, world, spent } = given();
    const garbage = aLine('not JSON');
    const summary = await meter(call('r-1', { tokens: 5 }), garbage, aRecordLine({ requestId: 'r-2', input: { inputTokenCount: -5 } }), call('r-3', { tokens: 7 }));
    expect(summary.unreadable.map(({ code }) => code)).toEqual(['not-json', 'absurd-value']);
    expect(world.unreadable.kept).toEqual(summary.unreadable);
    expect(world.unreadable.kept[0].line).toBe(garbage);
    expect(spent(ALICE)).toEqual({ [TODAY]: '12' });
  });

  test('is kept, too, where it is the table that refuses it', async () => {
    const { meter, world, spent } = given();
    world.charges.refusing.add(`iam-user/${ACCOUNT}/mallory`);
    const lines = Array.from({ length: 30 }, (_, index) => call(`r-${index}`, { tokens: 1, user: index === 17 ? 'mallory' : `user-${index % 7}` }));
    const summary = await meter(...lines);
    expect(summary.charged).toHaveLength(29);
    expect(summary.unreadable).toEqual([{ line: expect.objectContaining({ message: lines[17] }), code: 'refused-by-table', message: expect.stringContaining('mallory') }]);
    expect(world.unreadable.kept).toEqual(summary.unreadable);
    expect(spent(`iam-user/${ACCOUNT}/user-1`)).toEqual({ [TODAY]: '5' });
  });

  test('does not hide that others of its batch were charged before', async () => {
    const { meter, world } = given();
    await meter(call('r-1', { tokens: 1 }));
    world.charges.refusing.add(`iam-user/${ACCOUNT}/mallory`);
    expect(await meter(call('r-1', { tokens: 1 }), call('r-2', { tokens: 1, user: 'mallory' }))).toMatchObject({ duplicates: 1, charged: [], unreadable: [expect.anything()] });
  });

  test('makes the delivery come again where it cannot be kept', async () => {
    const { meter, world } = given();
    world.faults.plan('unreadable.keep');
    await expect(meter('not JSON')).rejects.toThrow('unreadable.keep failed');
  });
});

describe('who is metered', () => {
  const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/report-writer/s-1`;

  test('users always, other kinds where they are tracked', async () => {
    const { meter, spent, world } = given({ trackedKinds: [] });
    const summary = await meter(call('r-1', { tokens: 5 }), call('r-2', { tokens: 5, arn: SESSION }), call('r-3', { tokens: 5, arn: `arn:aws:iam::${ACCOUNT}:root` }));
    expect(summary).toMatchObject({ untracked: 2, charged: [expect.anything()] });
    expect(spent(ALICE)).toEqual({ [TODAY]: '5' });
    expect(world.budgets.peek(ROLE)).toBeUndefined();
  });

  test('roles where roles are tracked', async () => {
    const { meter, spent } = given({ trackedKinds: [PrincipalKindName.IAM_ROLE] });
    expect(await meter(call('r-2', { tokens: 5, arn: SESSION }))).toMatchObject({ untracked: 0 });
    expect(spent(ROLE)).toEqual({ [TODAY]: '5' });
  });
});

describe('a conflict', () => {
  test('is waited for and tried again', async () => {
    const { meter, world, spent, waits } = given();
    world.charges.conflicts = 3;
    await meter(call('r-1', { tokens: 5 }));
    expect(waits).toEqual([1, 2, 3]);
    expect(spent(ALICE)).toEqual({ [TODAY]: '5' });
  });

  test('without end makes the delivery come again', async () => {
    const { meter, world, waits } = given();
    world.charges.conflicts = MAX_ATTEMPTS;
    await expect(meter(call('r-1', { tokens: 5 }))).rejects.toThrow(ChargeConflictError);
    expect(waits).toHaveLength(MAX_ATTEMPTS - 1);
    expect(world.charges.ledger.size).toBe(0);
  });

  describe('over the budget of one principal', () => {
    const lines = [
      call('r-1', { tokens: 5 }), call('r-2', { user: 'bob', tokens: 7 }), call('r-3', { user: 'carol', tokens: 11 }), call('r-4', { tokens: 13 }),
    ];
    const transactions = ({ charges }: InMemoryDeployment) => charges.transactions.map(({ additions }) => additions.map(({ principalId }) => principalId.split('/')[2]));

    test('lets the others pass at once', async () => {
      const { meter, world, spent, waits } = given();
      world.charges.busy.set(ALICE, 3);
      expect(await meter(...lines)).toMatchObject({ charged: { length: 4 }, duplicates: 0, unreadable: [] });
      expect(transactions(world)).toEqual([['bob', 'carol'], ['alice']]);
      expect(waits).toEqual([1, 2, 3]);
      expect(spent(ALICE)).toEqual({ [TODAY]: '18' });
    });

    test('is no attempt of the others, however often it is the turn of another one', async () => {
      const { meterWith, world, waits } = given();
      const users = Array.from({ length: MAX_ATTEMPTS + 4 }, (_, index) => `user-${index}`);
      const write: typeof world.charges.write = async transaction => {
        const { calls: [{ usage }], additions } = transaction;
        return additions.length > 1 ? { result: 'conflict', message: 'TransactionConflict', busy: new Set([usage.callId]) } : world.charges.write(transaction);
      };
      await meterWith(write, ...users.map(user => call(user, { user, tokens: 1 })));
      expect(world.charges.ledger.size).toBe(users.length);
      expect(waits).toEqual(Array.from({ length: users.length - 1 }, () => 1));
    });

    test('is found once more among those that waited', async () => {
      const { meter, world, waits } = given();
      world.charges.busy.set(ALICE, 1).set(`iam-user/${ACCOUNT}/bob`, 2);
      await meter(...lines);
      expect(transactions(world)).toEqual([['carol'], ['alice'], ['bob']]);
      expect(waits).toEqual([1, 2]);
    });

    test('without end makes the delivery come again, after as many attempts as ever and with the others charged', async () => {
      const { meter, world, spent, waits } = given();
      world.charges.busy.set(ALICE, MAX_ATTEMPTS);
      await expect(meter(...lines)).rejects.toThrow(ChargeConflictError);
      expect(waits).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(transactions(world)).toEqual([['bob', 'carol']]);

      expect(await meter(...lines)).toMatchObject({ charged: { length: 2 }, duplicates: 2 });
      expect(spent(ALICE)).toEqual({ [TODAY]: '18' });
      expect(spent(`iam-user/${ACCOUNT}/bob`)).toEqual({ [TODAY]: '7' });
    });

    test('without end leaves the others told, and each of them once', async () => {
      const { meterPart, world } = given();
      world.charges.busy.set(ALICE, MAX_ATTEMPTS);
      const [first, second] = [await meterPart(...lines), await meterPart(...lines)];
      const told = ({ charged }: MeteringSummary) => charged.map(({ usage }) => usage.callId.split('/')[2]).sort();
      expect([told(first), first.failures.map(({ name }) => name)]).toEqual([['r-2', 'r-3'], ['ChargeConflictError']]);
      expect([told(second), second.failures]).toEqual([['r-1', 'r-4'], []]);
    });

    test('without end is no reason to give up those who are free at last', async () => {
      const { meterPart, world, spent } = given();
      world.charges.busy.set(ALICE, MAX_ATTEMPTS).set(`iam-user/${ACCOUNT}/bob`, MAX_ATTEMPTS - 1);
      expect(await meterPart(...lines)).toMatchObject({ charged: { length: 2 }, failures: { length: 1 } });
      expect(spent(`iam-user/${ACCOUNT}/bob`)).toEqual({ [TODAY]: '7' });
    });

    test('without end leaves one try, and no wait, to the transactions that follow', async () => {
      const { meterPart, world, waits } = given();
      const many = Array.from({ length: 240 }, (_, index) => call(`r-${index}`, { tokens: 1, user: index < 150 ? 'alice' : index < 200 ? 'bob' : 'carol' }));
      world.charges.busy.set(ALICE, 2 * MAX_ATTEMPTS).set(`iam-user/${ACCOUNT}/carol`, 1);
      const { charged, failures } = await meterPart(...many);
      expect(charged.map(({ usage }) => usage.principal.name)).toEqual(Array.from({ length: 50 }, () => 'bob'));
      expect(failures.length).toBeGreaterThan(1);
      expect(waits).toEqual([1, 2, 3, 4, 5, 6, 7]);
    });

    test('is waited for, also where the others fail: nothing is under way when the delivery is given back', async () => {
      const { meterWith, world } = given();
      world.charges.busy.set(ALICE, 1);
      const write: typeof world.charges.write = async transaction => {
        const principals = transaction.additions.map(({ principalId }) => principalId);
        if (!principals.includes(ALICE)) {
          throw new Error('nobody answers');
        }
        await setImmediate();
        return world.charges.write(transaction);
      };
      await expect(meterWith(write, ...lines)).rejects.toThrow('nobody answers');
      expect(transactions(world)).toEqual([['alice']]);
    });

    test('does not hide what was charged before', async () => {
      const { meterWith, world } = given();
      const id = (requestId: string) => `${ACCOUNT}/${REGION}/${requestId}`;
      const answers: TransactionResult[] = [
        { result: 'duplicates', callIds: new Set([id('r-2')]) }, { result: 'conflict', message: 'TransactionConflict', busy: new Set([id('r-1'), id('r-4')]) },
      ];
      const summary = await meterWith(async transaction => answers.shift() ?? world.charges.write(transaction), ...lines);
      expect(summary).toMatchObject({ charged: { length: 3 }, duplicates: 1 });
    });

    test('does not lose what the table refuses', async () => {
      const { meter, world } = given();
      world.charges.busy.set(ALICE, 1);
      world.charges.refusing.add(`iam-user/${ACCOUNT}/carol`);
      const { charged, unreadable } = await meter(...lines);
      expect(charged.map(({ usage }) => usage.principal.name).sort()).toEqual(['alice', 'alice', 'bob']);
      expect(unreadable).toMatchObject([{ code: 'refused-by-table' }]);
    });
  });

  test('with a table that contradicts itself does not go on for ever', async () => {
    const { meterWith } = given();
    const confused: TransactionResult = { result: 'duplicates', callIds: new Set(['another call']) };
    await expect(meterWith(async () => confused, call('r-1', { tokens: 5 }))).rejects.toThrow(ChargeConflictError);
  });
});

describe('a failure', () => {
  test.each(['before', 'after'] as const)('%s the transaction took effect ends with the call charged once, when the delivery comes again', async moment => {
    const { meter, world, spent } = given();
    const lines = [call('r-1', { tokens: 5 }), call('r-2', { tokens: 7 })];
    world.faults.plan('charges.write', moment);
    await expect(meter(...lines)).rejects.toThrow('charges.write failed');
    await meter(...lines);
    expect(spent(ALICE)).toEqual({ [TODAY]: '12' });
    expect(world.charges.ledger.size).toBe(2);
  });

  test('that is no conflict ends it: the transactions that follow are not tried', async () => {
    const { meterWith, world } = given();
    let tries = 0;
    await expect(meterWith(async () => {
      tries += 1;
      throw new Error('AccessDenied');
    }, ...Array.from({ length: 150 }, (_, index) => call(`r-${index}`, { tokens: 1 })))).rejects.toThrow('AccessDenied');
    expect([tries, world.unreadable.kept]).toEqual([1, []]);
  });

  test('of the second transaction leaves the first one told, and keeps no line that comes again', async () => {
    const { meterPart, world } = given();
    const lines = [...Array.from({ length: 150 }, (_, index) => call(`r-${index}`, { tokens: 1 })), 'not JSON'];
    world.charges.write = refusedAfter(1, world.charges.write.bind(world.charges));
    const first = await meterPart(...lines);
    expect(first).toMatchObject({ charged: { length: 99 }, duplicates: 0, unreadable: [], failures: [{ message: 'nobody answers' }] });
    expect(world.unreadable.kept).toEqual([]);

    const second = await meterPart(...lines);
    expect(second).toMatchObject({ charged: { length: 51 }, duplicates: 99, unreadable: [{ code: 'not-json' }], failures: [] });
    expect(world.unreadable.kept).toHaveLength(1);
  });

  test('to keep a line leaves the others told', async () => {
    const { meterPart, world } = given();
    world.faults.plan('unreadable.keep');
    expect(await meterPart('not JSON', call('r-1', { tokens: 5 }))).toMatchObject({
      charged: { length: 1 }, unreadable: [], failures: [{ message: expect.stringContaining('unreadable.keep failed') }],
    });
  });

  test('beside conflicts is the one that is thrown', () => {
    const [conflict, denied] = [new ChargeConflictError('busy'), new Error('AccessDenied')];
    expect(() => throwFailures([conflict, denied])).toThrow(denied);
    expect(() => throwFailures([conflict])).toThrow(conflict);
    expect(() => throwFailures([])).not.toThrow();
  });

  test('that is nobody’s record is not mistaken for an unreadable one', async () => {
    const { meterWith } = given({ catalog: { version: 'x', priceOf: () => { throw new TypeError('broken catalog'); } } });
    await expect(meterWith(async () => ({ result: 'written' }), call('r-1', { tokens: 5 }))).rejects.toThrow('broken catalog');
  });
});

describe('transactions', () => {
  test('hold at most a hundred actions, one of them for each principal', () => {
    const plan = planTransactions(calls({ alice: 150, bob: 60, carol: 1 }));
    for (const { calls: own, additions } of plan) {
      expect(own.length + additions.length).toBeLessThanOrEqual(MAX_TRANSACTION_ACTIONS);
      expect(new Set(additions.map(({ principalId }) => principalId)).size).toBe(additions.length);
    }
    expect(plan.map(({ calls: own }) => own.length)).toEqual([99, 98, 14]);
    expect(plan.flatMap(({ calls: own }) => own).map(({ usage }) => usage.callId)).toHaveLength(211);
  });

  test('are filled to the brim', () => {
    expect(planTransactions(calls({ alice: 99 }))).toHaveLength(1);
    expect(planTransactions(calls({ alice: 100 }))).toHaveLength(2);
    expect(planTransactions(calls({ alice: 98, bob: 1 }))).toHaveLength(2);
    expect(planTransactions(calls({ alice: 97, bob: 1 }))).toHaveLength(1);
  });

  test('add the exact sum of a principal, by day, with its latest call', () => {
    const [{ additions }] = planTransactions([
      aCall({ requestId: '1', cost: '0.1', calledAt: NOON }),
      aCall({ requestId: '2', cost: '0.2', calledAt: NOON - HOUR }),
      aCall({ requestId: '3', cost: '0.000000000001', day: '2026-03-09', calledAt: NOON - 24 * HOUR }),
    ]);
    expect(additions).toHaveLength(1);
    expect(additions[0]).toMatchObject({ principalId: ALICE, kind: 'iam-user', lastCallAt: NOON, loggedAt: NOON });
    expect(Object.fromEntries([...additions[0].spend].map(([day, amount]) => [day, formatUsd(amount)]))).toEqual({ '2026-03-10': '0.3', '2026-03-09': '0.000000000001' });
  });

  test('add what is an estimate of it, on days that have one', () => {
    const [{ additions }] = planTransactions([
      aCall({ requestId: '1', cost: '0.1' }),
      anEstimatedCall({ requestId: '2', cost: '0.2' }),
      anEstimatedCall({ requestId: '3', cost: '0.3' }),
      anEstimatedCall({ requestId: '4', cost: '0', day: '2026-03-09' }),
      aCall({ requestId: '5', cost: '0.4', day: '2026-03-08' }),
    ]);
    expect(Object.fromEntries([...additions[0].estimated].map(([day, amount]) => [day, formatUsd(amount)]))).toEqual({ '2026-03-10': '0.5' });
    expect(planTransactions([aCall()])[0].additions[0].estimated.size).toBe(0);
  });

  test('are none for no calls', () => {
    expect(planTransactions([])).toEqual([]);
  });

  function calls(numbers: Readonly<Record<string, number>>) {
    return Object.entries(numbers).flatMap(([name, number]) => Array.from({ length: number }, (_, index) => aCall({
      requestId: `${name}-${index}`, principal: principalFromArn(`arn:aws:iam::${ACCOUNT}:user/${name}`),
    })));
  }
});

type CallOptions = { readonly user?: string; readonly arn?: string; readonly tokens: number; readonly timestamp?: string; readonly prompt?: string };

function call(requestId: string, { user = 'alice', arn, tokens, timestamp, prompt }: CallOptions): string {
  return aRecordLine({
    requestId,
    identity: { arn: arn ?? `arn:aws:iam::${ACCOUNT}:user/${user}` },
    input: { inputTokenCount: tokens, ...(prompt ? { inputBodyJson: { prompt } } : {}) } satisfies LogRecord,
    output: {},
    ...(timestamp ? { timestamp } : {}),
  });
}

/** A dollar a token. */
function given({
  timeZone = 'UTC', trackedKinds = Object.values(PrincipalKindName) as readonly PrincipalKindName[], catalog = dollarATokenCatalog(), models = NO_ARNS,
  routing = undefined as RoutingPorts | undefined,
} = {}) {
  const world = new InMemoryDeployment();
  const waits: number[] = [];
  const backOff = async (attempt: number) => { waits.push(attempt); };
  const options = { timeZone, trackedKinds: new Set(trackedKinds) };
  const ports = { store: world.charges, unreadable: world.unreadable, catalog, models, backOff, ...(routing ? { routing } : {}) };
  return {
    world,
    waits,
    meter: (...lines: readonly (string | LoggedLine)[]) => meterWhole(aBatch(...lines), ports, options),
    /** What there is to be told, also where the delivery must come again. */
    meterPart: (...lines: readonly (string | LoggedLine)[]) => meterBatch(aBatch(...lines), ports, options),
    meterEvent: (event: unknown) => meterWhole(unpackSubscriptionBatch(event), ports, options),
    meterWith: (write: typeof world.charges.write, ...lines: string[]) => meterWhole(aBatch(...lines), { ...ports, store: { write } }, options),
    spent: (principalId: string) => {
      const { spend } = world.budgets.peek(principalId)!;
      return Object.fromEntries([...spend].sort().map(([day, amount]) => [day, formatUsd(amount)]));
    },
  };
}

/** A table that takes so many transactions, fails once, and takes the others. */
function refusedAfter(count: number, write: InMemoryDeployment['charges']['write']): InMemoryDeployment['charges']['write'] {
  let written = 0;
  return async transaction => {
    written += 1;
    if (written === count + 1) {
      throw new Error('nobody answers');
    }
    return write(transaction);
  };
}
