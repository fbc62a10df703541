import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { WorkflowInput } from '../../contract';
import { Workflows } from '../core/ports';
import { isError } from './aws-errors';

export interface StateMachineArns {
  readonly suspension: string;
  readonly restoration: string;
}

/** The two state machines. */
export class StepFunctionsWorkflows implements Workflows {
  constructor(private readonly client: SFNClient, private readonly stateMachines: StateMachineArns) {}

  public async start(workflow: keyof StateMachineArns, executionName: string, input: WorkflowInput): Promise<void> {
    try {
      await this.client.send(new StartExecutionCommand({
        stateMachineArn: this.stateMachines[workflow],
        name: executionName,
        input: JSON.stringify(input),
      }));
    } catch (error) {
      // The name says what the execution is for: whoever started it before has done what was asked for now.
      if (!isError(error, 'ExecutionAlreadyExists')) {
        throw error;
      }
    }
  }
}
