import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { DIGEST_NOTE, Env, Handler } from '../contract';
import { Deployment } from '../deployment';
import { keyUseStatement } from '../encryption/key-use';
import { allowPublishing } from '../events/publishing';
import { HandlerFunction } from '../functions/handler-function';
import { Settings } from '../settings/settings';
import { Storage } from '../storage/storage';
import { allowTable, allowWritingItem } from '../storage/table-access';
import { numberText } from '../validation/numbers';
import { DailyDigestOptions } from './daily-digest-options';

export interface DailyDigestConstructProps extends Required<DailyDigestOptions> {
  readonly deployment: Deployment;
  readonly storage: Storage;
  readonly settings: Settings;
  readonly eventBus: events.IEventBus;
}

/** A function that reads all budgets once a day, at an hour of the deployment's time zone, and puts what it finds on the bus. */
export class DailyDigest extends Construct {
  public readonly handler: HandlerFunction;

  constructor(scope: Construct, id: string, props: DailyDigestConstructProps) {
    super(scope, id);
    const { deployment, storage, settings, eventBus } = props;
    this.handler = new HandlerFunction(this, 'DailyDigest', {
      deployment,
      handler: Handler.DAILY_DIGEST,
      description: 'tells once a day who spends most and who is near the limit',
      timeout: Duration.minutes(5),
      environment: {
        [Env.BUDGETS_TABLE]: storage.budgets.tableName,
        [Env.EVENT_BUS]: eventBus.eventBusName,
        [Env.DIGEST_TOP_SPENDERS]: numberText(props.topSpenders),
        [Env.DIGEST_AUDIENCE]: props.audience,
        ...settings.environment(),
      },
    });
    allowTable(this.handler, storage.budgets, 'GetItem', 'Scan');
    allowWritingItem(this.handler, storage.budgets, DIGEST_NOTE);
    settings.allowReading(this.handler);
    allowPublishing(this.handler, eventBus);

    // Rules of EventBridge know no time zones.
    new scheduler.CfnSchedule(this, 'Schedule', {
      description: 'BedrockBudgeteer: send the daily digest',
      scheduleExpression: `cron(0 ${numberText(props.hour)} * * ? *)`,
      scheduleExpressionTimezone: deployment.timeZone,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: this.handler.function.functionArn,
        roleArn: this.schedulerRole(deployment).roleArn,
        input: JSON.stringify({ time: '<aws.scheduler.scheduled-time>' }),
        deadLetterConfig: { arn: this.handler.failures.queueArn },
      },
    });
  }

  private schedulerRole(deployment: Deployment): iam.Role {
    const role = new iam.Role(this, 'ScheduleRole', {
      // Whoever can make schedules in another account cannot borrow this role.
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } } }),
      description: 'BedrockBudgeteer: starts the daily digest',
    });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.handler.function.functionArn] }));
    role.addToPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.handler.failures.queueArn] }));
    role.addToPolicy(keyUseStatement(this, deployment.encryptionKey, 'sqs'));
    return role;
  }
}
