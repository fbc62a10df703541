import { EventType, SettingName } from '../../src/contract';
import { Instance } from './support/instance';
import { AuditRow } from './support/instance-audit';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';

describe('settings', () => {
  let instance: Instance;
  inOneCloud(async cloud => {
    instance = new Instance(cloud, instanceNames(await deployApp(cloud, 'defaults', 'Defaults')));
    await instance.runMonitorIn(0);
  });

  /** As an operator does, and a minute passes: handlers that start anew know no older value. */
  async function set(name: SettingName, value: string): Promise<void> {
    await instance.setSetting(name, value);
    await instance.restartHandlers();
  }

  async function isTold(type: EventType, times: number): Promise<readonly AuditRow[]> {
    return instance.eventually(`"${type}" is told ${times} times`, async () => {
      const rows = (await instance.audit()).filter(row => row.type === type);
      return rows.length >= times ? rows : `it was told ${rows.length} times`;
    });
  }

  test('change for everybody without a deployment', async () => {
    await set(SettingName.WARNING_THRESHOLD_PERCENT, '40');

    expect(await instance.runMonitorIn(5)).toMatchObject({ settingsChanged: true });
    const [changed] = await isTold(EventType.CONFIGURATION_CHANGED, 1);
    expect(changed).toMatchObject({
      subject: 'deployment',
      actor: 'arn:aws:iam::000000000000:root',
      before: { 'warning-threshold-percent': '70' },
      after: { 'warning-threshold-percent': '40' },
    });

    const user = await (await instance.user('forty-one')).isLimitedTo('10');
    await user.spends('4.10');
    await user.reaches('warning');
  });

  test('stay as they were where the new value is not allowed, which is told once', async () => {
    await set(SettingName.WARNING_THRESHOLD_PERCENT, 'forty');

    expect(await instance.runMonitorIn(10)).toMatchObject({ settingsChanged: false });
    expect(await instance.runMonitorIn(15)).toMatchObject({ settingsChanged: false });

    const [invalid] = await isTold(EventType.CONFIGURATION_INVALID, 1);
    expect(invalid.reason).toBe(
      'warning-threshold-percent is "forty", allowed is a percentage above 0 and below 100, with at most two decimals, such as 70; the last good value stays in force',
    );
    const { body } = await instance.operations.mail('run-time setting', 'is not valid');
    expect(body).toContain(`${instance.names.settingsPath}/`);

    // the last good value is that of the operator, not that of the deployment
    const user = await (await instance.user('forty-two')).isLimitedTo('10');
    await user.spends('4.20');
    await user.reaches('warning');
    expect(await isTold(EventType.CONFIGURATION_INVALID, 1)).toHaveLength(1);
    expect(await isTold(EventType.CONFIGURATION_CHANGED, 1)).toHaveLength(1);
  });

  test('a grace period of zero suspends at once', async () => {
    await set(SettingName.GRACE_PERIOD_SECONDS, '0');
    const user = await (await instance.user('at-once')).isLimitedTo('10');

    await user.spends('10.00');

    expect((await user.reaches('suspended')).suspension!.secondsToBlock).toBeLessThan(10);
    expect(await user.isDenied()).toBe(true);
  });
});
