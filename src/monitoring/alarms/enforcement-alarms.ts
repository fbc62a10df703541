import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Metric, SettingName } from '../../contract';
import { Enforcement } from '../../enforcement/enforcement';
import { AlarmSeverity } from '../alarm-props';
import { Alarms } from '../alarms';
import { PERIOD, READ, Silence } from './watch';

/** The enforcer and its workflows: a decision that is not carried out stops nobody, or stops somebody for too long. */
export function watchEnforcement(alarms: Alarms, { suspension, restoration, backups }: Pick<Enforcement, 'suspension' | 'restoration' | 'backups'>): void {
  alarms.watch('suspension-failures', {
    metric: alarms.own(Metric.SUSPENSION_FAILURES),
    severity: AlarmSeverity.CRITICAL,
    meaning: `A principal that is over its limit could not be suspended, and goes on spending${backups ? ', or is denied and still has its policies' : ''}; the monitor tries again.`,
    firstAction: 'Read the event "Suspension Failed" for the principal and the reason; suspend by hand by attaching the deny policy.',
    read: READ.SUSPENDING,
    silence: Silence.NOTHING_HAPPENED,
  });
  alarms.watch('restoration-failures', {
    metric: alarms.own(Metric.RESTORATION_FAILURES),
    severity: AlarmSeverity.CRITICAL,
    meaning: 'A principal that may spend again could not be restored; the monitor tries again.',
    firstAction: 'Read the event "Restoration Failed" for the principal and the reason; restore by hand by detaching the deny policy.',
    read: READ.RESTORING,
    silence: Silence.NOTHING_HAPPENED,
  });
  alarms.watch('unenforceable-over-limit', {
    metric: alarms.own(Metric.UNENFORCEABLE_OVER_LIMIT),
    severity: AlarmSeverity.CRITICAL,
    meaning: 'A principal that cannot be suspended is over its limit.',
    firstAction: 'Read the event "Principal Unenforceable" for who and why: free a policy slot, or restrict it by its permission set or an SCP.',
    read: READ.SUSPENDING,
    silence: Silence.NOTHING_HAPPENED,
  });
  alarms.watch('drift', {
    metric: alarms.own(Metric.DRIFT_DETECTED),
    meaning: 'Somebody else attached or detached the deny policy; it was put right.',
    firstAction: 'Find who did so in CloudTrail, and have that tool leave the policy alone; to exempt a principal, change its budget.',
    read: READ.DRIFT,
    // Emitted as zero by every run of the monitor; that there is no run is another alarm.
    silence: Silence.NOTHING_HAPPENED,
  });
  alarms.watch('unaudited-changes', {
    metric: alarms.own(Metric.UNAUDITED_CHANGES),
    meaning: `The deny policy was attached or detached${backups ? ', or policies were removed or put back' : ''}, and the event that tells it could not be put: it is missing from the audit trail.`,
    firstAction: `Read the error in the log of the enforcer${backups ? ' or the policy-detacher' : ''}, which names the principal; CloudTrail has the change itself.`,
    read: READ.SUSPENDING,
    silence: Silence.NOTHING_HAPPENED,
  });
  const workflows = [['suspension', suspension, READ.SUSPENDING], ['restoration', restoration, READ.RESTORING]] as const;
  for (const [name, { stateMachine }, read] of workflows) {
    alarms.watch(`${name}-executions-failed`, {
      metric: stateMachine.metricFailed({ period: PERIOD }),
      meaning: `A ${name} workflow failed; the monitor starts another.`,
      firstAction: 'Open the failed execution of the state machine and read the error of its last step.',
      read,
      silence: Silence.NOTHING_HAPPENED,
    });
    alarms.watch(`${name}-executions-timed-out`, {
      metric: stateMachine.metricTimedOut({ period: PERIOD }),
      meaning: `A ${name} workflow ran out of time; the monitor starts another.`,
      firstAction: 'Open the execution of the state machine and see in which step it hung.',
      read,
      silence: Silence.NOTHING_HAPPENED,
    });
  }
  if (backups) {
    alarms.watch('policies-not-restored', {
      metric: alarms.own(Metric.POLICIES_NOT_RESTORED),
      severity: AlarmSeverity.CRITICAL,
      meaning: 'A principal was restored without some of its policies: they no longer exist, or somebody put others of the same name there.',
      firstAction: 'Read the event "Policies Restored" for which and why; the documents are in the history of the policy backups table.',
      read: READ.POLICIES,
      silence: Silence.NOTHING_HAPPENED,
    });
  }
}

/** That budgets suspend nobody is nothing to forget. */
export function watchEnforcementSetting(alarms: Alarms, settingsPath: string): void {
  alarms.watch('enforcement-paused', {
    // The monitor tells every five minutes, now and then a little later: a shorter period would come without a data point, and the alarm go and come.
    metric: alarms.own(Metric.ENFORCEMENT_PAUSED, { statistic: cloudwatch.Stats.MAXIMUM, period: Duration.minutes(15) }),
    severity: AlarmSeverity.CRITICAL,
    meaning: 'Budgets are not enforced: somebody has paused enforcement for everybody, or lifted it. Who spends more than its limit is not suspended.',
    firstAction: `Find out who did so and why: the audit trail has it under "deployment". When the emergency is over, set the SSM parameter ${settingsPath}/${SettingName.ENFORCEMENT} to "on".`,
    read: READ.EMERGENCIES,
    // Emitted as zero by every run of the monitor while budgets are enforced; that there is no run is another alarm.
    silence: Silence.NOTHING_HAPPENED,
  });
}
