import { AttachUserPolicyCommand, CreatePolicyCommand, DeleteUserCommand, DetachUserPolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { EventType } from '../../src/contract';
import { usd } from '../../src/lambdas/core/money';
import { callCosting } from './support/calls';
import { Instance } from './support/instance';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';
import { Spender } from './support/spender';

/** How many policies IAM attaches to a user. */
const ATTACHMENT_QUOTA = 10;

describe('principals', () => {
  let instance: Instance;
  let iam: IAMClient;
  inOneCloud(async cloud => {
    instance = new Instance(cloud, instanceNames(await deployApp(cloud, 'zero-grace', 'ZeroGrace')));
    iam = new IAMClient(cloud.client);
  });

  test('ten sessions of one role are one principal, and suspended as one', async () => {
    const role = await (await instance.role('ten-sessions', '/teams/search/')).isLimitedTo('10');
    const sessions = Array.from({ length: 10 }, (_, index) => role.identity.arn.replace(/[^/]+$/, `session-${index}`));

    await instance.log(sessions.map(session => instance.lineOf(callCosting('1.01'), session)));

    const budget = await role.reaches('suspended');
    expect([...budget.spend.values()]).toEqual([usd('10.10')]);
    expect(await role.isDenied()).toBe(true);
    expect([...(await instance.budgeteer.budgets()).keys()].filter(id => id.includes('session'))).toEqual([role.id]);
  });

  test('one session name on two roles is two principals', async () => {
    const [one, other] = [await (await instance.role('reader')).isLimitedTo('10'), await (await instance.role('writer')).isLimitedTo('10')];

    await one.spends('10.00', { session: 'nightly' });
    await other.spends('1.00', { session: 'nightly' });

    await one.reaches('suspended');
    const budget = await other.eventually('is charged', found => (found && found.spend.size > 0 ? found : 'is not'));
    expect([...budget.spend.values()]).toEqual([usd('1')]);
    expect(budget.status).toBe('active');
    expect(await other.isDenied()).toBe(false);
  });

  test('a role of IAM Identity Center is over its limit and told about: only AWS may change it', async () => {
    const role = await (await instance.role('AWSReservedSSO_Developers_0123456789abcdef', '/aws-reserved/sso.amazonaws.com/')).isLimitedTo('10');

    await role.spends('12.00');

    const budget = await role.reaches('exceeded');
    expect(budget.reason).toContain('unenforceable');
    expect(await role.isDenied()).toBe(false);
    const [event] = await role.isRecorded(EventType.PRINCIPAL_UNENFORCEABLE);
    expect(event).toMatchObject({ after: { status: 'exceeded' }, reason: expect.stringContaining('permission set') });
    const { body } = await instance.operations.mail('AWSReservedSSO_Developers_0123456789abcdef', 'is over its Bedrock budget');
    expect(body).toContain('Spent: $12.00 of $10.00 (120.0 %)');
    expect(body).toContain('it can still spend');
    expect(body).toContain('restrict them by a service control policy or in their permission set');
  });

  test('a user who is gone counts as done', async () => {
    const user = await (await instance.user('leaver')).isLimitedTo('10');
    await iam.send(new DeleteUserCommand({ UserName: 'leaver' }));

    await user.spends('10.50');

    expect((await user.reaches('deleted')).reason).toBe('the user or role no longer exists');
    const [gone] = await user.isRecorded(EventType.PRINCIPAL_GONE);
    expect(gone).toMatchObject({ actor: 'enforcer', after: { status: 'deleted' } });
  });

  test('where no policy can be attached any more it is said loudly, and tried again within the hour', async () => {
    const user = await (await instance.user('collector')).isLimitedTo('10');
    const policies = await Promise.all(Array.from({ length: ATTACHMENT_QUOTA }, (_, index) => policyOn('collector', `collected-${index}`)));

    await user.spends('10.50');

    const { unenforceable } = await user.reaches('exceeded');
    expect(unenforceable).toMatchObject({ code: 'attachment-quota', retryAt: expect.any(Number) });
    await instance.operations.mail('collector', 'cannot be suspended');

    await iam.send(new DetachUserPolicyCommand({ UserName: 'collector', PolicyArn: policies[0] }));
    await instance.runMonitorIn(30);
    expect((await user.reaches('exceeded')).unenforceable!.retryAt).toBe(unenforceable!.retryAt);

    await instance.runMonitorIn(61);
    await user.reaches('suspended');
    expect(await user.isDenied()).toBe(true);
  });

  async function policyOn(userName: string, policyName: string): Promise<string> {
    const { Policy: policy } = await iam.send(new CreatePolicyCommand({
      PolicyName: policyName, PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] }),
    }));
    await iam.send(new AttachUserPolicyCommand({ UserName: userName, PolicyArn: policy!.Arn }));
    return policy!.Arn!;
  }

  describe('drift', () => {
    test('a deny that somebody took off by hand is put back and told about', async () => {
      const user = await (await instance.user('undenied')).isLimitedTo('10');
      await user.spends('10.50');
      await user.reaches('suspended');

      await iam.send(new DetachUserPolicyCommand({ UserName: 'undenied', PolicyArn: instance.names.denyPolicyArn }));
      // after all that the tests before have looked ahead
      const { drift } = await instance.runMonitorIn(63);

      expect(drift).toEqual([expect.objectContaining({ kind: 'missing', principalId: user.id })]);
      await isDenied(user, true);
      expect(await user.isRecorded(EventType.DRIFT_DETECTED)).toEqual([
        expect.objectContaining({ actor: 'budget-monitor', before: { denied: false }, after: { denied: true } }),
      ]);
      await instance.operations.mail('undenied', 'not restricted as it should be');
      expect(await user.isRecorded(EventType.PRINCIPAL_SUSPENDED)).toHaveLength(1);
    });

    test('a deny that nothing asks for is lifted and told about', async () => {
      const stranger = await instance.user('stranger');
      await iam.send(new AttachUserPolicyCommand({ UserName: 'stranger', PolicyArn: instance.names.denyPolicyArn }));

      const { drift } = await instance.runMonitorIn(65);

      expect(drift).toEqual([expect.objectContaining({ kind: 'orphaned', principalId: stranger.id })]);
      await isDenied(stranger, false);
      const [event] = await stranger.isRecorded(EventType.DRIFT_DETECTED);
      expect(event).toMatchObject({ before: { denied: true }, after: { denied: false } });
    });

    test('where IAM and the table agree there is none', async () => {
      const denied = await instance.budgeteer.denied();

      const { drift, suspended } = await instance.runMonitorIn(70);

      expect(drift).toEqual([]);
      expect(suspended).toBe(denied.size);
      expect(denied.size).toBeGreaterThan(0);
    });
  });

  async function isDenied(spender: Spender, wanted: boolean): Promise<void> {
    await instance.eventually(`IAM ${wanted ? 'denies' : 'frees'} ${spender.identity.name}`, async () =>
      (await spender.isDenied() === wanted ? {} : 'it does not'), spender.id);
  }
});
