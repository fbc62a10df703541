import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { isoInstant } from '../../lambdas/core/budget-item';
import { problemOf } from '../aws-clients';
import { NamingQueue, QUEUE_DAYS } from './queues';

/** What an erasure cannot reach, and what ends it. */
export interface Remainder {
  readonly where: string;
  /** Day, or words where there is no day. */
  readonly until: string;
  readonly why: string;
}

const DAY_MS = 86_400_000;

/** DynamoDB keeps so many days for point-in-time recovery. */
const RECOVERY_DAYS = 35;
/** So long Step Functions keeps what became of an execution. */
const EXECUTION_DAYS = 90;

const FOREVER = 'for ever: give it a retention';

export interface WhatRemains {
  readonly now: number;
  readonly logGroups: readonly string[];
  /** Bedrock's own log, where it is known. */
  readonly invocationLogGroup?: string;
  readonly queues: readonly NamingQueue[];
  readonly hasReports: boolean;
}

export async function remainders(
  { now, logGroups, invocationLogGroup, queues, hasReports }: WhatRemains, logs: CloudWatchLogsClient,
): Promise<readonly Remainder[]> {
  const day = (instant: number) => isoInstant(instant).slice(0, 10);
  const inDays = (days: number) => day(now + days * DAY_MS);
  const groups: Remainder[] = [];
  for (const name of [...new Set([...(invocationLogGroup === undefined ? [] : [invocationLogGroup]), ...logGroups])].sort()) {
    const retention = await retentionOf(name, logs);
    groups.push({
      where: `log group ${name}`,
      until: typeof retention === 'number' ? inDays(retention) : retention ?? FOREVER,
      why: name === invocationLogGroup
        ? 'names who called, with request ids that are the keys of ledger rows; CloudWatch Logs cannot delete single lines'
        : 'lines that name the principal; CloudWatch Logs cannot delete single lines',
    });
  }
  return [
    ...groups,
    ...(invocationLogGroup === undefined ? [{ where: 'the log group that is metered', until: 'its own retention', why: 'names who called; its name is not known to the functions' }] : []),
    { where: 'log groups of the state machines', until: 'as long as those of the functions', why: 'they have the same retention' },
    { where: 'tables at earlier points in time', until: inDays(RECOVERY_DAYS), why: 'point-in-time recovery; after restoring a table, erase again. Backups of your own are yours to delete' },
    { where: 'executions of the state machines', until: inDays(EXECUTION_DAYS), why: 'Step Functions keeps them so long after their end' },
    ...queues.filter(({ messages }) => messages > 0).map(({ queue, messages, lastSentAt }) => ({
      where: `at least ${messages} messages in ${queue.name} (${queue.holds})`, until: day(lastSentAt + QUEUE_DAYS * DAY_MS), why: 'replay them before you erase: afterwards they would make a new budget',
    })),
    ...(hasReports ? [{ where: 'sums in the folder report-work', until: inDays(7), why: 'of reports that were written within the last days; the bucket deletes them' }] : []),
    { where: 'what was delivered', until: 'as its receivers keep it', why: 'mail, chat, text messages, webhooks and your own rules on the bus cannot be called back' },
    { where: 'CloudTrail, IAM, the bill, history of SSM parameters and stacks', until: 'as AWS and you keep it', why: 'not this system\'s: names of principals stand in them as well' },
  ];
}

/** In days; `undefined` where nothing ever expires. */
async function retentionOf(name: string, logs: CloudWatchLogsClient): Promise<number | string | undefined> {
  const { DescribeLogGroupsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  try {
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
    const found = logGroups.find(({ logGroupName }) => logGroupName === name);
    return found ? found.retentionInDays : 'there is no such log group';
  } catch (error) {
    return `unknown (${problemOf(error)})`;
  }
}
