import { SQSClient } from '@aws-sdk/client-sqs';
import { EventType } from '../../src/contract';
import { usd } from '../../src/lambdas/core/money';
import { BedrockUser } from './support/bedrock-user';
import { executionsOf } from './support/executions';
import { takeAll } from './support/inbox';
import { Instance } from './support/instance';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';
import { documentedOrder, keyIn, orderIn } from './support/runbook';
import { Spender } from './support/spender';

/** As in apps/suspension.ts. */
const GRACE_SECONDS = 6;

/** Handlers run with their own roles in this file, and whoever is denied is refused. */
describe('the way of a dollar', () => {
  let instance: Instance;
  let suspensionsQueue: string;
  inOneCloud(async cloud => {
    const outputs = await deployApp(cloud, 'suspension', 'Suspension');
    instance = new Instance(cloud, instanceNames(outputs));
    suspensionsQueue = outputs.suspensionsQueue;
    await cloud.enforceIam(true);
  });

  describe('a user of an API key, who has the default budget of $25', () => {
    let alice: Spender;
    let aliceInBedrock: BedrockUser;

    test('is known from the first call on, and may call', async () => {
      alice = await instance.user('BedrockAPIKey-alice');
      aliceInBedrock = await BedrockUser.of(instance.cloud, 'BedrockAPIKey-alice');

      await alice.spends('10.00');

      const budget = await alice.eventually('is known as the user of an API key', found => (found?.kind === 'api-key-user' ? found : `is ${found?.kind}`));
      expect([...budget.spend.values()]).toEqual([usd('10')]);
      expect(await aliceInBedrock.call()).toBe('allowed');
    });

    test.each([
      { level: 'warning', spends: '7.50', share: '70.0', status: 'warning', headline: 'has used 70.0 %' },
      { level: 'critical', spends: '5.00', share: '90.0', status: 'critical', headline: 'has used 90.0 %' },
    ] as const)('is told at $share %', async ({ level, spends, share, status, headline }) => {
      await alice.spends(spends);

      await alice.reaches(status);
      const crossed = await alice.isRecorded(EventType.THRESHOLD_CROSSED, level === 'warning' ? 1 : 2);
      expect(crossed.find(row => row.level === level)).toMatchObject({ actor: 'budget-evaluator', budget: { sharePercent: share, limitUsd: '25' } });
      const mail = await instance.alerts.mail('BedrockAPIKey-alice', headline);
      expect(mail.body).toContain(`Principal: ${alice.id}`);
      expect(mail.body).toMatch(/What to do:\n- Nothing, if the spending is as planned/);
      expect(await aliceInBedrock.call()).toBe('allowed');
    });

    test('gets a grace period at 100 %, and may still call', async () => {
      await alice.spends('2.75');

      const { graceDeadline, statusSince } = await alice.reaches('grace_period');
      expect(await aliceInBedrock.call()).toBe('allowed');
      expect(await alice.isDenied()).toBe(false);
      expect(graceDeadline! - statusSince).toBe(GRACE_SECONDS * 1000);

      const deadline = new Date(graceDeadline!).toISOString().replace('T', ' ').replace('Z', ' UTC').replace('.000 ', ' ');
      const { subject, body } = await instance.alerts.mail('BedrockAPIKey-alice', 'has reached its Bedrock budget');
      expect(subject).toMatch(/^\[production\] .*BedrockAPIKey-alice has reached its Bedrock budget: suspended at /);
      expect(body).toContain(`Its access to Bedrock is withdrawn at ${deadline}, unless it is within its budget by then.`);
      expect(body).toContain(`Principal: ${alice.id}`);
      expect(body).toContain('Spent: $25.25 of $25.00 (101.0 %)');
      expect(body).toMatch(/Period: 30 days, since \d{4}-\d\d-\d\d, next one begins \d{4}-\d\d-\d\d 00:00:00 UTC/);
      expect(body).toContain('- Finish or save what is running.');
    });

    test('is suspended when the grace period is over: IAM lists the deny, and Bedrock refuses', async () => {
      const budget = await alice.reaches('suspended');

      expect(await alice.isDenied()).toBe(true);
      expect(await aliceInBedrock.call()).toBe('AccessDeniedException');
      // from the call itself, whose time Bedrock logs in whole seconds
      expect(budget.suspension!.secondsToBlock).toBeGreaterThanOrEqual(GRACE_SECONDS);
      expect(budget.suspension!.secondsToBlock).toBeLessThan(GRACE_SECONDS + 15);
      expect(budget.suspension!.overspend).toBe(usd('0.25'));

      const { body } = await instance.alerts.mail('BedrockAPIKey-alice', 'is suspended from Bedrock');
      expect(body).toContain(`it took ${budget.suspension!.secondsToBlock} seconds, the grace period included; $0.25 were spent beyond the limit.`);
      expect(body).toContain('What happens next: access comes back by itself when the next period begins, at ');
    });

    test('is announced on the bus as docs/events.md describes it', async () => {
      const [event] = await instance.eventually('the event', async () => {
        const events = await takeAll(new SQSClient(instance.cloud.client), suspensionsQueue);
        return events.length > 0 ? events : 'none has come';
      });

      expect(JSON.parse(event)).toMatchObject({
        'source': 'bedrock-budgeteer',
        'detail-type': 'Principal Suspended',
        'detail': {
          schemaVersion: '1',
          eventId: expect.stringMatching(/.+\/Principal-Suspended$/),
          deploymentId: instance.names.deploymentId,
          environmentName: 'production',
          actor: 'enforcer',
          principalId: alice.id,
          principalKind: 'api-key-user',
          status: 'suspended',
          previousStatus: 'grace_period',
          budget: { spentUsd: '25.25', limitUsd: '25', sharePercent: '101.0', period: '30 days' },
          suspension: { secondsToBlock: expect.any(Number), overspendUsd: '0.25' },
          before: { status: 'grace_period' },
          after: { status: 'suspended' },
        },
      });
    });

    test('comes back with the command that the message names, and may call again', async () => {
      const { body } = await instance.alerts.mail('BedrockAPIKey-alice', 'is suspended from Bedrock');
      expect(keyIn(body, 'the message')).toEqual({ table: instance.names.budgetsTable, principalId: alice.id });

      await alice.orders(orderIn(body, 'the message'));

      // $25.25 of $25.00 and $10.00 more
      expect((await alice.reaches('warning')).reason).toContain('72.1 % of $35.00');
      expect(await alice.isDenied()).toBe(false);
      expect(await aliceInBedrock.call()).toBe('allowed');
      await instance.alerts.mail('BedrockAPIKey-alice', 'may use Bedrock again');
    });

    test('leaves one row in the audit trail for every step, with who did it, before and after', async () => {
      await alice.isRecorded(EventType.PRINCIPAL_RESTORED);

      const rows = await alice.audit();
      // Two crossings of one change happen at the same instant; rows of one instant stand in the order of their ids.
      expect(rows.map(({ type, actor }) => `${type} by ${actor}`).sort()).toEqual([
        'Budget Changed by principal-registrar', // its kind, when it turned out to hold an API key
        'Budget Changed by your name', // the top-up, by the name that the message left to be filled in
        'Budget Threshold Crossed by budget-evaluator', // 70 % of $25
        'Budget Threshold Crossed by budget-evaluator', // 90 %
        'Budget Threshold Crossed by budget-evaluator', // 100 %
        'Deny Policy Attached by enforcer',
        'Deny Policy Detached by enforcer',
        'Grace Period Expired by enforcer',
        'Grace Period Started by budget-evaluator',
        'Principal Registered by usage-meter',
        'Principal Restored by enforcer',
        'Principal Suspended by enforcer',
        'Restoration Started by budget-evaluator',
      ].sort());
      expect(rows.find(({ type }) => type === EventType.RESTORATION_STARTED)).toMatchObject({ before: { status: 'suspended' }, after: { status: 'restoring' } });
      expect(rows.find(({ actor }) => actor === 'your name')).toMatchObject({
        before: { topUps: [] }, after: { topUps: [{ amountUsd: '10', expiresAt: expect.any(String) }] },
      });
    });

    test('has no second row for an event that is delivered again', async () => {
      const before = await instance.audit();
      const { type, subject, eventKey, ...detail } = before.find(row => row.type === EventType.PRINCIPAL_SUSPENDED)!;

      for (const delivery of [1, 2]) {
        await instance.invoke(instance.names.auditRecorder, { 'version': '0', 'id': `${delivery}`, 'source': 'bedrock-budgeteer', 'detail-type': type, detail });
      }

      expect(await instance.audit()).toHaveLength(before.length);
    });
  });

  test('a raise during the grace period ends it, and nobody is suspended', async () => {
    const bob = await (await instance.user('bob')).isLimitedTo('10', 'calendar month');
    await bob.spends('10.50');
    await bob.reaches('grace_period');

    await bob.orders(documentedOrder('Raise a limit'));

    expect((await bob.reaches('active')).reason).toContain('of $200.00');
    const [cancelled] = await bob.isRecorded(EventType.GRACE_PERIOD_CANCELLED);
    expect(cancelled).toMatchObject({ before: { status: 'grace_period' }, after: { status: 'active' } });
    const [execution] = await instance.eventually('the workflow that waited for the deadline ends', async () => {
      const found = await executionsOf(instance.cloud.client, instance.names.suspensionStateMachine, 'bob');
      return found.length > 0 && found.every(({ status }) => status !== 'RUNNING') ? found : JSON.stringify(found);
    }, bob.id);
    expect(execution.status).toBe('SUCCEEDED');
    expect(await bob.isDenied()).toBe(false);
    expect((await bob.audit()).map(({ type }) => type)).not.toContain(EventType.PRINCIPAL_SUSPENDED);
  });

  test('no handler was refused anything by IAM', async () => {
    expect(await instance.refusals()).toEqual([]);
  });
});
