import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { severityMark } from '../alerts/alarms-heard';
import { closest } from '../closest';
import { Metric } from '../contract';
import { Deployment } from '../deployment';
import { FailureQueue } from '../functions/failure-queue';
import { numberText } from '../validation/numbers';
import { BudgeteerValidationError, quoted } from '../validation/problem';
import { AlarmActions, AlarmOverride, AlarmSeverity } from './alarm-props';
import { CONDITIONAL_ALARMS, MADE_LATER } from './alarms/conditional-alarms';
import { Explanation, PERIOD, Silence, Watch } from './alarms/watch';
import { deploymentMetric } from './metrics';

export interface AlarmsProps {
  readonly deployment: Deployment;
  readonly operationsTopic: sns.ITopic;
  /** The page with a section for each alarm, under its name. */
  readonly runbookUrl: string;
  readonly actions: AlarmActions;
  /** By the name of the alarm; checked by themselves already. */
  readonly overrides: Readonly<Record<string, AlarmOverride>>;
}

/** What missing data counts as. */
const MISSING: Readonly<Record<Silence, cloudwatch.TreatMissingData>> = {
  [Silence.NOTHING_HAPPENED]: cloudwatch.TreatMissingData.NOT_BREACHING,
  [Silence.EMPTY_QUEUE]: cloudwatch.TreatMissingData.NOT_BREACHING,
  [Silence.NO_WORK]: cloudwatch.TreatMissingData.NOT_BREACHING,
  [Silence.IS_THE_TROUBLE]: cloudwatch.TreatMissingData.BREACHING,
};

/** CloudWatch's limit. */
const LONGEST_EVALUATION_SECONDS = 24 * 60 * 60;

/** An alarm as the dashboard shows it. */
export interface MadeAlarm {
  readonly name: string;
  readonly severity: AlarmSeverity;
  readonly alarm: cloudwatch.Alarm;
}

/**
 * Everything that somebody has to look into. What the system puts right by itself raises no alarm. What is watched stands in `alarms/`, a file for each
 * part of the system; here is what all alarms have in common: names, severities, actions, overrides and descriptions.
 */
export class Alarms extends Construct {
  /** In the order in which they were made. */
  public readonly made: MadeAlarm[] = [];
  private readonly props: AlarmsProps;
  private readonly operations: SnsAction;
  private readonly others: { readonly severity: AlarmSeverity; readonly action: cloudwatch.IAlarmAction }[] = [];
  /** How many alarms of a name there should be, made or switched off. */
  private readonly wanted = new Map<string, number>();

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.props = props;
    this.operations = new SnsAction(props.operationsTopic);
  }

  public get all(): cloudwatch.Alarm[] {
    return this.made.map(({ alarm }) => alarm);
  }

  /** @throws BudgeteerValidationError where there is no alarm of that name */
  public named(name: string): cloudwatch.Alarm {
    const found = this.made.find(made => made.name === name);
    if (!found) {
      throw new BudgeteerValidationError(this, {
        prop: 'alarm', given: quoted(name), allowed: 'the name of an alarm that is there', remedy: this.whatWasMeant(name, this.made.map(made => made.name)),
      });
    }
    return found.alarm;
  }

  /** Tells others of one severity whatever the `operationsTopic` is told of it: also what is watched already. */
  public alsoTell(severity: AlarmSeverity, action: cloudwatch.IAlarmAction): void {
    if (this.tellsOperations) {
      this.others.push({ severity, action });
      this.made.filter(made => made.severity === severity).forEach(({ alarm }) => alarm.addAlarmAction(action));
    }
  }

  /** @param name stands in the name of the alarm, in overrides, and as a heading in docs/runbook.md: it never changes */
  public watch(name: string, watch: Watch): void {
    const number = (this.wanted.get(name) ?? 0) + 1;
    this.wanted.set(name, number);
    const id = number > 1 && watch.several ? `${name}-${number}` : name;
    const override = this.props.overrides[name] ?? {};
    if (override.enabled === false) {
      return;
    }
    const severity = override.severity ?? watch.severity ?? AlarmSeverity.WARNING;
    const evaluationPeriods = override.evaluationPeriods ?? watch.periods ?? 1;
    this.checkEvaluation(name, override, evaluationPeriods, watch.metric);
    const alarm = new cloudwatch.Alarm(this, id, {
      alarmName: `${this.props.deployment.id}-${id}`,
      alarmDescription: this.describe(name, severity, watch, override.threshold),
      metric: watch.metric,
      comparisonOperator: watch.below === undefined
        ? cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
        : cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: override.threshold ?? watch.below ?? watch.above ?? 0,
      evaluationPeriods,
      datapointsToAlarm: override.datapointsToAlarm,
      treatMissingData: MISSING[watch.silence ?? Silence.NOTHING_HAPPENED],
    });
    alarm.addAlarmAction(...this.actionsOf(severity));
    this.made.push({ name: id, severity, alarm });
  }

  /** A message in a queue of failures, for as long as it is there. */
  public watchQueue(name: string, queue: FailureQueue, { severity, ...explanation }: Explanation & Pick<Watch, 'severity'>): void {
    this.watch(name, {
      metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: cloudwatch.Stats.MAXIMUM, period: PERIOD }),
      silence: Silence.EMPTY_QUEUE,
      severity,
      ...explanation,
      firstAction: `${explanation.firstAction} Queue: ${queue.queueUrl}`,
    });
  }

  public own(metricName: Metric, options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return deploymentMetric(this.props.deployment.id, metricName, { period: PERIOD, ...options });
  }

  /** Once everything is watched: an override of an alarm that is not there would be left out silently. */
  public refuseUnknownOverrides(): void {
    for (const name of Object.keys(this.props.overrides)) {
      if (this.wanted.has(name) || MADE_LATER.includes(name)) {
        continue;
      }
      const needed = Object.hasOwn(CONDITIONAL_ALARMS, name) ? CONDITIONAL_ALARMS[name] : undefined;
      if (needed !== undefined) {
        throw new BudgeteerValidationError(this, {
          prop: `alarmOverrides[${quoted(name)}]`,
          given: 'for an alarm that this deployment does not have',
          allowed: `only together with ${needed}`,
          remedy: 'add that, or leave the override out',
        });
      }
      throw new BudgeteerValidationError(this, {
        prop: 'alarmOverrides',
        given: `for ${quoted(name)}, which is no alarm`,
        allowed: 'the names that docs/runbook.md lists',
        remedy: this.whatWasMeant(name, [...this.wanted.keys(), ...Object.keys(CONDITIONAL_ALARMS)]),
      });
    }
  }

  private get tellsOperations(): boolean {
    return this.props.actions.tellOperationsTopic ?? true;
  }

  private actionsOf(severity: AlarmSeverity): cloudwatch.IAlarmAction[] {
    return [
      ...this.tellsOperations ? [this.operations] : [],
      ...this.others.flatMap(other => (other.severity === severity ? other.action : [])),
      ...this.props.actions[severity] ?? [],
    ];
  }

  private whatWasMeant(name: string, names: readonly string[]): string {
    const meant = closest(name, names);
    return meant === undefined ? `use one of ${[...new Set(names)].sort().join(', ')}` : `did you mean ${quoted(meant)}?`;
  }

  /** What depends on the alarm as well as on the override. */
  private checkEvaluation(name: string, { datapointsToAlarm }: AlarmOverride, evaluationPeriods: number, metric: cloudwatch.IMetric): void {
    const prop = `alarmOverrides[${quoted(name)}]`;
    const seconds = (metric as cloudwatch.Metric | cloudwatch.MathExpression).period.toSeconds();
    if (evaluationPeriods * seconds > LONGEST_EVALUATION_SECONDS) {
      throw new BudgeteerValidationError(this, {
        prop: `${prop}.evaluationPeriods`,
        given: evaluationPeriods,
        allowed: `at most ${Math.floor(LONGEST_EVALUATION_SECONDS / seconds)}, since a period of this alarm takes ${seconds} seconds and CloudWatch looks back a day`,
        remedy: 'lower the number of periods',
      });
    }
    if (datapointsToAlarm !== undefined && datapointsToAlarm > evaluationPeriods) {
      throw new BudgeteerValidationError(this, {
        prop: `${prop}.datapointsToAlarm`,
        given: datapointsToAlarm,
        allowed: `at most evaluationPeriods, which is ${evaluationPeriods}`,
        remedy: 'lower it, or raise evaluationPeriods',
      });
    }
  }

  private describe(name: string, severity: AlarmSeverity, { meaning, firstAction, read, above = 0, below }: Watch, threshold: number | undefined): string {
    const changed = threshold === undefined ? ''
      : ` (Goes off ${below === undefined ? 'above' : 'below'} ${numberText(threshold)}, set by alarmOverrides in place of ${below ?? above}.)`;
    return `${severityMark(severity)}${meaning}${changed} First: ${firstAction} Read: docs/${read.file}, "${read.section}". Runbook: ${this.props.runbookUrl}#${name}`;
  }
}
