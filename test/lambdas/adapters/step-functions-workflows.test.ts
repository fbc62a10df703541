import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { StepFunctionsWorkflows } from '../../../src/lambdas/adapters/step-functions-workflows';
import { awsError } from './aws-error';

const sfn = mockClient(SFNClient);
const workflows = new StepFunctionsWorkflows(new SFNClient({ region: 'eu-central-1' }), { suspension: 'arn:suspension', restoration: 'arn:restoration' });
const input = { principalId: 'iam-user/444455556666/alice', revision: 3, notBefore: '2026-03-10T12:00:00.000Z', asOf: '2026-03-10T11:55:00.000Z' };

beforeEach(() => sfn.reset());

test.each(['suspension', 'restoration'] as const)('starts the state machine of a %s under the given name', async workflow => {
  sfn.on(StartExecutionCommand).resolves({});
  await workflows.start(workflow, 'alice-1-r3', input);
  expect(sfn.commandCalls(StartExecutionCommand)[0].args[0].input).toEqual({ stateMachineArn: `arn:${workflow}`, name: 'alice-1-r3', input: JSON.stringify(input) });
});

test('an execution that was started before is a success', async () => {
  sfn.on(StartExecutionCommand).rejects(awsError('ExecutionAlreadyExists'));
  await expect(workflows.start('suspension', 'alice-1-r3', input)).resolves.toBeUndefined();
});

test('every other error is passed on', async () => {
  sfn.on(StartExecutionCommand).rejects(awsError('StateMachineDoesNotExist'));
  await expect(workflows.start('suspension', 'alice-1-r3', input)).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
});
