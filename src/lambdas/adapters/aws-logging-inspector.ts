import { BedrockClient } from '@aws-sdk/client-bedrock';
import { CloudWatchLogsClient, DescribeLogGroupsCommand, DescribeSubscriptionFiltersCommand, SubscriptionFilter } from '@aws-sdk/client-cloudwatch-logs';
import { LoggingFacts, LogSubscription } from '../core/metering-coverage/logging-check';
import { LoggingInspector } from '../core/metering-coverage/ports';
import { isError } from './aws-errors';
import { BedrockLoggingControl } from './bedrock-logging-control';

export interface InspectorOptions {
  /** The log group that is metered. */
  readonly invocationLogGroup: string;
  /** That of the checker itself, which is as old as the check. */
  readonly checkerLogGroup: string;
}

/** Bedrock's logging configuration, and who reads the log group. */
export class AwsLoggingInspector implements LoggingInspector {
  private readonly control: BedrockLoggingControl;

  constructor(bedrock: BedrockClient, private readonly logs: CloudWatchLogsClient, private readonly options: InspectorOptions) {
    this.control = new BedrockLoggingControl(bedrock);
  }

  public async inspect(): Promise<LoggingFacts> {
    const [configuration, subscriptions] = await Promise.all([this.control.read(), this.subscriptions()]);
    return { ...(configuration ? { configuration } : {}), ...(subscriptions ? { subscriptions } : {}) };
  }

  public async checkingSince(): Promise<number | undefined> {
    const { checkerLogGroup } = this.options;
    // Names that begin alike come after it.
    const { logGroups = [] } = await this.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: checkerLogGroup, limit: 1 }));
    return logGroups.find(({ logGroupName }) => logGroupName === checkerLogGroup)?.creationTime;
  }

  /** A log group takes two filters: they stand on one page. */
  private async subscriptions(): Promise<readonly LogSubscription[] | undefined> {
    try {
      const { subscriptionFilters = [] } = await this.logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName: this.options.invocationLogGroup }));
      return subscriptionFilters.map(subscriptionOf);
    } catch (error) {
      if (isError(error, 'ResourceNotFound')) {
        return undefined;
      }
      throw error;
    }
  }
}

function subscriptionOf({ filterName = '', destinationArn = '', filterPattern = '', creationTime }: SubscriptionFilter): LogSubscription {
  return { name: filterName, destinationArn, filterPattern, ...(creationTime === undefined ? {} : { createdAt: creationTime }) };
}
