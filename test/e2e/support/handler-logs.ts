import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { Env } from '../../../src/contract';
import { ClientSettings } from '../../deployed/deployed-budgeteer';

export interface LoggedMessage {
  readonly functionName: string;
  readonly message: string;
}

/** Everything that the handlers of one instance have written into their log groups. */
export async function handlerLogs(settings: ClientSettings, deploymentId: string): Promise<readonly LoggedMessage[]> {
  const [lambda, logs] = [new LambdaClient(settings), new CloudWatchLogsClient(settings)];
  const messages: LoggedMessage[] = [];
  for await (const { Functions: functions = [] } of paginateListFunctions({ client: lambda }, {})) {
    const own = functions.filter(({ Environment: environment }) => environment?.Variables?.[Env.DEPLOYMENT_ID] === deploymentId);
    for (const { FunctionName: functionName = '', LoggingConfig: logging } of own) {
      for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, { logGroupName: logging?.LogGroup })) {
        messages.push(...events.map(({ message = '' }) => ({ functionName, message })));
      }
    }
  }
  return messages;
}
