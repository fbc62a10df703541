import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { BedrockBudgeteer, BudgetPrincipal, MantleUse, SuspensionStrategy } from '../../src';
import { Metric, METRIC_DIMENSION, METRIC_NAMESPACE } from '../../src/contract';
import { Deployment } from '../../src/deployment';
import { HandlerFunction } from '../../src/functions/handler-function';
import { Alarms } from '../../src/monitoring/alarms';
import { watchHandlers } from '../../src/monitoring/alarms/handler-alarms';
import { readable } from './support/intrinsics';
import { nameBundlesByPath, newStack, ofType, Resources, synthesize, synthesized, synthesizeSwitchedOn } from './support/synthesize';

beforeEach(nameBundlesByPath);

const alarmsOf = (resources: Resources) => Object.values(ofType(resources, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
const withDefaults = () => synthesize({ budgets: [{ principal: BudgetPrincipal.roleName('writer'), limitUsd: 1 }] });
const withEverything = synthesizeSwitchedOn;

/** What an alarm watches: one metric, or those that its expression is over. */
const metricsOf = (alarm: any): any[] => alarm.Metrics?.flatMap((query: any) => query.MetricStat?.Metric ?? []) ?? [alarm];

/** Metrics of AWS services that alarms may watch, by namespace, with the number of their dimensions. */
const AWS_METRICS: Record<string, [metrics: string[], dimensions: number]> = {
  'AWS/Lambda': [['AsyncEventsDropped', 'DestinationDeliveryFailures', 'Errors', 'Invocations', 'IteratorAge', 'Throttles', 'Url5xxCount'], 1],
  'AWS/SNS': [['NumberOfNotificationsFailed'], 1],
  'AWS/SQS': [['ApproximateNumberOfMessagesVisible'], 1],
  'AWS/States': [['ExecutionsFailed', 'ExecutionsTimedOut'], 1],
  'AWS/DynamoDB': [['ReadThrottleEvents', 'WriteThrottleEvents'], 1],
  'AWS/Logs': [['DeliveryErrors', 'DeliveryThrottling'], 3],
  'AWS/Events': [['InvocationsFailedToBeSentToDlq'], 2],
};

test('every alarm watches a metric that a handler or a service emits, with exactly its dimensions', () => {
  const { resources, budgeteer } = withEverything();
  for (const { Namespace, MetricName, Dimensions } of alarmsOf(resources).flatMap(metricsOf)) {
    if (Namespace === METRIC_NAMESPACE) {
      expect(Object.values(Metric)).toContain(MetricName);
      expect(Dimensions).toEqual([{ Name: METRIC_DIMENSION, Value: budgeteer.deploymentId }]);
    } else {
      const [metrics, dimensions] = AWS_METRICS[Namespace];
      expect(metrics).toContain(MetricName);
      expect(Dimensions).toHaveLength(dimensions);
    }
  }
});

test.each([
  Metric.DRIFT_DETECTED, Metric.EVALUATION_FAILURES, Metric.METERING_LAG_SECONDS, Metric.MONITOR_RUNS, Metric.PRICE_AGE_HOURS,
  Metric.RECORDS_UNKNOWN_MODEL, Metric.RESTORATION_FAILURES, Metric.SETTINGS_INVALID,
  Metric.COVERAGE_GAPS, Metric.LOGGING_MISDIRECTED, Metric.MANTLE_INFERENCES,
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

test('more functions than one alarm can watch are watched by several, numbered from the second on', () => {
  // given
  const stack = newStack();
  const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer');
  const handlers = HandlerFunction.allIn(budgeteer);
  const alarms = new Alarms(stack, 'Alarms', {
    deployment: { id: budgeteer.deploymentId } as Deployment,
    operationsTopic: budgeteer.operationsTopic,
    runbookUrl: 'https://runbook',
    actions: {},
    overrides: {},
  });

  // when
  const eleven = [...handlers, ...handlers].slice(0, 11).map((handler, index) => Object.assign(Object.create(handler), { handler: `handler-${index}` }));
  watchHandlers(alarms, eleven);

  // then
  const dropped = alarms.all.filter(alarm => alarm.node.id.startsWith('events-dropped'));
  expect(dropped.map(({ node }) => node.id)).toEqual(['events-dropped', 'events-dropped-2']);
  expect(dropped.map(alarm => stack.resolve((alarm.node.defaultChild as any).metrics).length - 1)).toEqual([10, 1]);
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
    ['AgentCore', { agentCore: true }, ['agent-registrar-failures', 'agent-registrar-silent']],
    ['compute of AgentCore', { agentCore: true, agentBudgets: { computeCosts: true } }, [
      'agent-compute-meter-failures', 'agent-compute-meter-silent', 'agent-registrar-failures', 'agent-registrar-silent',
    ]],
    ['the strategy DETACH', { suspensionStrategy: SuspensionStrategy.DETACH }, ['policies-not-restored', 'policy-detacher-failures']],
    ['administration', { administration: true }, ['administration-errors', 'budget-manager-failures']],
    ['reports', { reports: {} }, ['chargeback-report-failed', 'chargeback-report-timed-out', 'chargeback-reporter-failures']],
    ['reconciliation', { reconciliation: true }, ['cost-drift', 'cost-reconciler-failures', 'reconciliation-pending']],
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
    // eight queues, five metrics, three schedules, one more workflow; the groups of functions stay as many
    expect(alarmsOf(withEverything().resources)).toHaveLength(byDefault + 8 + 5 + 3 + 2);
  });
});

test('every alarm says how grave it is, what it means, what to do first, where to read on, and tells the operations topic', () => {
  const { resources, stack, budgeteer } = withEverything();
  const files = new Set<string>();
  for (const { AlarmName, AlarmDescription, AlarmActions } of alarmsOf(resources)) {
    const description: string = readable(AlarmDescription);
    expect(description).toMatch(/^(CRITICAL|WARNING): [A-Za-z].+\. First: [A-Z]/);
    // CloudWatch's limit; the address of a queue is as long as its name and region make it
    expect(description.length).toBeLessThan(1024 - 100);
    const [, file, section, anchor] = description.match(/ Read: docs\/([\w.]+), "([^"]+)"\. Runbook: https:\S+\/docs\/runbook\.md#([a-z-]+)$/)!;
    expect(readFileSync(path.join(__dirname, '../../docs', file), 'utf8')).toMatch(new RegExp(`\n##+ ${section}\n`));
    expect(AlarmName.replace(/-\d+$/, '')).toBe(`${budgeteer.deploymentId}-${anchor}`);
    files.add(file);
    expect(AlarmActions).toEqual([stack.resolve(budgeteer.operationsTopic.topicArn)]);
  }
  expect([...files].sort()).toEqual(['administration.md', 'agentcore.md', 'alerts.md', 'chargeback.md', 'coverage.md', 'emergencies.md', 'failures.md', 'operations.md', 'pricing.md', 'reconciliation.md', 'security.md']);
});

test('silence means trouble of whoever runs by the clock, after three missed runs', () => {
  const breaching = alarmsOf(withEverything().resources).filter(({ TreatMissingData }) => TreatMissingData !== 'notBreaching');
  expect(breaching.map(({ AlarmName, MetricName, Period, EvaluationPeriods, TreatMissingData, ComparisonOperator, Threshold }) => (
    [AlarmName.slice('Stack-Budgeteer-e66ddd7b-'.length), MetricName, Period, EvaluationPeriods, TreatMissingData, ComparisonOperator, Threshold]
  )).sort()).toEqual([
    ['agent-compute-meter-silent', 'Invocations', 3600, 3, 'breaching', 'LessThanThreshold', 1],
    ['agent-registrar-silent', 'Invocations', 3600, 3, 'breaching', 'LessThanThreshold', 1],
    ['call-repricer-silent', 'Invocations', 3600, 3, 'breaching', 'LessThanThreshold', 1],
    ['mantle-guard-silent', 'Invocations', 3600, 3, 'breaching', 'LessThanThreshold', 1],
    ['monitor-silent', 'MonitorRuns', 300, 3, 'breaching', 'LessThanThreshold', 1],
    ['prices-stale', 'PriceAgeHours', 3600, 3, 'breaching', 'GreaterThanThreshold', 72],
    ['principal-registrar-silent', 'Invocations', 3600, 3, 'breaching', 'LessThanThreshold', 1],
  ]);
});

test('every function that runs by the clock is missed by an alarm', () => {
  const { resources } = withEverything();
  const scheduled = Object.values(ofType(resources, 'AWS::Events::Rule')).filter(({ Properties }) => Properties.ScheduleExpression)
    .flatMap(({ Properties }) => Properties.Targets.map((target: any) => target.Arn['Fn::GetAtt'][0]));
  const watched = alarmsOf(resources).filter(({ MetricName }) => MetricName === 'Invocations').map(({ Dimensions }) => Dimensions[0].Value.Ref);
  const byOwnWord = scheduled.filter(id => !watched.includes(id)).map(id => resources[id].Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME);
  // those tell of every run in metrics of their own; the bill is compared once a day, and nobody is the worse for a day without
  expect(byOwnWord.sort()).toEqual(['budget-monitor', 'cost-reconciler', 'coverage-checker', 'price-refresher']);
});

test('the delivery of the log is watched as the subscription has it', () => {
  const { resources, stack, budgeteer } = withEverything();
  const [filter] = Object.keys(ofType(resources, 'AWS::Logs::SubscriptionFilter'));
  for (const metric of ['DeliveryErrors', 'DeliveryThrottling']) {
    const [{ Dimensions }] = alarmsOf(resources).filter(({ MetricName }) => MetricName === metric);
    expect(Object.fromEntries(Dimensions.map(({ Name, Value }: any) => [Name, Value]))).toEqual({
      LogGroupName: stack.resolve(budgeteer.invocationLogGroup.logGroupName), DestinationType: 'Lambda', FilterName: { Ref: filter },
    });
  }
});

test('rules of the bus that every account has are known by their name alone', () => {
  const stack = newStack();
  const eventBus = EventBus.fromEventBusName(stack, 'Bus', 'default');
  new BedrockBudgeteer(stack, 'Budgeteer', { eventBus });
  const [alarm] = alarmsOf(synthesized(stack).resources).filter(alarm_ => metricsOf(alarm_).some(({ Namespace }) => Namespace === 'AWS/Events'));
  expect(metricsOf(alarm).map(({ Dimensions }) => Dimensions.map(({ Name }: any) => Name))).toEqual([['RuleName'], ['RuleName']]);
});

describe('coverage', () => {
  const ids = (props: Parameters<typeof synthesize>[0]) => synthesize(props).budgeteer.alarms.map(({ node }) => node.id).filter(id => /^(coverage|logging-off|mantle)/.test(id)).sort();
  const alarmOn = (metric: Metric, resources = withDefaults().resources) => alarmsOf(resources).find(({ MetricName }) => MetricName === metric);

  test('is watched by default, with the mantle endpoint', () => {
    expect(ids({})).toEqual(['coverage-checker-failures', 'coverage-gap', 'coverage-silent', 'logging-off', 'mantle-use']);
  });

  test('without the mantle endpoint where its use is ignored, and not at all where it is off', () => {
    expect(ids({ mantleUse: MantleUse.IGNORE })).toEqual(['coverage-checker-failures', 'coverage-gap', 'coverage-silent', 'logging-off']);
    expect(ids({ coverage: false })).toEqual([]);
  });

  test('use of the mantle endpoint is alarmed also where it is denied to whoever has a budget, and so is whom that fails with', () => {
    expect(ids({ mantleUse: MantleUse.DENY })).toEqual([
      'coverage-checker-failures', 'coverage-gap', 'coverage-silent', 'logging-off', 'mantle-deny-failed', 'mantle-guard-failures', 'mantle-guard-silent', 'mantle-use',
    ]);
    expect(alarmOn(Metric.MANTLE_DENY_FAILURES, withEverything().resources)).toMatchObject({
      Statistic: 'Maximum', Period: 3600, EvaluationPeriods: 1, Threshold: 0, ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'notBreaching',
    });
  });

  test('a gap has to last for two checks; a log that goes elsewhere is told at the first, and stands until a check says otherwise', () => {
    expect(alarmOn(Metric.COVERAGE_GAPS)).toMatchObject({ Statistic: 'Sum', Period: 3600, EvaluationPeriods: 2, Threshold: 0, TreatMissingData: 'notBreaching' });
    expect(alarmOn(Metric.LOGGING_MISDIRECTED)).toMatchObject({ Statistic: 'Maximum', Period: 3600, EvaluationPeriods: 1, Threshold: 0, TreatMissingData: 'notBreaching' });
  });

  test('silence is none where there was nothing to compare: before the first check, and where nobody calls', () => {
    const silent = alarmsOf(withDefaults().resources).find(alarm => metricsOf(alarm).some(({ MetricName }) => MetricName === Metric.COVERAGE_CHECKS))!;
    expect(silent).toMatchObject({ EvaluationPeriods: 3, TreatMissingData: 'notBreaching' });
    expect(silent.Metrics[0].Expression).toBe('IF(FILL(metered, 0) > 0 AND FILL(checks, 0) < 1, 1, 0)');
    expect(silent.Metrics.slice(1).map(({ Id, MetricStat }: any) => [Id, MetricStat.Metric.MetricName, MetricStat.Period]).sort()).toEqual([
      ['checks', Metric.COVERAGE_CHECKS, 3600], ['metered', Metric.RECORDS_METERED, 3600],
    ]);
  });
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
