import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { knowRuntimes } from '../agent-core/runtime-access';
import { Env, Handler } from '../contract';
import { Deployment } from '../deployment';
import { allowPublishing } from '../events/publishing';
import { HandlerFunction } from '../functions/handler-function';
import { Settings } from '../settings/settings';
import { Storage } from '../storage/storage';
import { allowTable } from '../storage/table-access';
import { DenyPolicy } from './deny-policy';
import { PolicyBackups } from './policy-backups';
import { allowPolicyChange, anyRole, anyUser } from './restriction-rights';
import { SuspensionStrategy } from './suspension-strategy';
import { Workflow } from './workflow';
import { restorationChain, suspensionChain } from './workflow-states';

export interface EnforcementProps {
  readonly deployment: Deployment;
  readonly storage: Storage;
  readonly settings: Settings;
  readonly eventBus: events.IEventBus;
  readonly strategy: SuspensionStrategy;
  /** Keeps principals with a budget from the mantle endpoint; where nobody is kept from it, there is none. */
  readonly mantlePolicy?: iam.IManagedPolicy;
  /** Of the strategy `DETACH`. */
  readonly backupHistoryDays: number;
}

/** What the steps of a workflow take with all of their retries. The policy-detacher may be at work for minutes at each of its tries. */
const ENFORCER_STEPS = Duration.hours(1);
const DETACHER_STEPS = Duration.days(1);

/**
 * Suspension and restoration: one deny policy, one function that may attach and detach it, two workflows that ask it to.
 */
export class Enforcement extends Construct {
  public readonly denyPolicy: DenyPolicy;
  public readonly enforcer: HandlerFunction;
  public readonly suspension: Workflow;
  public readonly restoration: Workflow;
  /** Where the strategy is `DETACH`. */
  public readonly backups?: PolicyBackups;

  constructor(scope: Construct, id: string, props: EnforcementProps) {
    super(scope, id);
    const { deployment, storage, settings } = props;

    this.denyPolicy = new DenyPolicy(this, 'DenyPolicy');

    this.enforcer = new HandlerFunction(this, 'Enforcer', {
      deployment,
      handler: Handler.ENFORCER,
      description: 'attaches, detaches and verifies the deny policy',
      timeout: Duration.seconds(60),
      environment: {
        [Env.BUDGETS_TABLE]: storage.budgets.tableName,
        [Env.DENY_POLICY_ARN]: this.denyPolicy.managedPolicyArn,
        [Env.EVENT_BUS]: props.eventBus.eventBusName,
        ...settings.environment(),
      },
    });
    allowPolicyChange(this.enforcer, this.denyPolicy, 'Attach', 'Detach');
    if (props.mantlePolicy) {
      // It gives up its place where the deny policy has none.
      this.enforcer.function.addEnvironment(Env.MANTLE_POLICY_ARN, props.mantlePolicy.managedPolicyArn);
      allowPolicyChange(this.enforcer, props.mantlePolicy, 'Detach');
    }
    this.enforcer.allow({
      // Detaching needs no look at the policies of others, but verifying does: IAM has no narrower question.
      actions: ['iam:GetUser', 'iam:ListAttachedUserPolicies'],
      resources: [anyUser(this)],
    });
    this.enforcer.allow({
      actions: ['iam:GetRole', 'iam:ListAttachedRolePolicies'],
      resources: [anyRole(this)],
    });
    allowTable(this.enforcer, storage.budgets, 'GetItem', 'UpdateItem');
    settings.allowReading(this.enforcer);
    // Every change of IAM is put into the audit trail.
    allowPublishing(this.enforcer, props.eventBus);
    knowRuntimes(this.enforcer, deployment, storage);

    this.backups = props.strategy === SuspensionStrategy.DETACH ? this.keepBackups(scope, props) : undefined;
    const functions = { enforcer: this.enforcer.function, detacher: this.backups?.detacher.function };
    // An execution that ran out of time would record no failure, and nothing would try again.
    const stepsTake = this.backups ? DETACHER_STEPS : ENFORCER_STEPS;

    this.suspension = new Workflow(this, 'Suspension', {
      deployment,
      name: 'suspension',
      stepsTake,
      chain: states => suspensionChain(states, functions),
    });
    this.restoration = new Workflow(this, 'Restoration', {
      deployment,
      name: 'restoration',
      stepsTake,
      chain: states => restorationChain(states, functions),
    });
    if (this.backups) {
      // No workflow removes policies before there is what gives them back: an update that fails between the two would be rolled back without it.
      [this.suspension, this.restoration].forEach(workflow => workflow.runAfter(this.backups!.returnResource));
    }
  }

  private keepBackups(system: Construct, { backupHistoryDays: historyDays, ...props }: EnforcementProps): PolicyBackups {
    const backups = new PolicyBackups(this, 'PolicyBackups', { ...props, denyPolicy: this.denyPolicy, system, historyDays });
    // The enforcer lifts no deny while policies are missing.
    this.enforcer.function.addEnvironment(Env.POLICY_BACKUPS_TABLE, backups.table.tableName);
    allowTable(this.enforcer, backups.table, 'GetItem');
    return backups;
  }
}
