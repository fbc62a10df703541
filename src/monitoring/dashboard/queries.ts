import { LogMessage } from '../../contract';

/**
 * Queries of Logs Insights over the structured lines of the handlers. So principals and models, of which there may be any number, never become dimensions of
 * metrics, and a table costs nothing but the reading of the logs while somebody looks at it.
 */

const CHARGED = `filter message = "${LogMessage.CHARGED}"`;
const STANDING = `filter message = "${LogMessage.STANDING}"`;

const MOST_EXPENSIVE = ['sort `US dollars` desc', 'limit 20'];

export const TOP_PRINCIPALS: readonly string[] = [
  CHARGED,
  'fields principalId as Principal',
  'stats sum(costUsd) as `US dollars`, sum(calls) as Calls, sum(inputTokens) as `Input tokens`, sum(outputTokens) as `Output tokens` by Principal',
  ...MOST_EXPENSIVE,
];

export const TOP_MODELS: readonly string[] = [
  CHARGED,
  'fields modelId as Model',
  'stats sum(costUsd) as `US dollars`, sum(calls) as Calls, sum(inputTokens) as `Input tokens`, sum(outputTokens) as `Output tokens` by Model',
  ...MOST_EXPENSIVE,
];

/** Whoever is free again has a later line that says so, and drops out after the latest line of each was taken. */
export const CLOSE_OR_OVER: readonly string[] = [
  STANDING,
  'fields principalId as Principal',
  'stats latest(status) as Status, latest(sharePercent) as `Used percent`, latest(spentUsd) as `Spent USD`, latest(limitUsd) as `Limit USD`,'
    + ' latest(team) as Team, latest(graceEndsAt) as `Suspended at`, latest(periodEndsAt) as `Next period` by Principal',
  'filter Status in ["warning", "critical", "exceeded", "grace_period"]',
  'sort `Used percent` desc',
  'limit 50',
];

export const SUSPENDED: readonly string[] = [
  STANDING,
  'fields principalId as Principal',
  'stats latest(status) as Status, latest(reason) as Why, latest(since) as Since, latest(spentUsd) as `Spent USD`, latest(limitUsd) as `Limit USD`,'
    + ' latest(team) as Team, latest(periodEndsAt) as `Next period` by Principal',
  'filter Status in ["suspended", "restoring"]',
  'sort Since desc',
  'limit 50',
];
