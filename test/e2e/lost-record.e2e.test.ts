import { LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { EventType } from '../../src/contract';
import { executionsOf } from './support/executions';
import { Instance } from './support/instance';
import { instanceNames } from './support/instance-names';
import { deployApp, inOneCloud } from './support/local-cloud-of-file';

describe('a stream whose records do not come', () => {
  let instance: Instance;
  let lambda: LambdaClient;
  inOneCloud(async cloud => {
    instance = new Instance(cloud, instanceNames(await deployApp(cloud, 'zero-grace', 'ZeroGrace')));
    lambda = new LambdaClient(cloud.client);
  });

  async function switchStream(on: boolean): Promise<void> {
    const { EventSourceMappings: mappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName: instance.names.budgetEvaluator }));
    expect(mappings).toHaveLength(1);
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID: mappings[0].UUID, Enabled: on }));
  }

  test('costs no decision: the monitor alone gets the principal suspended', async () => {
    await switchStream(false);
    const user = await (await instance.user('unseen')).isLimitedTo('10');
    await user.spends('10.50');
    await user.eventually('is charged', budget => (budget && budget.spend.size > 0 ? budget : 'is not'));

    expect(await instance.runMonitorIn(10)).toMatchObject({ looked: 0 });
    expect(await instance.runMonitorIn(16)).toMatchObject({ looked: 1, unevaluated: 1 });

    await user.reaches('suspended');
    expect(await user.isDenied()).toBe(true);
  });

  test('and when they come after all, nobody is suspended again', async () => {
    await switchStream(true);

    const user = instance.knownUser('unseen');
    const suspensions = await user.isRecorded(EventType.PRINCIPAL_SUSPENDED);
    expect(suspensions).toHaveLength(1);
    expect(await user.isRecorded(EventType.THRESHOLD_CROSSED, 3)).toHaveLength(3);
    expect(await executionsOf(instance.cloud.client, instance.names.suspensionStateMachine, 'unseen')).toHaveLength(1);
    expect(await user.isDenied()).toBe(true);
  });
});
