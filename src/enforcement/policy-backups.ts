import { CustomResource, Duration, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { knowRuntimes } from '../agent-core/runtime-access';
import { BackupAttribute, Env, Handler } from '../contract';
import { Deployment } from '../deployment';
import { allowPublishing } from '../events/publishing';
import { HandlerFunction } from '../functions/handler-function';
import { Settings } from '../settings/settings';
import { Storage } from '../storage/storage';
import { allowTable } from '../storage/table-access';
import { anyRole, anyUser, rolesOfCdk } from './restriction-rights';

export interface PolicyBackupsProps {
  readonly deployment: Deployment;
  readonly storage: Storage;
  readonly settings: Settings;
  readonly eventBus: events.IEventBus;
  readonly denyPolicy: iam.IManagedPolicy;
  readonly mantlePolicy?: iam.IManagedPolicy;
  /** The whole of what is deployed: the policies of the roles below it are never changed. */
  readonly system: IConstruct;
  /** How long a backup is kept after its policies were put back. */
  readonly historyDays: number;
}

/**
 * The strategy `DETACH`: the one function with rights over the policies of others, and the table that holds what it removed. Both are there only where
 * the strategy is chosen, and before they go, everybody has their policies back.
 */
export class PolicyBackups extends Construct {
  public readonly detacher: HandlerFunction;
  public readonly table: dynamodb.Table;
  /** On its deletion everybody gets their policies back. Whatever has policies removed comes after it. */
  public readonly returnResource: CustomResource;

  constructor(scope: Construct, id: string, props: PolicyBackupsProps) {
    super(scope, id);
    const { deployment } = props;

    this.table = new dynamodb.Table(this, 'Backups', {
      partitionKey: { name: BackupAttribute.TARGET, type: dynamodb.AttributeType.STRING },
      sortKey: { name: BackupAttribute.STATE, type: dynamodb.AttributeType.STRING },
      timeToLiveAttribute: BackupAttribute.EXPIRES_AT,
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: deployment.encryptionKey,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: deployment.removalPolicy,
      deletionProtection: deployment.removalPolicy === RemovalPolicy.RETAIN,
    });
    this.detacher = this.makeDetacher(props);

    this.returnResource = new CustomResource(this, 'Return', {
      resourceType: 'Custom::BedrockBudgeteerPolicyReturn',
      serviceToken: this.detacher.function.functionArn,
      serviceTimeout: Duration.minutes(15),
    });
    // Whoever goes over to the other strategy, or removes the stack, leaves nobody without their policies. Going over gives back in `RestoreOnRemoval`
    // already, since CloudFormation goes on where a deletion after an update fails: this is the second net there, and the first where DETACH fails to come.
    this.returnResource.node.addDependency(this.detacher, this.table, props.storage);
  }

  private makeDetacher({ deployment, storage, settings, eventBus, denyPolicy, mantlePolicy, system, historyDays }: PolicyBackupsProps): HandlerFunction {
    const detacher = new HandlerFunction(this, 'PolicyDetacher', {
      deployment,
      handler: Handler.POLICY_DETACHER,
      description: 'backs up and removes the policies of suspended principals, and puts them back',
      // A user or role has at most some dozens of policies, each of which takes calls of IAM; on removal there are many of them.
      timeout: Duration.minutes(14),
      environment: {
        [Env.BUDGETS_TABLE]: storage.budgets.tableName,
        [Env.POLICY_BACKUPS_TABLE]: this.table.tableName,
        [Env.BACKUP_HISTORY_DAYS]: String(historyDays),
        [Env.DENY_POLICY_ARN]: denyPolicy.managedPolicyArn,
        [Env.EVENT_BUS]: eventBus.eventBusName,
        ...(mantlePolicy ? { [Env.MANTLE_POLICY_ARN]: mantlePolicy.managedPolicyArn } : {}),
        ...settings.environment(),
      },
    });
    detacher.allow({
      sid: 'PoliciesOfUsers',
      actions: ['iam:GetUser', 'iam:ListAttachedUserPolicies', 'iam:ListUserPolicies', 'iam:GetUserPolicy',
        'iam:AttachUserPolicy', 'iam:DetachUserPolicy', 'iam:PutUserPolicy', 'iam:DeleteUserPolicy'],
      resources: [anyUser(this)],
    });
    detacher.allow({
      sid: 'PoliciesOfRoles',
      actions: ['iam:GetRole', 'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies', 'iam:GetRolePolicy',
        'iam:AttachRolePolicy', 'iam:DetachRolePolicy', 'iam:PutRolePolicy', 'iam:DeleteRolePolicy'],
      resources: [anyRole(this)],
    });
    detacher.allow({
      sid: 'UsersThatWereRenamed',
      actions: ['iam:ListUsers'],
      // IAM finds nobody by the unique id, and a list of users is about no user in particular.
      resources: ['*'],
    });
    detacher.allow({
      sid: 'VersionsOfPolicies',
      actions: ['iam:GetPolicy'],
      // Those of AWS have no account.
      resources: [Stack.of(this).formatArn({ service: 'iam', region: '', account: '*', resource: 'policy', resourceName: '*' })],
    });
    this.denyTheSystemItself(detacher, system);
    // What the system denies, it denies to itself in the same words: the deny policy is the enforcer's to attach and detach, the other one the guard's.
    detacher.allow({
      sid: 'NeverTheDenyPolicy',
      effect: iam.Effect.DENY,
      actions: ['iam:AttachUserPolicy', 'iam:AttachRolePolicy', 'iam:DetachUserPolicy', 'iam:DetachRolePolicy'],
      resources: ['*'],
      conditions: { ArnEquals: { 'iam:PolicyARN': mantlePolicy ? [denyPolicy.managedPolicyArn, mantlePolicy.managedPolicyArn] : denyPolicy.managedPolicyArn } },
    });
    allowTable(detacher, this.table, 'ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem', 'Scan');
    allowTable(detacher, storage.budgets, 'GetItem');
    knowRuntimes(detacher, deployment, storage, 'Query');
    settings.allowReading(detacher);
    allowPublishing(detacher, eventBus);
    return detacher;
  }

  /**
   * It could give itself every right by a policy on its own role, or by one on the role of another function of the system; and who carries out
   * deployments must not be stopped in one. The roles are collected last: some are made after this.
   */
  private denyTheSystemItself(detacher: HandlerFunction, system: IConstruct): void {
    const roles = () => system.node.findAll().filter(construct => construct instanceof iam.Role).map(({ roleArn }) => roleArn);
    detacher.allow({
      sid: 'NeverTheRolesOfTheSystem',
      effect: iam.Effect.DENY,
      actions: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy', 'iam:PutRolePolicy', 'iam:DeleteRolePolicy'],
      // All in one document with what it allows: there is no moment in which the one holds without the other.
      resources: Lazy.list({ produce: () => [...roles(), rolesOfCdk(this)] }),
    });
  }
}
