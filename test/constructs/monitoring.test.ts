import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { BedrockBudgeteer, BudgetPrincipal } from '../../src';
import { Metric, METRIC_DIMENSION, METRIC_NAMESPACE } from '../../src/contract';
import { Deployment } from '../../src/deployment';
import { HandlerFunction } from '../../src/functions/handler-function';
import { Alarms } from '../../src/monitoring/alarms';
import { readable } from './support/intrinsics';
import { nameBundlesByPath, newStack, ofType, Resources, synthesize } from './support/synthesize';

beforeEach(nameBundlesByPath);

const alarmsOf = (resources: Resources) => Object.values(ofType(resources, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
const withEverything = () => synthesize({ budgets: [{ principal: BudgetPrincipal.roleName('writer'), limitUsd: 1 }] });

/** What an alarm watches: one metric, or those that its expression is over. */
const metricsOf = (alarm: any): any[] => alarm.Metrics?.flatMap((query: any) => query.MetricStat?.Metric ?? []) ?? [alarm];

/** Metrics of AWS services that alarms may watch, by namespace. */
const AWS_METRICS: Record<string, string[]> = {
  'AWS/Lambda': ['AsyncEventsDropped', 'DestinationDeliveryFailures', 'Errors', 'IteratorAge', 'Throttles'],
  'AWS/SQS': ['ApproximateNumberOfMessagesVisible'],
  'AWS/States': ['ExecutionsFailed', 'ExecutionsTimedOut'],
};

test('every alarm watches a metric that a handler or a service emits, with exactly its dimensions', () => {
  const { resources, budgeteer } = withEverything();
  for (const { Namespace, MetricName, Dimensions } of alarmsOf(resources).flatMap(metricsOf)) {
    if (Namespace === METRIC_NAMESPACE) {
      expect(Object.values(Metric)).toContain(MetricName);
      expect(Dimensions).toEqual([{ Name: METRIC_DIMENSION, Value: budgeteer.deploymentId }]);
    } else {
      expect(AWS_METRICS[Namespace]).toContain(MetricName);
      expect(Dimensions).toHaveLength(1);
    }
  }
});

test.each([
  Metric.DRIFT_DETECTED, Metric.EVALUATION_FAILURES, Metric.MONITOR_RUNS, Metric.PRICE_AGE_HOURS,
  Metric.RECORDS_UNKNOWN_MODEL, Metric.RESTORATION_FAILURES, Metric.SETTINGS_INVALID,
  Metric.SUSPENSION_FAILURES, Metric.UNENFORCEABLE_OVER_LIMIT, Metric.UNEVALUATED_FOUND,
])('somebody has to look into %s', metric => {
  const watching = alarmsOf(withEverything().resources).filter(({ Namespace, MetricName }) => Namespace === METRIC_NAMESPACE && MetricName === metric);
  expect(watching).toHaveLength(1);
});

test('every queue has an alarm', () => {
  const { resources } = withEverything();
  const watched = alarmsOf(resources).filter(({ Namespace }) => Namespace === 'AWS/SQS').map(({ Dimensions }) => Dimensions[0].Value['Fn::GetAtt'][0]);
  expect(watched.sort()).toEqual(Object.keys(ofType(resources, 'AWS::SQS::Queue')).sort());
});

test.each(['AsyncEventsDropped', 'DestinationDeliveryFailures'])('%s of every function are watched, ten at most by one alarm', metric => {
  // when
  const { resources } = withEverything();

  // then
  const alarms = alarmsOf(resources).filter(alarm => alarm.Metrics && metricsOf(alarm)[0].MetricName === metric);
  const watched = alarms.flatMap(metricsOf).map(({ Dimensions }) => Dimensions[0].Value.Ref);
  expect(watched.sort()).toEqual(Object.keys(ofType(resources, 'AWS::Lambda::Function')).sort());
  for (const { Metrics: queries, ...alarm } of alarms) {
    expect(alarm).toMatchObject({ Threshold: 0, ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, TreatMissingData: 'notBreaching' });
    const [sum, ...summands] = queries;
    // "+" would give nothing where one function has no data point
    expect(sum).toMatchObject({ Expression: 'SUM(METRICS())' });
    expect(summands.length).toBeLessThanOrEqual(10);
    for (const summand of summands) {
      expect(summand).toMatchObject({ MetricStat: { Metric: { MetricName: metric }, Stat: 'Sum', Period: 300 }, ReturnData: false });
    }
  }
});

test('more functions than one alarm can watch are watched by several', () => {
  // given
  const stack = newStack();
  const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer');
  const handlers = HandlerFunction.allIn(budgeteer);
  const alarms = new Alarms(stack, 'Alarms', {
    deployment: { id: budgeteer.deploymentId } as Deployment,
    operationsTopic: budgeteer.operationsTopic,
  });

  // when
  const eleven = [...handlers, ...handlers].slice(0, 11).map((handler, index) => Object.assign(Object.create(handler), { handler: `handler-${index}` }));
  alarms.watchHandlers(eleven);

  // then
  const dropped = alarms.all.filter(alarm => alarm.node.id.startsWith('events-dropped')).map(alarm => stack.resolve((alarm.node.defaultChild as any).metrics));
  expect(dropped.map(queries => queries.length - 1)).toEqual([10, 1]);
});

test('every workflow has alarms on executions that fail or run out of time', () => {
  const { resources } = withEverything();
  const watched = alarmsOf(resources).filter(({ Namespace }) => Namespace === 'AWS/States').map(({ MetricName, Dimensions }) => `${MetricName} ${Dimensions[0].Value.Ref}`);
  const expected = Object.keys(ofType(resources, 'AWS::StepFunctions::StateMachine')).flatMap(id => [`ExecutionsFailed ${id}`, `ExecutionsTimedOut ${id}`]);
  expect(watched.sort()).toEqual(expected.sort());
});

test('every alarm says what it means, what to do first and what to read, and tells the operations topic', () => {
  const { resources, stack, budgeteer } = withEverything();
  for (const { AlarmDescription, AlarmActions } of alarmsOf(resources)) {
    expect(JSON.stringify(AlarmDescription)).toMatch(/\w+\. First: [A-Z]/);
    const [, file, section] = readable(AlarmDescription).match(/ Read: docs\/([\w.]+), "([^"]+)"\.$/);
    expect(readFileSync(path.join(__dirname, '../../docs', file), 'utf8')).toContain(`\n## ${section}\n`);
    expect(AlarmActions).toEqual([stack.resolve(budgeteer.operationsTopic.topicArn)]);
  }
});

test('silence means trouble at the monitor and the price refresher, after three missed runs', () => {
  const breaching = alarmsOf(withEverything().resources).filter(({ TreatMissingData }) => TreatMissingData !== 'notBreaching');
  expect(breaching.sort((a, b) => (a.MetricName < b.MetricName ? -1 : 1))).toEqual([expect.objectContaining({
    MetricName: 'MonitorRuns', TreatMissingData: 'breaching', ComparisonOperator: 'LessThanThreshold', Threshold: 1, Period: 300, EvaluationPeriods: 3,
  }), expect.objectContaining({ MetricName: 'PriceAgeHours', TreatMissingData: 'breaching', Period: 3600, EvaluationPeriods: 3 })]);
});

test('all alarms are exposed', () => {
  const { resources, budgeteer } = withEverything();
  expect(budgeteer.alarms).toHaveLength(alarmsOf(resources).length);
});

describe('metrics', () => {
  test.each([
    ['metricSpend', Metric.SPEND_USD, 'Sum'],
    ['metricEstimatedSpend', Metric.ESTIMATED_USD, 'Sum'],
    ['metricPriceAge', Metric.PRICE_AGE_HOURS, 'Maximum'],
    ['metricRecordsMetered', Metric.RECORDS_METERED, 'Sum'],
    ['metricUnreadableRecords', Metric.RECORDS_UNREADABLE, 'Sum'],
    ['metricMeteringLag', Metric.METERING_LAG_SECONDS, 'p95'],
    ['metricSuspensions', Metric.SUSPENSIONS, 'Sum'],
    ['metricRestorations', Metric.RESTORATIONS, 'Sum'],
    ['metricSuspendedPrincipals', Metric.PRINCIPALS_SUSPENDED, 'Maximum'],
    ['metricSecondsToBlock', Metric.SECONDS_TO_BLOCK, 'Maximum'],
    ['metricOverspend', Metric.OVERSPEND_USD, 'Sum'],
  ] as const)('%s is %s of this deployment, by default its %s', (method, metricName, statistic) => {
    const { budgeteer } = synthesize();
    const { namespace, dimensions, ...metric } = budgeteer[method]();
    expect({ namespace, dimensions }).toEqual({ namespace: METRIC_NAMESPACE, dimensions: { [METRIC_DIMENSION]: budgeteer.deploymentId } });
    expect(metric).toMatchObject({ metricName, statistic });
  });

  test('options have the last word', () => {
    const { budgeteer } = synthesize();
    expect(budgeteer.metricSecondsToBlock({ statistic: 'p50' }).statistic).toBe('p50');
    expect(budgeteer.metric('RecordsDuplicate', { label: 'again' })).toMatchObject({ metricName: 'RecordsDuplicate', label: 'again' });
  });
});
