import { isDeepStrictEqual } from 'node:util';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { EventType } from '../../src/contract';
import { destroy } from '../local-cloud/cdk-deploy';
import { AgentCore, Runtime } from './support/agent-core';
import { Detachment, PLAIN_DOCUMENT } from './support/detachment';
import { Policies } from './support/iam-policies';
import { Instance } from './support/instance';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';
import { Spender } from './support/spender';

const DEPLOYMENT_MS = 120_000;

/** Handlers run with their own roles in this file, and whoever is denied is refused. */
describe('the strategy DETACH', () => {
  let instance: Instance;
  let people: Detachment;
  inOneCloud(async cloud => {
    instance = new Instance(cloud, instanceNames(await deployApp(cloud, 'detach', 'Detach')));
    people = await Detachment.in(instance);
    await cloud.enforceIam(true);
  });

  test.each(['user', 'role'] as const)('takes the policies of a suspended %s away, but for the boundary, and gives them back exactly', async type => {
    const spender = await (await instance[type](`whole-${type}`, '/teams/search/')).isLimitedTo('10');
    const before = await people.equip(spender);
    const model = await people.inBedrock(spender);
    expect(await model.call()).toBe('allowed');

    await people.suspend(spender);

    expect(await people.policies.of(spender)).toEqual({ managed: [instance.names.denyPolicyArn], inline: {}, boundary: people.boundary });
    expect(await model.call()).toBe('AccessDeniedException');
    expect(await people.backups()).toContain(`current ${spender.id}`);
    const [removed] = await spender.isRecorded(EventType.POLICIES_REMOVED);
    expect(removed).toMatchObject({ actor: 'policy-detacher', after: { target: spender.id, managedPolicies: '2', inlinePolicies: '2', leftInPlace: [] } });

    await people.raise(spender);

    expect(await people.policies.of(spender)).toEqual(before);
    expect(await model.call()).toBe('allowed');
    expect((await people.backups()).filter(backup => backup.endsWith(spender.id))).toEqual([`history ${spender.id}`]);
    await spender.isRecorded(EventType.PRINCIPAL_RESTORED);
    const order = (await spender.audit()).map(row => row.type);
    const steps = [EventType.DENY_ATTACHED, EventType.POLICIES_REMOVED, EventType.POLICIES_RESTORED, EventType.DENY_DETACHED] as const;
    expect(order.filter(step => steps.some(wanted => wanted === step))).toEqual(steps);
    expect(JSON.stringify(await instance.audit())).not.toContain('sqs:SendMessage');
  });

  describe('for a runtime of AgentCore', () => {
    let agentCore: AgentCore;
    let role: Spender;
    let before: Policies;
    let runtime: Runtime;
    beforeAll(() => {
      agentCore = new AgentCore(instance, 'arn:aws:iam::000000000000:user/platform');
    });

    async function withRole(name: string): Promise<void> {
      role = await instance.role(`${name}-role`);
      before = await people.equip(role);
      runtime = await agentCore.create(name, role);
      await runtime.spender.eventually('is registered', budget => budget ?? 'is not');
      await people.suspend(runtime.spender);
      expect(await people.policies.of(role)).toEqual(taken());
    }

    function taken(): Policies {
      return { managed: [instance.names.denyPolicyArn], inline: {}, boundary: people.boundary };
    }

    async function has(whom: Spender, wanted: Policies): Promise<void> {
      await instance.eventually(`${whom.identity.name} has the policies that it should have`, async () => {
        const found = await people.policies.of(whom);
        return isDeepStrictEqual(found, wanted) ? found : JSON.stringify(found);
      });
    }

    test('takes the policies of its role away, and gives them back when it is within its budget', async () => {
      await withRole('thrifty');

      await people.raise(runtime.spender);

      expect(await people.policies.of(role)).toEqual(before);
    });

    test('moves with it to another role, and gives the former one its own policies back', async () => {
      await withRole('mover');
      const newRole = await instance.role('mover-new-role');
      const newBefore = await people.equip(newRole);
      await people.policies.write(newRole, 'of the new role', PLAIN_DOCUMENT);

      const moved = await agentCore.changeRole(runtime, newRole);

      await has(role, before);
      await has(newRole, taken());
      await people.raise(moved);
      expect(await people.policies.of(newRole)).toEqual({ ...newBefore, inline: { ...newBefore.inline, 'of the new role': PLAIN_DOCUMENT } });
      expect(await people.policies.of(role)).toEqual(before);
    });

    test('gives its role the policies back when it is deleted', async () => {
      await withRole('retiree');

      await agentCore.delete(runtime);

      await runtime.spender.reaches('deleted');
      expect(await people.policies.of(role)).toEqual(before);
    });
  });

  test('leaves what somebody has attached and written meanwhile', async () => {
    const user = await (await instance.user('helped')).isLimitedTo('10');
    const before = await people.equip(user);
    await people.suspend(user);
    const emergency = await people.policies.make('emergency', { Effect: 'Allow', Action: 'sts:*', Resource: '*' });
    await people.policies.attach(user, emergency);
    await people.policies.write(user, 'emergency', PLAIN_DOCUMENT);

    // A look at everybody, and at what is denied, takes nothing of it away.
    await instance.runMonitorIn(0);
    expect(await people.policies.of(user)).toEqual({
      managed: [instance.names.denyPolicyArn, emergency], inline: { emergency: PLAIN_DOCUMENT }, boundary: people.boundary,
    });

    await people.raise(user);

    const after = await people.policies.of(user);
    expect([...after.managed].sort()).toEqual([...before.managed, emergency].sort());
    expect(after.inline).toEqual({ ...before.inline, emergency: PLAIN_DOCUMENT });
  });

  test('tells of a policy that is no more when it is to be given back', async () => {
    const user = await (await instance.user('loser')).isLimitedTo('10');
    const before = await people.equip(user);
    const doomed = await people.policies.make('doomed', { Effect: 'Allow', Action: 'sns:Publish', Resource: '*' });
    await people.policies.attach(user, doomed);
    await people.suspend(user);
    await people.policies.delete(doomed);

    await people.raise(user);

    expect(await people.policies.of(user)).toEqual(before);
    const [restored] = await user.isRecorded(EventType.POLICIES_RESTORED);
    expect(restored.after).toMatchObject({ end: 'restored', managedPolicies: '2', inlinePolicies: '2' });
    expect(restored.after!.notRestored).toEqual([`${doomed}: the policy does not exist any more`]);
    const { body } = await instance.operations.mail('loser', 'has back all policies but some');
    expect(body).toContain(doomed);
  });

  test('no handler was refused anything by IAM', async () => {
    expect(await instance.refusals()).toEqual([]);
  });

  test('gives everybody their policies back, and lifts the deny, before the stack goes', async () => {
    const user = await (await instance.user('widow')).isLimitedTo('10');
    const before = await people.equip(user);
    await people.suspend(user);

    await destroy(instance.cloud, 'Detach');

    expect(await people.policies.of(user)).toEqual(before);
    expect((await people.backups()).filter(backup => backup.endsWith(user.id))).toEqual([`history ${user.id}`]);
    expect((await people.backups()).filter(backup => backup.startsWith('current'))).toEqual([]);
    const [removal] = (await instance.audit()).filter(({ type }) => type === EventType.DEPLOYMENT_REMOVED);
    expect(removal).toMatchObject({ reason: 'the deployment is removed: 1 denies lifted', before: { denied: ['user widow'] } });
    const { Roles: roles = [] } = await new IAMClient(instance.cloud.client).send(new ListRolesCommand({}));
    expect(roles.map(({ RoleName: name }) => name!).filter(name => name.startsWith('Detach-'))).toEqual([]);
  }, DEPLOYMENT_MS);
});
