/**
 * Bedrock's model-invocation logging: one configuration an account and region, which somebody else may own. So it is looked at
 * first, never overwritten silently, and on removal it becomes what it was.
 */

/** The configuration as Bedrock has it. Carried as it is: what we remember must come back whole. */
export interface LoggingConfiguration {
  readonly cloudWatchConfig?: {
    readonly logGroupName?: string;
    readonly roleArn?: string;
    readonly largeDataDeliveryS3Config?: { readonly bucketName?: string };
  };
  readonly s3Config?: { readonly bucketName?: string; readonly keyPrefix?: string };
  readonly textDataDeliveryEnabled?: boolean;
  readonly imageDataDeliveryEnabled?: boolean;
  readonly embeddingDataDeliveryEnabled?: boolean;
  readonly videoDataDeliveryEnabled?: boolean;
  readonly audioDataDeliveryEnabled?: boolean;
}

/** Where a deployment wants the log. */
export interface LogDestination {
  readonly logGroupName: string;
  readonly roleArn: string;
}

export interface LoggingSituation {
  readonly requestType: 'Create' | 'Update' | 'Delete';
  /** What Bedrock has now. */
  readonly current?: LoggingConfiguration;
  readonly ours: LogDestination;
  /** What was ours before an update. */
  readonly oursBefore?: LogDestination;
  readonly adoptExisting: boolean;
  /** What was there before ours, where something was. */
  readonly remembered?: LoggingConfiguration;
}

/** What to do, in this order: remember, put or delete, forget. */
export interface LoggingActions {
  readonly remember?: LoggingConfiguration;
  readonly put?: LoggingConfiguration;
  readonly delete?: boolean;
  readonly forget?: boolean;
  /** For the log. */
  readonly because: string;
}

/** Thrown where somebody else's configuration stands in the way. */
export class LoggingOwnedByOthersError extends Error {
  public readonly name = 'LoggingOwnedByOthersError';
}

const BODIES = [
  'textDataDeliveryEnabled', 'imageDataDeliveryEnabled', 'embeddingDataDeliveryEnabled', 'videoDataDeliveryEnabled', 'audioDataDeliveryEnabled',
] as const;

/** Identity, model and token counts stand in every record; prompts and answers are nobody's business here. */
export function configurationFor({ logGroupName, roleArn }: LogDestination): LoggingConfiguration {
  return { cloudWatchConfig: { logGroupName, roleArn }, ...Object.fromEntries(BODIES.map(body => [body, false])) };
}

/** @throws LoggingOwnedByOthersError */
export function decideLogging(situation: LoggingSituation): LoggingActions {
  return situation.requestType === 'Delete' ? decideRemoval(situation) : decideSetUp(situation);
}

function decideSetUp({ current, ours, oursBefore, adoptExisting }: LoggingSituation): LoggingActions {
  const put = configurationFor(ours);
  if (!current) {
    return { put, because: 'no configuration was there' };
  }
  if (isFor(current, ours)) {
    return { because: 'the configuration is ours already' };
  }
  if (oursBefore && isFor(current, oursBefore)) {
    return { put, because: 'our own configuration has changed' };
  }
  if (adoptExisting) {
    return { remember: current, put, because: `taken over: ${describe(current)}` };
  }
  throw new LoggingOwnedByOthersError([
    `model-invocation logging is already configured in this account and region, not by this stack: ${describe(current)}.`,
    'Nothing was changed. Either read its log group, with InvocationLogs.fromLogGroup(...),',
    'or replace it while this stack exists, with InvocationLogs.managed({ adoptExisting: true }).',
  ].join(' '));
}

function decideRemoval({ current, ours, remembered }: LoggingSituation): LoggingActions {
  if (!current || !isFor(current, ours)) {
    return { forget: true, because: current ? `left alone, since it is not ours: ${describe(current)}` : 'no configuration is there' };
  }
  return remembered
    ? { put: remembered, forget: true, because: `put back: ${describe(remembered)}` }
    : { delete: true, forget: true, because: 'our own configuration is removed' };
}

/** Ours down to the last setting: whoever added something to it has made it theirs. */
function isFor(configuration: LoggingConfiguration, { logGroupName, roleArn }: LogDestination): boolean {
  const { cloudWatchConfig, s3Config } = configuration;
  return cloudWatchConfig?.logGroupName === logGroupName
    && cloudWatchConfig.roleArn === roleArn
    && !cloudWatchConfig.largeDataDeliveryS3Config?.bucketName
    && !s3Config?.bucketName
    && BODIES.every(body => !configuration[body]);
}

function describe(configuration: LoggingConfiguration): string {
  const { cloudWatchConfig, s3Config } = configuration;
  const destinations = [
    ...(cloudWatchConfig?.logGroupName ? [`log group ${cloudWatchConfig.logGroupName} (role ${cloudWatchConfig.roleArn})`] : []),
    ...(cloudWatchConfig?.largeDataDeliveryS3Config?.bucketName ? [`bucket ${cloudWatchConfig.largeDataDeliveryS3Config.bucketName} for large bodies`] : []),
    ...(s3Config?.bucketName ? [`bucket ${[s3Config.bucketName, s3Config.keyPrefix].filter(Boolean).join('/')}`] : []),
  ];
  const bodies = BODIES.filter(body => configuration[body]).map(body => body.replace('DataDeliveryEnabled', ''));
  return `to ${destinations.join(' and ') || 'no destination'}, ${bodies.length > 0 ? `with ${bodies.join(', ')} bodies` : 'without bodies'}`;
}
