import { InvocationLogs } from '../../src';
import { Handler } from '../../src/contract';
import { DEFAULT_HANDLERS, synthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { ACCOUNT, PARTITION, REGION } from '../synthesized/synthesized-stack';
import { provesGrants } from './proves-grants';
import { listed, roleOf, verdictOn } from './simulation';

jest.mock('../../src/lambdas/adapters/waiting', () => ({ wait: async () => {}, fullJitter: () => 0 }));

// With the widest rights that the product has by default; what can be switched on beside is in grants-of-everything.test.ts.
const synthesized = synthesizedBudgeteer({ invocationLogs: InvocationLogs.managed({ adoptExisting: true }) });
const { stack } = synthesized;

provesGrants({
  synthesized,
  handlers: DEFAULT_HANDLERS,
  neverMade: {
    [Handler.USAGE_METER]: ['PutItemCommand', 'QueryCommand', 'ScanCommand'],
    [Handler.BUDGET_EVALUATOR]: ['QueryCommand'],
    [Handler.ENFORCER]: ['QueryCommand', 'ScanCommand'],
    // only for webhooks
    [Handler.ALERT_NOTIFIER]: ['GetSecretValueCommand', 'PutEventsCommand'],
    // whose policies may be held is asked by the strategy DETACH alone
    [Handler.BUDGET_MONITOR]: ['GetRoleCommand', 'GetUserCommand', 'ScanCommand'],
    // asks how calls are logged, by the adapter that switches logging on as well
    [Handler.COVERAGE_CHECKER]: ['DeleteModelInvocationLoggingConfigurationCommand', 'PutModelInvocationLoggingConfigurationCommand'],
    [Handler.PRINCIPAL_REGISTRAR]: ['GetItemCommand', 'QueryCommand'],
    [Handler.RESTORE_ON_REMOVAL]: [
      'AttachUserPolicyCommand', 'AttachRolePolicyCommand', 'InvokeCommand', 'ListAttachedUserPoliciesCommand', 'ListAttachedRolePoliciesCommand',
    ],
  },
});

describe('the state machines', () => {
  test.each(['suspensionStateMachine', 'restorationStateMachine'] as const)('%s may ask the enforcer, write its log, and nothing else', async name => {
    const machine = stack.resourceOf(synthesized.budgeteer[name]);
    const role = roleOf(stack, { ...machine, properties: { Role: machine.properties.RoleArn } });
    const enforcer = stack.attribute(stack.resourceOf(synthesized.budgeteer.enforcer), 'Arn');

    expect(await verdictOn(role, { action: 'lambda:InvokeFunction', resource: enforcer })).toBe('Allowed');
    expect(await verdictOn(role, { action: 'lambda:InvokeFunction', resource: `${enforcer}2` })).toBe('ImplicitlyDenied');
    const services = role.policies.flatMap(({ policy }) => policy.Statement).flatMap(({ Action: actions }) => listed(actions)).map(action => action.split(':')[0]);
    expect([...new Set(services)].sort()).toEqual(['lambda', 'logs']);
  });
});

test("Bedrock's role may write to its own stream of the log, and nothing else", async () => {
  const { logGroupName, roleArn } = stack.resources('Custom::BedrockInvocationLogging')[0].properties;
  const role = roleOf(stack, { logicalId: '', type: '', properties: { Role: roleArn } });
  const stream = `arn:${PARTITION}:logs:${REGION}:${ACCOUNT}:log-group:${logGroupName}:log-stream:`;

  for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) {
    expect(await verdictOn(role, { action, resource: `${stream}aws/bedrock/modelinvocations` })).toBe('Allowed');
    expect(await verdictOn(role, { action, resource: `${stream}another` })).toBe('ImplicitlyDenied');
  }
  expect(role.policies.flatMap(({ policy }) => policy.Statement)).toHaveLength(1);
});
