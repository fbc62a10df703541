import { ArnFormat, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
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
 *
 * The same resource gives policies back where the strategy `DETACH` goes: in the update itself, which is rolled back where that fails, while what is
 * deleted after an update is forgotten where it cannot be. An update changes what this resource depends on before it: by then the enforcement is that of
 * `DENY`, no new workflow removes policies, and whoever recovers in between has the deny lifted and the policies a moment later. Only what the new
 * template has no more is still there, the policy-detacher with its rights and its table. In a rollback from `DENY` to `DETACH` and back it is the same.
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

    this.resource = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::BedrockBudgeteerRemoval',
      serviceToken: handler.function.functionArn,
      serviceTimeout: Duration.minutes(10),
      // Told under both strategies, so that an update from the one to the other changes it.
      properties: { policyDetacherArn: enforcement.backups?.detacher.function.functionArn ?? '' },
    });
    this.resource.node.addDependency(handler, storage, enforcement);
    if (enforcement.backups) {
      this.resource.node.addDependency(this.letAsk(enforcement.backups.detacher, handler));
    }
  }

  /**
   * A right on the role of the handler would be gone when the strategy goes, before the handler is asked. This one is the policy-detacher's own: what the
   * new template has no more is deleted last. Within an account it suffices alone.
   */
  private letAsk(detacher: HandlerFunction, handler: HandlerFunction): lambda.CfnPermission {
    const { functionArn } = detacher.function;
    handler.function.addEnvironment(Env.POLICY_DETACHER_ARN, functionArn);
    const permission = new lambda.CfnPermission(this, 'AskPolicyDetacher', {
      action: 'lambda:InvokeFunction',
      functionName: functionArn,
      principal: handler.function.role!.roleArn,
    });
    // Lambda refuses a role that it does not see yet; once there is a function with the role, it does.
    permission.node.addDependency(handler);
    return permission;
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
