import { ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { StepFunctionsExecutions } from '../../../src/lambdas/adapters/step-functions-executions';
import { all } from '../observed';
import { awsError } from './aws-error';

const sfn = mockClient(SFNClient);
const executions = new StepFunctionsExecutions(new SFNClient({ region: 'eu-central-1' }), ['arn:suspension', 'arn:restoration']);

function execution(executionArn: string) {
  return { executionArn, stateMachineArn: 'arn:machine', name: executionArn, status: 'RUNNING' as const, startDate: new Date(0) };
}

beforeEach(() => sfn.reset());

test('lists the running executions of all state machines, over all pages', async () => {
  sfn.on(ListExecutionsCommand, { stateMachineArn: 'arn:suspension' }).resolves({ executions: [execution('s-1')], nextToken: 'next' });
  sfn.on(ListExecutionsCommand, { stateMachineArn: 'arn:suspension', nextToken: 'next' }).resolves({ executions: [execution('s-2')] });
  sfn.on(ListExecutionsCommand, { stateMachineArn: 'arn:restoration' }).resolves({ executions: [execution('r-1')] });
  expect(await all(executions.list())).toEqual(['s-1', 's-2', 'r-1']);
  expect(sfn.commandCalls(ListExecutionsCommand).map(call => call.args[0].input.statusFilter)).toEqual(['RUNNING', 'RUNNING', 'RUNNING']);
});

test('a state machine that is gone has none', async () => {
  sfn.on(ListExecutionsCommand, { stateMachineArn: 'arn:suspension' }).rejects(awsError('StateMachineDoesNotExist'));
  sfn.on(ListExecutionsCommand, { stateMachineArn: 'arn:restoration' }).resolves({ executions: [execution('r-1')] });
  expect(await all(executions.list())).toEqual(['r-1']);
});

test('other errors are errors', async () => {
  sfn.on(ListExecutionsCommand).rejects(awsError('AccessDeniedException'));
  await expect(all(executions.list())).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('stops an execution, and does not mind if it has ended', async () => {
  sfn.on(StopExecutionCommand).resolvesOnce({}).rejectsOnce(awsError('ExecutionDoesNotExist')).rejectsOnce(awsError('AccessDeniedException'));
  await executions.stop('s-1');
  await executions.stop('s-1');
  await expect(executions.stop('s-1')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(sfn.commandCalls(StopExecutionCommand)[0].args[0].input).toMatchObject({ executionArn: 's-1' });
});
