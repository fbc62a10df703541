import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { hears } from '../lambdas/core/alerts/routing';
import { AlarmSeverity } from '../monitoring/alarm-props';
import { AlertRouting } from './alert-routing';

/** Which alarms of CloudWatch a channel hears. */
export type AlarmsHeard = 'all' | 'critical' | 'none';

/** An alarm is heard like an alert of its severity that is for operations and about nobody. */
export function alarmsHeard(routing: AlertRouting): AlarmsHeard {
  const hearsThose = (severity: AlarmSeverity) => hears(routing, { audience: 'operations', severity, labels: {} });
  return hearsThose(AlarmSeverity.WARNING) ? 'all' : hearsThose(AlarmSeverity.CRITICAL) ? 'critical' : 'none';
}

/** How the description of an alarm begins: a subscription tells severities apart by it. */
export function severityMark(severity: AlarmSeverity): string {
  return `${severity.toUpperCase()}: `;
}

/** Filters of the operations topic, whose other messages are mails. */
export const OF_ALARMS: Readonly<Record<Exclude<AlarmsHeard, 'none'>, Record<string, sns.FilterOrPolicy>>> = {
  all: { AlarmName: sns.FilterOrPolicy.filter(sns.SubscriptionFilter.existsFilter()) },
  critical: { AlarmDescription: sns.FilterOrPolicy.filter(sns.SubscriptionFilter.stringFilter({ matchPrefixes: [severityMark(AlarmSeverity.CRITICAL)] })) },
};

export function letAlarmsPublish(topic: sns.Topic): void {
  topic.addToResourcePolicy(new iam.PolicyStatement({
    sid: 'AlarmsOfThisAccount',
    principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
    actions: ['sns:Publish'],
    resources: [topic.topicArn],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(topic).account } },
  }));
}
