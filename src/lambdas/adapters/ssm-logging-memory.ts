import { DeleteParameterCommand, GetParameterCommand, ParameterType, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { LoggingConfiguration } from '../core/logging-configuration';
import { LoggingMemory } from '../core/switch-logging';
import { isError } from './aws-errors';

/** Keeps the former logging configuration in an SSM parameter, which exists only as long as there is something to put back. */
export class SsmLoggingMemory implements LoggingMemory {
  constructor(private readonly client: SSMClient, private readonly parameterName: string) {}

  public async recall(): Promise<LoggingConfiguration | undefined> {
    try {
      const { Parameter: parameter } = await this.client.send(new GetParameterCommand({ Name: this.parameterName }));
      return parameter?.Value === undefined ? undefined : JSON.parse(parameter.Value) as LoggingConfiguration;
    } catch (error) {
      if (isError(error, 'ParameterNotFound')) {
        return undefined;
      }
      throw error;
    }
  }

  public async remember(configuration: LoggingConfiguration): Promise<void> {
    await this.client.send(new PutParameterCommand({
      Name: this.parameterName,
      Value: JSON.stringify(configuration),
      Type: ParameterType.STRING,
      Overwrite: true,
      Description: 'Model-invocation logging as it was before; put back when the stack is deleted',
    }));
  }

  public async forget(): Promise<void> {
    try {
      await this.client.send(new DeleteParameterCommand({ Name: this.parameterName }));
    } catch (error) {
      if (!isError(error, 'ParameterNotFound')) {
        throw error;
      }
    }
  }
}
