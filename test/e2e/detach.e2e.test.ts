import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { EventType } from '../../src/contract';
import { destroy } from '../local-cloud/cdk-deploy';
import { AgentCore } from './support/agent-core';
import { Detachment, PLAIN_DOCUMENT } from './support/detachment';
import { Instance } from './support/instance';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';

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

  test('takes the policies of an execution role away, and gives them back when the runtime is within its budget', async () => {
    const role = await instance.role('agent-role');
    const before = await people.equip(role);
    const { spender } = await new AgentCore(instance, 'arn:aws:iam::000000000000:user/platform').create('detached_agent', role);
    await spender.eventually('is registered', budget => budget ?? 'is not');

    await people.suspend(spender);

    expect(await people.policies.of(role)).toEqual({ managed: [instance.names.denyPolicyArn], inline: {}, boundary: people.boundary });

    await people.raise(spender);

    expect(await people.policies.of(role)).toEqual(before);
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
