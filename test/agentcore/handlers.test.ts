import { BatchGetItemCommand, DynamoDBClient, GetItemCommand, QueryCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { AttachRolePolicyCommand, IAMClient, ListEntitiesForPolicyCommand } from '@aws-sdk/client-iam';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { EnforcerAction, Env } from '../../src/contract';
import { fromItem } from '../../src/lambdas/adapters/dynamodb-values';
import { handler as monitor } from '../../src/lambdas/budget-monitor/budget-monitor.lambda';
import { Budget } from '../../src/lambdas/core/budget';
import { handler as enforcer } from '../../src/lambdas/enforcer/enforcer.lambda';
import { aBudget, aBudgetBeingRestored, AGENT, AGENT_ROLE, agentSettingTexts, aSuspendedBudget, itemOf } from '../lambdas/core/builders';
import { CONTEXT, lambdaWorld } from '../lambdas/lambda-world';

/** The handlers that know of runtimes only where AgentCore is on: here it is. */

const dynamoDb = mockClient(DynamoDBClient);
const clients = [dynamoDb, mockClient(EventBridgeClient), mockClient(IAMClient), mockClient(SFNClient), mockClient(SSMClient)] as const;
const [, eventBridge, iam, sfn, ssm] = clients;
const world = lambdaWorld();

beforeAll(() => {
  process.env[Env.AGENT_CORE] = 'on';
  process.env[Env.DEPLOYED_SETTINGS] = JSON.stringify(agentSettingTexts());
});

beforeEach(() => {
  clients.forEach(mock => mock.reset());
  dynamoDb.on(GetItemCommand).resolves({}).on(QueryCommand).resolves({}).on(UpdateItemCommand).resolves({});
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  iam.on(ListEntitiesForPolicyCommand).resolves({});
  sfn.on(StartExecutionCommand).resolves({});
  ssm.on(GetParametersByPathCommand).resolves({});
  jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-03-10T12:00:03Z'));
});

const table = (...budgets: readonly Budget[]) => budgets.forEach(budget =>
  dynamoDb.on(GetItemCommand, { Key: { principalId: { S: budget.principalId } } }).resolves({ Item: fromItem(itemOf(budget)) }));
const indexHas = () => dynamoDb.on(QueryCommand, { IndexName: 'runtimes-by-role', ExpressionAttributeValues: { ':v0': { S: AGENT_ROLE } } })
  .resolves({ Items: [{ principalId: { S: AGENT } }] });

test('the enforcer leaves the deny on a role that a runtime has denied', async () => {
  table({ ...aBudgetBeingRestored(), principalId: AGENT_ROLE }, { ...aSuspendedBudget(), principalId: AGENT, role: AGENT_ROLE });
  indexHas();
  const workflow = { principalId: AGENT_ROLE, revision: 3, notBefore: '2026-03-10T12:00:00.000Z', asOf: '2026-03-10T11:55:00.000Z' };
  expect(await enforcer({ action: EnforcerAction.LIFT, workflow, now: '2026-03-10T12:00:01.000Z', executionName: 'x' }, CONTEXT)).toEqual({
    outcome: 'applied', reason: `free by its own budget, but still denied for ${AGENT}`,
  });
  expect(iam.calls()).toHaveLength(0);
});

test('the enforcer attaches the deny of a runtime to its role', async () => {
  iam.on(AttachRolePolicyCommand).resolves({});
  table({ ...aSuspendedBudget(), principalId: AGENT, role: AGENT_ROLE });
  const workflow = { principalId: AGENT, revision: 3, notBefore: '2026-03-10T12:00:00.000Z', asOf: '2026-03-10T11:55:00.000Z' };
  await enforcer({ action: EnforcerAction.RESTRICT, workflow, now: '2026-03-10T12:00:01.000Z', executionName: 'x' }, CONTEXT);
  expect(iam.commandCalls(AttachRolePolicyCommand)[0].args[0].input).toMatchObject({ RoleName: 'agents' });
});

test('the monitor reads the index of runtimes and their budgets, and never scans the table', async () => {
  dynamoDb.on(ScanCommand).resolves({ Items: [{ principalId: { S: AGENT }, activeRole: { S: AGENT_ROLE } }] });
  const over = aBudget({ principalId: AGENT, role: AGENT_ROLE, limits: undefined, spent: '10' });
  dynamoDb.on(BatchGetItemCommand).resolves({ Responses: { Budgets: [fromItem(itemOf(over))] } });
  table(over);
  expect(await monitor({ time: '2026-03-10T12:00:00Z' }, CONTEXT)).toMatchObject({ looked: 1, decided: 1, failures: 0 });
  expect(dynamoDb.commandCalls(ScanCommand).map(call => call.args[0].input.IndexName)).toEqual(['runtimes-by-role']);
  expect(dynamoDb.commandCalls(BatchGetItemCommand)).toHaveLength(1);
  expect(sfn.commandCalls(StartExecutionCommand)[0].args[0].input).toMatchObject({ stateMachineArn: 'arn:suspension' });
  expect(world.metrics()).toMatchObject({ AgentsMonitored: 1, AgentsExceeded: 1, AgentPoolUsedPercent: 100 });
});
