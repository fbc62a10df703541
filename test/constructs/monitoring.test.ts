import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { BedrockBudgeteer, BudgetPrincipal, SuspensionStrategy } from '../../src';
import { Metric, METRIC_DIMENSION, METRIC_NAMESPACE } from '../../src/contract';
import { Deployment } from '../../src/deployment';
import { HandlerFunction } from '../../src/functions/handler-function';
import { Alarms } from '../../src/monitoring/alarms';
import { readable } from './support/intrinsics';
import { nameBundlesByPath, newStack, ofType, Resources, synthesize, synthesizeEverything } from './support/synthesize';

beforeEach(nameBundlesByPath);

const alarmsOf = (resources: Resources) => Object.values(ofType(resources, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
const withDefaults = () => synthesize({ budgets: [{ principal: BudgetPrincipal.roleName('writer'), limitUsd: 1 }] });
const withEverything = synthesizeEverything;

/** What an alarm watches: one metric, or those that its expression is over. */
const metricsOf = (alarm: any): any[] => alarm.Metrics?.flatMap((query: any) => query.MetricStat?.Metric ?? []) ?? [alarm];

/** Metrics of AWS services that alarms may watch, by namespace. */
const AWS_METRICS: Record<string, string[]> = {
  'AWS/Lambda': ['AsyncEventsDropped', 'DestinationDeliveryFailures', 'Errors', 'IteratorAge', 'Throttles', 'Url5xxCount'],
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
  Metric.SUSPENSION_FAILURES, Metric.UNAUDITED_CHANGES, Metric.UNENFORCEABLE_OVER_LIMIT, Metric.UNEVALUATED_FOUND,
  // only with the strategy DETACH
  Metric.POLICIES_NOT_RESTORED,
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

describe('what is switched on is watched, and nothing else is', () => {
  /** Ids of the alarms that are there with some props and not by default. */
  const added = (props: Parameters<typeof synthesize>[0]) => {
    const before = new Set(synthesize().budgeteer.alarms.map(({ node }) => node.id));
    return synthesize(props).budgeteer.alarms.map(({ node }) => node.id).filter(id => !before.has(id) && !/-\d$/.test(id)).sort();
  };

  test.each([
    ['AgentCore', { agentCore: true }, ['agent-registrar-failures']],
    ['compute of AgentCore', { agentCore: true, agentBudgets: { computeCosts: true } }, ['agent-compute-meter-failures', 'agent-registrar-failures']],
    ['the strategy DETACH', { suspensionStrategy: SuspensionStrategy.DETACH }, ['policies-not-restored', 'policy-detacher-failures']],
    ['administration', { administration: true }, ['administration-errors', 'budget-manager-failures']],
  ])('%s', (_, props, alarms) => {
    expect(added(props)).toEqual(alarms);
  });

  test('a request that failed is an error of the function\'s URL, since the function answers it', () => {
    const { resources, budgeteer, stack } = withEverything();
    const [alarm] = alarmsOf(resources).filter(({ MetricName }) => MetricName === 'Url5xxCount');
    expect(alarm).toMatchObject({
      Namespace: 'AWS/Lambda',
      Dimensions: [{ Name: 'FunctionName', Value: stack.resolve(budgeteer.budgetManager!.functionName) }],
      Statistic: 'Sum',
      Period: 300,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    });
  });

  test('all of it together has alarms of every kind, and no more than before for the rest', () => {
    const byDefault = alarmsOf(withDefaults().resources).length;
    // four queues, two metrics; the groups of functions stay two
    expect(alarmsOf(withEverything().resources)).toHaveLength(byDefault + 4 + 2);
  });
});

test('every alarm says what it means, what to do first and what to read, and tells the operations topic', () => {
  const { resources, stack, budgeteer } = withEverything();
  const files = new Set<string>();
  for (const { AlarmDescription, AlarmActions } of alarmsOf(resources)) {
    expect(JSON.stringify(AlarmDescription)).toMatch(/\w+\. First: [A-Z]/);
    const [, file, section] = readable(AlarmDescription).match(/ Read: docs\/([\w.]+), "([^"]+)"\.$/);
    expect(readFileSync(path.join(__dirname, '../../docs', file), 'utf8')).toMatch(new RegExp(`\n##+ ${section}\n`));
    files.add(file);
    expect(AlarmActions).toEqual([stack.resolve(budgeteer.operationsTopic.topicArn)]);
  }
  expect([...files].sort()).toEqual(['administration.md', 'emergencies.md', 'failures.md', 'operations.md', 'pricing.md', 'security.md']);
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
