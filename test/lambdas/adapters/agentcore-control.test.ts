import {
  BedrockAgentCoreControlClient, GetAgentRuntimeCommand, GetAgentRuntimeResponse, GetHarnessCommand, GetHarnessResponse, ListAgentRuntimesCommand,
  ListHarnessesCommand, ListTagsForResourceCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { mockClient } from 'aws-sdk-client-mock';
import { AgentCoreControlPlane } from '../../../src/lambdas/adapters/agentcore-control';
import { ACCOUNT } from '../core/builders';
import { awsError } from './aws-error';

const client = mockClient(BedrockAgentCoreControlClient);
const agentCore = new AgentCoreControlPlane(new BedrockAgentCoreControlClient({ region: 'eu-central-1' }));
const roleArn = `arn:aws:iam::${ACCOUNT}:role/agents`;

beforeEach(() => client.reset());

test('shows a runtime with what matters of it', async () => {
  client.on(GetAgentRuntimeCommand, { agentRuntimeId: 'support-1' }).resolves({
    agentRuntimeId: 'support-1',
    agentRuntimeArn: 'arn:support',
    agentRuntimeName: 'support',
    roleArn,
    status: 'READY',
    agentRuntimeVersion: '3',
    lastUpdatedAt: new Date(5_000),
    environmentVariables: { SECRET: 'x' },
  } as Partial<GetAgentRuntimeResponse>);
  expect(await agentCore.runtime('support-1')).toEqual({
    id: 'support-1', arn: 'arn:support', name: 'support', roleArn, status: 'READY', version: '3', updatedAt: 5_000,
  });
});

test('shows a runtime of which AgentCore tells nothing by its id alone', async () => {
  client.on(GetAgentRuntimeCommand).resolves({});
  expect(await agentCore.runtime('support-1')).toEqual({ id: 'support-1', arn: '', name: '', roleArn: '', status: '' });
});

test('shows a harness with the runtime that does its work', async () => {
  client.on(GetHarnessCommand, { harnessId: 'desk-1' }).resolves({
    harness: {
      harnessId: 'desk-1',
      harnessName: 'desk',
      arn: 'arn:desk',
      executionRoleArn: roleArn,
      status: 'READY',
      updatedAt: new Date(5_000),
      environment: { agentCoreRuntimeEnvironment: { agentRuntimeId: 'inner-1' } },
    },
  } as unknown as GetHarnessResponse);
  expect(await agentCore.harness('desk-1')).toEqual({
    id: 'desk-1', arn: 'arn:desk', name: 'desk', roleArn, status: 'READY', updatedAt: 5_000, runtimeId: 'inner-1',
  });
});

test('a harness need not name a runtime, nor be told at all', async () => {
  client.on(GetHarnessCommand).resolvesOnce({ harness: {} } as GetHarnessResponse).resolvesOnce({} as GetHarnessResponse);
  expect(await agentCore.harness('desk-1')).toEqual({ id: 'desk-1', arn: '', name: '', roleArn: '', status: '' });
  expect(await agentCore.harness('desk-1')).toBeUndefined();
});

test('what does not exist is not shown', async () => {
  client.on(GetAgentRuntimeCommand).rejects(awsError('ResourceNotFoundException'));
  client.on(GetHarnessCommand).rejects(awsError('ResourceNotFoundException'));
  expect(await agentCore.runtime('gone-1')).toBeUndefined();
  expect(await agentCore.harness('gone-1')).toBeUndefined();
});

test('lists ids, page by page', async () => {
  client.on(ListAgentRuntimesCommand, { nextToken: undefined }).resolves({ agentRuntimes: [{ agentRuntimeId: 'a-1' }, {}], nextToken: 'more' } as object);
  client.on(ListAgentRuntimesCommand, { nextToken: 'more' }).resolves({ agentRuntimes: [{ agentRuntimeId: 'b-2' }] } as object);
  client.on(ListHarnessesCommand, { nextToken: undefined }).resolves({ harnesses: [{ harnessId: 'h-1' }], nextToken: 'more' } as object);
  client.on(ListHarnessesCommand, { nextToken: 'more' }).resolves({} as object);
  expect(await agentCore.runtimeIds()).toEqual({ ids: ['a-1'], next: 'more' });
  expect(await agentCore.runtimeIds('more')).toEqual({ ids: ['b-2'] });
  expect(await agentCore.harnessIds()).toEqual({ ids: ['h-1'], next: 'more' });
  expect(await agentCore.harnessIds('more')).toEqual({ ids: [] });
});

test('a page without runtimes is an empty one', async () => {
  client.on(ListAgentRuntimesCommand).resolves({} as object);
  expect(await agentCore.runtimeIds()).toEqual({ ids: [] });
});

test('where AgentCore knows no harnesses there are none; where it forbids to list them, that is an error', async () => {
  client.on(ListHarnessesCommand).rejectsOnce(awsError('UnknownOperationException')).rejectsOnce(awsError('AccessDeniedException'));
  expect(await agentCore.harnessIds()).toEqual({ ids: [] });
  await expect(agentCore.harnessIds()).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('reads tags', async () => {
  client.on(ListTagsForResourceCommand, { resourceArn: 'arn:support' }).resolvesOnce({ tags: { team: 'care' } }).resolvesOnce({});
  expect(await agentCore.tags('arn:support')).toEqual({ team: 'care' });
  expect(await agentCore.tags('arn:support')).toEqual({});
});

test.each([
  awsError('ThrottlingException'), awsError('ThrottledException'), awsError('InternalServerException'), awsError('RetryableConflictException'),
  awsError('Whatever', { status: 503 }), awsError('Error', { code: 'ECONNRESET' }),
])('after %s another try may help', async error => {
  client.rejects(error);
  for (const ask of [
    () => agentCore.runtime('a'), () => agentCore.harness('a'), () => agentCore.runtimeIds(), () => agentCore.harnessIds(), () => agentCore.tags('a'),
  ]) {
    await expect(ask()).rejects.toMatchObject({ name: 'AgentCoreBusyError', cause: error });
  }
});

test.each(['AccessDeniedException', 'ValidationException'])('after %s another try would not help', async name => {
  client.rejects(awsError(name));
  await expect(agentCore.runtime('a')).rejects.toMatchObject({ name });
  await expect(agentCore.harness('a')).rejects.toMatchObject({ name });
  await expect(agentCore.tags('a')).rejects.toMatchObject({ name });
});
