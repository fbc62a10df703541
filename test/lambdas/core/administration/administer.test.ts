import { Metric } from '../../../../src/contract';
import { administer, IncomingRequest } from '../../../../src/lambdas/core/administration/administer';
import { AdministrationError } from '../../../../src/lambdas/core/administration/errors';
import { AdministrationPorts, OrderWrite } from '../../../../src/lambdas/core/administration/ports';
import { Item } from '../../../../src/lambdas/core/budget-item';
import { ADMIN } from '../../function-url';
import { Observed } from '../../observed';
import { aBudget, aContext, ACCOUNT, ALICE, itemOf, NOON, settings, settingTexts } from '../builders';

const BOB = `iam-user/${ACCOUNT}/bob`;
const SUSPEND = { operation: 'suspend', principalId: ALICE, reason: 'leaked key' };

/** The administration over a table that is read by `read`, and whose writes `write` takes or does not. */
class World {
  public readonly observed = new Observed();
  public readonly writes: OrderWrite[] = [];
  public readonly items = new Map<string, Item>([[ALICE, itemOf(aBudget())]]);
  public readonly freshSettings: unknown[] = [];
  public reads = 0;
  public read: (principalId: string) => Item | undefined = principalId => this.items.get(principalId);
  public takes = (): boolean => true;

  public ask(body: unknown, incoming: Partial<IncomingRequest> = {}): Promise<unknown> {
    const { log, metrics } = this.observed;
    const ports: AdministrationPorts = {
      budgets: {
        read: async principalId => {
          this.reads += 1;
          return this.read(principalId);
        },
        write: async (_, change) => {
          this.writes.push(change);
          return this.takes();
        },
        page: async () => ({ items: [...this.items.values()] }),
      },
      history: { page: async () => ({ rows: [] }) },
      settings: {
        load: async fresh => {
          this.freshSettings.push(fresh);
          return { settings: settings(), texts: settingTexts(), refused: [] };
        },
      },
      log,
      metrics,
    };
    return administer({ callerArn: ADMIN, requestId: 'request-1', at: NOON, body: () => body, ...incoming }, ports, aContext());
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});

const logged = () => world.observed.entries.map(({ level, message, facts }) => [level, message, facts]);
const lineOf = (facts: object) => ({ caller: ADMIN, principalId: ALICE, ...facts });

describe('the log', () => {
  test.each([
    [{ operation: 'getBudget', principalId: ALICE }, { operation: 'getBudget', outcome: 'read' }],
    [{ operation: 'listBudgets' }, { operation: 'listBudgets', principalId: undefined, outcome: 'read' }],
    [{ operation: 'getHistory', principalId: ALICE }, { operation: 'getHistory', outcome: 'read' }],
    [SUSPEND, { operation: 'suspend', outcome: 'changed' }],
    [{ ...SUSPEND, dryRun: true }, { operation: 'suspend', outcome: 'tried out' }],
    [{ operation: 'setBudget', principalId: ALICE, limits: [{ limitUsd: '100', period: 'calendar month' }] }, { operation: 'setBudget', outcome: 'unchanged' }],
  ])('tells of %j', async (body, line) => {
    await world.ask(body);
    expect(logged()).toEqual([['info', 'administration', lineOf(line)]]);
    expect(world.observed.added).toEqual([[Metric.ADMINISTRATION_REQUESTS, 1]]);
  });

  test('tells of a request that is sent again', async () => {
    await world.ask({ ...SUSPEND, idempotencyKey: 'key' });
    world.items.set(ALICE, { ...world.items.get(ALICE), ...world.writes[0].set });
    expect(await world.ask({ ...SUSPEND, idempotencyKey: 'key' })).toMatchObject({ changed: true, replayed: true });
    expect(world.writes).toHaveLength(1);
    expect(logged()[1]).toEqual(['info', 'administration', lineOf({ operation: 'suspend', outcome: 'replayed' })]);
  });

  test('tells of a change that is refused, and it is counted', async () => {
    await expect(world.ask({ operation: 'suspend', principalId: ALICE })).rejects.toThrow(AdministrationError);
    expect(logged()).toEqual([['warn', 'administration', lineOf({
      operation: 'suspend', outcome: 'refused', code: 'BadRequest', problem: 'reason is missing, allowed is 1 to 500 printable characters',
    })]]);
    expect(world.observed.added).toEqual([[Metric.ADMINISTRATION_REQUESTS, 1], [Metric.ADMINISTRATION_REFUSED, 1]]);
  });

  test('tells of nonsense without repeating it', async () => {
    await expect(world.ask({ operation: 'drop', principalId: `a\n${'x'.repeat(300)}` }, { callerArn: `${ADMIN}\u0007${'y'.repeat(400)}` })).rejects.toThrow(AdministrationError);
    const [[level, , facts]] = logged() as [string, string, Record<string, string>][];
    expect([level, facts.operation, facts.outcome, facts.principalId, facts.caller.length]).toEqual(['warn', 'unknown', 'refused', `a ${'x'.repeat(197)}…`, 300]);
    expect(world.observed.added).toEqual([[Metric.ADMINISTRATION_REQUESTS, 1]]);
  });

  test.each([[null], [7], [undefined]])('tells of a body that is %j', async body => {
    await expect(world.ask(body)).rejects.toThrow(AdministrationError);
    expect(logged()).toEqual([['warn', 'administration', expect.objectContaining({ operation: 'unknown', principalId: undefined, outcome: 'refused' })]]);
  });

  test('tells of a failure with what lies behind it, and by which invocation it is found', async () => {
    world.read = () => {
      throw Object.assign(new TypeError('cannot read'), { cause: Object.assign(new Error('no route'), { cause: new RangeError('7') }) });
    };
    await expect(world.ask(SUSPEND)).rejects.toThrow('cannot read');
    expect(logged()).toEqual([['error', 'administration', lineOf({
      operation: 'suspend', outcome: 'failed', requestId: 'request-1', problem: 'TypeError: cannot read; because of Error: no route; because of RangeError: 7',
    })]]);
    expect(world.observed.added).toEqual([[Metric.ADMINISTRATION_REQUESTS, 1]]);
  });
});

test('a restoration alone is decided by settings that are read anew', async () => {
  world.items.set(ALICE, itemOf(aBudget({ hold: { by: 'ops', reason: 'leak' } })));
  await world.ask(SUSPEND);
  await world.ask({ operation: 'restore', principalId: ALICE, reason: 'found' });
  await world.ask({ operation: 'getHistory', principalId: ALICE });
  expect(world.freshSettings).toEqual([false, true]);
});

test.each([
  { operation: 'getBudget', principalId: BOB },
  { operation: 'topUp', principalId: BOB, amountUsd: '1', expiresAt: '2026-03-20T00:00:00Z', reason: 'r' },
  { operation: 'removeBudget', principalId: BOB }, { operation: 'restore', principalId: BOB, reason: 'r' },
])('$operation of somebody whom nobody has seen is refused', async body => {
  await expect(world.ask(body)).rejects.toMatchObject({
    code: 'NotFound', status: 404, field: 'principalId', message: `nobody has seen ${BOB} yet: check the id; an AgentCore runtime has to be registered first`,
  });
});

test('a budget that is read is answered, and nothing else', async () => {
  expect(await world.ask({ operation: 'getBudget', principalId: ALICE })).toEqual({ budget: expect.objectContaining({ principalId: ALICE, status: 'active' }) });
});

test('an error that is none of the item is a failure, and no refusal', async () => {
  world.items.set(ALICE, {
    ...itemOf(aBudget()),
    get limits(): never {
      throw new TypeError('broken');
    },
  });
  await expect(world.ask({ operation: 'getBudget', principalId: ALICE })).rejects.toThrow(TypeError);
});

describe('a change', () => {
  test.each<[string, Item | undefined]>([
    ['has never been seen', undefined], ['was seen, and has no orders', itemOf(aBudget({ limits: undefined }))],
  ])('on condition that nothing was ordered is carried out for somebody who %s', async (_, item) => {
    world.read = () => item;
    expect(await world.ask({ ...SUSPEND, ifVersion: null })).toMatchObject({ changed: true });
  });

  test('is written with who ordered it, when and why, on what it depends, and with what somebody who is new begins', async () => {
    await world.ask({ ...SUSPEND, principalId: BOB });
    expect(world.writes).toEqual([{
      set: { hold: { by: ADMIN, reason: 'leaked key' }, updatedBy: ADMIN, change: { at: '2026-03-10T12:00:00.000Z', requestId: 'request-1', reason: 'leaked key' } },
      defaults: {
        kind: 'iam-user', registeredAt: '2026-03-10T12:00:00.000Z', anchorDay: '2026-03-10', watch: 'open', nextCheckAt: expect.stringMatching(/^2026-03-10T12:/),
      },
      remove: [],
      unchanged: ['kind', 'limits', 'thresholds', 'topUps', 'exemption', 'hold', 'enforcement', 'labels', 'role', 'runtimes', 'removedAt', 'requests'],
    }]);
  });

  test('without a reason is written without one, and takes away only what is there', async () => {
    await world.ask({ operation: 'removeBudget', principalId: ALICE });
    expect(world.writes).toEqual([expect.objectContaining({
      set: { updatedBy: ADMIN, change: { at: '2026-03-10T12:00:00.000Z', requestId: 'request-1' } }, remove: ['limits'],
    })]);
  });

  test('of somebody who is new tells nothing of before', async () => {
    const answer = await world.ask({ ...SUSPEND, principalId: BOB });
    expect(answer).toEqual({ changed: true, budget: expect.objectContaining({ principalId: BOB, updatedBy: ADMIN }) });
  });

  test('that changes nothing names nobody new', async () => {
    world.items.set(ALICE, itemOf(aBudget({ updatedBy: 'somebody' })));
    const limits = [{ limitUsd: '100', period: 'calendar month' }];
    const answer = await world.ask({ operation: 'setBudget', principalId: ALICE, limits });
    expect(answer).toMatchObject({ changed: false, before: { updatedBy: 'somebody' }, budget: { updatedBy: 'somebody' } });
    expect(world.writes).toEqual([]);
  });

  test('is tried five times against somebody who is faster', async () => {
    let attempts = 0;
    world.takes = () => {
      attempts += 1;
      return attempts === 5;
    };
    expect(await world.ask(SUSPEND)).toMatchObject({ changed: true });
    attempts = 5;
    await expect(world.ask(SUSPEND)).rejects.toMatchObject({
      code: 'Conflict', message: `somebody else changed the budget of ${ALICE} at the same time, 5 times in a row: try again`,
    });
    expect([world.reads, attempts]).toEqual([10, 10]);
  });

  test('whose write was carried out though it was told otherwise is one change', async () => {
    world.takes = () => {
      world.items.set(ALICE, { ...world.items.get(ALICE), ...world.writes[0].set });
      return false;
    };
    expect(await world.ask(SUSPEND)).toMatchObject({ changed: true, before: { status: 'active' }, budget: { hold: { reason: 'leaked key' } } });
    expect(world.writes).toHaveLength(1);
  });

  test('of an item that somebody broke is refused, with what to mend', async () => {
    world.items.set(ALICE, { ...itemOf(aBudget()), limits: 'a hundred' });
    await expect(world.ask(SUSPEND)).rejects.toMatchObject({
      code: 'Conflict', message: expect.stringMatching(/^the item of this budget cannot be read: .*limits.*; mend it in the Budgets table$/),
    });
  });

  test.each<[string, Item | undefined, string | null, string]>([
    ['a version of somebody who is new', undefined, '0123456789ab', 'ifVersion is 0123456789ab, but there is no budget yet'],
    ['another version', itemOf(aBudget()), '0123456789ab', 'ifVersion is 0123456789ab, but the version of the budget is <version>'],
    ['no orders where there are some', itemOf(aBudget()), null, 'ifVersion is null, but there are orders already (version <version>)'],
  ])('is refused where what was seen is not there any more: %s', async (_, item, ifVersion, found) => {
    world.read = () => item;
    const { code, field, message } = await world.ask({ ...SUSPEND, ifVersion }).then(() => undefined, error => error);
    expect([code, field, message.replace(/[0-9a-f]{12}(?=[:)])/, '<version>')]).toEqual(['Conflict', 'ifVersion', `${found}: read the budget of ${ALICE} again`]);
  });
});
