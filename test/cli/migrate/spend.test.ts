import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { ACCOUNT, SHARED_AGENTS } from '../../lambdas/core/builders';
import { FakeBudget, SECRET, SIGNED_REGION } from '../budget/fake-manager';
import { withManager } from '../budget/with-manager';
import { dynamoDb, givenDeployments } from '../instance-mocks';
import { Run, run, Surroundings } from '../run';
import { keyPool, provisionedKey, RawItem, runtime, scanOf } from './predecessor-items';

const manager = withManager();

const NAME = 'BedrockAPIKey-data-reports';
const KEY = `iam-user/${ACCOUNT}/${NAME}`;
// NOON of the tests is 2026-03-10.
const LIMITS = [{ limitUsd: '5', period: '30 days', anchorDay: '2026-02-20' }];

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'spend-'));
});
beforeEach(() => {
  givenDeployments('dep');
  dynamoDb.on(TransactWriteItemsCommand).resolves({});
});
afterAll(() => rmSync(directory, { recursive: true }));

function windowOf(spentUsd: string, limitUsd = '5', periodStart = '2026-02-20') {
  return { period: '30 days', periodStart, periodEndsAt: '2026-03-22T00:00:00.000Z', spentUsd, limitUsd, sharePercent: '1' };
}

function spender(changes: Partial<FakeBudget> = {}, id = KEY): void {
  manager.add(id, { limits: LIMITS, enforcement: 'observe', windows: [windowOf('0.5')], ...changes });
}

function spentAt(spent: string, changes: RawItem = {}): RawItem {
  return provisionedKey(NAME, { spent_usd: { N: spent }, ...changes });
}

function carry(items: readonly unknown[], args: readonly string[] = ['--yes'], surroundings: Surroundings = {}): Promise<Run> {
  const path = join(directory, 'scan.json');
  writeFileSync(path, scanOf(...items));
  return run(['migrate', 'spend', '--file', path, '--account', ACCOUNT, ...args], {
    env: { BUDGETEER_URL: manager.url, AWS_REGION: SIGNED_REGION }, credentials: async () => SECRET, ...surroundings,
  });
}

const transactions = () => dynamoDb.commandCalls(TransactWriteItemsCommand).map(({ args: [{ input }] }) => input.TransactItems!);

test('what is not metered yet becomes a row of the ledger, and is added to the budget in the same transaction', async () => {
  spender();
  const { code, stdout } = await carry([spentAt('3.25')]);
  expect(code).toBe(0);
  expect(stdout).toContain(`${KEY}: $2.75 spent since 2026-02-20 carried over`);
  const [[{ Put: row }, { Update: addition }]] = transactions();
  expect(row).toMatchObject({
    TableName: 'ledger',
    Item: {
      callId: { S: expect.stringMatching(/^predecessor\/[0-9a-f-]{36}$/) },
      principalId: { S: KEY },
      day: { S: '2026-03-10' },
      costUsd: { N: '2.75' },
      modelId: { S: 'predecessor' },
      carriedBy: { S: `access key ${SECRET.accessKeyId}` },
      expiresAt: { N: String(Date.parse('2026-06-08T12:00:00Z') / 1000) },
    },
  });
  expect(row!.ConditionExpression).toContain('attribute_not_exists');
  expect(addition).toMatchObject({ TableName: 'budgets', Key: { principalId: { S: KEY } } });
  expect(Object.values(addition!.ExpressionAttributeNames!)).toContain('spend#2026-03-10');
  expect(Object.values(addition!.ExpressionAttributeNames!)).not.toContain('lastCallAt');
  expect(Object.values(addition!.ExpressionAttributeValues!)).toContainEqual({ N: '2.75' });
});

test('the row\'s key names nobody; the budget knows which period was carried over, and takes it once', async () => {
  spender();
  await carry([spentAt('3.25')]);
  const [[{ Put: row }, { Update: addition }]] = transactions();
  expect(row!.Item!.callId.S).not.toContain(NAME);
  const spelled = (text: string) => text.replace(/#n\d+/g, name => addition!.ExpressionAttributeNames![name]).replace(/:v\d+/g, value => addition!.ExpressionAttributeValues![value].S!);
  expect(spelled(addition!.ConditionExpression!)).toBe('attribute_not_exists(carriedPeriod) OR carriedPeriod < 2026-02-20');
  expect(spelled(addition!.UpdateExpression!)).toContain('carriedPeriod = 2026-02-20');
});

test('only once a period, which is told', async () => {
  spender();
  dynamoDb.on(TransactWriteItemsCommand).rejects(Object.assign(new Error('cancelled'), {
    name: 'TransactionCanceledException', CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
  }));
  expect(await carry([spentAt('3.25')])).toMatchObject({ code: 0, stdout: expect.stringContaining('not: this period was carried over before') });
});

test.each([
  ['a conflict', { name: 'TransactionCanceledException', CancellationReasons: [{ Code: 'TransactionConflict', Message: 'busy' }] }, 'busy'],
  ['no right', { name: 'AccessDeniedException' }, 'AccessDeniedException: x'],
])('%s is told of, and ends with 1', async (_, error, text) => {
  spender();
  dynamoDb.on(TransactWriteItemsCommand).rejects(Object.assign(new Error('x'), error));
  const { code, stdout } = await carry([spentAt('3.25')]);
  expect(code).toBe(1);
  expect(stdout).toContain(text);
});

test.each<readonly [string, RawItem, Partial<FakeBudget>, string]>([
  ['nothing was counted', spentAt('0'), {}, 'the predecessor has counted nothing'],
  ['all is metered', spentAt('0.5'), {}, '$0.5 are metered already, of $0.5 that the predecessor has counted'],
  ['the amount is none', spentAt('0', { spent_usd: { S: 'NaN' } }), {}, 'spent_usd is "NaN"'],
  ['the amount is below zero', spentAt('-3'), {}, 'spent_usd is "-3"'],
  ['the period is over', spentAt('3', { budget_refresh_date: { S: '2026-03-10T11:59:00+00:00' } }), {}, 'the predecessor\'s period is over'],
  ['the period is unknown', spentAt('3', { budget_refresh_date: { S: 'never' } }), {}, 'the predecessor\'s period is over, or it does not tell when it ends'],
  ['the period here began later', spentAt('3'), { windows: [windowOf('0', '5', '2026-03-01')] }, 'its period began on 2026-03-01, that of the predecessor on 2026-02-20'],
  ['there are several periods', spentAt('3'), { windows: [windowOf('0'), windowOf('0')] }, 'it has several periods here'],
  ['there is no limit here', spentAt('3'), { limits: undefined }, 'it has no limit of its own here'],
  ['it would be suspended', spentAt('5'), { enforcement: 'enforced' }, '$5 are over its limit of $5, and it would be suspended'],
])('nothing is carried over where %s', async (_, item, budget, why) => {
  spender(budget);
  const { code, stdout } = await carry([item, keyPool()]);
  expect(code).toBe(0);
  expect(stdout).toContain(`  ${KEY}: nothing: ${why}`);
  expect(transactions()).toEqual([]);
});

test('who only observes may be over the limit, and who is enforced below it', async () => {
  spender();
  await carry([spentAt('7')]);
  spender({ enforcement: 'enforced' });
  await carry([spentAt('4.99')]);
  expect(transactions().map(([{ Put }]) => Put!.Item!.costUsd)).toEqual([{ N: '6.5' }, { N: '4.49' }]);
});

test('runtimes that share a budget share what they have spent, and an item that is there twice counts once', async () => {
  spender({ windows: [windowOf('0', '80')] }, SHARED_AGENTS);
  const spent = (id: string, amount: string) => runtime(id, 'agents', { spent_usd: { N: amount } });
  await carry([spent('support-Ab12Cd34Ef', '1.5'), spent('sales-Zz99Yy88Xx', '2'), spent('sales-Zz99Yy88Xx', '2')]);
  expect(transactions().map(([{ Put }]) => [Put!.Item!.principalId, Put!.Item!.costUsd])).toEqual([[{ S: SHARED_AGENTS }, { N: '3.5' }]]);
});

describe('asks', () => {
  beforeEach(() => spender());

  test('and does nothing without a yes', async () => {
    expect(await carry([spentAt('3')], [])).toMatchObject({ code: 2, stderr: expect.stringContaining('needs a yes') });
    const { code, stderr } = await carry([spentAt('3')], [], { stdin: 'n\n', terminal: true });
    expect(code).toBe(1);
    expect(stderr).toContain('Adding to the spend of 1: go on? [y/N] Nothing was changed.');
    expect(transactions()).toEqual([]);
  });

  test('nothing where it only shows', async () => {
    expect(await carry([spentAt('3')], ['--dry-run'])).toMatchObject({ code: 0, stdout: expect.stringContaining('1 to carry over') });
    expect(transactions()).toEqual([]);
  });
});
