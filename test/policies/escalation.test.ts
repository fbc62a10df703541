import { Handler } from '../../src/contract';
import { functionsOf, handlerOf } from '../synthesized/deployed-handler';
import { ACCOUNT, PARTITION, REGION } from '../synthesized/synthesized-stack';
import { twoBudgeteers } from '../synthesized/two-budgeteers';
import { resourcesOf, writingActions } from './iam-actions';
import { listed, Request, Role, rolesOf, together, verdictOn } from './simulation';

const { stack, budgeteer, neighbour } = twoBudgeteers();
const roles = rolesOf(stack);
const DENY = stack.valueOf(budgeteer.denyPolicy.managedPolicyArn);
const NEIGHBOURS_DENY = stack.valueOf(neighbour.denyPolicy.managedPolicyArn);
const ADMINISTRATOR = `arn:${PARTITION}:iam::aws:policy/AdministratorAccess`;
const CUSTOM_POLICY = iamArn('policy/anything');

/** Who and what there is that something can be done to: users and roles of all sorts, the product's own included. */
const EXAMPLES = () => ({ user: USERS, role: [...ROLES, ...roles.map(({ arn }) => arn)], policy: [CUSTOM_POLICY, DENY, NEIGHBOURS_DENY] });

/** Policies that nobody may attach or detach. */
const OTHER_POLICIES = [ADMINISTRATOR, CUSTOM_POLICY, `${DENY}2`, `${DENY.replace(ACCOUNT, '444455556666')}`];
const USERS = [iamArn('user/indexer'), iamArn('user/division/team/BedrockAPIKey-a1b2')];
const ROLES = [iamArn('role/chat-backend'), iamArn('role/service-role/division/backend'), iamArn('role/cdk-hnb659fds-cfn-exec-role')];

const CHANGES = (['Attach', 'Detach'] as const).flatMap(change => [
  ...USERS.map(resource => ({ change, action: `iam:${change}UserPolicy`, resource })),
  ...ROLES.map(resource => ({ change, action: `iam:${change}RolePolicy`, resource })),
]);

describe('roles', () => {
  test('are one a function, and one for each other thing that needs any', () => {
    const ofFunctions = functionsOf({ stack }).map(({ properties }) => properties.Role);

    expect(new Set(ofFunctions).size).toBe(ofFunctions.length);
    // two state machines an instance, and Bedrock's for its log
    expect(roles.length - ofFunctions.length).toBe(5);
  });

  test('can be assumed by a service of AWS alone', () => {
    for (const { logicalId, trust } of roles) {
      for (const { Effect: effect, Action: action, Principal: principal } of trust.Statement) {
        expect({ logicalId, effect, action, principal }).toEqual({
          logicalId, effect: 'Allow', action: 'sts:AssumeRole', principal: { Service: expect.stringMatching(/^(lambda|states|bedrock)\.amazonaws\.com$/) },
        });
      }
    }
  });

  test('are confused by no other account', () => {
    const bedrocks = roles.filter(({ trust }) => JSON.stringify(trust).includes('bedrock.amazonaws.com'));

    expect(bedrocks.map(({ trust }) => trust.Statement[0].Condition)).toEqual([
      { StringEquals: { 'aws:SourceAccount': ACCOUNT }, ArnLike: { 'aws:SourceArn': `arn:${PARTITION}:bedrock:${REGION}:${ACCOUNT}:*` } },
    ]);
  });

  test('have no statement that says what is not meant, or everything', () => {
    const statements = together(roles).policies.flatMap(({ policy }) => policy.Statement);

    expect(statements.filter(statement => statement.NotAction !== undefined || 'NotResource' in statement)).toEqual([]);
    expect(statements.filter(({ Action: actions }) => listed(actions).some(action => !/^[a-z0-9-]+:[A-Z]\w+\*?$/.test(action)))).toEqual([]);
  });

  test('are policies of nobody else than these roles', () => {
    const managed = stack.resources('AWS::IAM::ManagedPolicy').map(policy => stack.attribute(policy, 'Ref'));

    expect(managed.sort()).toEqual([DENY, NEIGHBOURS_DENY].sort());
    expect(stack.resources('AWS::IAM::ManagedPolicy').filter(({ properties }) => properties.Roles || properties.Users || properties.Groups)).toEqual([]);
    expect(stack.resources('AWS::IAM::User', 'AWS::IAM::Group', 'AWS::IAM::UserPolicy', 'AWS::IAM::RolePolicy', 'AWS::IAM::GroupPolicy')).toEqual([]);
  });
});

describe('the deny policy', () => {
  test('is attached and detached by the enforcer, and detached on removal', async () => {
    for (const { change, action, resource } of CHANGES) {
      expect(await allowedTo({ action, resource, context: { 'iam:PolicyARN': DENY } })).toEqual(change === 'Attach'
        ? [roleIdOf(budgeteer.enforcer)]
        : [roleIdOf(budgeteer.enforcer), roleIdOfHandler(Handler.RESTORE_ON_REMOVAL, 'Budgeteer')]);
    }
  });

  test("of another instance is that instance's alone", async () => {
    for (const { change, action, resource } of CHANGES) {
      expect(await allowedTo({ action, resource, context: { 'iam:PolicyARN': NEIGHBOURS_DENY } })).toEqual(change === 'Attach'
        ? [roleIdOf(neighbour.enforcer)]
        : [roleIdOf(neighbour.enforcer), roleIdOfHandler(Handler.RESTORE_ON_REMOVAL, 'Neighbour')]);
    }
  });

  test('is the only policy that anybody can attach or detach', async () => {
    for (const { action, resource } of CHANGES) {
      for (const policy of OTHER_POLICIES) {
        expect(await allowedTo({ action, resource, context: { 'iam:PolicyARN': policy } })).toEqual([]);
      }
      expect(await allowedTo({ action, resource })).toEqual([]);
    }
  });

  test('cannot be attached in another account', async () => {
    expect(await allowedTo({ action: 'iam:AttachRolePolicy', resource: iamArn('role/other').replace(ACCOUNT, '444455556666'), context: { 'iam:PolicyARN': DENY } })).toEqual([]);
  });

  test('has no other effect than to deny', () => {
    for (const policy of stack.resources('AWS::IAM::ManagedPolicy')) {
      expect(policy.properties.PolicyDocument.Statement.map(({ Effect: effect }: { readonly Effect: string }) => effect)).toEqual(['Deny']);
    }
  });
});

describe('a role to pass', () => {
  const [logRole] = stack.resources('AWS::IAM::Role').filter(({ properties }) => JSON.stringify(properties.AssumeRolePolicyDocument).includes('bedrock.'));
  const arn = stack.attribute(logRole, 'Arn');

  test("is Bedrock's for its log, to Bedrock, by the function that switches logging on", async () => {
    expect(await allowedTo({ action: 'iam:PassRole', resource: arn, context: { 'iam:PassedToService': 'bedrock.amazonaws.com' } }))
      .toEqual([roleIdOfHandler(Handler.INVOCATION_LOGGING, 'Budgeteer')]);
  });

  test('is no other, and goes to no other service', async () => {
    const others = [...ROLES, ...roles.map(role => role.arn).filter(role => role !== arn)];
    for (const resource of others) {
      expect(await allowedTo({ action: 'iam:PassRole', resource, context: { 'iam:PassedToService': 'bedrock.amazonaws.com' } })).toEqual([]);
    }
    for (const service of ['lambda.amazonaws.com', 'ec2.amazonaws.com', 'cloudformation.amazonaws.com']) {
      expect(await allowedTo({ action: 'iam:PassRole', resource: arn, context: { 'iam:PassedToService': service } })).toEqual([]);
    }
  });
});

describe('everything else in IAM that changes something', () => {
  // What would satisfy the conditions under which something else is allowed.
  const context = { 'iam:PolicyARN': DENY, 'iam:PassedToService': 'lambda.amazonaws.com', 'iam:PermissionsBoundary': DENY };

  test('is denied to every role, whatever it is done to', async () => {
    const actions = (await writingActions('iam')).filter(action => !/^(Attach|Detach)(User|Role)Policy$/.test(action));
    const resources = Object.fromEntries(await Promise.all(actions.map(async action => [action, await resourcesOf('iam', action, EXAMPLES())] as const)));
    const allowed: string[] = [];
    for (const action of actions) {
      for (const resource of resources[action]) {
        allowed.push(...(await allowedTo({ action: `iam:${action}`, resource, context })).map(role => `${role}: ${action} on ${resource}`));
      }
    }

    expect(actions.length).toBeGreaterThan(90);
    expect(allowed).toEqual([]);
  }, 120_000);

  test.each([
    ['sts:AssumeRole', iamArn('role/cdk-hnb659fds-cfn-exec-role')],
    ['lambda:UpdateFunctionCode', `arn:${PARTITION}:lambda:${REGION}:${ACCOUNT}:function:any`],
    ['lambda:UpdateFunctionConfiguration', `arn:${PARTITION}:lambda:${REGION}:${ACCOUNT}:function:any`],
    ['lambda:AddPermission', `arn:${PARTITION}:lambda:${REGION}:${ACCOUNT}:function:any`],
    ['lambda:CreateFunction', `arn:${PARTITION}:lambda:${REGION}:${ACCOUNT}:function:any`],
    ['states:UpdateStateMachine', `arn:${PARTITION}:states:${REGION}:${ACCOUNT}:stateMachine:any`],
    ['states:CreateStateMachine', `arn:${PARTITION}:states:${REGION}:${ACCOUNT}:stateMachine:any`],
    ['cloudformation:UpdateStack', `arn:${PARTITION}:cloudformation:${REGION}:${ACCOUNT}:stack/any/1`],
    ['events:PutTargets', `arn:${PARTITION}:events:${REGION}:${ACCOUNT}:rule/any`],
    ['s3:GetObject', `arn:${PARTITION}:s3:::any/key`],
    ['secretsmanager:GetSecretValue', `arn:${PARTITION}:secretsmanager:${REGION}:${ACCOUNT}:secret:any`],
    ['bedrock:InvokeModel', `arn:${PARTITION}:bedrock:${REGION}::foundation-model/anthropic.claude-3-haiku-20240307-v1:0`],
  ])('and so is %s', async (action, resource) => {
    expect(await allowedTo({ action, resource })).toEqual([]);
  });

  test('and the key, its policy and its grants are nobody\'s to change', async () => {
    const [key] = stack.resources('AWS::KMS::Key');
    for (const action of ['kms:PutKeyPolicy', 'kms:CreateGrant', 'kms:ScheduleKeyDeletion', 'kms:DisableKey']) {
      expect(await allowedTo({ action, resource: stack.attribute(key, 'Arn') })).toEqual([]);
    }
  });
});

/** Ids of the roles to which something is allowed. */
async function allowedTo(request: Request): Promise<string[]> {
  // What is not allowed by all of their policies together is allowed by none.
  if (await verdictOn(together(roles), request) !== 'Allowed') {
    return [];
  }
  const verdicts = await Promise.all(roles.map(async role => ({ role, verdict: await verdictOn(role, request) })));
  return verdicts.filter(({ verdict }) => verdict === 'Allowed').map(({ role }) => role.logicalId).sort();
}

function roleIdOf(fn: Parameters<typeof stack.resourceOf>[0]): string {
  return roleWithArn(stack.resourceOf(fn).properties.Role).logicalId;
}

function roleIdOfHandler(handler: Handler, instance: string): string {
  const fn = functionsOf({ stack }).find(candidate => handlerOf(candidate) === handler && candidate.logicalId.startsWith(instance))!;
  return roleWithArn(fn.properties.Role).logicalId;
}

function roleWithArn(arn: string): Role {
  return roles.find(role => role.arn === arn)!;
}

function iamArn(resource: string): string {
  return `arn:${PARTITION}:iam::${ACCOUNT}:${resource}`;
}
