import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { PrincipalKindName } from '../../contract';
import { Deployment } from '../../deployment';
import { Workflow } from '../../enforcement/workflow';
import { FailureQueue } from '../../functions/failure-queue';
import { HandlerFunction } from '../../functions/handler-function';
import { Storage } from '../../storage/storage';
import { MadeAlarm } from '../alarms';
import { dashboardNameOf } from '../dashboard-name';
import { alarmStates } from './alarm-states';
import { budgets } from './budgets';
import { meteringHealth } from './metering-health';
import { spending } from './spending';
import { systemCost } from './system-cost';

export interface DashboardProps {
  readonly deployment: Deployment;
  readonly runbookUrl: string;
  readonly alarms: readonly MadeAlarm[];
  /** Kinds that can spend here. */
  readonly kinds: readonly PrincipalKindName[];
  /** Days of the default period. */
  readonly periodDays: number;
  readonly usageMeter: HandlerFunction;
  readonly evaluator: HandlerFunction;
  readonly monitor: HandlerFunction;
  /** All functions. */
  readonly handlers: readonly HandlerFunction[];
  readonly unreadableRecords: FailureQueue;
  readonly evaluationFailures: FailureQueue;
  readonly undeliveredEvents?: FailureQueue;
  /** The log of calls. */
  readonly logGroup: logs.ILogGroup;
  readonly storage: Storage;
  readonly backupsTable?: dynamodb.ITable;
  readonly suspension: Workflow;
  readonly restoration: Workflow;
  /** Whether compute of runtimes is charged. */
  readonly computeCosts: boolean;
  /** Whether what was metered is compared with what AWS counts. */
  readonly coverage: boolean;
}

/** A day: what happened tonight, and the same hours of yesterday to compare. */
const RANGE = Duration.days(1);

/**
 * One page that answers, from top to bottom: what are we spending, who is close to a limit or over it, who is suspended and why, how fast is spend stopped,
 * is metering healthy, and what does the system itself cost. A file for each question.
 */
export class SpendDashboard extends Construct {
  public readonly dashboard: cloudwatch.Dashboard;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    this.dashboard = new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: dashboardNameOf(this, props.deployment),
      defaultInterval: RANGE,
      // Sums are told by the hour and by the day: another period would make them something else than their titles say.
      periodOverride: cloudwatch.PeriodOverride.INHERIT,
      widgets: [
        ...alarmStates(props.alarms, props.deployment.environmentName, props.runbookUrl),
        ...spending(props),
        ...budgets(props),
        ...meteringHealth(props),
        ...systemCost(props),
      ].map(row => [...row]),
    });
  }
}
