import {
  AttachRolePolicyCommand, AttachUserPolicyCommand, DeleteRolePolicyCommand, DeleteUserPolicyCommand, DetachRolePolicyCommand, DetachUserPolicyCommand,
  GetPolicyCommand, GetRoleCommand, GetRolePolicyCommand, GetUserCommand, GetUserPolicyCommand, IAMClient, ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand, ListRolePoliciesCommand, ListUserPoliciesCommand, ListUsersCommand, PutRolePolicyCommand, PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { IamPrincipalPolicies } from '../../../src/lambdas/adapters/iam-principal-policies';
import { Attachable } from '../../../src/lambdas/core/restriction-target';
import { awsError } from './aws-error';

const iam = mockClient(IAMClient);
const policies = new IamPrincipalPolicies(new IAMClient({ region: 'us-east-1' }));
const ARN = 'arn:aws:iam::444455556666:policy/team/own';
const DOCUMENT = '{ "Version": "2012-10-17",\r\n\t"Statement": [{"Resource":"*+%20!\'()*~é/"}] }';

const kinds = {
  user: {
    target: { type: 'user', name: 'alice' } as Attachable,
    named: { UserName: 'alice' },
    identity: { User: { UserId: 'ID1', PermissionsBoundary: { PermissionsBoundaryArn: 'arn:boundary' } } },
    commands: {
      get: GetUserCommand,
      listManaged: ListAttachedUserPoliciesCommand,
      listInline: ListUserPoliciesCommand,
      readInline: GetUserPolicyCommand,
      attach: AttachUserPolicyCommand,
      detach: DetachUserPolicyCommand,
      putInline: PutUserPolicyCommand,
      deleteInline: DeleteUserPolicyCommand,
    },
  },
  role: {
    target: { type: 'role', name: 'writer' } as Attachable,
    named: { RoleName: 'writer' },
    identity: { Role: { RoleId: 'ID1', PermissionsBoundary: { PermissionsBoundaryArn: 'arn:boundary' } } },
    commands: {
      get: GetRoleCommand,
      listManaged: ListAttachedRolePoliciesCommand,
      listInline: ListRolePoliciesCommand,
      readInline: GetRolePolicyCommand,
      attach: AttachRolePolicyCommand,
      detach: DetachRolePolicyCommand,
      putInline: PutRolePolicyCommand,
      deleteInline: DeleteRolePolicyCommand,
    },
  },
};

type Call = keyof typeof kinds.user.commands;

beforeEach(() => iam.reset());

/** Encoded as IAM does it: everything but what RFC 3986 does not reserve. */
function encoded(document: string): string {
  return encodeURIComponent(document).replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

test('a policy of the system\'s own is none of the principal\'s, on whatever page IAM lists it', async () => {
  const own = 'arn:aws:iam::444455556666:policy/mantle';
  iam.on(ListAttachedUserPoliciesCommand).resolvesOnce({ AttachedPolicies: [{ PolicyArn: own }, { PolicyArn: ARN }], IsTruncated: true, Marker: 'm' })
    .resolves({ AttachedPolicies: [{ PolicyArn: `${ARN}2` }, { PolicyArn: own }] });
  expect(await new IamPrincipalPolicies(new IAMClient({ region: 'us-east-1' }), own).listManaged({ type: 'user', name: 'alice' })).toEqual([ARN, `${ARN}2`]);
});

describe.each(['user', 'role'] as const)('a %s', kind => {
  const { target, named, identity, commands } = kinds[kind];
  // The mock cannot tell which of the classes a variable holds.
  const on = (call: Call) => iam.on(commands[call] as typeof GetUserCommand);
  const sent = (call: Call) => iam.commandCalls(commands[call] as typeof GetUserCommand).map(({ args }) => args[0].input);

  const asks: Readonly<Record<Exclude<Call, 'get'> | 'identity', () => Promise<unknown>>> = {
    identity: () => policies.identity(target),
    listManaged: () => policies.listManaged(target),
    listInline: () => policies.listInline(target),
    readInline: () => policies.readInline(target, 'logs'),
    attach: () => policies.attach(target, ARN),
    detach: () => policies.detach(target, ARN),
    putInline: () => policies.putInline(target, 'logs', DOCUMENT),
    deleteInline: () => policies.deleteInline(target, 'logs'),
  };

  test('is known by its unique id, with its boundary', async () => {
    on('get').resolves(identity as object);
    expect(await policies.identity(target)).toEqual({ uniqueId: 'ID1', permissionsBoundary: 'arn:boundary' });
    expect(sent('get')).toEqual([named]);
  });

  test('without a boundary has none', async () => {
    on('get').resolves({ User: { UserId: 'ID1' }, Role: { RoleId: 'ID1' } } as object);
    expect(await policies.identity(target)).toEqual({ uniqueId: 'ID1' });
  });

  test('that does not exist has no identity', async () => {
    on('get').rejects(awsError('NoSuchEntityException'));
    expect(await policies.identity(target)).toBeUndefined();
  });

  test('has managed policies on every page, in their order', async () => {
    on('listManaged')
      .resolvesOnce({ AttachedPolicies: [{ PolicyArn: 'arn:b' }], IsTruncated: true, Marker: 'm' } as object)
      .resolvesOnce({ AttachedPolicies: [{ PolicyArn: 'arn:a' }] } as object);
    expect(await policies.listManaged(target)).toEqual(['arn:b', 'arn:a']);
    expect(sent('listManaged')).toEqual([{ ...named, Marker: undefined }, { ...named, Marker: 'm' }]);
  });

  test('has inline policies on every page, in their order', async () => {
    on('listInline').resolvesOnce({ PolicyNames: ['z'], IsTruncated: true, Marker: 'm' } as object).resolvesOnce({ PolicyNames: ['a'], IsTruncated: false } as object);
    expect(await policies.listInline(target)).toEqual(['z', 'a']);
    expect(sent('listInline')).toEqual([{ ...named, Marker: undefined }, { ...named, Marker: 'm' }]);
  });

  test('may have neither', async () => {
    on('listManaged').resolves({});
    on('listInline').resolves({});
    expect([await policies.listManaged(target), await policies.listInline(target)]).toEqual([[], []]);
  });

  test.each(['listManaged', 'listInline'] as const)('that is gone between two questions is asked about anew: %s', async call => {
    on(call).rejects(awsError('NoSuchEntityException'));
    await expect(asks[call]()).rejects.toMatchObject({ name: 'RetryableIamError', message: 'the user or role was deleted between two questions' });
  });

  test('has its inline documents read byte for byte', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'grapheme' }), async text => {
      const document = JSON.stringify({ text }, undefined, '\t');
      on('readInline').resolves({ PolicyDocument: encoded(document) } as object);
      expect(await policies.readInline(target, 'logs')).toBe(document);
    }));
    on('readInline').resolves({ PolicyDocument: encoded(DOCUMENT) } as object);
    expect(await policies.readInline(target, 'logs')).toBe(DOCUMENT);
    expect(sent('readInline')[0]).toEqual({ ...named, PolicyName: 'logs' });
  });

  test('has a document that comes plain taken as it is', async () => {
    on('readInline').resolves({ PolicyDocument: DOCUMENT } as object);
    expect(await policies.readInline(target, 'logs')).toBe(DOCUMENT);
  });

  test('has no inline policy that does not exist', async () => {
    on('readInline').rejects(awsError('NoSuchEntityException'));
    expect(await policies.readInline(target, 'logs')).toBeUndefined();
  });

  test('is given and relieved of policies', async () => {
    (['attach', 'detach', 'putInline', 'deleteInline'] as const).forEach(call => on(call).resolves({}));
    for (const call of ['attach', 'detach', 'putInline', 'deleteInline'] as const) {
      expect(await asks[call]()).toEqual({ result: 'done' });
    }
    expect([...sent('attach'), ...sent('detach')]).toEqual([{ ...named, PolicyArn: ARN }, { ...named, PolicyArn: ARN }]);
    expect([...sent('putInline'), ...sent('deleteInline')]).toEqual([{ ...named, PolicyName: 'logs', PolicyDocument: DOCUMENT }, { ...named, PolicyName: 'logs' }]);
    expect(iam.calls()).toHaveLength(4);
  });

  test.each(['detach', 'deleteInline'] as const)('without the policy, or gone itself, is relieved of it: %s', async call => {
    on(call).rejects(awsError('NoSuchEntityException'));
    expect(await asks[call]()).toEqual({ result: 'done' });
  });

  test('that does not exist is given nothing', async () => {
    (['attach', 'putInline', 'get'] as const).forEach(call => on(call).rejects(awsError('NoSuchEntityException')));
    expect([await asks.attach(), await asks.putInline()]).toEqual([{ result: 'gone' }, { result: 'gone' }]);
  });

  test('that exists cannot be given a policy that does not', async () => {
    on('attach').rejects(awsError('NoSuchEntityException'));
    on('get').resolves(identity as object);
    iam.on(GetPolicyCommand).rejects(awsError('NoSuchEntityException'));
    expect(await asks.attach()).toEqual({ result: 'missing' });
  });

  test('that exists as well as the policy which IAM does not find is tried again', async () => {
    on('attach').rejects(awsError('NoSuchEntityException'));
    on('get').resolves(identity as object);
    iam.on(GetPolicyCommand).resolves({ Policy: {} });
    await expect(asks.attach()).rejects.toMatchObject({ name: 'RetryableIamError', message: `IAM does not find ${ARN}, which exists` });
  });

  test('cannot be given what IAM attaches to nobody', async () => {
    on('attach').rejects(awsError('PolicyNotAttachableException'));
    expect(await asks.attach()).toEqual({ result: 'unattachable' });
  });

  test('cannot be given a document that IAM does not accept, which is not quoted', async () => {
    on('putInline').rejects(awsError('MalformedPolicyDocumentException', { message: `bad: ${DOCUMENT}` }));
    expect(await asks.putInline()).toEqual({ result: 'refused', message: 'MalformedPolicyDocument' });
  });

  test.each(['attach', 'putInline'] as const)('whose quota is full: %s', async call => {
    on(call).rejects(awsError('LimitExceededException', { message: 'Cannot exceed quota' }));
    expect(await asks[call]()).toEqual({ result: 'quota', message: 'Cannot exceed quota' });
  });

  test.each(['attach', 'detach', 'putInline', 'deleteInline'] as const)('that only AWS may modify: %s', async call => {
    on(call).rejects(awsError('UnmodifiableEntityException', { message: 'only modifiable by AWS' }));
    expect(await asks[call]()).toEqual({ result: 'protected', message: 'only modifiable by AWS' });
  });

  describe.each(Object.keys(asks) as (keyof typeof asks)[])('%s', call => {
    const command = call === 'identity' ? 'get' : call;

    test.each(['Throttling', 'ConcurrentModificationException', 'EntityTemporarilyUnmodifiableException', 'ServiceFailureException'])('is worth another try after %s', async name => {
      const cause = awsError(name);
      on(command).rejects(cause);
      await expect(asks[call]()).rejects.toMatchObject({ name: 'RetryableIamError', cause });
    });

    test('is not after a refusal', async () => {
      on(command).rejects(awsError('AccessDenied', { status: 403 }));
      await expect(asks[call]()).rejects.toMatchObject({ name: 'AccessDenied' });
    });
  });
});

describe('who was called otherwise', () => {
  const alice: Attachable = { type: 'user', name: 'alice' };
  const writer: Attachable = { type: 'role', name: 'writer' };

  test('is found by the former name where that is still its own', async () => {
    iam.on(GetUserCommand).resolves({ User: { UserId: 'AIDA1' } } as object);
    iam.on(GetRoleCommand).resolves({ Role: { RoleId: 'AROA1' } } as object);
    expect([await policies.locate(alice, 'AIDA1'), await policies.locate(writer, 'AROA1')]).toEqual([alice, writer]);
    expect(iam.commandCalls(ListUsersCommand)).toEqual([]);
  });

  test.each(['nobody', 'another'])('is found on every page of all users where %s bears the name', async bearer => {
    if (bearer === 'nobody') {
      iam.on(GetUserCommand).rejects(awsError('NoSuchEntityException'));
    } else {
      iam.on(GetUserCommand).resolves({ User: { UserId: 'AIDA9' } } as object);
    }
    iam.on(ListUsersCommand)
      .resolvesOnce({ Users: [{ UserId: 'AIDA7', UserName: 'bob' }], IsTruncated: true, Marker: 'm' } as object)
      .resolvesOnce({ Users: [{ UserId: 'AIDA1', UserName: 'alice2' }], IsTruncated: true, Marker: 'n' } as object);
    expect(await policies.locate(alice, 'AIDA1')).toEqual({ type: 'user', name: 'alice2' });
    expect(iam.commandCalls(ListUsersCommand).map(({ args }) => args[0].input)).toEqual([{ Marker: undefined, MaxItems: 1000 }, { Marker: 'm', MaxItems: 1000 }]);
  });

  test('is nobody where no user has the unique id, and no role of the name', async () => {
    iam.on(GetUserCommand).rejects(awsError('NoSuchEntityException'));
    iam.on(GetRoleCommand).resolves({ Role: { RoleId: 'AROA9' } } as object);
    iam.on(ListUsersCommand).resolvesOnce({} as object).resolvesOnce({ Users: [], IsTruncated: false } as object);
    expect([await policies.locate(alice, 'AIDA1'), await policies.locate(alice, 'AIDA1'), await policies.locate(writer, 'AROA1')]).toEqual([undefined, undefined, undefined]);
    expect(iam.commandCalls(ListUsersCommand)).toHaveLength(2);
  });

  test('is asked for again where IAM contradicts itself', async () => {
    iam.on(GetUserCommand).rejects(awsError('NoSuchEntityException'));
    iam.on(ListUsersCommand).resolves({ Users: [{ UserId: 'AIDA1', UserName: 'alice' }] } as object);
    await expect(policies.locate(alice, 'AIDA1')).rejects.toMatchObject({ name: 'RetryableIamError' });
  });

  test.each([['Throttling', 'RetryableIamError'], ['AccessDenied', 'AccessDenied']])('is not taken for gone where IAM says %s', async (name, thrown) => {
    iam.on(GetUserCommand).rejects(awsError('NoSuchEntityException'));
    iam.on(ListUsersCommand).rejects(awsError(name));
    await expect(policies.locate(alice, 'AIDA1')).rejects.toMatchObject({ name: thrown });
  });
});

describe('a managed policy', () => {
  test.each([
    [{ PolicyId: 'ANPA1', DefaultVersionId: 'v3', IsAttachable: true, Description: 'ours' }, { policyId: 'ANPA1', defaultVersionId: 'v3', attachable: true, description: 'ours' }],
    [{ IsAttachable: false }, { attachable: false }],
    [{}, { attachable: true }],
  ])('that IAM describes as %j', async (policy, facts) => {
    iam.on(GetPolicyCommand).resolves({ Policy: policy });
    expect(await policies.describeManaged(ARN)).toEqual(facts);
    expect(iam.commandCalls(GetPolicyCommand)[0].args[0].input).toEqual({ PolicyArn: ARN });
  });

  test('that does not exist', async () => {
    iam.on(GetPolicyCommand).rejects(awsError('NoSuchEntityException'));
    expect(await policies.describeManaged(ARN)).toBeUndefined();
  });
});
