import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { knowRuntimes } from '../agent-core/runtime-access';
import { Env, EVENT_SOURCE, EventType, Handler, MANTLE_GUARD_NOTE } from '../contract';
import { Deployment } from '../deployment';
import { allowPublishing } from '../events/publishing';
import { invokeOn } from '../functions/event-rule';
import { HandlerFunction } from '../functions/handler-function';
import { Settings } from '../settings/settings';
import { Storage } from '../storage/storage';
import { allowTable, allowWritingItem } from '../storage/table-access';
import { allowListingRestricted, allowPolicyChange, anyRole, anyUser, policyChange } from './restriction-rights';

export interface MantleGuardProps {
  readonly deployment: Deployment;
  readonly storage: Storage;
  readonly settings: Settings;
  readonly eventBus: events.IEventBus;
  readonly policy: iam.IManagedPolicy;
}

const INTERVAL = Duration.hours(1);

/** At first everybody with a budget gets the policy. */
const TIMEOUT = Duration.minutes(14);

/** After these one principal is looked at, or after a change of the settings everybody. */
const OCCASIONS = [
  EventType.BUDGET_CHANGED, EventType.CONFIGURATION_CHANGED, EventType.PRINCIPAL_GONE, EventType.PRINCIPAL_REGISTERED, EventType.PRINCIPAL_RESTORED,
  EventType.RUNTIMES_SHARE_ROLE,
];

/**
 * Keeps whoever has an enforced budget from the mantle endpoint, and lets everybody go before the policy is deleted.
 *
 * CloudFormation deletes in the reverse order of dependencies, be it the whole stack or what a new template has no more: first the rules and the right to
 * attach, then the resource, whose deletion lets everybody go, then the function with its other rights and the policy.
 */
export class MantleGuard extends Construct {
  public readonly guard: HandlerFunction;

  constructor(scope: Construct, id: string, props: MantleGuardProps) {
    super(scope, id);
    const { deployment, storage, settings, eventBus, policy } = props;

    this.guard = new HandlerFunction(this, 'MantleGuard', {
      deployment,
      handler: Handler.MANTLE_GUARD,
      description: 'keeps principals with a budget from the mantle endpoint',
      timeout: TIMEOUT,
      maxEventAge: INTERVAL,
      environment: {
        [Env.BUDGETS_TABLE]: storage.budgets.tableName,
        [Env.AUDIT_TABLE]: storage.audit.tableName,
        [Env.EVENT_BUS]: eventBus.eventBusName,
        [Env.MANTLE_POLICY_ARN]: policy.managedPolicyArn,
        ...settings.environment(),
      },
    });
    allowListingRestricted(this.guard, policy);
    allowPolicyChange(this.guard, policy, 'Detach');
    this.guard.allow({ actions: ['iam:GetUser', 'iam:ListAttachedUserPolicies'], resources: [anyUser(this)] });
    this.guard.allow({ actions: ['iam:GetRole', 'iam:ListAttachedRolePolicies'], resources: [anyRole(this)] });
    allowTable(this.guard, storage.budgets, 'GetItem', 'Scan');
    allowWritingItem(this.guard, storage.budgets, MANTLE_GUARD_NOTE);
    allowTable(this.guard, storage.audit, 'PutItem');
    knowRuntimes(this.guard, deployment, storage);
    settings.allowReading(this.guard);
    allowPublishing(this.guard, eventBus);

    const release = new CustomResource(this, 'Release', {
      resourceType: 'Custom::BedrockBudgeteerMantleRelease',
      serviceToken: this.guard.function.functionArn,
      serviceTimeout: Duration.minutes(15),
    });
    // Not on its failure queue: the policy of that names the rules, which come after this.
    release.node.addDependency(this.guard.function, this.guard.function.role!, policy, storage);

    // A run that is under way when everybody is let go attaches nothing any more.
    const mayAttach = new iam.Policy(this, 'MayAttach', {
      roles: [this.guard.function.role!],
      statements: [new iam.PolicyStatement(policyChange(this, policy, 'Attach'))],
    });
    mayAttach.node.addDependency(release);
    for (const rule of this.rules(deployment, eventBus)) {
      invokeOn(rule, this.guard);
      rule.node.addDependency(mayAttach);
    }
  }

  private rules({ id }: Deployment, eventBus: events.IEventBus): events.Rule[] {
    return [
      new events.Rule(this, 'EveryHour', {
        description: 'BedrockBudgeteer: keep principals with a budget from the mantle endpoint',
        schedule: events.Schedule.rate(INTERVAL),
      }),
      new events.Rule(this, 'OnEvents', {
        description: 'BedrockBudgeteer: a principal may have to be kept from the mantle endpoint, or let go',
        eventBus,
        eventPattern: { source: [EVENT_SOURCE], account: [Stack.of(this).account], detailType: OCCASIONS, detail: { deploymentId: [id] } },
      }),
    ];
  }
}
