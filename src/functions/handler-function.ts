import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct, IConstruct } from 'constructs';
import { Env, Handler } from '../contract';
import { Deployment } from '../deployment';
import { keyUseStatement, EncryptingService } from '../encryption/key-use';
import { BundledHandlers } from './bundled-handlers';
import { FailureQueue } from './failure-queue';

/** Handlers wait for AWS rather than compute, but processor time comes with memory, and below this a cold start takes over a second. */
const DEFAULT_MEMORY_MB = 512;

export interface HandlerFunctionProps {
  readonly deployment: Deployment;
  readonly handler: Handler;
  /** What it does, for whoever finds it in the console. */
  readonly description: string;
  readonly timeout: Duration;
  /** @default 512 */
  readonly memoryMb?: number;
  /** How long Lambda keeps trying an event; @default 6 hours, the most that Lambda allows */
  readonly maxEventAge?: Duration;
  /** What only this handler needs to know; what all need is added. */
  readonly environment?: Record<string, string>;
}

/**
 * The one place in which functions are made: each with its own role, log group and failure queue, and no right that is not
 * given to it by `allow`.
 */
export class HandlerFunction extends Construct {
  /** All functions below a construct. */
  public static allIn(scope: IConstruct): HandlerFunction[] {
    return scope.node.findAll().filter(construct => construct instanceof HandlerFunction);
  }

  public readonly function: lambda.Function;
  public readonly failures: FailureQueue;
  public readonly handler: Handler;
  private readonly deployment: Deployment;
  private readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const { deployment, handler } = props;
    this.deployment = deployment;
    this.handler = handler;

    const logGroup = new logs.LogGroup(this, 'Logs', {
      encryptionKey: deployment.encryptionKey,
      retention: deployment.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // The managed policy for basic execution would let it write to every log group of the account.
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: `BedrockBudgeteer ${handler}`,
    });
    this.role = role;
    logGroup.grantWrite(role);
    if (deployment.tracing) {
      // What the function's prop `tracing` does, but for `addToRolePolicy`.
      this.allow({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] });
    }
    this.failures = new FailureQueue(this, 'Failures', { encryptionKey: deployment.encryptionKey });

    this.function = new lambda.Function(this, 'Function', {
      description: `BedrockBudgeteer: ${props.description}`,
      code: BundledHandlers.PACKAGE.codeOf(handler, this),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_22_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: props.memoryMb ?? DEFAULT_MEMORY_MB,
      timeout: props.timeout,
      role,
      logGroup,
      retryAttempts: 2,
      maxEventAge: props.maxEventAge ?? Duration.hours(6),
      onFailure: this.failures.asFailureDestination(),
      environment: {
        [Env.DEPLOYMENT_ID]: deployment.id,
        [Env.ENVIRONMENT_NAME]: deployment.environmentName,
        [Env.TIME_ZONE]: deployment.timeZone,
        [Env.ACCOUNT_ID]: Stack.of(this).account,
        [Env.PARTITION]: Stack.of(this).partition,
        POWERTOOLS_SERVICE_NAME: handler,
        ...props.environment,
      },
    });
    if (deployment.tracing) {
      (this.function.node.defaultChild as lambda.CfnFunction).tracingConfig = { mode: lambda.Tracing.ACTIVE };
    }
  }

  /** Allows what the statement says, and nothing that a managed policy or a convenience method would add to it. */
  public allow(statement: iam.PolicyStatementProps): void {
    this.allowStatement(new iam.PolicyStatement(statement));
  }

  /**
   * On the role, not by the function's `addToRolePolicy`: with the flag `createNewPoliciesWithAddToRolePolicy`, and in newer CDKs also without it where some
   * resources are a list that is not known yet, that makes policies of their own. What is denied has to hold from the moment in which something is allowed,
   * and the function has to wait for both.
   */
  public allowStatement(statement: iam.PolicyStatement): void {
    this.role.addToPrincipalPolicy(statement);
  }

  /** Allows to use the deployment's key through a service whose resources it encrypts. */
  public allowKeyUse(service: EncryptingService): void {
    this.allowStatement(keyUseStatement(this, this.deployment.encryptionKey, service));
  }
}
