import { LoggingConfiguration } from '../logging-configuration';

/** A subscription of a log group: who gets its records, and which. */
export interface LogSubscription {
  readonly name: string;
  readonly destinationArn: string;
  readonly filterPattern: string;
  /** Epoch milliseconds. */
  readonly createdAt?: number;
}

/** What AWS has of the way from Bedrock to the meter. */
export interface LoggingFacts {
  /** Bedrock's configuration; absent where logging is off. */
  readonly configuration?: LoggingConfiguration;
  /** Of the log group that is metered; absent where there is no such group. */
  readonly subscriptions?: readonly LogSubscription[];
}

/** What has to be so. */
export interface ExpectedLogging {
  readonly logGroupName: string;
  readonly meterArn: string;
}

export interface LoggingFault {
  readonly code: 'off' | 'no-log-group' | 'other-log-group' | 'log-group-gone' | 'not-subscribed' | 'filtered';
  readonly message: string;
}

/**
 * Whether the records of Bedrock's calls reach the meter. Bodies may be delivered or not, in the log or to a bucket, and the role may be anybody's: counts
 * of tokens stand in every record, and where the role may not write, AWS counts calls that nobody meters.
 */
export function faultsOf({ configuration, subscriptions }: LoggingFacts, { logGroupName, meterArn }: ExpectedLogging): readonly LoggingFault[] {
  return [...configurationFaults(configuration, logGroupName), ...subscriptionFaults(subscriptions, logGroupName, meterArn)];
}

function configurationFaults(configuration: LoggingConfiguration | undefined, logGroupName: string): readonly LoggingFault[] {
  if (!configuration) {
    return [{ code: 'off', message: 'model-invocation logging is switched off in this account and region' }];
  }
  const actual = configuration.cloudWatchConfig?.logGroupName;
  if (!actual) {
    return [{ code: 'no-log-group', message: 'Bedrock writes its log to a bucket alone, and to no log group' }];
  }
  return actual === logGroupName ? [] : [{ code: 'other-log-group', message: `Bedrock writes its log to ${actual}, and ${logGroupName} is metered` }];
}

function subscriptionFaults(subscriptions: readonly LogSubscription[] | undefined, logGroupName: string, meterArn: string): readonly LoggingFault[] {
  if (!subscriptions) {
    return [{ code: 'log-group-gone', message: `log group ${logGroupName} does not exist any more` }];
  }
  const own = subscriptions.filter(({ destinationArn }) => destinationArn === meterArn);
  if (own.length === 0) {
    return [{ code: 'not-subscribed', message: `the usage meter is not subscribed to log group ${logGroupName} any more` }];
  }
  // The meter drops a record that comes twice; one filter that lets everything pass is enough.
  return own.some(({ filterPattern }) => isEverything(filterPattern))
    ? []
    : [{ code: 'filtered', message: `the subscription ${own[0].name} of log group ${logGroupName} leaves records out: its pattern is ${own[0].filterPattern}` }];
}

/** Blank, or the pattern of empty quotes: either matches every record. */
function isEverything(pattern: string): boolean {
  return ['', '""', '" "'].includes(pattern.trim());
}

/** Since when the meter gets records, where AWS tells: epoch milliseconds. */
export function subscribedSince({ subscriptions = [] }: LoggingFacts, { meterArn }: ExpectedLogging): number | undefined {
  const times = subscriptions.flatMap(({ destinationArn, createdAt }) => (destinationArn === meterArn && createdAt !== undefined ? [createdAt] : []));
  return times.length > 0 ? Math.min(...times) : undefined;
}
