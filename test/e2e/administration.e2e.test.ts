import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { IAMClient, PutRolePolicyCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { EventType } from '../../src/contract';
import { formatPeriod } from '../../src/lambdas/core/calendar';
import { formatUsd, usd } from '../../src/lambdas/core/money';
import { Administrator } from './support/administrator';
import { AgentCore } from './support/agent-core';
import { BedrockUser } from './support/bedrock-user';
import { keyOfUser, sessionOfRole } from './support/credentials';
import { Instance } from './support/instance';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';
import { Spender } from './support/spender';

const SESSION = 'arn:aws:sts::000000000000:assumed-role/fin-ops/carol';

/** Handlers run with their own roles in this file, and only who may call the URL is let in. */
describe('administration', () => {
  let instance: Instance;
  let carol: Administrator;
  let directory: string;
  inOneCloud(async cloud => {
    instance = new Instance(cloud, instanceNames(await deployApp(cloud, 'administration', 'Administration')));
    await cloud.enforceIam(true);
    carol = new Administrator(cloud, instance.names.administrationUrl!, await sessionOfRole(cloud, 'fin-ops', 'carol'));
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'budgets-'));
  });
  afterAll(() => directory && fs.rmSync(directory, { recursive: true }));

  async function limitsOf({ id }: Spender): Promise<readonly string[]> {
    const { limits = [] } = (await instance.budgeteer.budget(id))!;
    return limits.map(({ amount, period }) => `${formatUsd(amount)} / ${formatPeriod(period)}`);
  }

  describe('lets in', () => {
    let functionArn: string;
    beforeAll(() => {
      functionArn = `arn:aws:lambda:us-east-1:000000000000:function:${instance.names.budgetManager}`;
    });

    /** A user with these rights to the function. */
    async function userWith(name: string, statements: readonly object[]): Promise<Administrator> {
      await instance.user(name);
      const policy = { Version: '2012-10-17', Statement: statements.map(statement => ({ Effect: 'Allow', Resource: functionArn, ...statement })) };
      if (statements.length > 0) {
        await new IAMClient(instance.cloud.client).send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'some', PolicyDocument: JSON.stringify(policy) }));
      }
      return new Administrator(instance.cloud, instance.names.administrationUrl!, await keyOfUser(instance.cloud, name));
    }

    test('who was granted it', async () => {
      await expect(carol.requests('listBudgets')).resolves.toEqual({ status: 200, body: { budgets: [] } });
    });

    test('nobody who does not sign, or signs with the wrong key', async () => {
      const nobody = new Administrator(instance.cloud, instance.names.administrationUrl!);
      const { accessKeyId } = await keyOfUser(instance.cloud, (await instance.user('forger')).identity.name);
      const forger = new Administrator(instance.cloud, instance.names.administrationUrl!, { accessKeyId, secretAccessKey: 'guessed' });

      expect((await nobody.requests('listBudgets')).status).toBe(403);
      expect((await forger.requests('listBudgets')).status).toBe(403);
    });

    test.each([
      ['nothing', []],
      ['models alone', [{ Action: 'bedrock:*', Resource: '*' }]],
      ['the URL, but not the function', [{ Action: 'lambda:InvokeFunctionUrl' }]],
      ['the function, but not its URL', [{ Action: 'lambda:InvokeFunction' }]],
      ['URLs that need no signature', [
        { Action: 'lambda:InvokeFunctionUrl', Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } } }, { Action: 'lambda:InvokeFunction' },
      ]],
    ])('nobody who may call %s', async (what, statements) => {
      const user = await userWith(what.replace(/\W+/g, '-'), statements);

      const { status, body } = await user.requests('listBudgets');

      expect(status).toBe(403);
      expect(body.Message).toMatch(/^Forbidden/);
      const { code, stdout, stderr } = await user.command('list');
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('AWS did not admit the request');
      expect(stderr).toContain('grantAdministration');
    });

    test('nobody past the URL, where they could say that they are somebody else', async () => {
      const lambda = new LambdaClient({ ...instance.cloud.client, credentials: await sessionOfRole(instance.cloud, 'fin-ops') });
      const pretended = { requestContext: { http: { method: 'POST' }, authorizer: { iam: { userArn: 'arn:aws:iam::000000000000:user/somebody' } } } };

      await expect(lambda.send(new InvokeCommand({
        FunctionName: instance.names.budgetManager, Payload: JSON.stringify({ ...pretended, body: '{"operation":"listBudgets"}' }),
      }))).rejects.toThrow(/not authorized to perform: lambda:InvokeFunction/);
    });
  });

  describe('from a terminal', () => {
    let alice: Spender;

    test('gives limits, which stand in the table, with who gave them in the audit trail', async () => {
      alice = await instance.user('alice');

      const { code, stdout } = await carol.command('set', alice.id, '--limit', '10/month', '--limit', '50/30 days', '--label', 'team=data', '--reason', 'new project');

      expect(code).toBe(0);
      expect(stdout).toContain('$10.00 / calendar month');
      expect(await limitsOf(alice)).toEqual(['10 / calendar month', '50 / 30 days']);
      expect(await instance.budgeteer.budget(alice.id)).toMatchObject({ labels: { team: 'data' }, updatedBy: SESSION });
      const [changed] = await alice.isRecorded(EventType.BUDGET_CHANGED);
      expect(changed).toMatchObject({ actor: SESSION, reason: expect.stringContaining('new project') });
    });

    test('shows what the principal has spent, and finds it among the others', async () => {
      await alice.spends('8.00');
      await alice.reaches('warning');
      const bob = await (await instance.user('bob')).isLimitedTo('10');

      const { budget } = await carol.ordered('get', 'arn:aws:iam::000000000000:user/alice');
      expect(budget).toMatchObject({ principalId: alice.id, status: 'warning', windows: [{ spentUsd: '8', limitUsd: '10', sharePercent: '80.0' }, { limitUsd: '50' }] });
      const all = await carol.command('list', '--format', 'csv');
      expect(all.stdout).toContain(alice.id);
      expect(all.stdout).toContain(bob.id);
      const some = await carol.command('list', '--min-share', '70', '--label', 'team=data');
      expect(some).toMatchObject({ code: 0, stderr: expect.any(String) });
      expect(some.stdout).toContain(alice.id);
      expect(some.stdout).not.toContain(bob.id);
    });

    test('tops up once, however often the same order is given', async () => {
      const order = ['top-up', alice.id, '5', '--expires', '2099-01-01T00:00:00Z', '--reason', 'demo', '--idempotency-key', 'demo-1'];
      // At most a year ahead: that it is refused is told, and nothing is remembered of it.
      expect(await carol.command(...order)).toMatchObject({ code: 1, stderr: expect.stringContaining('at most 366 days ahead') });

      order[4] = new Date(Date.now() + 86_400_000).toISOString();
      const first = await carol.ordered(...order);
      const second = await carol.ordered(...order);

      expect(first).toMatchObject({ changed: true, budget: { topUps: [{ amountUsd: '5', reason: 'demo' }] } });
      expect(second).toMatchObject({ replayed: true, budget: { topUps: [{ amountUsd: '5' }] } });
      expect((await instance.budgeteer.budget(alice.id))!.topUps).toHaveLength(1);
      expect((await alice.reaches('active')).reason).toContain('of $15.00');
      expect((await alice.isRecorded(EventType.BUDGET_CHANGED, 2)).filter(({ after }) => 'topUps' in after!)).toHaveLength(1);
      expect(await carol.command(...order.map(arg => (arg === '5' ? '6' : arg)))).toMatchObject({ code: 1, stderr: expect.stringContaining('was used for another request') });
    });

    test('suspends at once, and gives access back', async () => {
      const inBedrock = await BedrockUser.of(instance.cloud, 'alice');
      expect(await inBedrock.call()).toBe('allowed');
      expect(await carol.command('suspend', alice.id, '--reason', 'key leaked')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--yes') });

      expect(await carol.command('suspend', alice.id, '--reason', 'key leaked', '--yes')).toMatchObject({ code: 0 });

      expect(await alice.reaches('suspended')).toMatchObject({ reason: `held by ${SESSION}: key leaked` });
      expect(await alice.isDenied()).toBe(true);
      expect(await inBedrock.call()).toBe('AccessDeniedException');

      expect(await carol.command('restore', alice.id, '--reason', 'key replaced')).toMatchObject({ code: 0 });

      await alice.reaches('active');
      expect(await alice.isDenied()).toBe(false);
      expect(await inBedrock.call()).toBe('allowed');
      const orders = (await alice.isRecorded(EventType.BUDGET_CHANGED, 4)).filter(({ after }) => 'hold' in after!);
      expect(orders.map(({ actor, reason, after }) => ({ actor, reason, hold: after!.hold }))).toEqual([
        { actor: SESSION, reason: expect.stringContaining('key leaked'), hold: { by: SESSION, reason: 'key leaked' } },
        { actor: SESSION, reason: expect.stringContaining('key replaced'), hold: null },
      ]);
    });

    test('tells who did what', async () => {
      await alice.isRecorded(EventType.PRINCIPAL_RESTORED);

      const { code, stdout } = await carol.command('history', alice.id, '--format', 'json');

      const told = stdout.trimEnd().split('\n').map(line => JSON.parse(line) as { readonly type: string; readonly actor: string; readonly occurredAt: string });
      expect(code).toBe(0);
      const entry = ({ type, occurredAt }: { readonly type: string; readonly occurredAt: string }) => `${occurredAt} ${type}`;
      expect(told.map(entry).sort()).toEqual((await alice.audit()).map(entry).sort());
      const times = told.map(({ occurredAt }) => occurredAt);
      expect(times).toEqual([...times].sort().reverse());
      expect(told.filter(({ actor }) => actor === SESSION).map(({ type }) => type)).toEqual(Array(4).fill(EventType.BUDGET_CHANGED));
    });

    test('writes all budgets into a file, shows what another file would change, and changes it', async () => {
      const file = path.join(directory, 'budgets.csv');
      expect(await carol.command('export', '--output', file)).toMatchObject({ code: 0 });

      const same = await carol.command('import', file, '--dry-run');
      expect(same).toMatchObject({ code: 0 });
      expect(same.stdout).toContain('2 unchanged');

      fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('10/calendar month', '12/calendar month'));
      const before = await instance.budgeteer.budget(alice.id);
      const changed = await carol.command('import', file, '--dry-run');
      expect(changed).toMatchObject({ code: 0 });
      expect(changed.stdout).toContain(`~ ${alice.id}`);
      expect(changed.stdout).toMatch(/\$10\.00 \/ calendar month.* → \$12\.00 \/ calendar month/);
      expect(changed.stdout).toContain('0 added, 1 changed, 0 removed, 1 unchanged');
      expect(await instance.budgeteer.budget(alice.id)).toEqual(before);

      expect(await carol.command('import', file, '--yes')).toMatchObject({ code: 0 });
      expect(await limitsOf(alice)).toEqual(['12 / calendar month', '50 / 30 days']);
    });
  });

  describe('refuses', () => {
    test('the budget that the caller’s own calls are charged to', async () => {
      const own = { principalId: 'iam-role/000000000000/fin-ops' };

      const { status, body } = await carol.requests('setBudget', { ...own, limits: [{ limitUsd: '1000', period: 'calendar month' }] });

      expect(status).toBe(403);
      expect(body).toEqual({ error: { code: 'Forbidden', message: expect.stringContaining(SESSION) } });
      expect(await carol.command('set', own.principalId, '--limit', '1000/month')).toMatchObject({ code: 1, stderr: expect.stringContaining('somebody else') });
      expect(await instance.budgeteer.budget(own.principalId)).toBeUndefined();
    });

    test('the budget of the runtime that runs as the caller’s role, while others may change it', async () => {
      const role = await instance.role('agent-role');
      const { principalId, spender } = await new AgentCore(instance, SESSION).create('ambitious', role);
      await spender.eventually('is registered', budget => budget ?? 'is not');
      const mayCall = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'], Resource: '*' } };
      await new IAMClient(instance.cloud.client).send(new PutRolePolicyCommand({ RoleName: 'agent-role', PolicyName: 'all', PolicyDocument: JSON.stringify(mayCall) }));
      const agent = new Administrator(instance.cloud, instance.names.administrationUrl!, await sessionOfRole(instance.cloud, 'agent-role'));
      const raise = { principalId, limits: [{ limitUsd: '1000', period: 'calendar month' }] };

      expect(await agent.requests('getBudget', { principalId })).toMatchObject({ status: 200, body: { budget: { labels: { name: 'ambitious' }, role: role.id } } });
      expect(await agent.requests('setBudget', raise)).toMatchObject({ status: 403, body: { error: { code: 'Forbidden' } } });
      expect(await agent.requests('exempt', { principalId: role.id, reason: 'mine' })).toMatchObject({ status: 403 });
      expect(await limitsOf(spender)).toEqual([]);
      expect(await carol.requests('setBudget', raise)).toMatchObject({ status: 200, body: { changed: true } });
      expect(await limitsOf(spender)).toEqual(['1000 / calendar month']);
    });

    test('a change of what somebody else has changed meanwhile', async () => {
      const user = await (await instance.user('contended')).isLimitedTo('10');
      const { body: { budget: { version } } } = await carol.requests('getBudget', { principalId: user.id });
      await user.isLimitedTo('20');

      const change = { principalId: user.id, limits: [{ limitUsd: '30', period: 'calendar month' }], ifVersion: version };
      const { status, body } = await carol.requests('setBudget', change);

      expect({ status, code: body.error.code }).toEqual({ status: 409, code: 'Conflict' });
      expect(await limitsOf(user)).toEqual(['20 / 30 days']);
    });

    test('what it does not understand, and tells why', async () => {
      const { status, body } = await carol.requests('setBudget', { principalId: 'iam-user/000000000000/alice', limits: [{ limitUsd: 'a lot', period: 'calendar month' }] });

      expect(status).toBe(400);
      expect(body.error).toMatchObject({ code: 'BadRequest', field: expect.stringContaining('limits') });
    });
  });

  test('the same request with the same key is carried out once, also where both come at the same time', async () => {
    const user = await (await instance.user('twice')).isLimitedTo('10');
    const request = {
      principalId: user.id, amountUsd: '2.50', expiresAt: new Date(Date.now() + 86_400_000).toISOString(), reason: 'demo', idempotencyKey: 'k-1',
    };

    const answers = await Promise.all([1, 2, 3].map(() => carol.requests('topUp', request)));

    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    expect(answers.filter(({ body }) => body.changed && !body.replayed)).toHaveLength(1);
    expect((await carol.requests('topUp', request)).body).toMatchObject({ replayed: true });
    expect((await instance.budgeteer.budget(user.id))!.topUps.map(({ amount }) => amount)).toEqual([usd('2.5')]);
  });

  test('no handler was refused anything by IAM', async () => {
    expect(await instance.refusals()).toEqual([]);
  });
});
