import * as logs from 'aws-cdk-lib/aws-logs';
import { checkOptions } from '../options-validation';
import { checkBoolean, checkResource } from '../validation/shapes';

/** Options for managed invocation logs. */
export interface ManagedInvocationLogsOptions {
  /**
   * Take over a model-invocation logging configuration that somebody else owns.
   *
   * Bedrock has one such configuration an account and region. If there is one already, the deployment fails and says
   * what is there, unless this is `true`: then it is remembered, replaced, and put back when the construct is removed.
   * Logs no longer reach the former destination meanwhile.
   *
   * @default false - a configuration of somebody else is never touched
   */
  readonly adoptExisting?: boolean;
}

/**
 * Where the records of Bedrock invocations come from.
 *
 * @example
 * import * as logs from 'aws-cdk-lib/aws-logs';
 * import { BedrockBudgeteer, InvocationLogs } from 'cdk-bedrock-budgeteer';
 *
 * const logGroup = logs.LogGroup.fromLogGroupName(this, 'Invocations', '/bedrock/invocations');
 * new BedrockBudgeteer(this, 'Budgeteer', { invocationLogs: InvocationLogs.fromLogGroup(logGroup) });
 */
export class InvocationLogs {
  /**
   * Create a log group and switch Bedrock's model-invocation logging on, without the bodies of prompts and answers.
   *
   * Bedrock has one logging configuration an account and region, so only one construct there can manage it. Others
   * read the log group of the first: `InvocationLogs.fromLogGroup(first.invocationLogGroup)`.
   *
   * @param options what becomes of a configuration that is there already
   */
  public static managed(options: ManagedInvocationLogsOptions = {}): InvocationLogs {
    checkOptions(undefined, 'InvocationLogs.managed', options, 'ManagedInvocationLogsOptions', 'write such as { adoptExisting: true }, or leave it out');
    checkBoolean(undefined, 'InvocationLogs.managed.adoptExisting', options.adoptExisting);
    return new InvocationLogs(undefined, options.adoptExisting ?? false);
  }

  /**
   * Read a log group to which Bedrock writes already. Nothing about Bedrock's logging is changed.
   *
   * A log group takes two subscription filters at most; the construct adds one.
   *
   * @param logGroup a log group of class Standard, in the account and region of the stack
   */
  public static fromLogGroup(logGroup: logs.ILogGroup): InvocationLogs {
    checkResource(undefined, 'InvocationLogs.fromLogGroup', logGroup, {
      members: ['logGroupArn'], allowed: 'a log group', remedy: 'write such as logs.LogGroup.fromLogGroupName(this, "BedrockLogs", "/bedrock/invocations"), or InvocationLogs.managed()',
    });
    return new InvocationLogs(logGroup, false);
  }

  /**
   * The existing log group, if it is not ours to manage.
   *
   * @internal
   */
  public readonly _existingLogGroup?: logs.ILogGroup;

  /** @internal */
  public readonly _adoptExisting: boolean;

  private constructor(existingLogGroup: logs.ILogGroup | undefined, adoptExisting: boolean) {
    this._existingLogGroup = existingLogGroup;
    this._adoptExisting = adoptExisting;
  }
}
