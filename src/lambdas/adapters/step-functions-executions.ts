import { ExecutionStatus, ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { RunningExecutions } from '../core/removal';
import { isError } from './aws-errors';

/** The running executions of some state machines. */
export class StepFunctionsExecutions implements RunningExecutions {
  constructor(private readonly client: SFNClient, private readonly stateMachineArns: readonly string[]) {}

  public async* list(): AsyncIterable<string> {
    for (const stateMachineArn of this.stateMachineArns) {
      yield* this.running(stateMachineArn);
    }
  }

  public async stop(executionArn: string): Promise<void> {
    try {
      await this.client.send(new StopExecutionCommand({ executionArn, cause: 'the deployment is removed' }));
    } catch (error) {
      if (!isError(error, 'ExecutionDoesNotExist')) {
        throw error;
      }
    }
  }

  private async* running(stateMachineArn: string): AsyncIterable<string> {
    let next: string | undefined;
    do {
      const page = await this.page(stateMachineArn, next);
      for (const { executionArn } of page.executions ?? []) {
        yield executionArn!;
      }
      next = page.nextToken;
    } while (next);
  }

  /** A state machine that is gone already has no executions. */
  private async page(stateMachineArn: string, nextToken: string | undefined) {
    try {
      return await this.client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: ExecutionStatus.RUNNING, nextToken }));
    } catch (error) {
      if (isError(error, 'StateMachineDoesNotExist')) {
        return { executions: [], nextToken: undefined };
      }
      throw error;
    }
  }
}
