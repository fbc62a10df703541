import { GetPolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { EventType } from '../../src/contract';
import { GuardSummary } from '../../src/lambdas/core/mantle-guard/guard-all';
import { Detachment } from './support/detachment';
import { Policies } from './support/iam-policies';
import { Instance } from './support/instance';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';
import { Spender } from './support/spender';

const DEPLOYMENT_MS = 240_000;

/** Handlers run with their own roles in this file, but for deployments. */
describe('where principals with a budget are kept from the mantle endpoint', () => {
  let instance: Instance;
  let people: Detachment;
  let user: Spender;
  let role: Spender;
  let before: Policies;
  inOneCloud(async cloud => {
    instance = new Instance(cloud, instanceNames(await deployApp(cloud, 'mantle', 'Mantle')));
    people = await Detachment.in(instance);
    await cloud.enforceIam(true);
    user = await instance.user('mantle-user');
    role = await instance.role('mantle-role', '/teams/');
    before = await people.equip(user);
  });

  const mantle = () => instance.names.mantleDenyPolicyArn!;
  const isKept = async (whom: Spender) => (await people.policies.of(whom)).managed.includes(mantle());
  const becomes = (whom: Spender, kept: boolean) => instance.eventually(`${whom.id} is ${kept ? '' : 'not '}kept from it`, async () => (await isKept(whom) === kept ? {} : 'not yet'), whom.id);
  const hourlyRun = async () => await instance.invoke(instance.names.mantleGuard!, { source: 'aws.events', time: new Date().toISOString() }) as GuardSummary;

  test('whoever gets a budget gets the policy with it', async () => {
    await user.isLimitedTo('10');
    await role.isLimitedTo('10');

    await becomes(user, true);
    await becomes(role, true);
    expect((await user.isRecorded(EventType.MANTLE_DENY_ATTACHED))[0]).toMatchObject({ actor: 'mantle-guard' });
  });

  test('the hourly run finds all as it should be, and puts back what somebody took off', async () => {
    expect(await hourlyRun()).toEqual({ denied: 2, attached: 0, detached: 0, failures: 0, told: 0 });

    await people.policies.detach(user, mantle());

    expect(await hourlyRun()).toMatchObject({ denied: 2, attached: 1 });
    expect(await isKept(user)).toBe(true);
  });

  test('a suspension that removes policies neither removes nor backs it up, and the monitor takes it for no drift', async () => {
    await people.suspend(user);

    expect([...(await people.policies.of(user)).managed].sort()).toEqual([instance.names.denyPolicyArn, mantle()].sort());
    expect(await instance.runMonitorIn(1)).toMatchObject({ drift: [], suspended: 1 });

    await people.raise(user);
    expect([...(await people.policies.of(user)).managed].sort()).toEqual([...before.managed, mantle()].sort());
  });

  test('whoever loses the budget loses the policy', async () => {
    await role.orders({ expression: 'REMOVE limits SET updatedBy = :me', values: { ':me': { S: 'e2e' } } });

    await becomes(role, false);
    await becomes(user, true);
  });

  test('giving the mode up lets everybody go, and the policy goes with it', async () => {
    await instance.cloud.enforceIam(false);
    await deployApp(instance.cloud, 'mantle', 'Mantle', { mantle: 'ALARM' });

    expect(await people.policies.of(user)).toEqual(before);
    const iam = new IAMClient(instance.cloud.client);
    await expect(iam.send(new GetPolicyCommand({ PolicyArn: mantle() }))).rejects.toThrow(/NoSuchEntity|not found|does not exist/);
    const released = (await instance.audit()).filter(({ type, subject }) => type === EventType.MANTLE_DENY_DETACHED && subject === 'deployment');
    expect(released).toMatchObject([{ actor: 'mantle-guard', before: { denied: ['user mantle-user'] } }]);
    expect(await instance.refusals()).toEqual([]);
  }, DEPLOYMENT_MS);
});
