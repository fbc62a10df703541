import { EventType, SettingName } from '../../src/contract';
import { executionsOf } from './support/executions';
import { Instance } from './support/instance';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';
import { documentedOrder, Order } from './support/runbook';
import { Spender } from './support/spender';

const NEXT_YEAR = { S: new Date(Date.now() + 365 * 86_400_000).toISOString() };

/** The documented order with another end: the one in the runbook passes some day. */
function withEnd(order: Order, end: (values: any) => void): Order {
  const values = structuredClone(order.values);
  end(values);
  return { ...order, values };
}

describe('restoration', () => {
  let instance: Instance;
  inOneCloud(async cloud => {
    instance = new Instance(cloud, instanceNames(await deployApp(cloud, 'zero-grace', 'ZeroGrace')));
  });

  /** Spends $10.50 of $10, with a grace period of zero. */
  async function suspended(name: string): Promise<Spender> {
    const spender = await (await instance.user(name)).isLimitedTo('10', 'calendar month');
    await spender.spends('10.50');
    await spender.reaches('suspended');
    expect(await spender.isDenied()).toBe(true);
    return spender;
  }

  async function isRestored(spender: Spender): Promise<void> {
    await spender.reaches('active', 'warning', 'critical', 'exceeded');
    expect(await spender.isDenied()).toBe(false);
    const [started] = await spender.isRecorded(EventType.RESTORATION_STARTED);
    const [restored] = await spender.isRecorded(EventType.PRINCIPAL_RESTORED);
    expect(started).toMatchObject({ before: { status: 'suspended' }, after: { status: 'restoring' } });
    expect(restored).toMatchObject({ actor: 'enforcer', before: { status: 'restoring' } });
    await instance.alerts.mail(spender.identity.name, 'may use Bedrock again');
  }

  test('without a grace period the suspension follows the call at once', async () => {
    const spender = await suspended('at-once');

    const { suspension } = await spender.reaches('suspended');
    // Bedrock logs the time of a call in whole seconds.
    expect(suspension!.secondsToBlock).toBeLessThan(10);
    await instance.alerts.mail('at-once', 'has reached its Bedrock budget: suspended now');
  });

  test.each([
    ['a raised limit', documentedOrder('Raise a limit'), 'active'],
    ['a top-up', withEnd(documentedOrder('Top up until a date'), values => { values[':t'].L[0].M.expiresAt = NEXT_YEAR; }), 'active'],
    ['an exemption', withEnd(documentedOrder('Exempt'), values => { values[':e'].M.until = NEXT_YEAR; }), 'active'],
    ['observation', { expression: 'SET enforcement = :o', values: { ':o': { S: 'observe' } } }, 'exceeded'],
  ] as const)('%s gives access back', async (what, order, status) => {
    const spender = await suspended(what.replaceAll(' ', '-'));

    await spender.orders(order);

    await isRestored(spender);
    expect((await spender.reaches(status)).suspension).toBeUndefined();
  });

  test('an operator suspends whoever has spent nothing by a hold, and gives access back by removing it', async () => {
    const spender = await (await instance.user('held')).isLimitedTo('10');

    await spender.orders(documentedOrder('Hold: suspend now, whatever is spent'));

    expect((await spender.reaches('suspended')).reason).toBe('held by security: leaked key');
    expect(await spender.isDenied()).toBe(true);

    await spender.orders(documentedOrder('Hold: suspend now, whatever is spent', 'second'));

    await isRestored(spender);
    const [held, released] = (await spender.isRecorded(EventType.BUDGET_CHANGED, 2)).filter(({ reason }) => reason === 'changed: hold');
    expect(held).toMatchObject({ actor: 'security', before: { hold: null }, after: { hold: { by: 'security', reason: 'leaked key' } } });
    expect(released).toMatchObject({ before: { hold: { by: 'security' } }, after: { hold: null } });
  });

  test('nobody is suspended twice for one overrun', async () => {
    const spender = await suspended('once');

    // calls that were under way when the deny came, and the monitor that looks at everybody who is due
    await spender.spends('1.00');
    await spender.spends('2.00');
    await spender.eventually('all is charged', budget => {
      const spent = [...budget?.spend.values() ?? []].reduce<bigint>((sum, amount) => sum + amount, 0n);
      return spent === 13_500_000_000_000n ? budget! : `${spent} picodollars are charged`;
    });
    await instance.runMonitorIn(0);
    await instance.runMonitorIn(20);

    expect((await spender.reaches('suspended')).suspension!.overspend).toBe(500_000_000_000n);
    expect(await spender.isRecorded(EventType.PRINCIPAL_SUSPENDED)).toHaveLength(1);
    expect(await executionsOf(instance.cloud.client, instance.names.suspensionStateMachine, 'once')).toHaveLength(1);
  });

  test('a raised default gives access back to the users of API keys, while the handlers still know the old one', async () => {
    await instance.runMonitorIn(0);
    await instance.restartHandlers();
    const spender = await instance.user('BedrockAPIKey-default');
    await spender.spends('26.00');
    await spender.reaches('suspended');

    await instance.setSetting(SettingName.DEFAULT_API_KEY_BUDGET_USD, '50');
    const { settingsChanged } = await instance.runMonitorIn(22);

    expect(settingsChanged).toBe(true);
    await isRestored(spender);
    expect(await spender.isRecorded(EventType.PRINCIPAL_SUSPENDED)).toHaveLength(1);
    await instance.operations.mail('settings of BedrockBudgeteer were changed');
  });

  test('the turn of the period gives access back, by the monitor alone', async () => {
    const spender = await (await instance.user('next-period')).isLimitedTo('10', '30 days');
    await spender.spends('11.00');
    await spender.reaches('suspended');

    await instance.runMonitorIn(31 * 24 * 60);

    await isRestored(spender);
    const budget = await spender.reaches('active');
    expect(budget.reason).toContain('0.0 % of $10.00');
    // what was spent stands where it was: nothing is reset
    expect([...budget.spend.values()]).toEqual([11_000_000_000_000n]);
  });
});
