import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { Env, Handler } from '../contract';
import { Deployment } from '../deployment';
import { allowPublishing } from '../events/publishing';
import { invokeOn } from '../functions/event-rule';
import { HandlerFunction } from '../functions/handler-function';
import { logGroupArns } from '../functions/log-group-arns';
import { Metering } from '../metering/metering';
import { MantleUse } from './mantle-use';

export interface CoverageProps {
  readonly deployment: Deployment;
  readonly metering: Metering;
  readonly eventBus: events.IEventBus;
  readonly mantleUse: MantleUse;
}

/** Hours are compared, so they are looked at one by one. */
const CHECK_INTERVAL = Duration.hours(1);

/** Every hour at this minute: then the hour that has just ended, with which the one before it is compared, is complete on both sides. */
const CHECK_MINUTE = '20';

/** A query of Logs Insights is waited for up to five minutes, beside the questions to CloudWatch. */
const TIMEOUT = Duration.minutes(15);

/**
 * Looks for spend that nobody meters: tokens that AWS counts and we do not, a log that is switched off or goes elsewhere, an endpoint that no log shows.
 */
export class Coverage extends Construct {
  public readonly checker: HandlerFunction;

  constructor(scope: Construct, id: string, props: CoverageProps) {
    super(scope, id);
    const { deployment, metering, eventBus, mantleUse } = props;
    const { logGroup, usageMeter } = metering;
    const meterLogs = usageMeter.function.logGroup;

    this.checker = new HandlerFunction(this, 'CoverageChecker', {
      deployment,
      handler: Handler.COVERAGE_CHECKER,
      description: 'compares what was metered with what AWS counted',
      timeout: TIMEOUT,
      maxEventAge: CHECK_INTERVAL,
      environment: {
        [Env.EVENT_BUS]: eventBus.eventBusName,
        [Env.INVOCATION_LOG_GROUP]: logGroup.logGroupName,
        [Env.USAGE_METER_ARN]: usageMeter.function.functionArn,
        [Env.USAGE_METER_LOG_GROUP]: meterLogs.logGroupName,
        [Env.MANTLE_USE]: mantleUse,
      },
    });
    this.checker.function.addEnvironment(Env.COVERAGE_LOG_GROUP, this.checker.function.logGroup.logGroupName);
    allowPublishing(this.checker, eventBus);
    this.checker.allow({
      actions: ['logs:StartQuery'],
      resources: logGroupArns(this, meterLogs),
    });
    this.checker.allow({ actions: ['logs:DescribeSubscriptionFilters'], resources: logGroupArns(this, logGroup) });
    this.checker.allow({
      actions: [
        'bedrock:GetModelInvocationLoggingConfiguration',
        'cloudwatch:GetMetricData',
        'cloudwatch:ListMetrics',
        'logs:DescribeLogGroups',
        'logs:GetQueryResults',
      ],
      // These know no resources, or are questions about none in particular.
      resources: ['*'],
    });

    for (const rule of this.rules(logGroup)) {
      invokeOn(rule, this.checker);
      // On removal nobody is told of a log that is switched off by order, and at first nobody looks before it is on.
      rule.node.addDependency(metering);
    }
  }

  private rules(logGroup: logs.ILogGroup): events.Rule[] {
    const check = new events.Rule(this, 'Check', {
      description: 'BedrockBudgeteer: compare what was metered with what AWS counted',
      schedule: events.Schedule.cron({ minute: CHECK_MINUTE }),
    });
    // On the default bus, where the events of AWS services are, whatever bus the product's own events are on.
    const loggingChanged = new events.Rule(this, 'LoggingChanged', {
      description: 'BedrockBudgeteer: model-invocation logging was changed',
      eventPattern: fromCloudTrail(
        'bedrock.amazonaws.com', ['DeleteModelInvocationLoggingConfiguration', 'PutModelInvocationLoggingConfiguration'],
      ),
    });
    const subscriptionChanged = new events.Rule(this, 'SubscriptionChanged', {
      description: 'BedrockBudgeteer: the metered log group or a subscription of it was changed',
      eventPattern: fromCloudTrail(
        // How long records are kept is no matter: they are handed on as they arrive.
        'logs.amazonaws.com', ['DeleteLogGroup', 'DeleteSubscriptionFilter', 'PutSubscriptionFilter'], { requestParameters: { logGroupName: [logGroup.logGroupName] } },
      ),
    });
    return [check, loggingChanged, subscriptionChanged];
  }
}

function fromCloudTrail(eventSource: string, eventName: string[], more: { readonly [key: string]: unknown } = {}): events.EventPattern {
  return {
    // Which source exactly is not documented for all of them. Nobody but AWS can send one that begins so.
    source: events.Match.prefix('aws.'),
    detailType: ['AWS API Call via CloudTrail'],
    // A call that was refused has changed nothing.
    detail: { eventSource: [eventSource], eventName, errorCode: events.Match.doesNotExist(), ...more },
  };
}
