import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { Metric, SettingName } from '../contract';
import { Deployment } from '../deployment';
import { Enforcement } from '../enforcement/enforcement';
import { PolicyBackups } from '../enforcement/policy-backups';
import { FailureQueue } from '../functions/failure-queue';
import { HandlerFunction } from '../functions/handler-function';
import { deploymentMetric } from './metrics';

export interface AlarmsProps {
  readonly deployment: Deployment;
  readonly operationsTopic: sns.ITopic;
}

/** What an operator is told: what it means, and what to do first. */
interface Watch {
  readonly metric: cloudwatch.IMetric;
  readonly meaning: string;
  readonly firstAction: string;
  /** Where it is explained: a file of docs/ and a heading in it. */
  readonly read: Reading;
  /** @default anything above 0 */
  readonly above?: number;
  /** Periods in a row; @default 1 */
  readonly periods?: number;
}

type Explanation = Pick<Watch, 'meaning' | 'firstAction' | 'read'>;

const PERIOD = Duration.minutes(5);

/** The sections that alarms send people to. */
const READ = {
  QUEUES: { file: 'operations.md', section: 'Queues to look into' },
  SETTINGS: { file: 'operations.md', section: 'Change settings for everybody' },
  METERING: { file: 'failures.md', section: 'Metering' },
  DECIDING: { file: 'failures.md', section: 'Deciding' },
  SUSPENDING: { file: 'failures.md', section: 'Suspending' },
  RESTORING: { file: 'failures.md', section: 'Restoring' },
  UNKNOWN_PRICES: { file: 'pricing.md', section: 'What is not known' },
  REFRESH: { file: 'pricing.md', section: 'The daily refresh' },
  DRIFT: { file: 'failures.md', section: 'Drift' },
  POLICIES: { file: 'security.md', section: 'How it ends' },
  EMERGENCIES: { file: 'emergencies.md', section: 'Pause enforcement, or lift it' },
  ADMINISTRATION: { file: 'administration.md', section: 'Answers' },
} as const;
type Reading = (typeof READ)[keyof typeof READ];

/** Prices are read once a day: after three attempts that failed somebody should look. */
const STALE_AFTER = Duration.hours(72);

/** The most that an alarm on an expression can watch. */
const METRICS_PER_ALARM = 10;

/**
 * Everything that somebody has to look into, told on the operations topic. What the system puts right by itself raises no alarm.
 */
export class Alarms extends Construct {
  public readonly all: cloudwatch.Alarm[] = [];
  private readonly deployment: Deployment;
  private readonly action: SnsAction;
  private groups = 0;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.deployment = props.deployment;
    this.action = new SnsAction(props.operationsTopic);
  }

  /** What functions gave up on, and what was lost on the way to them or to their queues. */
  public watchHandlers(handlers: HandlerFunction[]): void {
    handlers.forEach(handler => this.watchFailures(handler));
    for (let start = 0; start < handlers.length; start += METRICS_PER_ALARM) {
      this.watchLosses(handlers.slice(start, start + METRICS_PER_ALARM));
    }
  }

  /** The bus of our own: what is not on it is told to nobody, and missing from the audit trail. */
  public watchEventBus(undelivered: FailureQueue): void {
    this.watchQueue('undelivered-events', undelivered, {
      meaning: 'The bus could not encrypt or decrypt events: nobody was told of them, and they are missing from the audit trail.',
      firstAction: 'See that the encryption key is enabled and that its policy lets EventBridge use it; then put the events of the messages on the bus again.',
      read: READ.QUEUES,
    });
  }

  /** Of up to ten functions together: whichever it is, the first steps are the same. */
  private watchLosses(handlers: HandlerFunction[]): void {
    this.groups += 1;
    const names = handlers.map(({ handler }) => handler).join(', ');
    this.watch(`failure-records-lost-${this.groups}`, {
      metric: sumOver(handlers, 'DestinationDeliveryFailures'),
      meaning: 'What a function gave up on could not be put into its failure queue, and is in none.',
      firstAction: `Find the function by its metric DestinationDeliveryFailures (${names}) and the event in its log. A record above the size limit of SQS never fits;`
        + ' otherwise see that the queue is there and that the role of the function may use it and the key.',
      read: READ.QUEUES,
    });
    this.watch(`events-dropped-${this.groups}`, {
      metric: sumOver(handlers, 'AsyncEventsDropped'),
      meaning: 'Lambda dropped events without a function having dealt with them.',
      firstAction: `Find the function by its metric AsyncEventsDropped (${names}). Its failure queue holds what was dropped, unless failure records are lost as well;`
        + ' then look for throttles and errors of that time.',
      read: READ.QUEUES,
    });
  }

  private watchFailures(handler: HandlerFunction): void {
    this.watchQueue(`${handler.handler}-failures`, handler.failures, {
      meaning: `${handler.handler} gave up on an event after all retries.`,
      firstAction: 'Read the error in the message and in the log of the function; when the cause is gone, invoke the function with the'
        + ' requestPayload of the message and delete it. Doing so twice does no harm.',
      read: READ.QUEUES,
    });
  }

  /** The meter: spend that is not recorded is spend that stops nobody. */
  public watchMetering(usageMeter: HandlerFunction, unreadableRecords: FailureQueue): void {
    this.watchQueue('unreadable-records', unreadableRecords, {
      meaning: 'An invocation record could not be read and was charged to nobody.',
      firstAction: 'Read the reason in the message. A new form of record needs a new version of this library; the message holds what was read.',
      read: READ.QUEUES,
    });
    this.watch('metering-errors', {
      metric: usageMeter.function.metricErrors({ period: PERIOD }),
      meaning: 'Metering fails; deliveries are retried, and spend is noticed late.',
      firstAction: 'Read the errors in the log of the usage meter; a table that throttles or a key that is disabled are the likely causes.',
      read: READ.METERING,
      periods: 3,
    });
    this.watch('metering-throttles', {
      metric: usageMeter.function.metricThrottles({ period: PERIOD }),
      meaning: 'Lambda throttles metering; deliveries are retried, and spend is noticed late.',
      firstAction: 'Look who uses up the concurrency of the account, and raise the quota or reserve concurrency for others.',
      read: READ.METERING,
      periods: 3,
    });
    this.watch('unknown-models', {
      metric: this.own(Metric.RECORDS_UNKNOWN_MODEL),
      meaning: 'A model without a known price was called, and charged at a conservative price.',
      firstAction: 'Read the event "Model Price Unknown" for the model, and write its price into the parameter "price-overrides": its calls are charged anew.',
      read: READ.UNKNOWN_PRICES,
    });
  }

  /** Prices decide who is cut off. Those that are held back are told by event and mail: they stay so until AWS mends its list. */
  public watchPrices(refresher: HandlerFunction | undefined): void {
    if (!refresher) {
      return;
    }
    this.notify(new cloudwatch.Alarm(this, 'prices-stale', {
      alarmDescription: describe({
        meaning: `The AWS Price List was not read completely for ${STALE_AFTER.toHours()} hours, or the refresher does not run: calls are charged at the last good prices.`,
        firstAction: 'Read the log of the price refresher for what it could not read; calls to the Price List are throttled by account.',
        read: READ.REFRESH,
      }),
      metric: deploymentMetric(this.deployment.id, Metric.PRICE_AGE_HOURS, { statistic: cloudwatch.Stats.MAXIMUM, period: Duration.hours(1) }),
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: STALE_AFTER.toHours(),
      evaluationPeriods: 3,
      // A refresher that does not run emits nothing.
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    }));
  }

  /** The evaluator and the monitor: spend that nobody decides on stops nobody. */
  public watchDecisions(evaluator: HandlerFunction, evaluationFailures: FailureQueue): void {
    this.watchQueue('evaluation-failures', evaluationFailures, {
      meaning: 'Changes of budgets could not be evaluated; the monitor evaluates them within its next runs.',
      firstAction: 'Read the error in the log of the evaluator. The message tells where in the stream the records are, for 24 hours.',
      read: READ.QUEUES,
    });
    this.watch('stream-lag', {
      metric: evaluator.function.metric('IteratorAge', { statistic: cloudwatch.Stats.MAXIMUM, period: PERIOD }),
      meaning: 'Decisions lag more than five minutes behind spend.',
      firstAction: 'Look for errors and throttles of the evaluator; a poisoned record is put aside by itself, after its retries.',
      read: READ.DECIDING,
      above: Duration.minutes(5).toMilliseconds(),
      periods: 2,
    });
    this.watch('evaluation-errors', {
      metric: this.own(Metric.EVALUATION_FAILURES),
      meaning: 'A budget could not be evaluated: until it can, its principal is neither warned nor suspended.',
      firstAction: 'Find the principal and the problem in the logs of the evaluator and the monitor, and mend a budget item that cannot be read by hand;'
        + ' everything else comes again by itself.',
      read: READ.DECIDING,
    });
    this.watch('unevaluated-budgets', {
      metric: this.own(Metric.UNEVALUATED_FOUND),
      meaning: 'The monitor found budgets that the evaluator had missed, and evaluated them.',
      firstAction: 'See whether changes were lost: compare with the errors of the evaluator and its failure queue.',
      read: READ.DECIDING,
    });
    this.watch('invalid-settings', {
      metric: this.own(Metric.SETTINGS_INVALID),
      meaning: 'A parameter holds a value that is not allowed; the last valid one stays in force.',
      firstAction: 'Correct the parameter that the event "Configuration Invalid" names.',
      read: READ.SETTINGS,
    });
    this.notify(new cloudwatch.Alarm(this, 'monitor-silent', {
      alarmDescription: describe({
        meaning: 'The monitor has not run for 15 minutes: grace periods and new periods are noticed late, and drift is not.',
        firstAction: 'Read the errors in the log of the budget monitor, and see that its rule is enabled.',
        read: READ.DECIDING,
      }),
      metric: this.own(Metric.MONITOR_RUNS),
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 3,
      // A monitor that does not run emits nothing: silence is what this alarm is for.
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    }));
  }

  /** The enforcer and its workflows: a decision that is not carried out stops nobody, or stops somebody for too long. */
  public watchEnforcement({ suspension, restoration, backups }: Pick<Enforcement, 'suspension' | 'restoration' | 'backups'>): void {
    this.watch('suspension-failures', {
      metric: this.own(Metric.SUSPENSION_FAILURES),
      meaning: `A principal that is over its limit could not be suspended, and goes on spending${backups ? ', or is denied and still has its policies' : ''}; the monitor tries again.`,
      firstAction: 'Read the event "Suspension Failed" for the principal and the reason; suspend by hand by attaching the deny policy.',
      read: READ.SUSPENDING,
    });
    this.watch('restoration-failures', {
      metric: this.own(Metric.RESTORATION_FAILURES),
      meaning: 'A principal that may spend again could not be restored; the monitor tries again.',
      firstAction: 'Read the event "Restoration Failed" for the principal and the reason; restore by hand by detaching the deny policy.',
      read: READ.RESTORING,
    });
    this.watch('unenforceable-over-limit', {
      metric: this.own(Metric.UNENFORCEABLE_OVER_LIMIT),
      meaning: 'A principal that cannot be suspended is over its limit.',
      firstAction: 'Read the event "Principal Unenforceable" for who and why: free a policy slot, or restrict it by its permission set or an SCP.',
      read: READ.SUSPENDING,
    });
    this.watch('drift', {
      metric: this.own(Metric.DRIFT_DETECTED),
      meaning: 'Somebody else attached or detached the deny policy; it was put right.',
      firstAction: 'Find who did so in CloudTrail, and have that tool leave the policy alone; to exempt a principal, change its budget.',
      read: READ.DRIFT,
    });
    this.watch('unaudited-changes', {
      metric: this.own(Metric.UNAUDITED_CHANGES),
      meaning: `The deny policy was attached or detached${backups ? ', or policies were removed or put back' : ''}, and the event that tells it could not be put: it is missing from the audit trail.`,
      firstAction: `Read the error in the log of the enforcer${backups ? ' or the policy-detacher' : ''}, which names the principal; CloudTrail has the change itself.`,
      read: READ.SUSPENDING,
    });
    const workflows = [['suspension', suspension, READ.SUSPENDING], ['restoration', restoration, READ.RESTORING]] as const;
    for (const [name, { stateMachine }, read] of workflows) {
      this.watch(`${name}-executions-failed`, {
        metric: stateMachine.metricFailed({ period: PERIOD }),
        meaning: `A ${name} workflow failed; the monitor starts another.`,
        firstAction: 'Open the failed execution of the state machine and read the error of its last step.',
        read,
      });
      this.watch(`${name}-executions-timed-out`, {
        metric: stateMachine.metricTimedOut({ period: PERIOD }),
        meaning: `A ${name} workflow ran out of time; the monitor starts another.`,
        firstAction: 'Open the execution of the state machine and see in which step it hung.',
        read,
      });
    }
  }

  /** What the strategy `DETACH` could not put back. */
  public watchBackups(backups: PolicyBackups | undefined): void {
    if (backups) {
      this.watch('policies-not-restored', {
        metric: this.own(Metric.POLICIES_NOT_RESTORED),
        meaning: 'A principal was restored without some of its policies: they no longer exist, or somebody put others of the same name there.',
        firstAction: 'Read the event "Policies Restored" for which and why; the documents are in the history of the policy backups table.',
        read: READ.POLICIES,
      });
    }
  }

  /** A failed request is answered and so is no error of the function. */
  public watchAdministration(manager: HandlerFunction | undefined): void {
    if (manager) {
      this.watch('administration-errors', {
        metric: manager.function.metric('Url5xxCount', { statistic: cloudwatch.Stats.SUM, period: PERIOD }),
        meaning: 'A request to look at a budget or to change one failed for a reason of the system\'s own.',
        firstAction: 'Find the request in the log of the budget manager by the request id of its answer. A change can be asked for again with the same idempotency key.',
        read: READ.ADMINISTRATION,
      });
    }
  }

  /** That budgets suspend nobody is nothing to forget. */
  public watchEnforcementSetting(settingsPath: string): void {
    this.watch('enforcement-paused', {
      // The monitor tells every five minutes, now and then a little later: a shorter period would come without a data point, and the alarm go and come.
      metric: deploymentMetric(this.deployment.id, Metric.ENFORCEMENT_PAUSED, { statistic: cloudwatch.Stats.MAXIMUM, period: Duration.minutes(15) }),
      meaning: 'Budgets are not enforced: somebody has paused enforcement for everybody, or lifted it. Who spends more than its limit is not suspended.',
      firstAction: `Find out who did so and why: the audit trail has it under "deployment". When the emergency is over, set the SSM parameter ${settingsPath}/${SettingName.ENFORCEMENT} to "on".`,
      read: READ.EMERGENCIES,
    });
  }

  private watchQueue(id: string, queue: FailureQueue, explanation: Explanation): void {
    this.watch(id, {
      metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: cloudwatch.Stats.MAXIMUM, period: PERIOD }),
      ...explanation,
      firstAction: `${explanation.firstAction} Queue: ${queue.queueUrl}`,
    });
  }

  private watch(id: string, watch: Watch): void {
    this.notify(new cloudwatch.Alarm(this, id, {
      alarmDescription: describe(watch),
      metric: watch.metric,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: watch.above ?? 0,
      evaluationPeriods: watch.periods ?? 1,
      // All of these count things that are not emitted while they do not happen, be it by us or by Lambda, and queues that nobody uses report nothing.
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    }));
  }

  private notify(alarm: cloudwatch.Alarm): void {
    alarm.addAlarmAction(this.action);
    this.all.push(alarm);
  }

  private own(metricName: Metric): cloudwatch.Metric {
    return deploymentMetric(this.deployment.id, metricName, { period: PERIOD });
  }
}

/** `SUM` passes over functions without a data point; added up by `+`, one of them would leave no sum at all. */
function sumOver(handlers: HandlerFunction[], metricName: string): cloudwatch.IMetric {
  return new cloudwatch.MathExpression({
    expression: 'SUM(METRICS())',
    usingMetrics: Object.fromEntries(handlers.map((handler, index) => [
      `m${index + 1}`, handler.function.metric(metricName, { statistic: cloudwatch.Stats.SUM, period: PERIOD }),
    ])),
    label: metricName,
    period: PERIOD,
  });
}

function describe({ meaning, firstAction, read }: Explanation): string {
  return `${meaning} First: ${firstAction} Read: docs/${read.file}, "${read.section}".`;
}
