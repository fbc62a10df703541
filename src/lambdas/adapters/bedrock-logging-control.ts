import {
  BedrockClient, DeleteModelInvocationLoggingConfigurationCommand, GetModelInvocationLoggingConfigurationCommand, LoggingConfig,
  PutModelInvocationLoggingConfigurationCommand,
} from '@aws-sdk/client-bedrock';
import { LoggingConfiguration } from '../core/logging-configuration';
import { DestinationRefusedError, LoggingControl } from '../core/switch-logging';
import { errorMessage, isError } from './aws-errors';

/** Bedrock's logging configuration of this account and region. */
export class BedrockLoggingControl implements LoggingControl {
  constructor(private readonly client: BedrockClient) {}

  public async read(): Promise<LoggingConfiguration | undefined> {
    const { loggingConfig } = await this.client.send(new GetModelInvocationLoggingConfigurationCommand({}));
    // A configuration without a destination is none.
    return loggingConfig?.cloudWatchConfig?.logGroupName || loggingConfig?.s3Config?.bucketName ? loggingConfig as LoggingConfiguration : undefined;
  }

  public async put(configuration: LoggingConfiguration): Promise<void> {
    try {
      await this.client.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: configuration as LoggingConfig }));
    } catch (error) {
      // Bedrock tries the destination with the role while it answers.
      if (isError(error, 'Validation') && /permission|validate|assume|role/i.test(errorMessage(error))) {
        throw new DestinationRefusedError(errorMessage(error), { cause: error });
      }
      throw error;
    }
  }

  public async delete(): Promise<void> {
    await this.client.send(new DeleteModelInvocationLoggingConfigurationCommand({}));
  }
}
