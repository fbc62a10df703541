import { ListAttachedUserPoliciesCommand, IAMClient } from '@aws-sdk/client-iam';
import { EventType, METRIC_DIMENSION, METRIC_NAMESPACE, SettingName } from '../../src/contract';
import { usd } from '../../src/lambdas/core/money';
import { Instance } from './support/instance';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';
import { documentedOrder } from './support/runbook';
import { Spender } from './support/spender';

/** `strict` gives the user $5, `generous` gives it $8. */
describe('two instances in one stack', () => {
  let strict: Instance;
  let generous: Instance;
  let toStrict: Spender;
  let toGenerous: Spender;
  inOneCloud(async cloud => {
    const outputs = await deployApp(cloud, 'two-instances', 'TwoInstances');
    strict = new Instance(cloud, instanceNames(outputs, 'Strict'));
    generous = new Instance(cloud, instanceNames(outputs, 'Generous'));
    toStrict = await strict.user('shared');
    toGenerous = generous.knownUser('shared');
  });

  test('share nothing but the log that they meter', () => {
    const namesOfStrict: readonly string[] = Object.values(strict.names);

    expect(Object.values(generous.names).filter(name => namesOfStrict.includes(name))).toEqual([strict.names.invocationLogGroup]);
  });

  test('each meters every call, and one suspends by its own policy alone', async () => {
    await toStrict.spends('6.00');

    await toStrict.reaches('suspended');
    expect([...(await toGenerous.reaches('warning')).spend.values()]).toEqual([usd('6')]);
    expect(await attached()).toEqual([strict.names.denyPolicyArn]);
  });

  test('the monitor of neither takes the deny of the other for drift', async () => {
    expect((await strict.runMonitorIn(2)).drift).toEqual([]);
    expect((await generous.runMonitorIn(2)).drift).toEqual([]);
    expect(await attached()).toEqual([strict.names.denyPolicyArn]);
  });

  test('what one gives back, the other keeps', async () => {
    await toStrict.spends('3.00');
    await toGenerous.reaches('suspended');
    expect(await attached()).toEqual([strict.names.denyPolicyArn, generous.names.denyPolicyArn].sort());

    await toStrict.orders(documentedOrder('Raise a limit'));

    await toStrict.isRecorded(EventType.PRINCIPAL_RESTORED);
    expect(await attached()).toEqual([generous.names.denyPolicyArn]);
    expect((await toGenerous.reaches('suspended')).limits).toMatchObject([{ amount: usd('8') }]);
  });

  test('a setting of one is none of the other', async () => {
    await strict.setSetting(SettingName.GRACE_PERIOD_SECONDS, '120');
    await strict.restartHandlers();

    expect(await strict.runMonitorIn(10)).toMatchObject({ settingsChanged: true });
    expect(await generous.runMonitorIn(10)).toMatchObject({ settingsChanged: false });
  });

  test('each tells of itself alone', async () => {
    for (const instance of [strict, generous]) {
      const rows = await instance.audit();
      expect(rows.filter(({ type }) => type === EventType.PRINCIPAL_SUSPENDED)).toHaveLength(1);
      expect(new Set(rows.map(({ deploymentId }) => deploymentId))).toEqual(new Set([instance.names.deploymentId]));
      const metrics = (await instance.handlerLogs()).filter(({ message }) => message.includes('"_aws"') && message.includes(METRIC_NAMESPACE));
      expect(metrics.length).toBeGreaterThan(0);
      expect(new Set(metrics.map(({ message }) => JSON.parse(message)[METRIC_DIMENSION]))).toEqual(new Set([instance.names.deploymentId]));
    }
    const subjects = (await generous.alerts.mails()).map(({ subject }) => subject);
    expect(subjects.length).toBeGreaterThan(0);
    expect(subjects.filter(subject => !subject.startsWith('[generous]'))).toEqual([]);
  });

  async function attached(): Promise<readonly string[]> {
    const { AttachedPolicies: policies = [] } = await new IAMClient(strict.cloud.client).send(new ListAttachedUserPoliciesCommand({ UserName: 'shared' }));
    return policies.map(({ PolicyArn: arn }) => arn!).sort();
  }
});
