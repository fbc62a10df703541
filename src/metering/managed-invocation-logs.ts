import { ArnFormat, CustomResource, Duration, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { Env, Handler, InvocationLoggingProperties } from '../contract';
import { Deployment } from '../deployment';
import { HandlerFunction } from '../functions/handler-function';

export interface ManagedInvocationLogsProps {
  readonly deployment: Deployment;
  readonly adoptExisting: boolean;
}

const BEDROCK = 'bedrock.amazonaws.com';

/** The one stream to which Bedrock writes. */
const LOG_STREAM = 'aws/bedrock/modelinvocations';

/**
 * Bedrock's model-invocation logging, switched on. CloudFormation has no resource for it, so a custom resource sets it.
 *
 * There is one configuration an account and region. Never is a configuration of somebody else overwritten without consent, and removal
 * puts back what was there.
 */
export class ManagedInvocationLogs extends Construct {
  public readonly logGroup: logs.LogGroup;
  /** Set while logging is on. */
  public readonly configuration: CustomResource;

  constructor(scope: Construct, id: string, props: ManagedInvocationLogsProps) {
    super(scope, id);
    const { deployment, adoptExisting } = props;
    const stack = Stack.of(this);
    this.node.addValidation({ validate: () => otherManagers(this) });

    this.logGroup = new logs.LogGroup(this, 'LogGroup', {
      encryptionKey: deployment.encryptionKey,
      retention: deployment.logRetention,
      removalPolicy: deployment.removalPolicy,
    });

    const role = new iam.Role(this, 'BedrockRole', {
      description: 'Lets Bedrock write its model-invocation log',
      // Without the conditions another account could have Bedrock write here.
      assumedBy: new iam.ServicePrincipal(BEDROCK, {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 'bedrock', resource: '*' }) },
        },
      }),
      // Inline, so that whoever depends on the role depends on its rights: Bedrock tries them out when logging is switched on.
      inlinePolicies: {
        WriteInvocations: new iam.PolicyDocument({
          statements: [new iam.PolicyStatement({
            actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            resources: [stack.formatArn({
              service: 'logs',
              resource: 'log-group',
              resourceName: `${this.logGroup.logGroupName}:log-stream:${LOG_STREAM}`,
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            })],
          })],
        }),
      },
    });

    // Not below the settings: it must outlive a change of the environment's name.
    const parameterName = `/bedrock-budgeteer/${deployment.id}/previous-logging-configuration`;
    const handler = new HandlerFunction(this, 'Handler', {
      deployment,
      handler: Handler.INVOCATION_LOGGING,
      description: 'switches model-invocation logging on and puts back what was there',
      // A new role takes up to a minute or two to be accepted by Bedrock, and is tried until then.
      timeout: Duration.minutes(4),
      environment: { [Env.PREVIOUS_LOGGING_PARAMETER]: parameterName },
    });
    handler.allow({
      actions: [
        'bedrock:DeleteModelInvocationLoggingConfiguration',
        'bedrock:GetModelInvocationLoggingConfiguration',
        'bedrock:PutModelInvocationLoggingConfiguration',
      ],
      // These actions know no resources.
      resources: ['*'],
    });
    handler.allow({
      actions: ['iam:PassRole'],
      // To put back somebody else's configuration is to pass its role, which is not known here.
      resources: [adoptExisting ? stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: '*' }) : role.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': BEDROCK } },
    });
    handler.allow({
      actions: ['ssm:DeleteParameter', 'ssm:GetParameter', 'ssm:PutParameter'],
      resources: [stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: parameterName.slice(1) })],
    });

    const properties: InvocationLoggingProperties = {
      logGroupName: this.logGroup.logGroupName,
      roleArn: role.roleArn,
      adoptExisting: String(adoptExisting),
    };
    this.configuration = new CustomResource(this, 'Configuration', {
      resourceType: 'Custom::BedrockInvocationLogging',
      serviceToken: handler.function.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: { ...properties },
    });
    // The handler has to keep its rights until the configuration is gone.
    this.configuration.node.addDependency(handler);
  }
}

/** Two managers of the one configuration would take it from each other, and one of them would meter nothing without a word. */
function otherManagers(manager: ManagedInvocationLogs): string[] {
  const stack = Stack.of(manager);
  return manager.node.root.node.findAll()
    .filter(other => other instanceof ManagedInvocationLogs && other !== manager && certainlySamePlace(stack, Stack.of(other)))
    .map(other => `invocation logs are managed here and by ${other.node.path}, but Bedrock has one logging configuration an account and region:`
      + ' let one construct manage it, and give its log group to the others with InvocationLogs.fromLogGroup(first.invocationLogGroup)');
}

function certainlySamePlace(one: Stack, other: Stack): boolean {
  const known = (stack: Stack) => !Token.isUnresolved(stack.account) && !Token.isUnresolved(stack.region);
  return one === other || (known(one) && known(other) && one.account === other.account && one.region === other.region);
}
