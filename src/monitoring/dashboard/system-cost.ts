import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ESTIMATE_INDEX, Metric, RUNTIMES_INDEX, WATCH_INDEX } from '../../contract';
import { deploymentMetric } from '../metrics';
import { DashboardProps } from './dashboard';
import { LIST_PRICE_USD } from './list-prices';
import { chart, DAY, heading, numberOf, Row } from './widgets';

/** What the system itself costs: an estimate from what AWS counts of it, at list prices. */
export function systemCost(props: DashboardProps): Row[] {
  const { periodDays, deployment } = props;
  const thisPeriod = `-P${periodDays}D`;
  const total = (expression: string, label: string, counted?: Metric) => new cloudwatch.MathExpression({
    expression,
    usingMetrics: { ...costs(props, WHOLE), ...(counted ? { counted: deploymentMetric(deployment.id, counted, {}) } : {}) },
    label,
  });
  const all = 'SUM([functions, tables, logs, workflows])';
  const number = { over: thisPeriod, width: 4, height: 6 };
  return [
    heading('## What does this system itself cost?\n**An estimate** from what AWS counts of its functions, tables, logs and workflows, at list prices of us-east-1 without free tiers. '
      + 'Alarms, metrics, the key, stored data and this dashboard are paid by the month and not in it: docs/cost.md has them.'),
    [
      numberOf({ title: `The system, last ${periodDays} days`, metric: total(all, 'US dollars'), ...number }),
      numberOf({ title: 'For 100 dollars spent', metric: total(`100 * ${all} / counted`, 'US dollars', Metric.SPEND_USD), ...number }),
      numberOf({ title: 'For a million calls', metric: total(`1000000 * ${all} / counted`, 'US dollars', Metric.RECORDS_METERED), ...number }),
      chart({ title: `The system by the day, last ${periodDays} days`, metrics: Object.values(costs(props, DAY)), unit: 'US dollars a day', over: thisPeriod, stacked: true, width: 12 }),
    ],
  ];
}

/** The period of a value over a whole range: one of its own would take its place. */
const WHOLE = Duration.minutes(5);

/** Every part by itself. `SUM` and `METRICS` pass over what has no data point: a function that was not invoked costs nothing. */
function costs(props: DashboardProps, period: Duration) {
  return { functions: functionCost(props, period), tables: tableCost(props, period), logs: logCost(props, period), workflows: workflowCost(props, period) };
}

function functionCost({ handlers }: DashboardProps, period: Duration): cloudwatch.MathExpression {
  const sizes = [...new Set(handlers.map(memoryOf))].sort((a, b) => a - b);
  const invocations = handlers.map((handler, index) => [`invoked${index}`, handler.function.metricInvocations({ period })] as const);
  const durations = handlers.map((handler, index) => [
    `ran${memoryOf(handler)}n${index}`, handler.function.metricDuration({ period, statistic: cloudwatch.Stats.SUM }),
  ] as const);
  const perMillisecond = (megabytes: number) => decimal(LIST_PRICE_USD.LAMBDA_GB_SECOND * megabytes / 1024 / 1000);
  return new cloudwatch.MathExpression({
    expression: `SUM([${[
      `SUM(METRICS("invoked")) * ${decimal(LIST_PRICE_USD.LAMBDA_REQUEST)}`, ...sizes.map(size => `SUM(METRICS("ran${size}n")) * ${perMillisecond(size)}`),
    ].join(', ')}])`,
    usingMetrics: Object.fromEntries([...invocations, ...durations]),
    label: 'Functions',
    period,
  });
}

/** Of the tables and their indexes. */
function tableCost({ storage, deployment, backupsTable }: DashboardProps, period: Duration): cloudwatch.MathExpression {
  const parts = [
    { table: storage.budgets, indexes: [WATCH_INDEX, ...(deployment.agentCore ? [RUNTIMES_INDEX] : [])] },
    { table: storage.ledger, indexes: [ESTIMATE_INDEX] },
    { table: storage.audit, indexes: [] },
    { table: storage.prices, indexes: [] },
    ...(backupsTable ? [{ table: backupsTable, indexes: [] }] : []),
  ].flatMap(({ table, indexes }) => [
    { TableName: table.tableName }, ...indexes.map(index => ({ TableName: table.tableName, GlobalSecondaryIndexName: index })),
  ]);
  const consumed = (metricName: string, id: string) => Object.fromEntries(parts.map((dimensionsMap, index) => [`${id}${index}`, new cloudwatch.Metric({
    namespace: 'AWS/DynamoDB', metricName, dimensionsMap, statistic: cloudwatch.Stats.SUM, period,
  })]));
  return new cloudwatch.MathExpression({
    expression: `SUM([SUM(METRICS("wrote")) * ${decimal(LIST_PRICE_USD.DYNAMODB_WRITE_UNIT)}, SUM(METRICS("read")) * ${decimal(LIST_PRICE_USD.DYNAMODB_READ_UNIT)}])`,
    usingMetrics: { ...consumed('ConsumedWriteCapacityUnits', 'wrote'), ...consumed('ConsumedReadCapacityUnits', 'read') },
    label: 'Tables',
    period,
  });
}

/** The log of calls and the logs of functions, as they come in. */
function logCost({ handlers, logGroup }: DashboardProps, period: Duration): cloudwatch.MathExpression {
  const groups = [logGroup, ...handlers.map(handler => handler.function.logGroup)];
  return new cloudwatch.MathExpression({
    expression: `SUM(METRICS("logged")) * ${decimal(LIST_PRICE_USD.LOGS_BYTE)}`,
    usingMetrics: Object.fromEntries(groups.map(({ logGroupName }, index) => [`logged${index}`, new cloudwatch.Metric({
      namespace: 'AWS/Logs', metricName: 'IncomingBytes', dimensionsMap: { LogGroupName: logGroupName }, statistic: cloudwatch.Stats.SUM, period,
    })])),
    label: 'Logs',
    period,
  });
}

/** A workflow without retries makes about so many transitions. */
const TRANSITIONS = 6;

function workflowCost({ suspension, restoration }: DashboardProps, period: Duration): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: `SUM(METRICS("started")) * ${decimal(LIST_PRICE_USD.STATE_TRANSITION * TRANSITIONS)}`,
    usingMetrics: Object.fromEntries([suspension, restoration].map(({ stateMachine }, index) => [`started${index}`, stateMachine.metricStarted({ period })])),
    label: 'Workflows',
    period,
  });
}

function memoryOf({ function: fn }: DashboardProps['handlers'][number]): number {
  return (fn.node.defaultChild as lambda.CfnFunction).memorySize!;
}

/** Metric math knows no exponents. */
function decimal(value: number): string {
  return value.toFixed(18).replace(/0+$/, '');
}
