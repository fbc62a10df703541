import { paginateListExecutions, SFNClient } from '@aws-sdk/client-sfn';
import { ClientSettings } from '../../deployed/deployed-budgeteer';

export interface Execution {
  readonly name: string;
  readonly status: string;
}

/** The executions of a state machine that are about a principal: its name is part of theirs. */
export async function executionsOf(settings: ClientSettings, stateMachineArn: string, principalName: string): Promise<readonly Execution[]> {
  const found: Execution[] = [];
  for await (const { executions = [] } of paginateListExecutions({ client: new SFNClient(settings) }, { stateMachineArn })) {
    found.push(...executions.map(({ name = '', status = '' }) => ({ name, status })).filter(({ name }) => name.startsWith(`${principalName}-`)));
  }
  return found;
}
