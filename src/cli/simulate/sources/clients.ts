import { AWS_OPTIONS, clientSettings } from '../../aws-clients';
import { CommandContext } from '../../command';
import { OptionValues } from '../../options';

export type ClientOptions = OptionValues<typeof AWS_OPTIONS>;

/** Patience with throttling: attempts follow each other ever more slowly. */
const RETRIES = { maxAttempts: 10, retryMode: 'adaptive' } as const;

async function settingsOf(options: ClientOptions, context: CommandContext) {
  return { ...await clientSettings(options, context), ...RETRIES };
}

/** @throws UsageError */
export async function logsClient(options: ClientOptions, context: CommandContext) {
  const settings = await settingsOf(options, context);
  const { CloudWatchLogsClient } = await import('@aws-sdk/client-cloudwatch-logs');
  return new CloudWatchLogsClient(settings);
}

/** Finds buckets of other regions by itself. @throws UsageError */
export async function bucketClient(options: ClientOptions, context: CommandContext) {
  const settings = await settingsOf(options, context);
  const { S3Client } = await import('@aws-sdk/client-s3');
  return new S3Client({ ...settings, followRegionRedirects: true });
}
