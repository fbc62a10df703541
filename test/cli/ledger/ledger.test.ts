import { AttributeValue, GetItemCommand, ScanCommand, UpdateItemCommand, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { budgeteer, bus, dynamoDb, givenDeployments } from '../instance-mocks';

// NOON of the tests is 2026-03-10.
const ALICE = 'iam-user/111122223333/alice';
const BOB = 'iam-user/111122223333/bob';

type Attributes = Record<string, AttributeValue>;

let ledger: Attributes[][];
let budgets: Attributes[];

function row(principalId: string, day: string, costUsd: string, more: Attributes = {}): Attributes {
  return { callId: { S: `${principalId}-${day}-${Math.random()}` }, principalId: { S: principalId }, day: { S: day }, costUsd: { N: costUsd }, loggedAt: { S: `${day}T10:00:00.000Z` }, ...more };
}

function budget(principalId: string, days: Record<string, string>, more: Attributes = {}): Attributes {
  return { principalId: { S: principalId }, ...Object.fromEntries(Object.entries(days).map(([day, amount]) => [day, { N: amount }])), ...more };
}

beforeEach(() => {
  givenDeployments('dep');
  ledger = [];
  budgets = [{ principalId: { S: 'deployment/settings' }, snapshot: { S: '{}' } }];
  dynamoDb.on(ScanCommand).callsFake(async ({ TableName, ExclusiveStartKey, ConsistentRead }) => {
    expect(ConsistentRead).toBe(true);
    const pages = TableName === 'ledger' ? ledger : [budgets];
    const index = Number(ExclusiveStartKey?.page?.N ?? 0);
    return { Items: pages[index] ?? [], ...(index + 1 < pages.length ? { LastEvaluatedKey: { page: { N: String(index + 1) } } } : {}) };
  });
  dynamoDb.on(UpdateItemCommand).resolves({});
  bus.on(PutEventsCommand).resolves({ Entries: [{ EventId: '1' }] });
});

const writes = (): UpdateItemCommandInput[] => dynamoDb.commandCalls(UpdateItemCommand).map(({ args: [{ input }] }) => input);
const conditionFailed = () => Object.assign(new Error('x'), { name: 'ConditionalCheckFailedException' });

function damaged(): void {
  ledger = [
    [row(ALICE, '2026-03-09', '1.000000000001'), row(ALICE, '2026-03-10', '2.5')],
    [row(ALICE, '2026-03-10', '0.25', { estimate: { S: '3' } }), row(ALICE, '2026-03-10', '4', { repricedAt: { S: 'x' } }), row(BOB, '2026-03-10', '7')],
  ];
  budgets.push(budget(ALICE, { 'spend#2026-03-09': '1.000000000001', 'spend#2026-03-10': '2.5' }, { limits: { L: [] } }), budget(BOB, { 'spend#2026-03-10': '7' }));
}

describe('a check', () => {
  test('finds nothing where all agrees, with one reading of the ledger', async () => {
    ledger = [[row(ALICE, '2026-03-10', '0.1'), row(ALICE, '2026-03-10', '0.2')]];
    budgets.push(budget(ALICE, { 'spend#2026-03-10': '0.3' }));
    expect(await budgeteer(['ledger', 'check'])).toEqual({
      code: 0, stdout: '', stderr: '2 rows of the ledger and 1 budgets of dep, compared from 2026-02-08 on: they agree.\n',
    });
    expect(dynamoDb.commandCalls(ScanCommand)).toHaveLength(2);
  });

  test('names every difference to the last digit, estimates among it', async () => {
    damaged();
    const { code, stdout } = await budgeteer(['ledger', 'check', '--format', 'json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      deployment: 'dep',
      rows: 5,
      budgets: 2,
      comparedFrom: '2026-02-08',
      undecided: [],
      differences: [{
        principalId: ALICE,
        day: '2026-03-10',
        ledgerUsd: '6.75',
        ledgerRows: 3,
        budgetUsd: '2.5',
        missingUsd: '4.25',
        missingEstimatedUsd: '0.25',
        hasBudget: true,
        unproven: false,
      }],
    });
  });

  test('shows them as a table as well, what a budget has too much with a minus, and a principal without a budget', async () => {
    ledger = [[row(ALICE, '2026-03-10', '1'), row(BOB, '2026-03-09', '6')]];
    budgets.push(budget(BOB, { 'spend#2026-03-09': '7', 'spend#2026-03-10': '7' }));
    const { stdout, stderr } = await budgeteer(['ledger', 'check']);
    expect(stdout).toMatch(/alice +2026-03-10 +1 +0 +1 +0 +has no budget item: it would be made/);
    expect(stdout).toMatch(/bob +2026-03-09 +6 +7 +-1 +0 *$/m);
    expect(stdout).toMatch(/bob +2026-03-10 +0 +7 +-7 +0 +the ledger has no row of it: not without --take-away/);
    expect(stderr).toContain('3 days of principals differ');
  });

  test('leaves out days of which rows have expired, by the shortest time that rows were kept', async () => {
    budgets.push(budget(ALICE, { 'spend#2025-12-10': '5', 'spend#2026-02-01': '5' }));
    ledger = [[row(BOB, '2025-12-09', '0')]];
    expect((await budgeteer(['ledger', 'check'])).stderr).toContain('compared from 2025-12-11 on: 1 days');
    const loggedAt = Date.parse('2026-03-09T10:00:00Z') / 1000;
    ledger = [[row(BOB, '2026-03-09', '0', { expiresAt: { N: String(loggedAt + 30 * 86_400) } })]];
    expect((await budgeteer(['ledger', 'check'])).stderr).toContain('compared from 2026-02-09 on: they agree');
  });

  test('says nothing of what is charged whenever it is read', async () => {
    budgets.push(budget(ALICE, { 'spend#2026-03-10': '1' }));
    let readings = 0;
    dynamoDb.on(ScanCommand, { TableName: 'ledger' }).callsFake(async () => {
      readings += 1;
      return { Items: Array.from({ length: readings }, () => row(ALICE, '2026-03-10', '3')) };
    });
    const { code, stderr } = await budgeteer(['ledger', 'check']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('they agree; 1 days of principals were charged whenever they were read: look again when it is quieter')]);
    expect(readings).toBe(4);
  });

  test.each<[string, Attributes, string]>([
    ['without a principal', { principalId: { N: '1' } }, 'does not tell who pays how much on which day'],
    ['without a day', { day: { S: 'tomorrow' } }, 'does not tell who pays how much on which day'],
    ['with an amount that is none', { costUsd: { N: '1E-30' } }, 'more than 12 decimals of a dollar'],
  ])('stops at a row %s: its sum is not known', async (_, broken, message) => {
    ledger = [[{ ...row(ALICE, '2026-03-10', '1'), ...broken }]];
    expect(await budgeteer(['ledger', 'check'])).toMatchObject({ code: 1, stderr: expect.stringMatching(new RegExp(`${message}.*mend it by hand`)) });
  });

  test('fails in plain words where the tables may not be read', async () => {
    dynamoDb.on(ScanCommand).rejects(Object.assign(new Error('no kms:Decrypt'), { name: 'AccessDeniedException' }));
    expect(await budgeteer(['ledger', 'check'])).toMatchObject({ code: 1, stderr: expect.stringContaining('the tables cannot be read: AccessDeniedException: no kms:Decrypt') });
  });
});

describe('a rebuilding', () => {
  const apply = (...args: string[]) => budgeteer(['ledger', 'rebuild', '--apply', '--reason', 'overwritten', '--yes', ...args]);

  test('changes nothing without --apply', async () => {
    damaged();
    expect(await budgeteer(['ledger', 'rebuild'])).toMatchObject({ code: 1, stderr: expect.stringContaining('Nothing was changed: write --apply') });
    expect(writes()).toEqual([]);
  });

  test('adds what is missing, on condition that nobody has done so meanwhile, and tells the audit trail', async () => {
    damaged();
    expect(await apply()).toMatchObject({ code: 0, stderr: expect.stringContaining('1 budgets rebuilt.') });
    expect(writes()).toEqual([expect.objectContaining({
      TableName: 'budgets',
      Key: { principalId: { S: ALICE } },
      UpdateExpression: 'SET #rebuilt = :rebuilt, #watch = if_not_exists(#watch, :open), #next = if_not_exists(#next, :next) ADD #s0 :s0, #e0 :e0',
      ConditionExpression: 'attribute_exists(#id) AND attribute_not_exists(#rebuilt)',
      ExpressionAttributeNames: expect.objectContaining({ '#s0': 'spend#2026-03-10', '#e0': 'estimated#2026-03-10' }),
      ExpressionAttributeValues: expect.objectContaining({
        ':s0': { N: '4.25' },
        ':e0': { N: '0.25' },
        ':rebuilt': { M: { id: { S: expect.any(String) }, at: { S: expect.any(String) }, by: { S: 'access key AKIATEST' }, reason: { S: 'overwritten' } } },
      }),
    })]);
    const [{ DetailType, Detail, EventBusName }] = bus.commandCalls(PutEventsCommand)[0].args[0].input.Entries!;
    expect([DetailType, EventBusName]).toEqual(['Budget Changed', 'dep']);
    expect(JSON.parse(Detail!)).toMatchObject({
      deploymentId: 'dep',
      environmentName: 'test',
      principalId: ALICE,
      actor: 'access key AKIATEST',
      reason: 'spend rebuilt from the ledger (overwritten)',
      before: { spend: { '2026-03-10': '2.5' } },
      after: { added: { '2026-03-10': '4.25' } },
    });
  });

  test('knows a budget that was rebuilt before by that', async () => {
    damaged();
    budgets[1].rebuilt = { M: { id: { S: 'last-time' } } };
    await apply();
    expect(writes()[0]).toMatchObject({ ConditionExpression: 'attribute_exists(#id) AND #rebuilt.#rebuiltId = :before', ExpressionAttributeValues: { ':before': { S: 'last-time' } } });
  });

  test('makes the budget of a principal that has lost it', async () => {
    ledger = [[row(ALICE, '2026-03-10', '1')]];
    expect((await apply()).code).toBe(0);
    expect(writes()[0]).toMatchObject({
      ConditionExpression: 'attribute_not_exists(#rebuilt)',
      UpdateExpression: expect.stringContaining('#kind = if_not_exists(#kind, :kind)'),
      ExpressionAttributeValues: { ':kind': { S: 'iam-user' }, ':day': { S: '2026-03-10' } },
    });
  });

  test('writes many days in several steps, each on condition of the one before', async () => {
    const days = Array.from({ length: 60 }, (_, index) => new Date(Date.parse('2026-01-09') + index * 86_400_000).toISOString().slice(0, 10));
    ledger = [[row(BOB, '2025-12-20', '0'), ...days.map(day => row(ALICE, day, '1'))]];
    budgets.push(budget(ALICE, {}));
    expect((await apply()).code).toBe(0);
    expect(writes().map(({ UpdateExpression }) => UpdateExpression!.match(/#s\d+ :/g)!.length)).toEqual([40, 20]);
    expect(writes()[1].ExpressionAttributeValues![':before']).toEqual(writes()[0].ExpressionAttributeValues![':rebuilt'].M!.id);
  });

  test('leaves a budget that somebody else has rebuilt meanwhile', async () => {
    damaged();
    dynamoDb.on(UpdateItemCommand).rejects(conditionFailed());
    dynamoDb.on(GetItemCommand).resolves({ Item: { rebuilt: { M: { id: { S: 'somebody' } } } } });
    expect(await apply()).toMatchObject({ code: 1, stderr: expect.stringContaining('somebody has rebuilt this budget meanwhile') });
    expect(bus.commandCalls(PutEventsCommand)).toEqual([]);
  });

  test('takes its own rebuilding for done where only the answer was lost', async () => {
    damaged();
    dynamoDb.on(UpdateItemCommand).rejects(conditionFailed());
    dynamoDb.on(GetItemCommand).callsFake(async () => ({ Item: { rebuilt: writes()[0].ExpressionAttributeValues![':rebuilt'] } }));
    expect(await apply()).toMatchObject({ code: 0 });
    expect(bus.commandCalls(PutEventsCommand)).toHaveLength(1);
  });

  test('goes on with the others where one fails, and tells which', async () => {
    damaged();
    budgets[2] = budget(BOB, { 'spend#2026-03-10': '6' });
    dynamoDb.on(UpdateItemCommand).rejectsOnce(Object.assign(new Error('no'), { name: 'AccessDeniedException' })).resolves({});
    expect(await apply()).toMatchObject({ code: 1, stderr: expect.stringMatching(/alice: AccessDeniedException: no\n1 budgets rebuilt, 1 not/) });
  });

  test('says so where the audit trail could not be told', async () => {
    damaged();
    bus.on(PutEventsCommand).resolves({ FailedEntryCount: 1 });
    expect(await apply()).toMatchObject({ code: 1, stderr: expect.stringContaining('the bus refused the event for the audit trail') });
  });

  test('asks first', async () => {
    damaged();
    const args = ['ledger', 'rebuild', '--apply', '--reason', 'x'];
    expect(await budgeteer(args)).toMatchObject({ code: 2, stderr: expect.stringContaining('write --yes if you mean it') });
    expect(await budgeteer(args, { terminal: true, stdin: 'n\n' })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/These functions say that they belong to it[^]*usage-meter\nAdding 4.25 USD and taking away 0 USD, in 1 budget: go on\? \[y\/N]/),
    });
    expect(writes()).toEqual([]);
    expect(await budgeteer(args, { terminal: true, stdin: 'yes\n' })).toMatchObject({ code: 0 });
    expect(writes()).toHaveLength(1);
  });

  test('says what it adds and what it takes away, which may be as much', async () => {
    ledger = [[row(ALICE, '2026-03-10', '5000'), row(BOB, '2026-03-10', '1')]];
    budgets.push(budget(ALICE, {}), budget(BOB, { 'spend#2026-03-10': '5001' }));
    expect(await budgeteer(['ledger', 'rebuild', '--apply', '--reason', 'x'], { terminal: true, stdin: 'n\n' })).toMatchObject({
      stderr: expect.stringContaining('Adding 5000 USD and taking away 5000 USD, in 2 budgets: go on?'),
    });
  });

  describe('after the ledger was kept for a shorter time', () => {
    // 31 days once, 90 now: of February only the budget knows.
    const earlier = () => {
      ledger = [[row(ALICE, '2026-02-20', '1'), row(BOB, '2026-03-10', '2')]];
      budgets.push(budget(ALICE, { 'spend#2026-01-15': '5000', 'spend#2026-02-10': '400', 'spend#2026-02-20': '1' }), budget(BOB, { 'spend#2026-03-10': '1' }));
    };

    test('takes nothing away of which the ledger has no row, and does the rest', async () => {
      earlier();
      const { code, stderr } = await apply();
      expect([code, stderr]).toEqual([1, expect.stringContaining('1 days of principals are left as they are: rows of the ledger may have expired')]);
      expect(stderr).toContain('compared from 2026-02-08 on: 2 days');
      expect(writes().map(({ Key }) => Key)).toEqual([{ principalId: { S: BOB } }]);
    });

    test('does so where somebody knows that it was never spent, but never of days that cannot be compared', async () => {
      earlier();
      expect((await apply('--take-away')).code).toBe(0);
      expect(writes().map(({ Key, ExpressionAttributeValues }) => [Key, ExpressionAttributeValues![':s0']])).toEqual([
        [{ principalId: { S: ALICE } }, { N: '-400' }], [{ principalId: { S: BOB } }, { N: '1' }],
      ]);
      expect(writes()[0].UpdateExpression).not.toContain('#s1');
    });

    test('has nothing to do where that is all', async () => {
      earlier();
      budgets.pop();
      budgets.push(budget(BOB, { 'spend#2026-03-10': '2' }));
      expect(await apply()).toMatchObject({ code: 1, stderr: expect.stringContaining('--take-away') });
      expect(writes()).toEqual([]);
    });
  });

  test.each([
    [['--apply', '--yes'], '--reason'],
    [['--apply', '--yes', '--reason', 'x'.repeat(501)], 'allowed are 500'],
  ])('refuses %j', async (args, message) => {
    expect(await budgeteer(['ledger', 'rebuild', ...args])).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });

  test('stops where somebody presses Ctrl-C', async () => {
    damaged();
    expect(await budgeteer(['ledger', 'rebuild', '--apply', '--reason', 'x', '--yes'], { interruption: () => AbortSignal.abort() })).toMatchObject({
      code: 1, stderr: expect.stringContaining('stopped; nothing was changed'),
    });
    expect(writes()).toEqual([]);
  });
});

test('a terminal sees how far the reading is', async () => {
  damaged();
  const { stderr } = await budgeteer(['ledger', 'check'], { terminal: true });
  expect(stderr).toContain('\r5 rows of the ledger ');
  expect(stderr).toContain('reading 2');
});
