import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { KIND_SPEND_METRIC, Metric, PrincipalKindName } from '../../contract';
import { deploymentMetric } from '../metrics';
import { DashboardProps } from './dashboard';
import { TOP_MODELS, TOP_PRINCIPALS } from './queries';
import { bars, chart, DAY, heading, HOUR, numberOf, orZero, Row, table } from './widgets';

const KIND_LABELS: Readonly<Record<PrincipalKindName, string>> = {
  'api-key-user': 'API keys of the console',
  'iam-user': 'IAM users',
  'iam-role': 'IAM roles',
  'agent-runtime': 'AgentCore runtimes',
  'agent-role': 'AgentCore runtimes that share a role',
  'federated-user': 'Federated users',
  'root': 'Root',
};

export const TODAY = '-PT24H';

/** What are we spending: in all and by kind, today and this period, on whom and on what. */
export function spending({ deployment, kinds, periodDays, usageMeter, computeCosts }: DashboardProps): Row[] {
  const own = (name: Metric, options: cloudwatch.MetricOptions = {}) => deploymentMetric(deployment.id, name, options);
  const thisPeriod = `-P${periodDays}D`;
  const byKind = (period: cloudwatch.MetricOptions) => [
    ...kinds.map(kind => deploymentMetric(deployment.id, KIND_SPEND_METRIC[kind], { label: KIND_LABELS[kind], ...period })),
    ...(computeCosts ? [own(Metric.AGENT_COMPUTE_USD, { label: 'Compute of AgentCore runtimes', ...period })] : []),
  ];
  const logGroupNames = [usageMeter.function.logGroup.logGroupName];
  return [
    heading('## What are we spending?\nAs it was metered, at list prices or your own. Days are those of UTC; a budget\'s period begins on a day of its own, which the tables below tell.'),
    [
      numberOf({ title: 'Spent, last 24 hours', metric: orZero(own(Metric.SPEND_USD), 'US dollars', 'today'), over: TODAY, width: 6 }),
      numberOf({ title: `Spent, last ${periodDays} days`, metric: orZero(own(Metric.SPEND_USD), 'US dollars', 'period'), over: thisPeriod, width: 6 }),
      numberOf({ title: 'Calls charged, last 24 hours', metric: orZero(own(Metric.RECORDS_METERED), 'calls', 'calls'), over: TODAY, width: 6 }),
      numberOf({ title: 'Charged by an estimate, last 24 hours', metric: orZero(own(Metric.ESTIMATED_USD), 'US dollars', 'estimated'), over: TODAY, width: 6 }),
    ],
    [
      bars({ title: 'By kind of principal, last 24 hours', metrics: byKind({}), unit: 'US dollars', over: TODAY, width: 6 }),
      bars({ title: `By kind of principal, last ${periodDays} days`, metrics: byKind({}), unit: 'US dollars', over: thisPeriod, width: 6 }),
      chart({ title: `Spend by the day, last ${periodDays} days`, metrics: byKind({ period: DAY }), unit: 'US dollars a day', over: thisPeriod, stacked: true, width: 12 }),
    ],
    [chart({ title: 'Spend by the hour', metrics: [own(Metric.SPEND_USD, { period: HOUR, label: 'All together' })], unit: 'US dollars an hour', width: 24, height: 4 })],
    [
      table({ title: 'Who spends most (top 20; empty: no calls)', logGroupNames, query: TOP_PRINCIPALS, width: 12, height: 8 }),
      table({ title: 'Which models cost most (top 20; empty: no calls)', logGroupNames, query: TOP_MODELS, width: 12, height: 8 }),
    ],
  ];
}
