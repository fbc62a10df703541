import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { AttachRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { DetacherAction, Env, RUNTIMES_INDEX } from '../../../src/contract';
import { fromItem } from '../../../src/lambdas/adapters/dynamodb-values';
import { handler } from '../../../src/lambdas/policy-detacher/policy-detacher.lambda';
import { aBudgetBeingRestored, AGENT, AGENT_ROLE, agentSettingTexts, aSuspendedBudget, itemOf } from '../core/builders';
import { lambdaWorld } from '../lambda-world';
import { FakeRole, FakeTables } from './fake-aws';

const ssm = mockClient(SSMClient);
const role = new FakeRole();
const tables = new FakeTables();
lambdaWorld();

beforeAll(() => {
  Object.assign(process.env, {
    [Env.POLICY_BACKUPS_TABLE]: 'Backups',
    [Env.BACKUP_HISTORY_DAYS]: '30',
    [Env.AGENT_CORE]: 'on',
    [Env.DEPLOYED_SETTINGS]: JSON.stringify(agentSettingTexts()),
  });
});

test('where AgentCore runtimes have budgets, the policies of their role stay away while one of them is suspended', async () => {
  ssm.on(GetParametersByPathCommand).resolves({});
  tables.install();
  role.install([], {});
  tables.mock.on(QueryCommand).resolves({ Items: [{ principalId: { S: AGENT } }] });
  tables.mock.on(GetItemCommand, { TableName: 'Budgets' }).callsFake(({ Key: { principalId: { S: id } } }) => ({
    Item: id === AGENT ? fromItem(itemOf(aSuspendedBudget({ principalId: AGENT, role: AGENT_ROLE })))
      : id === AGENT_ROLE ? fromItem(itemOf(aBudgetBeingRestored({ principalId: AGENT_ROLE })))
        : undefined,
  }));
  expect(await handler({
    action: DetacherAction.RESTORE,
    workflow: { principalId: AGENT_ROLE, revision: 3, notBefore: '2026-03-10T12:00:00.000Z', asOf: '2026-03-10T11:55:00.000Z' },
    now: '2026-03-10T12:00:01.000Z',
  })).toEqual({ outcome: 'applied', reason: `stays restricted for ${AGENT}` });
  expect(tables.mock.commandCalls(QueryCommand)[0].args[0].input.IndexName).toBe(RUNTIMES_INDEX);
  expect(role.mock.commandCalls(AttachRolePolicyCommand)).toEqual([]);
});
