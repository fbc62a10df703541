import { KIND_SPEND_METRIC, Metric, METRIC_DIMENSION, METRIC_NAMESPACE } from '../../src/contract';
import { SWITCHED_ON } from '../everything';
import { functionsOf, handlerOf } from '../synthesized/deployed-handler';
import { synthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { SynthesizedResource } from '../synthesized/synthesized-stack';
import { EmittedMetric, emittedMetrics } from './emitted-metrics';
import { isKnownToAws, sameMetric, WatchedMetric } from './watched-metrics';

// With everything, so that every handler is there to emit. What of the alarms is there by default is in test/constructs/monitoring.test.ts.
const synthesized = synthesizedBudgeteer(SWITCHED_ON);
const { stack, budgeteer } = synthesized;
const alarms = stack.resources('AWS::CloudWatch::Alarm');

/** Counts of what is as it should be, and of what nobody has to look into: it is announced, mended, or alarmed by other means. */
const UNWATCHED: readonly Metric[] = [
  Metric.RECORDS_DUPLICATE, Metric.RECORDS_UNTRACKED, Metric.SPEND_USD, Metric.THRESHOLDS_CROSSED,
  Metric.GRACE_PERIODS_STARTED, Metric.SUSPENSIONS, Metric.RESTORATIONS, Metric.SECONDS_TO_BLOCK, Metric.OVERSPEND_USD, Metric.PRINCIPALS_SUSPENDED,
  // the age of the prices has an alarm, and so has every call that was estimated; what is held back is told by mail, and stays so until AWS mends its list
  Metric.PRICE_LIST_FAILURES, Metric.PRICES_HELD_BACK, Metric.MODELS_UNRESOLVED, Metric.ESTIMATED_USD, Metric.CALLS_ESTIMATED, Metric.CALLS_REPRICED,
  // the queue in which such records stand has an alarm
  Metric.RECORDS_UNREADABLE,
  // a runtime that is refused is told by mail, once
  Metric.RUNTIMES_REGISTERED, Metric.RUNTIMES_REFUSED, Metric.AGENTS_MONITORED, Metric.AGENT_COMPUTE_USD,
  // whose budget is used up is told like everybody, and the pool of all has no limit of its own
  Metric.AGENTS_EXCEEDED, Metric.AGENT_POOL_USED_PERCENT,
  Metric.POLICIES_REMOVED, Metric.POLICIES_RESTORED,
  // whoever asked has the refusal as an answer; what failed is an alarm on Lambda's own count of it
  Metric.ADMINISTRATION_REQUESTS, Metric.ADMINISTRATION_REFUSED,
  // what is beyond the tolerance is counted in hours, which have an alarm; too much of it is told by mail
  Metric.COVERAGE_GAP_PERCENT, Metric.TOKENS_UNMETERED, Metric.TOKENS_OVERMETERED,
  // as many as have a budget
  Metric.MANTLE_DENIED,
  // the share that a model differs by has an alarm
  Metric.RECONCILED_DAYS, Metric.COST_DRIFT_USD,
];

let emitted: readonly EmittedMetric[];
beforeAll(async () => {
  emitted = await emittedMetrics(synthesized);
});

describe('metrics of the product', () => {
  test('every alarm watches a metric of exactly the namespace, name and dimensions that a handler emits', () => {
    const own = alarms.flatMap(watchedBy).filter(({ namespace }) => namespace === METRIC_NAMESPACE);

    expect(own.length).toBeGreaterThanOrEqual(7);
    expect(own.filter(watched => !emitted.some(metric => sameMetric(metric, watched)))).toEqual([]);
  });

  test('every metric of the contract is emitted', () => {
    const names = new Set(emitted.map(({ name }) => name));

    expect([...Object.values(Metric), ...Object.values(KIND_SPEND_METRIC)].filter(metric => !names.has(metric))).toEqual([]);
  });

  test('every metric that counts what went wrong is watched by an alarm', () => {
    const watched = new Set(alarms.flatMap(watchedBy).filter(({ namespace }) => namespace === METRIC_NAMESPACE).map(({ name }) => name));

    expect(Object.values(Metric).filter(metric => !watched.has(metric)).sort()).toEqual([...UNWATCHED].sort());
  });

  test('every metric that a handler emits stands in the contract, under one dimension alone', () => {
    const known: readonly string[] = [...Object.values(Metric), ...Object.values(KIND_SPEND_METRIC)];

    expect(emitted.length).toBeGreaterThan(0);
    for (const metric of emitted) {
      expect(known).toContain(metric.name);
      expect(metric).toMatchObject({ namespace: METRIC_NAMESPACE });
      expect(metric.dimensions).toEqual({ [METRIC_DIMENSION]: budgeteer.deploymentId });
    }
  });

  test('every metric method of the construct is about a metric that a handler emits', () => {
    const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(budgeteer)).filter(name => /^metric[A-Z]/.test(name)) as 'metricSpend'[];

    expect(methods.length).toBeGreaterThanOrEqual(8);
    for (const method of methods) {
      const { namespace, metricName, dimensions } = budgeteer[method]();
      expect(emitted.some(metric => sameMetric(metric, { namespace, name: metricName, dimensions: dimensions as Record<string, string> }))).toBe(true);
    }
  });

  test('what is counted is what happened', () => {
    const sumOf = (name: Metric) => emitted.filter(metric => metric.name === name).reduce((sum, { value }) => sum + value, 0);
    const sums = Object.fromEntries(Object.values(Metric).map(name => [name, sumOf(name)]));

    expect(sums).toEqual(expect.objectContaining({
      [Metric.RECORDS_METERED]: 9,
      [Metric.RECORDS_DUPLICATE]: 1,
      [Metric.RECORDS_UNREADABLE]: 1,
      [Metric.RECORDS_UNKNOWN_MODEL]: 2,
      [Metric.MODELS_UNRESOLVED]: 1,
      [Metric.PRICES_HELD_BACK]: 2,
      [Metric.PRICE_LIST_FAILURES]: 2,
      [Metric.GRACE_PERIODS_STARTED]: 1,
      [Metric.UNENFORCEABLE_OVER_LIMIT]: 1,
      [Metric.EVALUATION_FAILURES]: 1,
      [Metric.SUSPENSIONS]: 1,
      [Metric.SUSPENSION_FAILURES]: 1,
      [Metric.RESTORATIONS]: 1,
      [Metric.RESTORATION_FAILURES]: 1,
      [Metric.UNAUDITED_CHANGES]: 1,
      [Metric.MONITOR_RUNS]: 3,
      [Metric.RECONCILED_DAYS]: 1,
      [Metric.RECONCILIATION_PENDING]: 1,
      [Metric.COST_DRIFT_PERCENT]: 17,
      [Metric.COST_DRIFT_USD]: 2,
      [Metric.AGENTS_MONITORED]: 1,
      [Metric.AGENTS_EXCEEDED]: 1,
      [Metric.AGENT_POOL_USED_PERCENT]: 120,
      [Metric.RUNTIMES_REGISTERED]: 1,
      [Metric.RUNTIMES_REFUSED]: 1,
      [Metric.POLICIES_REMOVED]: 3,
      [Metric.POLICIES_RESTORED]: 2,
      [Metric.POLICIES_NOT_RESTORED]: 1,
      [Metric.ADMINISTRATION_REQUESTS]: 2,
      [Metric.ADMINISTRATION_REFUSED]: 1,
      [Metric.COVERAGE_CHECKS]: 1,
      [Metric.COVERAGE_GAPS]: 1,
      [Metric.COVERAGE_GAP_PERCENT]: 100,
      [Metric.TOKENS_UNMETERED]: 50_000,
      [Metric.LOGGING_MISDIRECTED]: 1,
      [Metric.MANTLE_INFERENCES]: 50_000,
    }));
    // 0.1 vCPU-hours at 0.0895 and 0.1 GB-hours at 0.00945 US dollars
    expect(sums[Metric.AGENT_COMPUTE_USD]).toBeCloseTo(0.009895, 12);
    expect(sums[Metric.SETTINGS_INVALID]).toBeGreaterThan(0);
  });
});

describe("AWS's own metrics", () => {
  test('every other alarm watches a metric that AWS has, of a resource of this template', () => {
    const foreign = alarms.flatMap(watchedBy).filter(({ namespace }) => namespace !== METRIC_NAMESPACE);
    const unknown = foreign.filter(metric => !isKnownToAws(metric, stack));

    expect(foreign.length).toBeGreaterThan(0);
    expect(unknown).toEqual([]);
  });

  test('every queue for what could not be processed has an alarm', () => {
    const watched = new Set(alarms.flatMap(watchedBy).map(({ dimensions }) => dimensions.QueueName));
    const queues = stack.resources('AWS::SQS::Queue').map(queue => stack.attribute(queue, 'QueueName'));

    expect(queues.filter(queue => !watched.has(queue))).toEqual([]);
  });

  test('what every function gives up on goes to a queue', () => {
    const queues = stack.resources('AWS::SQS::Queue').map(queue => stack.attribute(queue, 'Arn'));
    const destinations = Object.fromEntries(stack.resources('AWS::Lambda::EventInvokeConfig')
      .map(({ properties }) => [properties.FunctionName, properties.DestinationConfig.OnFailure.Destination]));

    expect(functionsOf(synthesized).filter(fn => !queues.includes(destinations[stack.attribute(fn, 'Ref')])).map(handlerOf)).toEqual([]);
  });
});

test('every alarm tells the operations topic, and says what to do', () => {
  const topic = stack.attribute(stack.resourceOf(budgeteer.operationsTopic), 'TopicArn');

  for (const { logicalId, properties } of alarms) {
    expect({ logicalId, actions: properties.AlarmActions, description: properties.AlarmDescription })
      .toEqual({ logicalId, actions: [topic], description: expect.stringMatching(/\. First: ./) });
  }
});

/** The metric of an alarm, or those of its expression. */
function watchedBy({ properties }: SynthesizedResource): WatchedMetric[] {
  const ofExpression = (properties.Metrics ?? []).flatMap(({ MetricStat: stat }: any) => stat?.Metric ?? []);
  return (properties.MetricName ? [properties] : ofExpression).map(({ Namespace: namespace, MetricName: name, Dimensions: dimensions = [] }: any) => (
    { namespace, name, dimensions: Object.fromEntries(dimensions.map(({ Name: key, Value: value }: any) => [key, value])) }
  ));
}
