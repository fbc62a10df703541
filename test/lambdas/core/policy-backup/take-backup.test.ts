import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DenyPolicy } from '../../../../src/enforcement/deny-policy';
import { takeBackup } from '../../../../src/lambdas/core/policy-backup/take-backup';
import { NOON, ROLE } from '../builders';
import { InMemoryPrincipalPolicies } from '../in-memory/principal-policies';

const target = { type: 'role', name: 'report-writer' } as const;
const take = (iam: InMemoryPrincipalPolicies, attached: readonly string[]) => takeBackup({ target, principalId: ROLE, identity: { uniqueId: 'AROA1' }, attached, now: NOON }, iam);

test('the deny policy of any deployment is known by what it says of itself', async () => {
  const stack = new Stack(new App(), 'S');
  new DenyPolicy(stack, 'Deny');
  const [{ Properties: { Description: description } }] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy'));
  const iam = new InMemoryPrincipalPolicies();
  iam.add(target);
  iam.publish('arn:deny', { description });
  expect(await take(iam, ['arn:deny'])).toMatchObject({ managed: [], leftInPlace: [{ policy: 'arn:deny', problem: 'it is the deny policy of another deployment' }] });
});

test('a policy that IAM lists and does not know is left where it is', async () => {
  const iam = new InMemoryPrincipalPolicies();
  iam.add(target);
  expect(await take(iam, ['arn:new'])).toMatchObject({ managed: [], leftInPlace: [{ policy: 'arn:new', problem: 'IAM lists it and does not know it' }] });
});

test('an inline policy that is deleted while it is read is not in it', async () => {
  const iam = new InMemoryPrincipalPolicies();
  iam.add(target, { inline: { a: '{}', b: '{}' } });
  const deleting = { describeManaged: iam.describeManaged.bind(iam), listInline: async () => ['a', 'gone', 'b'], readInline: iam.readInline.bind(iam) };
  expect((await takeBackup({ target, principalId: ROLE, identity: { uniqueId: 'AROA1' }, attached: [], now: NOON }, deleting)).inline.map(({ name }) => name)).toEqual(['a', 'b']);
});

test('a policy without an id or a version, and a principal without a boundary, have none in it', async () => {
  const iam = new InMemoryPrincipalPolicies();
  iam.add(target);
  iam.publish('arn:plain', { policyId: undefined, defaultVersionId: undefined });
  expect(await take(iam, ['arn:plain'])).toEqual({ uniqueId: 'AROA1', principalId: ROLE, takenAt: NOON, managed: [{ arn: 'arn:plain' }], inline: [], leftInPlace: [] });
});
