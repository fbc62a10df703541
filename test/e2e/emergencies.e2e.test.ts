import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { CreatePolicyVersionCommand, DetachUserPolicyCommand, GetPolicyVersionCommand, IAMClient } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ParameterType, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { EventType } from '../../src/contract';
import { formatUsd, usd } from '../../src/lambdas/core/money';
import { MonitorSummary } from '../../src/lambdas/core/monitor';
import { BedrockUser } from './support/bedrock-user';
import { callCosting } from './support/calls';

import { commandLike, DocumentedCommand, documentedCommands } from './support/documented-command';
import { Instance } from './support/instance';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';
import { Spender } from './support/spender';
import { budgeteerIn, Ended } from './support/terminal';

const STACK = 'Suspension';
const PAUSING = 'Pause enforcement, or lift it';
const BY_HAND = 'Without any of our functions';

/** The procedures of docs/emergencies.md, with its own commands. Handlers run with their own roles in this file, and whoever is denied is refused. */
describe('in an emergency', () => {
  let instance: Instance;
  let ann: Spender;
  let annInBedrock: BedrockUser;
  let bob: Spender;
  /** Read anew each time: the time of day is among what the commands say. */
  let commandsOf: (heading: string) => readonly DocumentedCommand[];
  inOneCloud(async cloud => {
    instance = new Instance(cloud, instanceNames(await deployApp(cloud, 'suspension', STACK)));
    await cloud.enforceIam(true);
    await instance.runMonitorIn(0);
    const { names } = instance;
    const variables = { SETTINGS: names.settingsPath, MONITOR: names.budgetMonitor, DENYPOLICY: names.denyPolicyArn, ENFORCER: 'none', USER_NAME: 'cem', ROLE_NAME: 'none' };
    commandsOf = heading => documentedCommands('emergencies.md', heading, variables);
    ann = await (await instance.user('ann')).isLimitedTo('10');
    annInBedrock = await BedrockUser.of(cloud, 'ann');
    bob = await (await instance.user('bob')).isLimitedTo('10');
  });

  async function set(value: 'on' | 'paused' | 'lifted'): Promise<void> {
    const { options } = commandLike(commandsOf(PAUSING), 'aws ssm put-parameter', { value });
    await new SSMClient(instance.cloud.client).send(new PutParameterCommand({ Name: options.name, Type: options.type as ParameterType, Value: options.value, Overwrite: 'overwrite' in options }));
    // A minute passes: functions that start anew know no older value.
    await instance.restartHandlers('enforced');
  }

  async function applyNow(): Promise<MonitorSummary> {
    const { options } = commandLike(commandsOf(PAUSING), 'aws lambda invoke');
    const command = new InvokeCommand({ FunctionName: options['function-name'], Payload: options.payload });
    const { FunctionError: failure, Payload: answer } = await new LambdaClient(instance.cloud.client).send(command);
    expect(failure).toBeUndefined();
    return JSON.parse(Buffer.from(answer!).toString()) as MonitorSummary;
  }

  function budgeteer(...args: string[]): Promise<Ended> {
    return budgeteerIn(instance.cloud, [...args, '--stack', STACK]);
  }

  describe('of budgets', () => {
    test('a pause keeps who is over the limit from being suspended, and leaves who is suspended', async () => {
      await ann.spends('10.00');
      await ann.reaches('suspended');
      expect(await annInBedrock.call()).toBe('AccessDeniedException');

      await set('paused');
      expect(await applyNow()).toMatchObject({ enforcement: 'paused', settingsChanged: true, suspended: 1, drift: [] });
      await bob.spends('10.00');

      expect((await bob.reaches('exceeded')).reason).toBe('over the limit; enforcement is paused for everybody');
      expect((await instance.budgeteer.budget(ann.id))!.status).toBe('suspended');
      expect(await annInBedrock.call()).toBe('AccessDeniedException');
      expect(await bob.isDenied()).toBe(false);
    });

    test('lifting gives access back to everybody, but to whom an order holds', async () => {
      const carl = await (await instance.user('carl')).isLimitedTo('10');
      await instance.updateBudget(carl.id, {
        expression: 'SET #hold = :h', names: { '#hold': 'hold' }, values: { ':h': { M: { by: { S: 'security' }, reason: { S: 'leaked key' } } } },
      });
      await carl.reaches('suspended');

      await set('lifted');
      expect(await applyNow()).toMatchObject({ enforcement: 'lifted', decided: expect.any(Number), suspended: 1 });

      await ann.reaches('exceeded');
      expect(await ann.isDenied()).toBe(false);
      expect(await annInBedrock.call()).toBe('allowed');
      expect([await carl.isDenied(), (await instance.budgeteer.budget(carl.id))!.status]).toEqual([true, 'suspended']);
    });

    test('resuming gives everybody a fresh grace period', async () => {
      await set('on');
      expect(await applyNow()).toMatchObject({ enforcement: 'on', settingsChanged: true });

      await bob.isRecorded(EventType.GRACE_PERIOD_STARTED);
      expect((await bob.reaches('suspended')).suspension!.secondsToBlock).toBeGreaterThanOrEqual(6);
      await ann.reaches('suspended');
      expect(await annInBedrock.call()).toBe('AccessDeniedException');
    });

    test('all of it stands in the audit trail, and is told to those who run the system', async () => {
      const changes = await instance.eventually('every change is recorded', async () => {
        const found = (await instance.audit()).filter(({ type }) => type === EventType.CONFIGURATION_CHANGED);
        return found.length >= 3 ? found : `${found.length} are`;
      });
      const modes = (change: (typeof changes)[number], which: 'before' | 'after') => (change[which] as Record<string, string>).enforcement;
      // Runs by hand have the time of the command, to the second: two of one second stand in either order.
      expect(changes.map(change => `${modes(change, 'before')} → ${modes(change, 'after')}`).sort())
        .toEqual(['lifted → on', 'on → paused', 'paused → lifted']);
      const { body } = await instance.operations.mail('settings', 'were changed');
      expect(body).toContain('enforcement');
    });
  });

  describe('in which our functions are of no help', () => {
    test('a policy that denies nothing frees everybody at once, and its former version suspends them again', async () => {
      const iam = new IAMClient(instance.cloud.client);
      const { options } = commandLike(commandsOf(BY_HAND), 'aws iam create-policy-version');
      await iam.send(new CreatePolicyVersionCommand({ PolicyArn: options['policy-arn'], PolicyDocument: options['policy-document'], SetAsDefault: 'set-as-default' in options }));
      expect(await annInBedrock.call()).toBe('allowed');
      // The policy stays where it is: nothing for the drift repair.
      expect(await instance.runMonitorIn(1)).toMatchObject({ drift: [] });

      // The local cloud knows no SetDefaultPolicyVersion: what that does is done by a version more, with the former document.
      const { options: undo } = commandLike(commandsOf(BY_HAND), 'aws iam set-default-policy-version');
      const { PolicyVersion: former } = await iam.send(new GetPolicyVersionCommand({ PolicyArn: undo['policy-arn'], VersionId: undo['version-id'] }));
      const document = decodeURIComponent(former!.Document!);
      await iam.send(new CreatePolicyVersionCommand({ PolicyArn: undo['policy-arn'], PolicyDocument: document, SetAsDefault: true }));
      expect(await annInBedrock.call()).toBe('AccessDeniedException');
    });

    test('what is detached by hand during a pause stays off, and the table follows', async () => {
      const cem = await (await instance.user('cem')).isLimitedTo('10');
      await cem.spends('10.00');
      await cem.reaches('suspended');
      await set('paused');
      await applyNow();

      const { options } = commandLike(commandsOf(BY_HAND), 'aws iam detach-user-policy');
      await new IAMClient(instance.cloud.client).send(new DetachUserPolicyCommand({ PolicyArn: options['policy-arn'], UserName: options['user-name'] }));
      await instance.runMonitorIn(2);

      await cem.reaches('exceeded');
      expect(await cem.isDenied()).toBe(false);
      await set('on');
    });
  });

  describe('of the machinery', () => {
    test('dead letters are done again: an event by its function, a record by the meter, once', async () => {
      const { cloud, names } = instance;
      // The local cloud asks for a right to send batches, which AWS does not know.
      await instance.restartHandlers();
      const sqs = new SQSClient(cloud.client);
      const dora = await (await instance.user('dora')).isLimitedTo('100');
      const listed = JSON.parse((await budgeteer('dead-letters', 'list', '--format', 'json')).stdout) as { deployment: string; queues: { holds: string; name: string; functionArn?: string }[] };
      expect(listed.deployment).toBe(names.deploymentId);
      const queueOf = async (holds: string) => {
        const { name, functionArn } = listed.queues.find(queue => queue.holds === holds)!;
        const { QueueUrl: url } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
        return { url: url!, functionArn };
      };
      // A record that could not be read before the cause was mended, twice, and one that never can.
      const line = instance.lineOf({ ...callCosting('2.00'), requestId: 'replayed' }, dora.identity.arn);
      const about = { code: 'x', message: 'y', logGroup: names.invocationLogGroup, logStream: 's', loggedAt: new Date().toISOString(), encoding: 'plain' };
      const { url: unreadable } = await queueOf('unreadable records');
      for (const [eventId, record] of [['e-1', line.message], ['e-1-again', line.message], ['e-2', 'nonsense']]) {
        await sqs.send(new SendMessageCommand({ QueueUrl: unreadable, MessageBody: JSON.stringify({ ...about, eventId, record }) }));
      }
      // What a rule could not hand to the monitor, as EventBridge leaves it.
      const { url: unheard, functionArn } = await queueOf('events that budget-monitor gave up on');
      await sqs.send(new SendMessageCommand({
        QueueUrl: unheard,
        MessageBody: JSON.stringify({ 'source': 'aws.events', 'detail-type': 'Scheduled Event', 'time': new Date().toISOString(), 'detail': {} }),
        MessageAttributes: { TARGET_ARN: { DataType: 'String', StringValue: functionArn } },
      }));
      const { code, stdout, stderr } = await budgeteer('dead-letters', 'replay', '--yes');

      expect(`${stdout}${stderr}`).toContain('unreadable records: 3 replayed, 1 left');
      expect(stderr).toContain('events that budget-monitor gave up on: 1 replayed, 0 left');
      expect(code).toBe(1);
      expect(stdout).toContain('it still cannot be charged');
      const budget = await dora.eventually('was charged', found => (found && found.spend.size > 0 ? found : 'was not charged'));
      expect((await instance.budgeteer.ledger()).filter(({ principalId }) => principalId === dora.id)).toHaveLength(1);
      expect([...budget.spend.values()]).toEqual([usd('2')]);
      expect(await instance.budgeteer.unreadableKept()).toBe(1);
    });

    test('a budget that somebody damaged is rebuilt to the last digit, and told', async () => {
      const eve = await (await instance.user('eve')).isLimitedTo('100');
      await eve.spends('1.25');
      await eve.spends('2.50');
      const before = await eve.eventually('has spent it all', found => {
        const [spent] = [...found?.spend.values() ?? []];
        return spent === usd('3.75') ? found! : `has spent ${spent === undefined ? 'nothing' : formatUsd(spent)}`;
      });
      expect(await budgeteer('ledger', 'check')).toMatchObject({ code: 0, stderr: expect.stringContaining('they agree') });
      const [day] = [...before.spend.keys()];
      await new DynamoDBClient(instance.cloud.client).send(new UpdateItemCommand({
        TableName: instance.names.budgetsTable,
        Key: { principalId: { S: eve.id } },
        UpdateExpression: 'SET #day = :wrong',
        ExpressionAttributeNames: { '#day': `spend#${day}` },
        ExpressionAttributeValues: { ':wrong': { N: '0.01' } },
      }));

      const shown = await budgeteer('ledger', 'rebuild', '--format', 'json');
      expect(shown.code).toBe(1);
      expect(JSON.parse(shown.stdout)).toMatchObject({ differences: [{ principalId: eve.id, day, ledgerUsd: '3.75', budgetUsd: '0.01', missingUsd: '3.74' }] });
      expect(await budgeteer('ledger', 'rebuild', '--apply', '--yes', '--reason', 'overwritten in a test')).toMatchObject({ code: 0 });

      expect((await instance.budgeteer.budget(eve.id))!.spend.get(day)).toBe(usd('3.75'));
      expect(await budgeteer('ledger', 'check')).toMatchObject({ code: 0 });
      const changes = await eve.isRecorded(EventType.BUDGET_CHANGED);
      expect(changes.at(-1)).toMatchObject({ reason: 'spend rebuilt from the ledger (overwritten in a test)', after: { added: { [day]: '3.74' } } });
    });
  });
});
