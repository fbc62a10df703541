import { Stack } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';

/** A log group as some actions of CloudWatch Logs name it, and as others do: with what is in it. */
export function logGroupArns(scope: IConstruct, { logGroupName }: logs.ILogGroup): string[] {
  const { partition, region, account } = Stack.of(scope);
  const arn = `arn:${partition}:logs:${region}:${account}:log-group:${logGroupName}`;
  return [arn, `${arn}:*`];
}
