import { GetPolicyCommand, IAMClient, ListAttachedRolePoliciesCommand, ListAttachedUserPoliciesCommand } from '@aws-sdk/client-iam';
import { EventType } from '../../src/contract';
import { destroy } from '../local-cloud/cdk-deploy';
import { Instance } from './support/instance';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';
import { Spender } from './support/spender';

const DEPLOYMENT_MS = 120_000;

describe('removing the stack', () => {
  let instance: Instance;
  let user: Spender;
  let role: Spender;
  inOneCloud(async cloud => {
    instance = new Instance(cloud, instanceNames(await deployApp(cloud, 'removal', 'Removal')));
    user = await (await instance.user('denied-user')).isLimitedTo('10');
    role = await (await instance.role('denied-role', '/teams/')).isLimitedTo('10');
  });

  test('lifts every deny before anything else goes', async () => {
    await user.spends('10.50');
    await role.spends('10.50');
    await user.reaches('suspended');
    await role.reaches('suspended');
    expect(await instance.budgeteer.denied()).toEqual(new Set([user.id, role.id]));

    await destroy(instance.cloud, 'Removal');

    const iam = new IAMClient(instance.cloud.client);
    expect((await iam.send(new ListAttachedUserPoliciesCommand({ UserName: 'denied-user' }))).AttachedPolicies).toEqual([]);
    expect((await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'denied-role' }))).AttachedPolicies).toEqual([]);
    await expect(iam.send(new GetPolicyCommand({ PolicyArn: instance.names.denyPolicyArn }))).rejects.toThrow(/NoSuchEntity|not found|does not exist/);
  }, DEPLOYMENT_MS);

  test('leaves the tables, in which it stands who was freed', async () => {
    const [removed] = (await instance.audit()).filter(({ type }) => type === EventType.DEPLOYMENT_REMOVED);

    expect(removed).toMatchObject({ subject: 'deployment', actor: 'restore-on-removal', reason: 'the deployment is removed: 2 denies lifted' });
    expect([...removed.before!.denied as string[]].sort()).toEqual(['role denied-role', 'user denied-user']);
    expect([...(await instance.budgeteer.budgets()).keys()].sort()).toEqual([role.id, user.id].sort());
  });
});
