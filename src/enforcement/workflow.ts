import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IDependable } from 'constructs';
import { Deployment } from '../deployment';

export interface WorkflowProps {
  readonly deployment: Deployment;
  /** Tells the log groups of the workflows apart. */
  readonly name: string;
  /** The most that all steps together take with their retries, after the longest wait. */
  readonly stepsTake: Duration;
  /** The most that it waits before its steps; @default a grace period at its longest */
  readonly longestWait?: Duration;
  /** Makes the states, in the scope that it is given. */
  readonly chain: (scope: Construct) => sfn.IChainable;
}

/** A grace period is at most so long. */
const LONGEST_GRACE = Duration.days(30);

/**
 * A state machine with its log. Standard, not Express: it waits for days, and one name runs once.
 */
export class Workflow extends Construct {
  public readonly stateMachine: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const { deployment } = props;

    const logGroup = new logs.LogGroup(this, 'Logs', {
      // Under this prefix the log needs no statement in the account's resource policy for logs, whose size is limited.
      logGroupName: `/aws/vendedlogs/states/bedrock-budgeteer/${deployment.id}/${props.name}`,
      encryptionKey: deployment.encryptionKey,
      retention: deployment.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      stateMachineType: sfn.StateMachineType.STANDARD,
      queryLanguage: sfn.QueryLanguage.JSON_PATH,
      definitionBody: sfn.DefinitionBody.fromChainable(props.chain(this)),
      timeout: (props.longestWait ?? LONGEST_GRACE).plus(props.stepsTake),
      tracingEnabled: deployment.tracing,
      logs: {
        destination: logGroup,
        level: sfn.LogLevel.ALL,
        // Inputs and outputs stand in the audit table already.
        includeExecutionData: false,
      },
    });
  }

  /** Concerns the state machine alone: what it runs after may have to know of its role. */
  public runAfter(dependency: IDependable): void {
    this.stateMachine.node.defaultChild!.node.addDependency(dependency);
  }
}
