import { CommandContext } from '../../command';
import { UsageError } from '../../usage-error';

export interface ClientOptions {
  readonly region?: string;
  readonly profile?: string;
}

/** Patience with throttling: attempts follow each other ever more slowly. */
const RETRIES = { maxAttempts: 10, retryMode: 'adaptive' } as const;

function settingsOf({ region, profile }: ClientOptions, { env, credentials }: CommandContext) {
  const chosen = region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (chosen === undefined) {
    throw new UsageError('it is not known in which region the log is: give --region <region>, or set AWS_REGION');
  }
  return { ...RETRIES, region: chosen, credentials: () => credentials(profile) };
}

/** @throws UsageError */
export async function logsClient(options: ClientOptions, context: CommandContext) {
  const settings = settingsOf(options, context);
  const { CloudWatchLogsClient } = await import('@aws-sdk/client-cloudwatch-logs');
  return new CloudWatchLogsClient(settings);
}

/** Finds buckets of other regions by itself. @throws UsageError */
export async function bucketClient(options: ClientOptions, context: CommandContext) {
  const settings = settingsOf(options, context);
  const { S3Client } = await import('@aws-sdk/client-s3');
  return new S3Client({ ...settings, followRegionRedirects: true });
}
