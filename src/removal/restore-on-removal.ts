import { ArnFormat, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { Construct, IDependable } from 'constructs';
import { Env, Handler } from '../contract';
import { Deployment } from '../deployment';
import { Enforcement } from '../enforcement/enforcement';
import { allowListingRestricted, allowPolicyChange, anyRole, anyUser } from '../enforcement/restriction-rights';
import { Workflow } from '../enforcement/workflow';
import { HandlerFunction } from '../functions/handler-function';
import { Storage } from '../storage/storage';
import { allowTable } from '../storage/table-access';

export interface RestoreOnRemovalProps {
  readonly deployment: Deployment;
  readonly storage: Storage;
  readonly enforcement: Enforcement;
}

/**
 * Nobody stays suspended by a system that is gone: before the stack takes the enforcement down, every deny is lifted. A policy that is
 * attached could not be deleted anyway.
 *
 * CloudFormation deletes in the reverse order of dependencies. Whatever could suspend anew depends on this resource and goes before it;
 * this resource depends on whatever it needs for its work, which goes after it.
 */
export class RestoreOnRemoval extends Construct {
  private readonly resource: CustomResource;

  constructor(scope: Construct, id: string, props: RestoreOnRemovalProps) {
    super(scope, id);
    const { deployment, storage, enforcement } = props;
    const workflows = [enforcement.suspension, enforcement.restoration];

    const handler = new HandlerFunction(this, 'Handler', {
      deployment,
      handler: Handler.RESTORE_ON_REMOVAL,
      description: 'lifts every suspension before the system is removed',
      // Less than the resource's own limit, so that running out of time is still reported by the handler.
      timeout: Duration.minutes(9),
      environment: {
        [Env.AUDIT_TABLE]: storage.audit.tableName,
        [Env.DENY_POLICY_ARN]: enforcement.denyPolicy.managedPolicyArn,
        [Env.SUSPENSION_STATE_MACHINE_ARN]: enforcement.suspension.stateMachine.stateMachineArn,
        [Env.RESTORATION_STATE_MACHINE_ARN]: enforcement.restoration.stateMachine.stateMachineArn,
      },
    });
    allowListingRestricted(handler, enforcement.denyPolicy);
    allowPolicyChange(handler, enforcement.denyPolicy, 'Detach');
    // A detach that finds nothing has to tell a principal that is gone from a policy that is off.
    handler.allow({ actions: ['iam:GetUser'], resources: [anyUser(this)] });
    handler.allow({ actions: ['iam:GetRole'], resources: [anyRole(this)] });
    handler.allow({ actions: ['states:ListExecutions'], resources: workflows.map(workflow => workflow.stateMachine.stateMachineArn) });
    handler.allow({ actions: ['states:StopExecution'], resources: workflows.map(executionsOf) });
    allowTable(handler, storage.audit, 'PutItem');
    if (enforcement.backups) {
      const { functionArn } = enforcement.backups.detacher.function;
      handler.function.addEnvironment(Env.POLICY_DETACHER_ARN, functionArn);
      handler.allow({ actions: ['lambda:InvokeFunction'], resources: [functionArn] });
    }

    this.resource = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::BedrockBudgeteerRemoval',
      serviceToken: handler.function.functionArn,
      serviceTimeout: Duration.minutes(10),
    });
    this.resource.node.addDependency(handler, storage, enforcement);
  }

  /** Has everything that could suspend somebody removed before the suspensions are lifted. */
  public removeFirst(...suspenders: Construct[]): void {
    for (const suspender of suspenders) {
      suspender.node.addDependency(this.resource as IDependable);
    }
  }
}

function executionsOf({ stateMachine }: Workflow): string {
  return Stack.of(stateMachine).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${stateMachine.stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
