import {
  AttachRolePolicyCommand, AttachUserPolicyCommand, DetachRolePolicyCommand, DetachUserPolicyCommand, GetRoleCommand, GetUserCommand, IAMClient,
  ListAttachedRolePoliciesCommand, ListAttachedUserPoliciesCommand,
} from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { IamDenyAttachments } from '../../../src/lambdas/adapters/iam-deny-attachments';
import { Attachable } from '../../../src/lambdas/core/restriction-target';
import { awsError } from './aws-error';

const iam = mockClient(IAMClient);
const policy = 'arn:aws:iam::444455556666:policy/deny';
const attachments = new IamDenyAttachments(new IAMClient({ region: 'us-east-1' }), policy);

const kinds = {
  user: {
    target: { type: 'user', name: 'alice' } as Attachable,
    named: { UserName: 'alice' },
    attach: AttachUserPolicyCommand,
    detach: DetachUserPolicyCommand,
    get: GetUserCommand,
    list: ListAttachedUserPoliciesCommand,
  },
  role: {
    target: { type: 'role', name: 'writer' } as Attachable,
    named: { RoleName: 'writer' },
    attach: AttachRolePolicyCommand,
    detach: DetachRolePolicyCommand,
    get: GetRoleCommand,
    list: ListAttachedRolePoliciesCommand,
  },
};

/** Errors that may pass. */
const transient: readonly (readonly [string, Error])[] = [
  ...['Throttling', 'ThrottlingException', 'TooManyRequestsException', 'RequestLimitExceeded', 'ServiceFailureException', 'ServiceUnavailable', 'InternalFailure',
    'ConcurrentModificationException', 'EntityTemporarilyUnmodifiableException', 'TimeoutError'].map(name => [name, awsError(name)] as const),
  ['HTTP 503', awsError('Unknown', { status: 503 })],
  ['HTTP 429', awsError('Unknown', { status: 429 })],
  ['a broken connection', awsError('Error', { code: 'ECONNRESET' })],
  ['an unknown host', awsError('Error', { code: 'ENOTFOUND' })],
];

/** Errors that stay. */
const final = ['AccessDenied', 'InvalidInputException', 'PolicyNotAttachableException', 'ExpiredToken'];

beforeEach(() => iam.reset());

describe.each(['user', 'role'] as const)('a %s', kind => {
  const { target, named } = kinds[kind];
  // The mock cannot tell which of the two classes a variable holds.
  const on = (command: 'attach' | 'detach' | 'get' | 'list') => iam.on(kinds[kind][command] as typeof AttachUserPolicyCommand);
  const sent = (command: 'attach' | 'detach' | 'get' | 'list') => iam.commandCalls(kinds[kind][command] as typeof AttachUserPolicyCommand);

  test('is denied by the one policy', async () => {
    on('attach').resolves({});
    expect(await attachments.attach(target)).toEqual({ result: 'done' });
    expect(sent('attach')[0].args[0].input).toEqual({ ...named, PolicyArn: policy });
    expect(iam.calls()).toHaveLength(1);
  });

  test('is freed from the one policy', async () => {
    on('detach').resolves({});
    expect(await attachments.detach(target)).toEqual({ result: 'done' });
    expect(sent('detach')[0].args[0].input).toEqual({ ...named, PolicyArn: policy });
    expect(iam.calls()).toHaveLength(1);
  });

  test('that does not exist is gone, whether it is to be denied or freed', async () => {
    on('attach').rejects(awsError('NoSuchEntityException'));
    on('detach').rejects(awsError('NoSuchEntityException'));
    on('get').rejects(awsError('NoSuchEntityException'));
    expect(await attachments.attach(target)).toEqual({ result: 'gone' });
    expect(await attachments.detach(target)).toEqual({ result: 'gone' });
    expect(sent('get')[0].args[0].input).toEqual(named);
  });

  test('that exists cannot be denied by a policy that does not: an error that trying again does not mend', async () => {
    const cause = awsError('NoSuchEntityException');
    on('attach').rejects(cause);
    on('get').resolves({});
    await expect(attachments.attach(target)).rejects.toMatchObject({
      name: 'DenyPolicyMissingError', message: `${policy} does not exist: deploy the stack again`, cause,
    });
  });

  test('that exists and is not denied is free', async () => {
    on('detach').rejects(awsError('NoSuchEntity'));
    on('get').resolves({});
    expect(await attachments.detach(target)).toEqual({ result: 'done' });
  });

  test('that has as many policies as it may have', async () => {
    on('attach').rejects(awsError('LimitExceededException', { message: 'Cannot exceed quota for PoliciesPerUser: 10' }));
    expect(await attachments.attach(target)).toEqual({ result: 'quota', message: 'Cannot exceed quota for PoliciesPerUser: 10' });
  });

  test('that only AWS may modify', async () => {
    on('attach').rejects(awsError('UnmodifiableEntityException', { message: 'only modifiable by AWS' }));
    on('detach').rejects(awsError('UnmodifiableEntity', { message: 'only modifiable by AWS' }));
    expect(await attachments.attach(target)).toEqual({ result: 'protected', message: 'only modifiable by AWS' });
    expect(await attachments.detach(target)).toEqual({ result: 'protected', message: 'only modifiable by AWS' });
  });

  test.each(transient)('%s is worth another try', async (_, error) => {
    on('attach').rejects(error);
    on('detach').rejects(error);
    on('list').rejects(error);
    const expected = { name: 'RetryableIamError', cause: error };
    await expect(attachments.attach(target)).rejects.toMatchObject(expected);
    await expect(attachments.detach(target)).rejects.toMatchObject(expected);
    await expect(attachments.isAttached(target)).rejects.toMatchObject(expected);
  });

  test('so is a throttled look whether it exists', async () => {
    on('attach').rejects(awsError('NoSuchEntityException'));
    on('get').rejects(awsError('Throttling'));
    await expect(attachments.attach(target)).rejects.toMatchObject({ name: 'RetryableIamError' });
  });

  test.each(final)('%s is not', async name => {
    on('attach').rejects(awsError(name, { status: 400 }));
    on('detach').rejects(awsError(name, { status: 400 }));
    on('list').rejects(awsError(name, { status: 400 }));
    await expect(attachments.attach(target)).rejects.toMatchObject({ name });
    await expect(attachments.detach(target)).rejects.toMatchObject({ name });
    await expect(attachments.isAttached(target)).rejects.toMatchObject({ name });
  });

  describe('is looked at', () => {
    const list = (...pages: readonly (readonly string[])[]) => pages.reduce((stub, arns, index) => stub.resolvesOnce({
      AttachedPolicies: arns.map(PolicyArn => ({ PolicyArn })),
      ...(index < pages.length - 1 ? { IsTruncated: true, Marker: `m-${index}` } : { IsTruncated: false }),
    } as object), iam.on(kinds[kind].list as typeof ListAttachedUserPoliciesCommand));

    test('and found denied on a later page', async () => {
      list(['arn:other'], ['arn:another', policy]);
      expect(await attachments.isAttached(target)).toBe(true);
      expect(sent('list').map(call => call.args[0].input)).toEqual([{ ...named, Marker: undefined }, { ...named, Marker: 'm-0' }]);
    });

    test('and found free', async () => {
      list(['arn:other']);
      expect(await attachments.isAttached(target)).toBe(false);
    });

    test('and found free where it has no policies', async () => {
      on('list').resolves({});
      expect(await attachments.isAttached(target)).toBe(false);
    });

    test('and found gone', async () => {
      on('list').rejects(awsError('NoSuchEntityException'));
      expect(await attachments.isAttached(target)).toBeUndefined();
    });
  });
});

test('an error without a message still says what it was', async () => {
  iam.on(AttachUserPolicyCommand).rejects(awsError('LimitExceededException', { message: '' }));
  expect(await attachments.attach(kinds.user.target)).toEqual({ result: 'quota', message: 'LimitExceeded' });
});
