import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { DetacherAction, EnforcerAction, EnforcerError, EnforcerOutcome } from '../contract';
import { TRANSIENT_ERRORS } from '../functions/transient-errors';

/**
 * The states of both workflows. The workflow only waits, asks, and branches; every decision is the enforcer's, who re-reads the budget
 * before each step, so that a workflow that was started for nothing does nothing.
 */

/** Where the last answer of the enforcer stands in a workflow's state. */
const RESULT = '$.result';

/** Where a caught error stands. */
const FAILURE = '$.failure';

/** Which step it was that failed. */
const FAILED_STEP = '$.failedStep';

/** Who carries out what the workflows ask for. */
export interface WorkflowFunctions {
  readonly enforcer: lambda.IFunction;
  /** Where the strategy is `DETACH`: removes policies after the deny is attached, and puts them back before it is lifted. */
  readonly detacher?: lambda.IFunction;
}

/** Wait → restrict → confirm (→ remove policies); and back, if the budget recovered while it was being restricted. */
export function suspensionChain(scope: Construct, functions: WorkflowFunctions): sfn.IChainable {
  const steps = new EnforcementSteps(scope, functions);
  const restrict = steps.enforce('Restrict', EnforcerAction.RESTRICT, 'Re-decide, then attach the deny policy');
  const confirm = steps.enforce('ConfirmSuspension', EnforcerAction.CONFIRM_SUSPENSION, 'Read IAM back, then record the suspension');
  const back = liftAndConfirm(steps);

  restrict.next(steps.branch('IsRestricted', { [EnforcerOutcome.APPLIED]: confirm, ...steps.whereGone() }));
  // The deny is what suspends, and counts as soon as it is seen. Who recovers after that is restored by a workflow of its own.
  const remove = steps.detach('RemovePolicies', DetacherAction.REMOVE, 'Re-decide, then back up and remove the policies of the principal');
  remove?.next(steps.branch('AreRemoved', { [EnforcerOutcome.APPLIED]: steps.done }));
  confirm.next(steps.branch('IsStillDue', {
    [EnforcerOutcome.LIFT]: back, ...(remove ? { [EnforcerOutcome.CONFIRMED]: remove } : {}), ...steps.whereGone(),
  }));
  return steps.wait('WaitForGracePeriod', 'Until the grace period is over').next(restrict);
}

/** Wait (→ put policies back) → lift → confirm. */
export function restorationChain(scope: Construct, functions: WorkflowFunctions): sfn.IChainable {
  const steps = new EnforcementSteps(scope, functions);
  return steps.wait('WaitUntilDue', 'A restoration waits only where it was scheduled').next(liftAndConfirm(steps));
}

function liftAndConfirm(steps: EnforcementSteps): tasks.LambdaInvoke {
  const lift = steps.enforce('Lift', EnforcerAction.LIFT, 'Re-decide, then detach the deny policy');
  const confirm = steps.enforce('ConfirmRestoration', EnforcerAction.CONFIRM_RESTORATION, 'Read IAM back, then record the restoration');
  confirm.next(steps.branch('IsRestored', steps.whereGone()));

  const restore = steps.detach('RestorePolicies', DetacherAction.RESTORE, 'Re-decide, then put everything back as the backup has it');
  if (!restore) {
    lift.next(steps.branch('IsLifted', { [EnforcerOutcome.APPLIED]: confirm }));
    return lift;
  }
  // The deny comes off last, and not while policies are missing: the enforcer sees to that itself, whatever the answer here is.
  restore.next(steps.branch('AreRestored', { [EnforcerOutcome.APPLIED]: lift, [EnforcerOutcome.SUPERSEDED]: lift, [EnforcerOutcome.GONE]: lift }));
  // Exceeded again between the two: the deny is still on, and the policies go as they went before.
  const removeAgain = steps.detach('RemovePoliciesAgain', DetacherAction.REMOVE, 'Re-decide: where the limit was exceeded again, the policies go again')!;
  removeAgain.next(steps.branch('AreRemovedAgain', { [EnforcerOutcome.APPLIED]: steps.done }));
  lift.next(steps.branch('IsLifted', { [EnforcerOutcome.APPLIED]: confirm, [EnforcerOutcome.SUPERSEDED]: removeAgain, ...steps.whereGone() }));
  return restore;
}

/** Makes the states of one workflow; they all end in the same three. */
class EnforcementSteps {
  public readonly done: sfn.Succeed;
  private readonly unknownOutcome: sfn.Fail;
  private readonly recordFailure: tasks.LambdaInvoke;
  private retire?: tasks.LambdaInvoke;

  constructor(private readonly scope: Construct, private readonly functions: WorkflowFunctions) {
    this.done = new sfn.Succeed(scope, 'Done');
    this.unknownOutcome = new sfn.Fail(scope, 'UnknownOutcome', {
      error: 'UnknownOutcome',
      cause: 'the enforcer gave an answer that this workflow does not know',
    });
    this.recordFailure = this.invoke(functions.enforcer, 'RecordFailure', EnforcerAction.RECORD_FAILURE, 'Keep what went wrong on the budget, so that it is tried again', {
      failedStep: sfn.JsonPath.stringAt(FAILED_STEP),
      // as text, whatever fields the caught error has: recording a failure must not fail on its form
      error: sfn.JsonPath.jsonToString(sfn.JsonPath.objectAt(FAILURE)),
    });
    this.recordFailure.next(new sfn.Fail(scope, 'Failed', {
      error: 'EnforcementFailed',
      cause: 'a step failed for good: its error is in the history of this execution and on the budget, and the monitor tries again',
    }));
  }

  public wait(name: string, comment: string): sfn.Wait {
    return new sfn.Wait(this.scope, name, { comment, time: sfn.WaitTime.timestampPath('$.notBefore') });
  }

  /** A step of the enforcer. */
  public enforce(name: string, action: EnforcerAction, comment: string): tasks.LambdaInvoke {
    return this.ask(this.functions.enforcer, name, action, comment);
  }

  /** A step of the policy-detacher; none where the strategy leaves policies alone. */
  public detach(name: string, action: DetacherAction, comment: string): tasks.LambdaInvoke | undefined {
    return this.functions.detacher && this.ask(this.functions.detacher, name, action, comment);
  }

  /**
   * What else there is to do where the user or role no longer exists: its backup becomes history, so that one of the same name is not held to be without
   * policies. A step of its own, whatever its answer the last one, so that nothing goes round in circles.
   */
  public whereGone(): Partial<Record<EnforcerOutcome, sfn.IChainable>> {
    this.retire ??= this.retirement();
    return this.retire ? { [EnforcerOutcome.GONE]: this.retire } : {};
  }

  /** Goes where the outcome says; every other known outcome means that nothing is left to do. */
  public branch(name: string, ways: Partial<Record<EnforcerOutcome, sfn.IChainable>>): sfn.Choice {
    const choice = new sfn.Choice(this.scope, name);
    for (const [outcome, next] of Object.entries(ways)) {
      choice.when(outcomeIs(outcome), next);
    }
    const final = Object.values(EnforcerOutcome).filter(outcome => !(outcome in ways) && NOTHING_LEFT_TO_DO.includes(outcome));
    return choice.when(sfn.Condition.or(...final.map(outcomeIs)), this.done).otherwise(this.unknownOutcome);
  }

  private retirement(): tasks.LambdaInvoke | undefined {
    const retire = this.detach('RetireBackup', DetacherAction.RESTORE, 'The user or role no longer exists: what is held of it becomes history');
    retire?.next(this.branch('IsRetired', { [EnforcerOutcome.APPLIED]: this.done }));
    return retire;
  }

  /** A step that is retried, and recorded where it fails for good. */
  private ask(lambdaFunction: lambda.IFunction, name: string, action: string, comment: string): tasks.LambdaInvoke {
    const step = this.invoke(lambdaFunction, name, action, comment);
    const failed = new sfn.Pass(this.scope, `${name}Failed`, { result: sfn.Result.fromString(name), resultPath: FAILED_STEP });
    step.addCatch(failed.next(this.recordFailure), { errors: [sfn.Errors.ALL], resultPath: FAILURE });
    return step;
  }

  private invoke(lambdaFunction: lambda.IFunction, name: string, action: string, comment: string, more: Record<string, unknown> = {}): tasks.LambdaInvoke {
    const step = new tasks.LambdaInvoke(this.scope, name, {
      comment,
      lambdaFunction,
      payload: sfn.TaskInput.fromObject({
        action,
        // Named one by one, so that a starter that forgets a field fails here and not somewhere in the enforcer.
        workflow: {
          principalId: sfn.JsonPath.stringAt('$.principalId'),
          revision: sfn.JsonPath.numberAt('$.revision'),
          notBefore: sfn.JsonPath.stringAt('$.notBefore'),
          asOf: sfn.JsonPath.stringAt('$.asOf'),
        },
        now: sfn.JsonPath.stringAt('$$.State.EnteredTime'),
        executionName: sfn.JsonPath.stringAt('$$.Execution.Name'),
        ...more,
      }),
      resultSelector: { outcome: sfn.JsonPath.stringAt('$.Payload.outcome'), reason: sfn.JsonPath.stringAt('$.Payload.reason') },
      resultPath: RESULT,
      // replaced by the retries below
      retryOnServiceExceptions: false,
    });
    return retried(step);
  }
}

/** Outcomes after which a workflow is over. */
const NOTHING_LEFT_TO_DO: readonly string[] = [
  EnforcerOutcome.SUPERSEDED,
  EnforcerOutcome.UNENFORCEABLE,
  EnforcerOutcome.GONE,
  EnforcerOutcome.CONFIRMED,
];

function outcomeIs(outcome: string): sfn.Condition {
  return sfn.Condition.stringEquals(`${RESULT}.outcome`, outcome);
}

function retried(step: tasks.LambdaInvoke): tasks.LambdaInvoke {
  // IAM usually shows a change within seconds: 1, 1.5, 2.25 … 38 s, together just under two minutes.
  step.addRetry({
    errors: [EnforcerError.NOT_YET_VISIBLE],
    interval: Duration.seconds(1),
    backoffRate: 1.5,
    maxAttempts: 10,
  });
  // Throttled or unavailable: 2, 4, 8 … 256 s, together at most eight and a half minutes, spread so that many workflows do not return at once.
  step.addRetry({
    errors: [...TRANSIENT_ERRORS],
    interval: Duration.seconds(2),
    backoffRate: 2,
    maxAttempts: 8,
    jitterStrategy: sfn.JitterType.FULL,
  });
  return step;
}
