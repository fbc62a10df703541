import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { ReportAction } from '../contract';
import { TRANSIENT_ERRORS } from '../functions/transient-errors';

/**
 * Plan → read the parts of the ledger side by side, each as often as it takes → write. A ledger of any size is read like that, and what a function that
 * ran out of time had read is not lost.
 */
export function reportChain(scope: Construct, reporter: lambda.IFunction): sfn.IChainable {
  const run = { run: sfn.JsonPath.stringAt('$$.Execution.Name'), startedAt: sfn.JsonPath.stringAt('$$.Execution.StartTime') };

  const plan = ask(scope, reporter, 'Plan', 'Which days the report is about, and how the ledger is split', {
    payload: { action: ReportAction.PLAN, asked: sfn.JsonPath.objectAt('$$.Execution.Input'), ...run },
    resultSelector: { period: sfn.JsonPath.objectAt('$.Payload.period'), work: sfn.JsonPath.objectAt('$.Payload.work') },
    resultPath: '$.plan',
  });

  const read = ask(scope, reporter, 'ReadLedger', 'Add up a part of the ledger, as far as time allows', {
    payload: { action: ReportAction.READ, work: sfn.JsonPath.objectAt('$') },
    outputPath: '$.Payload',
  });
  const isRead = new sfn.Choice(scope, 'IsRead')
    .when(sfn.Condition.booleanEquals('$.done', true), new sfn.Succeed(scope, 'Read'))
    .otherwise(read);
  const parts = new sfn.Map(scope, 'Parts', { comment: 'Side by side', maxConcurrency: MAX_CONCURRENCY, itemsPath: '$.plan.work', resultPath: '$.read' });
  parts.itemProcessor(read.next(isRead));

  const write = ask(scope, reporter, 'WriteReport', 'Add the parts up, write the report and announce it', {
    payload: {
      action: ReportAction.WRITE,
      ...run,
      period: sfn.JsonPath.objectAt('$.plan.period'),
      read: sfn.JsonPath.objectAt('$.read'),
    },
    outputPath: '$.Payload',
  });
  return plan.next(parts).next(write);
}

/** A new account runs ten functions at once, and metering must not wait for a report. */
const MAX_CONCURRENCY = 4;

interface Step extends Pick<tasks.LambdaInvokeProps, 'resultSelector' | 'resultPath' | 'outputPath'> {
  readonly payload: Record<string, unknown>;
}

function ask(scope: Construct, lambdaFunction: lambda.IFunction, name: string, comment: string, { payload, ...results }: Step): tasks.LambdaInvoke {
  const step = new tasks.LambdaInvoke(scope, name, {
    comment,
    lambdaFunction,
    payload: sfn.TaskInput.fromObject(payload),
    ...results,
    // replaced by the retries below
    retryOnServiceExceptions: false,
  });
  // Throttled, unavailable or out of time: 5, 10 … 320 s, together at most ten and a half minutes, spread so that the parts do not return at once.
  step.addRetry({
    errors: [...TRANSIENT_ERRORS],
    interval: Duration.seconds(5),
    backoffRate: 2,
    maxAttempts: 7,
    jitterStrategy: sfn.JitterType.FULL,
  });
  return step;
}
