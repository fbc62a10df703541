import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand, DynamoDBClient, ResourceNotFoundException, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetRoleCommand, GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { ACCOUNT, AGENT, REGION, SHARED_AGENTS } from '../../lambdas/core/builders';
import { SECRET, SIGNED_REGION } from '../budget/fake-manager';
import { withManager } from '../budget/with-manager';
import { Run, run, Surroundings } from '../run';
import { autoCreatedKey, keyPool, provisionedKey, RawItem, rogueKey, runtime, scanOf } from './predecessor-items';

const manager = withManager();

const KEY = `iam-user/${ACCOUNT}/BedrockAPIKey-data-reports`;
const RUNTIME = 'support-Ab12Cd34Ef';
const PLACE = 'item 1';
const LIMIT = { limitUsd: '5', period: '30 days', anchorDay: '2026-02-20' };
const LABELS = { 'team': 'data', 'purpose': 'reports', 'budget-tier': 'medium' };
const CLOSED_WINDOW = { period: '30 days', periodStart: '2026-02-20', periodEndsAt: '2026-03-22T00:00:00.000Z', sharePercent: '120' };

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'migrate-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function fileOf(text: string, name = 'scan.json'): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

function migrate(args: readonly string[], surroundings: Surroundings = {}): Promise<Run> {
  return run(['migrate', 'budgets', ...args], {
    env: { BUDGETEER_URL: manager.url, AWS_REGION: SIGNED_REGION },
    credentials: async () => SECRET,
    ...surroundings,
  });
}

/** From a file, without asking IAM. */
function migrated(items: readonly unknown[], args: readonly string[] = ['--yes']): Promise<Run> {
  return migrate(['--file', fileOf(scanOf(...items)), '--account', ACCOUNT, '--no-check', ...args]);
}

describe('a key with a limit', () => {
  test('gets it, with its labels and its period, and only observes', async () => {
    const { code, stdout, stderr } = await migrated([provisionedKey('BedrockAPIKey-data-reports')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`→ ${KEY}: $5.00 / 30 days from 2026-02-20; team=data, purpose=reports, budget-tier=medium`);
    expect(stdout).toContain('done: 1 added, 0 changed, 0 removed');
    expect(manager.changes).toEqual([expect.objectContaining({
      operation: 'setBudget', principalId: KEY, limits: [LIMIT], labels: LABELS, enforcement: 'observe', reason: 'taken over from the predecessor', ifVersion: null,
    })]);
  });

  test('changes nothing where it is only shown, and asks before it does', async () => {
    const shown = await migrated([provisionedKey('BedrockAPIKey-data-reports')], ['--dry-run']);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain(`+ ${KEY}`);
    const refused = await migrated([provisionedKey('BedrockAPIKey-data-reports')], []);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('needs a yes') });
    const no = await migrate(['--file', fileOf(scanOf(provisionedKey('x'))), '--account', ACCOUNT, '--no-check'], { stdin: 'n\n', terminal: true });
    expect(no).toMatchObject({ code: 1, stderr: expect.stringContaining('Changing 1 budget (1 added, 0 changed, 0 removed): go on?') });
    expect(no.stderr).toContain('Nothing was changed.');
    expect(manager.changes).toEqual([]);
  });

  test('is left alone the second time, also when the predecessor has begun another period', async () => {
    await migrated([provisionedKey('BedrockAPIKey-data-reports')]);
    const { code, stdout } = await migrated([provisionedKey('BedrockAPIKey-data-reports', {
      budget_period_start: { S: '2026-03-23T02:00:03+00:00' }, budget_refresh_date: { S: '2026-04-22T02:00:03+00:00' },
    })]);
    expect(code).toBe(0);
    expect(stdout).toContain('0 added, 0 changed, 0 removed, 1 unchanged');
    expect(manager.changes).toHaveLength(1);
  });

  test('keeps enforcement and labels that somebody ordered meanwhile', async () => {
    await migrated([provisionedKey('BedrockAPIKey-data-reports')]);
    manager.budgets.get(KEY)!.enforcement = 'enforced';
    manager.budgets.get(KEY)!.labels = { ...LABELS, owner: 'carol' };
    await migrated([provisionedKey('BedrockAPIKey-data-reports', { budget_limit_usd: { N: '25' } })]);
    expect(manager.budgets.get(KEY)).toMatchObject({ enforcement: 'enforced', limits: [{ ...LIMIT, limitUsd: '25' }], labels: { ...LABELS, owner: 'carol' } });
  });

  test('is enforced where that is asked for', async () => {
    await migrated([provisionedKey('BedrockAPIKey-data-reports')]);
    const { stdout } = await migrated([provisionedKey('BedrockAPIKey-data-reports')], ['--enforce', '--yes']);
    expect(stdout).toContain('enforcement  observe → enforced');
    expect(manager.budgets.get(KEY)).toMatchObject({ enforcement: 'enforced' });
  });

  test('gets another period, and thresholds of its own, where they are asked for', async () => {
    await migrated([provisionedKey('BedrockAPIKey-data-reports')], ['--period', 'month', '--thresholds', '75/90', '--yes']);
    expect(manager.budgets.get(KEY)).toMatchObject({ limits: [{ limitUsd: '5', period: 'calendar month' }], thresholds: { warningPercent: '75', criticalPercent: '90', own: true } });
  });
});

describe('nobody is suspended', () => {
  test.each([
    ['by the switch to enforcement', { enforcement: 'observe' }, ['--enforce', '--yes']],
    ['by a lower limit on a budget that is enforced', { enforcement: 'enforced' }, ['--yes']],
  ])('%s', async (_, budget, args) => {
    manager.add(KEY, { limits: [{ ...LIMIT, limitUsd: '50' }], ...budget, windows: [{ ...CLOSED_WINDOW, spentUsd: '6', limitUsd: '5' }] });
    const { code, stdout } = await migrated([provisionedKey('BedrockAPIKey-data-reports'), provisionedKey('BedrockAPIKey-other')], args);
    expect(code).toBe(1);
    expect(stdout).toContain('stays as it is: it has spent $6.00 of $5.00 / 30 days already, and would be suspended');
    expect(stdout).toContain('done: 1 added, 0 changed, 0 removed');
    expect(manager.changes.map(({ principalId }) => principalId)).toEqual([`iam-user/${ACCOUNT}/BedrockAPIKey-other`]);
  });

  test('where somebody is exempt, the limit is taken over', async () => {
    manager.add(KEY, {
      limits: [{ ...LIMIT, limitUsd: '50' }], exemption: { reason: 'launch' }, windows: [{ ...CLOSED_WINDOW, spentUsd: '6', limitUsd: '5' }],
    });
    expect((await migrated([provisionedKey('BedrockAPIKey-data-reports')])).code).toBe(0);
    expect(manager.changes).toHaveLength(1);
  });
});

describe('what is left out, and why', () => {
  test.each<readonly [string, RawItem, string]>([
    ['a pool', keyPool(), 'a pool of $500 that principals without a limit of their own share has no counterpart'],
    ['a key without a limit', rogueKey('BedrockAPIKey-x'), 'no limit of its own: the default of its kind holds'],
    ['a limit that nobody ordered', autoCreatedKey('BedrockAPIKey-x'), 'a default that nobody ordered and the predecessor never enforced'],
    ['a runtime that is deleted', runtime(RUNTIME, 'agents', { status: { S: 'deleted' } }), `(${AGENT}) left out: deleted`],
  ])('%s, which is no fault', async (_, item, why) => {
    const { code, stdout } = await migrated([item]);
    expect(stdout).toContain(why);
    expect(code).toBe(0);
    expect(manager.changes).toEqual([]);
  });

  test('that limit is taken over where it is asked for', async () => {
    await migrated([autoCreatedKey('BedrockAPIKey-data-reports')], ['--auto-created', '--yes']);
    expect(manager.changes).toEqual([expect.objectContaining({ principalId: KEY, limits: [{ limitUsd: '1', period: '30 days', anchorDay: '2026-03-01' }] })]);
  });

  test.each<readonly [string, RawItem, string]>([
    ['a limit of zero', provisionedKey('k', { budget_limit_usd: { N: '0' } }), 'budget_limit_usd is "0": a limit is an amount of US dollars above 0'],
    ['a negative one', provisionedKey('k', { budget_limit_usd: { N: '-5' } }), 'budget_limit_usd is "-5"'],
    ['one that is no number', provisionedKey('k', { budget_limit_usd: { S: 'NaN' } }), 'budget_limit_usd is "NaN"'],
    ['endless', provisionedKey('k', { budget_limit_usd: { S: 'Infinity' } }), 'budget_limit_usd is "Infinity"'],
    ['too large', provisionedKey('k', { budget_limit_usd: { N: '1E+40' } }), 'budget_limit_usd is "1E+40"'],
    ['too fine', provisionedKey('k', { budget_limit_usd: { N: '0.0000000000001' } }), 'budget_limit_usd is "0.0000000000001"'],
    ['null', provisionedKey('k', { budget_limit_usd: { NULL: true } }), 'budget_limit_usd is no number'],
    ['a name that is none', provisionedKey('a/b?c'), '"a/b?c" is no name of an IAM user, and no ARN'],
    ['an ARN that is none', provisionedKey('arn:aws:s3:::bucket'), '"arn:aws:s3:::bucket" is no name of an IAM user, and no ARN'],
    ['a runtime whose ARN is none', runtime(RUNTIME, 'agents', { runtime_arn: { S: 'arn:aws:lambda:x' } }), 'runtime_arn "arn:aws:lambda:x" is no ARN of an AgentCore runtime'],
    ['a runtime that is not registered', runtime(RUNTIME, 'agents'), `${AGENT} is not registered yet`],
  ])('%s, which somebody has to look at: the others are taken over', async (_, item, why) => {
    const { code, stdout } = await migrated([item, provisionedKey('BedrockAPIKey-data-reports')]);
    expect(stdout).toMatch(/^! /m);
    expect(stdout).toContain(why);
    expect(code).toBe(1);
    expect(manager.changes.map(({ principalId }) => principalId)).toEqual([KEY]);
  });

  test.each([
    ['that has no key', { status: { S: 'active' } }, 'it has no "principal_id" or "runtime_id"'],
    ['with both keys', { principal_id: { S: 'a' }, runtime_id: { S: 'b' } }, 'it has more than one of'],
    ['whose key is no text', { principal_id: { N: '5e' }, runtime_id: { S: 'b' } }, 'more than one of'],
    ['whose key is a list', { principal_id: { L: [] } }, 'principal_id is no printable text'],
    ['whose key acts on the terminal', { principal_id: { S: 'a\u001b[31mb' } }, 'principal_id is no printable text'],
    ['that is none', 'text', 'this is no item'],
    ['that is nothing', null, 'this is no item'],
    ['that is a list', [], 'this is no item'],
  ])('an item %s', async (_, item, why) => {
    const { code, stdout } = await migrated([item]);
    expect(code).toBe(1);
    expect(stdout).toContain(`${PLACE}: `);
    expect(stdout).toContain(why);
  });

  test('an item that cannot be read here any more', async () => {
    manager.unreadable.set(KEY, 'limits is not a list');
    const { code, stdout } = await migrated([provisionedKey('BedrockAPIKey-data-reports')]);
    expect(stdout).toContain(`the item of ${KEY} in the Budgets table cannot be read: mend it first`);
    expect(code).toBe(1);
    expect(manager.changes).toEqual([]);
  });
});

describe('what is not carried over is told', () => {
  test.each<readonly [string, RawItem, string]>([
    ['spend', { spent_usd: { N: '3.25' } }, '$3.25 that it is said to have spent are not carried over'],
    ['a grace period', { status: { S: 'grace_period' } }, 'its grace period is not carried over'],
    ['attributes that the predecessor does not write', { cost_center: { S: '4711' } }, 'not known, and not carried over: cost_center'],
    ['a label that does not print', { team: { S: 'da\u202eta' } }, 'team is not carried over: a label is printable'],
    ['a label that is too long', { purpose: { S: 'x'.repeat(300) } }, 'purpose is not carried over'],
    ['a period that is none', { refresh_period_days: { S: 'soon' } }, 'its period (soon) is none of 1 to 366 days: 30 days are taken'],
    ['a period that is too long', { refresh_period_days: { N: '1000' } }, 'its period (1000) is none of 1 to 366 days'],
    ['a beginning that is none', { budget_refresh_date: { S: 'never' } }, 'it does not tell when it is refreshed'],
  ])('%s', async (_, changes, note) => {
    const { code, stdout } = await migrated([provisionedKey('BedrockAPIKey-data-reports', changes)]);
    expect(stdout).toContain(note);
    expect(code).toBe(0);
    expect(manager.changes).toHaveLength(1);
  });

  test('nothing of it where there is nothing', async () => {
    const { stdout } = await migrated([provisionedKey('BedrockAPIKey-data-reports', { spent_usd: { N: '0.0' } })]);
    expect(stdout).not.toContain('not carried over');
  });

  test('whom it has suspended, with the way back', async () => {
    const { code, stdout } = await migrated([provisionedKey('BedrockAPIKey-data-reports', { status: { S: 'suspended' } }), provisionedKey('BedrockAPIKey-other')]);
    expect(stdout).toContain('The predecessor has suspended 1: BedrockAPIKey-data-reports.');
    expect(stdout).toContain('budgeteer migrate restore --help');
    expect(code).toBe(0);
    expect(manager.changes).toHaveLength(2);
  });
});

describe('one principal in several items', () => {
  test('that say the same is taken over once', async () => {
    const { code, stdout } = await migrated([provisionedKey('BedrockAPIKey-data-reports'), provisionedKey('BedrockAPIKey-data-reports')]);
    expect(stdout).toMatch(/left out: the same as .*item 1/);
    expect(code).toBe(0);
    expect(manager.changes).toHaveLength(1);
  });

  test('that differ is taken over as the first one has it, and told of', async () => {
    const { code, stdout } = await migrated([provisionedKey('BedrockAPIKey-data-reports'), provisionedKey('BedrockAPIKey-data-reports', { budget_limit_usd: { N: '9' } })]);
    expect(stdout).toMatch(/is in .*item 1 already, and says something else/);
    expect(code).toBe(1);
    expect(manager.changes).toEqual([expect.objectContaining({ limits: [LIMIT] })]);
  });
});

describe('runtimes', () => {
  test('that are registered get their limits', async () => {
    manager.add(AGENT);
    await migrated([runtime(RUNTIME, 'agents')]);
    expect(manager.changes).toEqual([expect.objectContaining({ principalId: AGENT, limits: [{ limitUsd: '40', period: '30 days', anchorDay: '2026-02-20' }] })]);
  });

  test.each([['', 1], ['no id of a runtime!', 0]])('without an ARN are found by their region, where the id is one: %s', async (suffix, changes) => {
    manager.add(AGENT);
    const item = runtime(`${RUNTIME}${suffix}`, 'agents', { runtime_arn: { S: '' } });
    const { stdout } = await migrated([item], ['--yes', '--region', REGION]);
    expect(manager.changes).toHaveLength(changes);
    expect(stdout.includes('is no id of an AgentCore runtime')).toBe(changes === 0);
  });

  test('that share a role get one budget, with the sum of their limits', async () => {
    manager.add(SHARED_AGENTS);
    const { code, stdout } = await migrated([runtime(RUNTIME, 'agents'), runtime('sales-Zz99Yy88Xx', 'agents', { budget_limit_usd: { N: '2.5' } })]);
    expect(code).toBe(0);
    expect(stdout).toContain('one budget holds for all of them here: the sum of their limits');
    expect(stdout).toContain(`counted in ${SHARED_AGENTS}`);
    expect(manager.changes).toEqual([expect.objectContaining({ principalId: SHARED_AGENTS, limits: [{ limitUsd: '42.5', period: '30 days', anchorDay: '2026-02-20' }] })]);
  });

  test.each<readonly [string, RawItem, string]>([
    ['and of which one has no limit', (({ budget_limit_usd: _, ...rest }) => rest)(runtime('sales-Zz99Yy88Xx', 'agents')), 'not all of them have a limit'],
    ['and have different periods', runtime('sales-Zz99Yy88Xx', 'agents', { refresh_period_days: { N: '7' } }), 'their periods differ'],
  ])('that share a role %s are left to somebody', async (_, other, why) => {
    manager.add(SHARED_AGENTS);
    const { code, stdout } = await migrated([runtime(RUNTIME, 'agents'), other]);
    expect(code).toBe(1);
    expect(stdout).toContain(why);
    expect(stdout).toContain(`budgeteer budget set ${SHARED_AGENTS} --limit …`);
    expect(manager.changes).toEqual([]);
  });

  test('one of a role that is none are left to somebody', async () => {
    const shared = { role_arn: { S: 'no role' } };
    const { code, stdout } = await migrated([runtime(RUNTIME, 'x', shared), runtime('sales-Zz99Yy88Xx', 'x', shared)]);
    expect(code).toBe(1);
    expect(stdout).toContain('that is no ARN of a role');
  });

  test('deleted ones do not count as sharing', async () => {
    manager.add(AGENT);
    await migrated([runtime(RUNTIME, 'agents'), runtime('sales-Zz99Yy88Xx', 'agents', { status: { S: 'deleted' } })]);
    expect(manager.changes).toEqual([expect.objectContaining({ principalId: AGENT })]);
  });
});

describe('its tables', () => {
  const dynamoDb = mockClient(DynamoDBClient);
  const iam = mockClient(IAMClient);
  const sts = mockClient(STSClient);
  const KEYS = 'bedrock-budgeteer-production-user-budgets';
  const RUNTIMES = 'bedrock-budgeteer-production-agentcore-budgets';
  const missing = new ResourceNotFoundException({ message: 'no table', $metadata: {} });
  const gone = Object.assign(new Error('not found'), { name: 'NoSuchEntityException' });

  function givenTable(name: string, ...pages: readonly RawItem[][]): void {
    dynamoDb.on(DescribeTableCommand, { TableName: name }).resolves({ Table: { TableArn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}` } });
    const keyOf = (index: number) => (index === 0 ? undefined : { page: { N: String(index) } });
    pages.forEach((items, index) => dynamoDb.on(ScanCommand, { TableName: name, ExclusiveStartKey: keyOf(index) }).resolves({
      Items: items, ...(index + 1 < pages.length ? { LastEvaluatedKey: keyOf(index + 1) } : {}),
    }));
  }

  beforeEach(() => {
    dynamoDb.reset();
    dynamoDb.on(DescribeTableCommand).rejects(missing);
    iam.reset();
    sts.reset();
    sts.on(GetCallerIdentityCommand).resolves({ Account: ACCOUNT });
    iam.on(GetUserCommand).resolves({});
    iam.on(GetRoleCommand).resolves({});
  });

  test('of an environment are read, page after page, with the account that they are of', async () => {
    givenTable(KEYS, [provisionedKey('BedrockAPIKey-data-reports')], [provisionedKey('BedrockAPIKey-other'), keyPool()]);
    givenTable(RUNTIMES, [runtime(RUNTIME, 'agents')]);
    manager.add(AGENT);
    const { code, stderr } = await migrate(['--environment', 'production', '--yes']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(manager.changes.map(({ principalId }) => principalId)).toEqual([KEY, `iam-user/${ACCOUNT}/BedrockAPIKey-other`, AGENT]);
    expect(iam.commandCalls(GetRoleCommand)[0].args[0].input).toEqual({ RoleName: 'agents' });
  });

  test('without that of runtimes are read as well', async () => {
    givenTable(KEYS, [provisionedKey('BedrockAPIKey-data-reports')]);
    expect((await migrate(['--environment', 'production', '--dry-run'])).code).toBe(0);
  });

  test('by their own names', async () => {
    givenTable('budgets-2024', [provisionedKey('BedrockAPIKey-data-reports')]);
    expect((await migrate(['--table', 'budgets-2024', '--dry-run'])).stdout).toContain(KEY);
  });

  test('are told of where they are not there, or may not be read', async () => {
    expect(await migrate(['--environment', 'staging', '--dry-run'])).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no table "bedrock-budgeteer-staging-user-budgets" in eu-central-1') });
    dynamoDb.on(DescribeTableCommand).rejects(Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' }));
    expect(await migrate(['--table', 'x', '--dry-run'])).toMatchObject({ code: 1, stderr: expect.stringContaining('table "x" cannot be read: AccessDeniedException: not authorized') });
  });

  test('principals that are gone are left out; an IAM that does not answer stops everything', async () => {
    givenTable(KEYS, [provisionedKey('BedrockAPIKey-data-reports'), provisionedKey('BedrockAPIKey-other')]);
    iam.on(GetUserCommand, { UserName: 'BedrockAPIKey-other' }).rejects(gone);
    const { code, stdout } = await migrate(['--environment', 'production', '--yes']);
    expect(code).toBe(1);
    expect(stdout).toContain('the user BedrockAPIKey-other does not exist any more');
    expect(manager.changes.map(({ principalId }) => principalId)).toEqual([KEY]);

    iam.on(GetUserCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
    expect(await migrate(['--environment', 'production', '--yes'])).toMatchObject({ code: 1, stderr: expect.stringContaining('whether user "BedrockAPIKey-data-reports" is still there cannot be found out') });
  });

  test.each<readonly [string, readonly string[]]>([['of a table', ['--environment', 'production']], ['of a file', []]])('%s: with credentials of another account nobody is said to be gone', async (_, place) => {
    const items = [provisionedKey('BedrockAPIKey-data-reports')];
    givenTable(KEYS, items);
    iam.on(GetUserCommand).rejects(gone);
    sts.on(GetCallerIdentityCommand).resolves({ Account: '999988887777' });
    const args = place.length > 0 ? place : ['--file', fileOf(scanOf(...items)), '--account', ACCOUNT];
    const { code, stdout, stderr } = await migrate([...args, '--yes']);
    expect({ code, stdout, changes: manager.changes }).toEqual({ code: 2, stdout: '', changes: [] });
    expect(stderr).toContain(`the predecessor is in the account ${ACCOUNT}, but the credentials are of 999988887777`);
    expect(stderr).toContain('--no-check');
    expect((await migrate([...args, '--no-check', '--yes'])).code).toBe(0);
  });

  test('stay as they are where nobody tells whose the credentials are', async () => {
    givenTable(KEYS, [provisionedKey('BedrockAPIKey-data-reports')]);
    sts.on(GetCallerIdentityCommand).rejects(Object.assign(new Error('expired'), { name: 'ExpiredToken' }));
    expect(await migrate(['--environment', 'production', '--yes'])).toMatchObject({ code: 1, stderr: expect.stringContaining('whose credentials these are cannot be found out: ExpiredToken: expired') });
    expect(manager.changes).toEqual([]);
  });

  test('of another account than was written are refused', async () => {
    givenTable(KEYS, []);
    expect(await migrate(['--environment', 'production', '--account', '999988887777'])).toMatchObject({ code: 2, stderr: expect.stringContaining('are of several accounts') });
  });
});

describe('what cannot be read at all', () => {
  test.each([
    ['no JSON', 'principal_id,limit', 'is no JSON'],
    ['no scan', '{"Table":{}}', 'is no output of "aws dynamodb scan"'],
    ['a part of a scan', JSON.stringify({ Items: [], NextToken: 'x' }), 'has a part of the table alone'],
    ['a page of a scan', JSON.stringify({ Items: [], LastEvaluatedKey: { principal_id: { S: 'a' } } }), 'has a part of the table alone'],
    ['a text', '"text"', 'is no output of "aws dynamodb scan"'],
  ])('%s', async (_, text, message) => {
    expect(await migrate(['--file', fileOf(text), '--account', ACCOUNT, '--no-check'])).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    expect(manager.requests).toEqual([]);
  });

  test.each([
    [[], 'nothing tells where the predecessor\'s budgets are'],
    [['--file', 'x.json', '--account', '12'], '--account "12" is no account'],
    [['--file', '/nowhere/x.json', '--account', ACCOUNT], 'cannot be read (ENOENT)'],
    [['--environment', 'production', '--period', 'year'], '"year" is no period'],
    [['--environment', 'production', '--thresholds', '90'], 'are no two percentages'],
    [['--environment', 'production', '--thresholds', '90/75'], 'exchange them'],
  ])('%j', async (args, message) => {
    expect(await migrate(args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });

  test('a file without its account', async () => {
    expect(await migrate(['--file', fileOf(scanOf())])).toMatchObject({ code: 2, stderr: expect.stringContaining('write --account <account>') });
  });

  test('a list of items and standard input are taken as well', async () => {
    const items = JSON.stringify([provisionedKey('BedrockAPIKey-data-reports')]);
    const { stdout } = await migrate(['--file', '-', '--account', ACCOUNT, '--no-check', '--dry-run'], { stdin: items });
    expect(stdout).toContain(KEY);
  });
});

test('a change that fails is told of, and the others are made', async () => {
  manager.caller = KEY;
  const { code, stdout, stderr } = await migrated([provisionedKey('BedrockAPIKey-data-reports'), provisionedKey('BedrockAPIKey-other')], ['--enforce', '--yes']);
  expect(code).toBe(1);
  expect(stdout).toContain('done: 1 added');
  expect(stderr).toContain('1 failed; give the command again for what is missing');
});
