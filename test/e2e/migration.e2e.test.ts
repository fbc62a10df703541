import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { AttributeValue, CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand, TagRoleCommand, TagUserCommand } from '@aws-sdk/client-iam';
import { EventType } from '../../src/contract';
import { formatPeriod } from '../../src/lambdas/core/calendar';
import { formatUsd } from '../../src/lambdas/core/money';
import { autoCreatedKey, keyPool, provisionedKey, runtime } from '../cli/migrate/predecessor-items';
import { functionUrlIn } from '../local-cloud/function-url';
import { AgentCore, Runtime } from './support/agent-core';
import { budgeteer } from './support/command-line';
import { sessionOfRole } from './support/credentials';
import { IamPolicies } from './support/iam-policies';
import { Instance } from './support/instance';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';
import { Spender } from './support/spender';

const BUDGETEER = path.resolve(__dirname, '..', '..', 'bin', 'budgeteer.js');
const KEY_POLICY = 'arn:aws:iam::aws:policy/AmazonBedrockLimitedAccess';
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const MARK = { Key: 'BedrockBudgeteerRestricted', Value: 'true' };
const DENY_ALL = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] });
const DOCUMENT = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'bedrock:InvokeModel', Resource: '*' }] };

function daysFromNow(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}

/** The tables of the predecessor stand beside a deployment, and one command after the other does what docs/migration.md says. */
describe('migration', () => {
  let instance: Instance;
  let carol: Readonly<Record<string, string | undefined>>;
  let reports: Spender;
  let role: Spender;
  let agent: Runtime;

  inOneCloud(async cloud => {
    instance = new Instance(cloud, instanceNames(await deployApp(cloud, 'administration', 'Administration')));
    const { accessKeyId, secretAccessKey, sessionToken } = await sessionOfRole(cloud, 'fin-ops', 'carol');
    carol = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken };
    const iam = new IAMClient(cloud.client);
    reports = await instance.user('BedrockAPIKey-data-reports');
    await iam.send(new TagUserCommand({ UserName: reports.identity.name, Tags: [MARK] }));
    role = await instance.role('agents');
    agent = await new AgentCore(instance, `arn:aws:iam::${cloud.account}:user/dev`).create('support', role);
    await iam.send(new PutRolePolicyCommand({ RoleName: 'agents', PolicyName: 'BedrockBudgeteerDenyAll', PolicyDocument: DENY_ALL }));
    await iam.send(new TagRoleCommand({ RoleName: 'agents', Tags: [MARK] }));
    await table('user-budgets', 'principal_id', [
      provisionedKey(reports.identity.name, {
        status: { S: 'suspended' }, spent_usd: { N: '3.00' }, budget_period_start: { S: daysFromNow(-10) }, budget_refresh_date: { S: daysFromNow(20) },
      }),
      provisionedKey('BedrockAPIKey-that-is-gone'),
      autoCreatedKey('BedrockAPIKey-unknown'),
      keyPool(),
    ]);
    await table('agentcore-budgets', 'runtime_id', [runtime(agent.id, 'agents', {
      role_arn: { S: `arn:aws:iam::${cloud.account}:role/agents` },
      runtime_arn: { S: `arn:aws:bedrock-agentcore:${cloud.region}:${cloud.account}:runtime/${agent.id}` },
      status: { S: 'suspended' },
      policy_snapshot: { S: JSON.stringify({ managed_policies: [READ_ONLY], inline_policies: { models: DOCUMENT } }) },
      snapshot_timestamp: { S: '2026-03-05T10:00:00+00:00' },
    })]);
  });

  async function table(name: string, key: string, items: readonly Record<string, AttributeValue>[]): Promise<void> {
    const dynamoDb = new DynamoDBClient(instance.cloud.client);
    const TableName = `bedrock-budgeteer-production-${name}`;
    await dynamoDb.send(new CreateTableCommand({
      TableName, BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }], KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
    }));
    for (const Item of items) {
      await dynamoDb.send(new PutItemCommand({ TableName, Item }));
    }
  }

  /** The published command, in a process of its own. */
  function migrate(...args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
    const { env, region } = instance.cloud;
    const url = functionUrlIn(instance.cloud, instance.names.administrationUrl!);
    const command = [BUDGETEER, 'migrate', ...args, '--environment', 'production', '--region', region];
    return new Promise(resolve => {
      const child = execFile(process.execPath, command, { env: { PATH: process.env.PATH, ...env, ...carol, BUDGETEER_URL: url } }, (error, stdout, stderr) => {
        resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      });
      child.stdin!.end();
    });
  }

  async function orders({ id }: Spender) {
    const { limits = [], labels, enforcement } = (await instance.budgeteer.budget(id))!;
    return { limits: limits.map(({ amount, period }) => `${formatUsd(amount)} / ${formatPeriod(period)}`), labels, enforcement };
  }

  test('first shows what would come of it', async () => {
    await agent.spender.isRecorded(EventType.PRINCIPAL_REGISTERED);
    const { code, stdout, stderr } = await migrate('budgets', '--dry-run');

    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain(`→ ${reports.id}: $5.00 / 30 days from ${daysFromNow(-10).slice(0, 10)}; team=data, purpose=reports, budget-tier=medium`);
    expect(stdout).toContain('$3 that it is said to have spent are not carried over');
    expect(stdout).toContain('the user BedrockAPIKey-that-is-gone does not exist any more');
    expect(stdout).toContain('2 added, 0 changed, 0 removed');
    expect(stdout).toContain(`The predecessor has suspended 2: ${reports.identity.name}, ${agent.id}.`);
    expect(await instance.budgeteer.budget(reports.id)).toBeUndefined();
  });

  test('then gives limits that only observe, and changes nothing the second time', async () => {
    const { code, stdout, stderr } = await migrate('budgets', '--yes');

    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain('done: 2 added, 0 changed, 0 removed');
    expect(await orders(reports)).toEqual({ limits: ['5 / 30 days'], labels: { 'team': 'data', 'purpose': 'reports', 'budget-tier': 'medium' }, enforcement: 'observe' });
    expect(await orders(agent.spender)).toMatchObject({ limits: ['40 / 30 days'], enforcement: 'observe' });
    // the registrar has found out meanwhile that it holds no key
    const changes = await reports.isRecorded(EventType.BUDGET_CHANGED, 2);
    expect(changes).toContainEqual(expect.objectContaining({ actor: expect.stringContaining('carol'), reason: expect.stringContaining('taken over from the predecessor') }));
    expect((await migrate('budgets', '--yes')).stdout).toContain('0 added, 0 changed, 0 removed, 2 unchanged');
  });

  test('takes spend over where that is asked for, and keeps ledger and budgets in agreement', async () => {
    const first = await migrate('spend', '--yes');

    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain(`${reports.id}: $3 spent since ${daysFromNow(-10).slice(0, 10)} carried over`);
    expect((await migrate('spend', '--yes')).stdout).toContain('$3 are metered already, of $3');
    expect(await budgeteer(instance.cloud, 'ledger', 'check')).toMatchObject({ code: 0 });
  });

  test('gives access back to whom the predecessor has shut out', async () => {
    const policies = new IamPolicies(instance.cloud);
    const { code, stdout, stderr } = await migrate('restore', '--yes');

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('2 to restore');
    expect(await policies.of(reports)).toMatchObject({ managed: [KEY_POLICY], inline: {} });
    const { managed, inline } = await policies.of(role);
    expect(managed).toEqual([READ_ONLY]);
    expect(Object.keys(inline)).toEqual(['models']);
    expect(JSON.parse(inline.models)).toEqual(DOCUMENT);
    expect((await migrate('restore', '--yes')).stdout).toContain('0 to restore, 0 unclear');
    await expect(new IAMClient(instance.cloud.client).send(new DeleteRolePolicyCommand({ RoleName: 'agents', PolicyName: 'BedrockBudgeteerDenyAll' }))).rejects.toThrow();
  });

  test('and enforces at the cut-over, but suspends nobody who is over the limit by then', async () => {
    await reports.spends('3.00');
    await reports.reaches('exceeded');
    const { stdout } = await migrate('budgets', '--enforce', '--yes');

    expect(stdout).toContain('stays as it is: it has spent $6.00 of $5.00 / 30 days already');
    expect(await orders(reports)).toMatchObject({ enforcement: 'observe' });
    expect(await orders(agent.spender)).toMatchObject({ enforcement: 'enforced' });
    expect(await reports.isDenied()).toBe(false);
  });
});
