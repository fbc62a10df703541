import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCOUNT } from '../../lambdas/core/builders';
import { SECRET } from '../budget/fake-manager';
import { Run, run, Surroundings } from '../run';
import { IamWorld } from './iam-world';
import { keyPool, provisionedKey, runtime, scanOf, suspendedRuntime } from './predecessor-items';

const KEY = 'BedrockAPIKey-data-reports';
const KEY_POLICY = 'arn:aws:iam::aws:policy/AmazonBedrockLimitedAccess';
const S3 = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
const OWN = `arn:aws:iam::${ACCOUNT}:policy/agents`;
const MARKS = ['BedrockBudgeteerRestricted', 'BedrockBudgeteerRestrictionLevel', 'BedrockBudgeteerRestrictionTimestamp'];
const DENY_ALL = 'BedrockBudgeteerDenyAll';
const DOCUMENT = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'bedrock:InvokeModel', Resource: '*' }] };
const SNAPSHOT = { managed_policies: [S3, OWN], inline_policies: { models: DOCUMENT } };
const RUNTIME = 'support-Ab12Cd34Ef';
const OTHER = 'sales-Zz99Yy88Xx';

const iam = new IamWorld();
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'restore-'));
});
beforeEach(() => iam.reset());
afterAll(() => rmSync(directory, { recursive: true }));

function restore(items: readonly unknown[], args: readonly string[] = ['--yes'], surroundings: Surroundings = {}): Promise<Run> {
  const path = join(directory, 'scan.json');
  writeFileSync(path, scanOf(...items));
  return run(['migrate', 'restore', '--file', path, '--account', ACCOUNT, ...args], { env: { AWS_REGION: 'eu-central-1' }, credentials: async () => SECRET, ...surroundings });
}

function shutRole(name = 'agents', state: Parameters<IamWorld['role']>[1] = {}) {
  return iam.role(name, { tags: [...MARKS, 'team'], inline: new Map([[DENY_ALL, '{}']]), ...state });
}

describe('the user of a key', () => {
  test('that is marked gets its policy back and loses its marks, and nothing else', async () => {
    const user = iam.user(KEY, { tags: ['team', ...MARKS], managed: [S3] });
    const { code, stdout } = await restore([provisionedKey(KEY, { status: { S: 'suspended' } })]);
    expect(code).toBe(0);
    expect(stdout).toContain(`+ user ${KEY} is shut out\n      attach ${KEY_POLICY}\n      remove the tags ${MARKS.join(', ')}`);
    expect(stdout).toContain(`user ${KEY} has access again`);
    expect(user).toMatchObject({ tags: ['team'], managed: [S3, KEY_POLICY] });
  });

  test('that was given it by hand loses its marks alone', async () => {
    iam.user(KEY, { tags: [...MARKS], managed: [KEY_POLICY] });
    await restore([provisionedKey(KEY)]);
    expect(iam.changes).toEqual(['UntagUser']);
  });

  test('that is suspended in the table alone is given nothing', async () => {
    iam.user(KEY, { managed: [KEY_POLICY] });
    const { code, stdout } = await restore([provisionedKey(KEY, { status: { S: 'suspended' } })]);
    expect({ code, changes: iam.changes }).toEqual({ code: 0, changes: [] });
    expect(stdout).toContain('is suspended by its table alone');
  });

  test('that perhaps never had the policy is left to somebody, with the command', async () => {
    iam.user(KEY);
    const { code, stdout } = await restore([provisionedKey(KEY, { status: { S: 'suspended' } })]);
    expect({ code, changes: iam.changes }).toEqual({ code: 1, changes: [] });
    expect(stdout).toContain(`aws iam attach-user-policy --user-name ${KEY} --policy-arn ${KEY_POLICY}`);
  });

  test.each([['is there', true, 'is not suspended'], ['is gone', false, 'does not exist any more']])('that is not suspended and %s is left alone', async (_, there, text) => {
    if (there) iam.user(KEY);
    const { code, stdout } = await restore([provisionedKey(KEY), keyPool()]);
    expect(code).toBe(0);
    expect(stdout).toContain(text);
    expect(stdout).toContain('0 to restore, 0 unclear, 1 not shut out');
  });
});

describe('the role of a runtime', () => {
  test('gets its policies back, and is opened last', async () => {
    const role = shutRole();
    const { code, stdout } = await restore([suspendedRuntime(RUNTIME, 'agents', SNAPSHOT)]);
    expect(code).toBe(0);
    expect(stdout).toContain(`put the inline policy models: ${JSON.stringify(DOCUMENT)}`);
    expect(role).toMatchObject({ tags: ['team'], managed: [S3, OWN] });
    expect([...role.inline].map(([name, text]) => [name, JSON.parse(text)])).toEqual([['models', DOCUMENT]]);
    expect(iam.changes).toEqual(['AttachRolePolicy', 'AttachRolePolicy', 'PutRolePolicy', 'DeleteRolePolicy', 'UntagRole']);
    const again = await restore([suspendedRuntime(RUNTIME, 'agents', SNAPSHOT)]);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('is not shut') });
    expect(iam.changes).toHaveLength(5);
  });

  test('that was half restored gets the rest, and what somebody put there stays', async () => {
    const role = shutRole('agents', { managed: [S3], inline: new Map([['models', 'newer'], [DENY_ALL, '{}']]) });
    await restore([suspendedRuntime(RUNTIME, 'agents', SNAPSHOT)]);
    expect(role.managed).toEqual([S3, OWN]);
    expect(role.inline).toEqual(new Map([['models', 'newer']]));
  });

  test('that was opened before its policies came back is not forgotten', async () => {
    const role = iam.role('agents', { tags: [...MARKS] });
    await restore([suspendedRuntime(RUNTIME, 'agents', SNAPSHOT)]);
    expect(role).toMatchObject({ managed: [S3, OWN], tags: [] });
  });

  test('that the runtime had not yet when it was suspended is given nothing', async () => {
    const role = iam.role('newer', { managed: [] });
    const { code } = await restore([suspendedRuntime(RUNTIME, 'newer', SNAPSHOT)]);
    expect({ code, managed: role.managed, changes: iam.changes }).toEqual({ code: 0, managed: [], changes: [] });
  });

  test.each([
    ['whose backup was overwritten by an empty one', suspendedRuntime(RUNTIME, 'agents', { managed_policies: [], inline_policies: {} })],
    ['whose runtime was deleted meanwhile, and the backup with it', runtime(RUNTIME, 'agents', { status: { S: 'deleted' } })],
    ['whose backup cannot be read', runtime(RUNTIME, 'agents', { status: { S: 'suspended' }, policy_snapshot: { S: '{"managed_policies": [1' } })],
    ['whose backup holds something else', suspendedRuntime(RUNTIME, 'agents', { managed_policies: 'all', inline_policies: [] })],
  ])('%s is opened, and it is said that its policies are lost', async (_, item) => {
    const role = shutRole();
    const { code, stdout } = await restore([item]);
    expect(code).toBe(1);
    expect(stdout).toContain('its policies are lost');
    expect(stdout).toContain('has access again, but: its policies are lost');
    expect(role.inline.size).toBe(0);
  });

  test('that two runtimes share gets what the first one remembers', async () => {
    const role = shutRole();
    const { code, stdout } = await restore([
      suspendedRuntime(OTHER, 'agents', { managed_policies: [], inline_policies: {} }, '2026-03-05T10:05:00+00:00'),
      suspendedRuntime(RUNTIME, 'agents', SNAPSHOT),
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain(`role agents (${OTHER}, ${RUNTIME})`);
    expect(role.managed).toEqual([S3, OWN]);
  });

  test('of which both remember an inline policy gets the older', async () => {
    const role = shutRole();
    const newer = { managed_policies: [OWN], inline_policies: { models: { Statement: [] }, more: 'text' } };
    await restore([suspendedRuntime(OTHER, 'agents', newer, '2026-03-05T10:05:00+00:00'), suspendedRuntime(RUNTIME, 'agents', SNAPSHOT)]);
    expect(role.inline).toEqual(new Map([['models', JSON.stringify(DOCUMENT)], ['more', 'text']]));
  });

  test('is the one of its account alone', async () => {
    shutRole('agents', { arn: 'arn:aws:iam::999988887777:role/agents' });
    const { code, stdout } = await restore([suspendedRuntime(RUNTIME, 'agents', SNAPSHOT)]);
    expect({ code, changes: iam.changes }).toEqual({ code: 1, changes: [] });
    expect(stdout).toContain('are they those of its account?');
  });

  test('goes without a policy that nobody has any more, and that is told', async () => {
    const role = shutRole();
    iam.deleted.add(OWN);
    const { code, stdout } = await restore([suspendedRuntime(RUNTIME, 'agents', SNAPSHOT)]);
    expect(code).toBe(1);
    expect(stdout).toContain(`has access again, but: ${OWN} does not exist any more`);
    expect(role.managed).toEqual([S3]);
    expect([...role.inline.keys()]).toEqual(['models']);
  });

  test.each(['AttachRolePolicy', 'PutRolePolicy', 'DeleteRolePolicy'])('stays shut where %s is denied, the others go on, and the command may be given again', async denied => {
    const role = shutRole();
    iam.user(KEY, { tags: [...MARKS] });
    iam.denied = denied;
    const items = [suspendedRuntime(RUNTIME, 'agents', SNAPSHOT), provisionedKey(KEY, { status: { S: 'suspended' } })];
    const { code, stdout } = await restore(items);
    expect(code).toBe(1);
    expect(stdout).toContain(`is still shut out: AccessDenied: not authorized to perform ${denied}`);
    expect(stdout).toContain(`user ${KEY} has access again`);
    expect(role.inline.has(DENY_ALL)).toBe(true);
    iam.denied = undefined;
    expect((await restore(items)).code).toBe(0);
    expect(role).toMatchObject({ tags: ['team'], managed: [S3, OWN] });
    expect([...role.inline.keys()]).toEqual(['models']);
  });

  test('is open also where its marks cannot be removed, which is told', async () => {
    const role = shutRole();
    iam.denied = 'UntagRole';
    const { code, stdout } = await restore([suspendedRuntime(RUNTIME, 'agents', SNAPSHOT)]);
    expect(code).toBe(1);
    expect(stdout).toContain('has access again, but: the marks of the predecessor');
    expect(role.inline.has(DENY_ALL)).toBe(false);
  });

  test('stays shut where what was given back is not there', async () => {
    const role = shutRole();
    iam.isForgetful = true;
    const { code, stdout } = await restore([suspendedRuntime(RUNTIME, 'agents', SNAPSHOT)]);
    expect(code).toBe(1);
    expect(stdout).toContain(`${S3}, ${OWN}, models was given back, but is not there`);
    expect(role.inline.has(DENY_ALL)).toBe(true);
  });
});

describe('another account', () => {
  const ELSEWHERE = '999988887777';

  test('whose credentials are given is refused: nobody of the predecessor is there', async () => {
    iam.account = ELSEWHERE;
    const { code, stdout, stderr } = await restore([provisionedKey(KEY, { status: { S: 'suspended' } })]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`the predecessor is in the account ${ACCOUNT}, but the credentials are of ${ELSEWHERE}`);
    expect(iam.client.calls()).toHaveLength(0);
  });

  test.each([['that IAM knows here by the same name', true], ['whom IAM does not know here', false]])('has a user %s, who is left to somebody', async (_, there) => {
    const user = there ? iam.user(KEY, { tags: [...MARKS] }) : undefined;
    const { code, stdout } = await restore([provisionedKey(`arn:aws:iam::${ELSEWHERE}:user/${KEY}`, { status: { S: 'suspended' } })]);
    expect({ code, changes: iam.changes, tags: user?.tags ?? MARKS }).toEqual({ code: 1, changes: [], tags: MARKS });
    expect(stdout).toContain(`! user ${KEY} is in the account ${ELSEWHERE}, and these credentials are of ${ACCOUNT}`);
    expect(stdout).not.toContain('does not exist any more');
  });

  test('has a user of the same name beside the one that is restored', async () => {
    const user = iam.user(KEY, { tags: [...MARKS] });
    const { code, stdout } = await restore([provisionedKey(`arn:aws:iam::${ELSEWHERE}:user/${KEY}`), provisionedKey(KEY)]);
    expect(code).toBe(1);
    expect(stdout).toContain('1 to restore, 1 unclear, 0 not shut out');
    expect(user).toMatchObject({ tags: [], managed: [KEY_POLICY] });
  });

  test('of which IAM answers is believed more than what the credentials say', async () => {
    iam.user(KEY, { arn: `arn:aws:iam::${ELSEWHERE}:user/${KEY}`, tags: [...MARKS] });
    const { code, stdout } = await restore([provisionedKey(KEY)]);
    expect({ code, changes: iam.changes }).toEqual({ code: 1, changes: [] });
    expect(stdout).toContain(`is of the account ${ACCOUNT} there, but arn:aws:iam::${ELSEWHERE}:user/${KEY} with these credentials`);
  });
});

describe('asks', () => {
  const items = [suspendedRuntime(RUNTIME, 'agents', SNAPSHOT), provisionedKey(KEY)];
  beforeEach(() => {
    shutRole();
    iam.user(KEY, { tags: [...MARKS] });
  });

  test('before it gives anything', async () => {
    const { code, stderr } = await restore(items, [], { stdin: 'no\n', terminal: true });
    expect({ code, changes: iam.changes }).toEqual({ code: 1, changes: [] });
    expect(stderr).toContain('Giving 2 principals access again: go on?');
    expect((await restore(items, [], { stdin: 'y\n', terminal: true })).code).toBe(0);
  });

  test('and is refused without a terminal or a yes', async () => {
    expect(await restore(items, [])).toMatchObject({ code: 2, stderr: expect.stringContaining('giving 2 principals access again needs a yes') });
    expect(iam.changes).toEqual([]);
  });

  test('nothing where it only shows', async () => {
    const { code, stdout } = await restore(items, ['--dry-run']);
    expect({ code, changes: iam.changes }).toEqual({ code: 0, changes: [] });
    expect(stdout).toContain('2 to restore, 0 unclear, 0 not shut out');
  });

  test('about one where one is named, and nobody else', async () => {
    expect((await restore(items, ['--only', KEY, '--yes'])).code).toBe(0);
    expect(iam.changes).toEqual(['AttachUserPolicy', 'UntagUser']);
    expect(await restore(items, ['--only', 'nobody'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--only "nobody" names nobody') });
  });
});

test('an IAM that does not answer changes nothing', async () => {
  iam.client.reset();
  iam.client.rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
  expect(await restore([provisionedKey(KEY)])).toMatchObject({ code: 1, stderr: expect.stringContaining(`user "${KEY}" cannot be looked at: AccessDenied: no`) });
});

test('items that cannot be read are told of', async () => {
  expect(await restore([{ broken: { S: 'x' } }])).toMatchObject({ code: 1, stdout: expect.stringContaining('item 1: this is no item of the predecessor') });
});
