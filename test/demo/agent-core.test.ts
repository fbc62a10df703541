import { BedrockAgentCoreControlClient, CreateAgentRuntimeCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { AgentCore } from '../../demo/agent-core';
import { readControlPlaneEvent } from '../../src/lambdas/core/agents/control-plane-event';

const ACCOUNT = '000000000000';
const REGION = 'us-east-1';
const control = mockClient(BedrockAgentCoreControlClient);
const events = mockClient(EventBridgeClient);

test('a runtime is made in AgentCore, and CloudTrail tells of it so that the product understands', async () => {
  control.on(CreateAgentRuntimeCommand).resolves({ agentRuntimeId: 'checkout-a1B2c3D4e5', agentRuntimeVersion: '1', createdAt: new Date(), status: 'CREATING' });
  events.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });

  const id = await new AgentCore({ endpoint: 'http://127.0.0.1:1', region: REGION, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }, ACCOUNT)
    .createRuntime('checkout', 'shop-agents');

  expect(id).toBe('checkout-a1B2c3D4e5');
  const roleArn = `arn:aws:iam::${ACCOUNT}:role/shop-agents`;
  expect(control.commandCalls(CreateAgentRuntimeCommand)[0].args[0].input).toMatchObject({ agentRuntimeName: 'checkout', roleArn });
  const [entry, ...others] = events.commandCalls(PutEventsCommand)[0].args[0].input.Entries!;
  expect(others).toEqual([]);
  expect(entry).toMatchObject({ Source: 'aws.bedrock-agentcore', DetailType: 'AWS API Call via CloudTrail' });
  // No bus is named: that of the account's services.
  expect(entry.EventBusName).toBeUndefined();
  expect(readControlPlaneEvent({ detail: JSON.parse(entry.Detail!) }, Date.now(), { ownAccountId: ACCOUNT, region: REGION })).toMatchObject({
    hint: { subject: 'runtime', action: 'create', id, told: { name: 'checkout', roleArn, version: '1', creator: `arn:aws:iam::${ACCOUNT}:user/developer` } },
  });
});
