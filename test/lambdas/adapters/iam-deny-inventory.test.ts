import { IAMClient, ListEntitiesForPolicyCommand } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { IamDenyInventory } from '../../../src/lambdas/adapters/iam-deny-inventory';
import { awsError } from './aws-error';

const iam = mockClient(IAMClient);
const client = new IAMClient({ region: 'us-east-1' });

beforeEach(() => iam.reset());

test('lists users, roles and groups of all pages', async () => {
  iam.on(ListEntitiesForPolicyCommand)
    .resolvesOnce({ PolicyUsers: [{ UserName: 'alice' }], PolicyRoles: [{ RoleName: 'writer' }], IsTruncated: true, Marker: 'm' })
    .resolvesOnce({ PolicyUsers: [{ UserName: 'bob' }], PolicyGroups: [{ GroupName: 'all' }], IsTruncated: false });
  expect(await new IamDenyInventory(client, 'arn:deny').list()).toEqual([
    { type: 'user', name: 'alice' }, { type: 'role', name: 'writer' }, { type: 'user', name: 'bob' }, { type: 'group', name: 'all' },
  ]);
  expect(iam.commandCalls(ListEntitiesForPolicyCommand).map(call => call.args[0].input)).toEqual([
    { PolicyArn: 'arn:deny', PolicyUsageFilter: 'PermissionsPolicy', Marker: undefined },
    { PolicyArn: 'arn:deny', PolicyUsageFilter: 'PermissionsPolicy', Marker: 'm' },
  ]);
});

test('a policy that does not exist is an error', async () => {
  iam.on(ListEntitiesForPolicyCommand).rejects(awsError('NoSuchEntityException'));
  await expect(new IamDenyInventory(client, 'arn:deny').list()).rejects.toMatchObject({ name: 'NoSuchEntityException' });
});

describe('for whoever takes a policy that does not exist for attached to nobody', () => {
  test('it is', async () => {
    iam.on(ListEntitiesForPolicyCommand).rejects(awsError('NoSuchEntityException'));
    expect(await new IamDenyInventory(client, 'arn:deny', 'nobody').list()).toEqual([]);
  });

  test('other errors are errors', async () => {
    iam.on(ListEntitiesForPolicyCommand).rejects(awsError('AccessDenied'));
    await expect(new IamDenyInventory(client, 'arn:deny', 'nobody').list()).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
