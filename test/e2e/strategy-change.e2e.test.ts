import { EventType } from '../../src/contract';
import { Detachment } from './support/detachment';
import { Policies } from './support/iam-policies';
import { Instance } from './support/instance';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';
import { Spender } from './support/spender';

const DEPLOYMENT_MS = 120_000;

/** Handlers run with their own roles in this file, but for deployments, and whoever is denied is refused. */
describe('the strategy DENY in the place of DETACH, while somebody is suspended', () => {
  let instance: Instance;
  let people: Detachment;
  let user: Spender;
  let before: Policies;
  inOneCloud(async cloud => {
    instance = new Instance(cloud, instanceNames(await deployApp(cloud, 'detach', 'Detach')));
    people = await Detachment.in(instance);
    await cloud.enforceIam(true);
    user = await (await instance.user('survivor')).isLimitedTo('10');
    before = await people.equip(user);
    await people.suspend(user);
  });

  test('gives the policies back, and leaves the deny', async () => {
    const { denyPolicyArn } = instance.names;
    expect(await people.policies.of(user)).toEqual({ managed: [denyPolicyArn], inline: {}, boundary: people.boundary });

    await instance.cloud.enforceIam(false);
    await deployApp(instance.cloud, 'detach', 'Detach', { strategy: 'DENY' });
    await instance.cloud.enforceIam(true);

    expect(await people.policies.of(user)).toEqual({ ...before, managed: [denyPolicyArn, ...before.managed] });
    await user.reaches('suspended');
    expect(await (await people.inBedrock(user)).call()).toBe('AccessDeniedException');
    const [restored] = await user.isRecorded(EventType.POLICIES_RESTORED);
    expect(restored).toMatchObject({ actor: 'policy-detacher', after: { end: 'restored', notRestored: [] } });
    expect(await people.backups()).toEqual([`history ${user.id}`]);
  }, DEPLOYMENT_MS);

  test('finds nothing to mend, and takes nothing away again', async () => {
    expect(await instance.runMonitorIn(1)).toMatchObject({ drift: [], failures: 0, suspended: 1 });

    expect(await people.policies.of(user)).toEqual({ ...before, managed: [instance.names.denyPolicyArn, ...before.managed] });
  });

  test('ends the suspension by lifting the deny alone', async () => {
    await people.raise(user);

    expect(await people.policies.of(user)).toEqual(before);
    expect(await (await people.inBedrock(user)).call()).toBe('allowed');
    expect(await user.isRecorded(EventType.POLICIES_RESTORED)).toHaveLength(1);
    expect(await instance.refusals()).toEqual([]);
  });
});
