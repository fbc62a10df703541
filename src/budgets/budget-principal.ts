import { createHash } from 'node:crypto';
import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { PrincipalKindName } from '../contract';
import { PrincipalKind } from '../metering/principal-kind';
import { checkIamName, checkRuntimeId } from '../validation/names';
import { BudgeteerValidationError } from '../validation/problem';
import { checkResource, ResourceRule } from '../validation/shapes';

/** Roles that IAM lets nobody change but AWS: those of IAM Identity Center and of services. */
const PROTECTED_ROLE = /^(AWSReservedSSO_|AWSServiceRoleFor)/;

/** Resources of CloudFormation, such as `iam.CfnRole`, have a name as well. */
const A_USER: ResourceRule = {
  members: ['userName', 'grantPrincipal'], allowed: 'an IAM user', remedy: 'give a construct such as iam.User, or write BudgetPrincipal.userName("alice")',
};
const A_ROLE: ResourceRule = {
  members: ['roleName', 'grantPrincipal'], allowed: 'an IAM role', remedy: 'give a construct such as iam.Role, or write BudgetPrincipal.roleName("batch")',
};

/**
 * Who a budget is for: an IAM user or role, or an AgentCore runtime, of the account that the construct is deployed to.
 *
 * @example
 * import * as iam from 'aws-cdk-lib/aws-iam';
 * import { BedrockBudgeteer, BudgetPrincipal } from 'cdk-bedrock-budgeteer';
 *
 * declare const batchRole: iam.IRole;
 *
 * new BedrockBudgeteer(this, 'Budgeteer', {
 *   agentCore: true,
 *   budgets: [
 *     { principal: BudgetPrincipal.userName('alice'), limitUsd: 100 },
 *     { principal: BudgetPrincipal.role(batchRole), limitUsd: 40 },
 *     { principal: BudgetPrincipal.agentRuntimeId('support_agent-Ab12Cd34Ef'), limitUsd: 250 },
 *   ],
 * });
 */
export class BudgetPrincipal {
  /**
   * An IAM user.
   *
   * @param user of the same app, or imported
   */
  public static user(user: iam.IUser): BudgetPrincipal {
    checkResource(undefined, 'BudgetPrincipal.user', user, A_USER);
    return new BudgetPrincipal('BudgetPrincipal.user', PrincipalKindName.IAM_USER, user.userName, user);
  }

  /**
   * An IAM user by name, be it one that holds a Bedrock API key.
   *
   * @param userName the name without the path
   */
  public static userName(userName: string): BudgetPrincipal {
    return new BudgetPrincipal('BudgetPrincipal.userName', PrincipalKindName.IAM_USER, userName);
  }

  /**
   * An IAM role; all its sessions share the budget.
   *
   * @param role of the same app, or imported
   */
  public static role(role: iam.IRole): BudgetPrincipal {
    checkResource(undefined, 'BudgetPrincipal.role', role, A_ROLE);
    return new BudgetPrincipal('BudgetPrincipal.role', PrincipalKindName.IAM_ROLE, role.roleName, role);
  }

  /**
   * An IAM role by name; all its sessions share the budget.
   *
   * @param roleName the name without the path
   */
  public static roleName(roleName: string): BudgetPrincipal {
    return new BudgetPrincipal('BudgetPrincipal.roleName', PrincipalKindName.IAM_ROLE, roleName);
  }

  /**
   * A Bedrock AgentCore runtime, or a harness that names no runtime, of the region that the construct is deployed to. Needs `agentCore`.
   *
   * @param agentRuntimeId its id, such as `my_agent-Ab12Cd34Ef`: not its name, and not the ARN
   */
  public static agentRuntimeId(agentRuntimeId: string): BudgetPrincipal {
    checkRuntimeId('BudgetPrincipal.agentRuntimeId', agentRuntimeId);
    return new BudgetPrincipal('BudgetPrincipal.agentRuntimeId', PrincipalKindName.AGENT_RUNTIME, agentRuntimeId);
  }

  /**
   * The AgentCore runtimes that share an execution role, together: the invocation log does not tell them apart. Needs `agentCore`.
   *
   * @param roleName the name of the execution role, without the path
   */
  public static agentRuntimesOfRoleName(roleName: string): BudgetPrincipal {
    return new BudgetPrincipal('BudgetPrincipal.agentRuntimesOfRoleName', PrincipalKindName.AGENT_ROLE, roleName);
  }

  private readonly kind: PrincipalKindName;
  private readonly name: string;
  private readonly resource?: iam.IUser | iam.IRole;

  private constructor(prop: string, kind: PrincipalKindName, name: string, resource?: iam.IUser | iam.IRole) {
    this.kind = kind;
    this.name = resource ? literalName(resource) ?? name : name;
    this.resource = resource;
    if (kind !== PrincipalKindName.AGENT_RUNTIME) {
      checkIamName(prop, this.name);
    }
  }

  /**
   * Id in the Budgets table.
   *
   * @internal
   */
  public _id(scope: IConstruct, prop = 'principal'): string {
    const account = Stack.of(scope).account;
    const owner = this.resource?.env.account;
    if (owner !== undefined && !Token.isUnresolved(owner) && !Token.isUnresolved(account) && owner !== account) {
      throw new BudgeteerValidationError(scope, {
        prop,
        given: `${this._label()} of account ${owner}`,
        allowed: `a user or role of account ${account}`,
        remedy: 'deploy the construct to the account of the principal: calls are logged and restricted there',
      });
    }
    return this._isAgent() ? `${this.kind}/${account}/${Stack.of(scope).region}/${this.name}` : `${this.kind}/${account}/${this.name}`;
  }

  /**
   * Tells principals apart at synthesis and stays the same when budgets change places: the name where it is known, else where it comes from.
   *
   * @internal
   */
  public _constructId(scope: IConstruct): string {
    if (!Token.isUnresolved(this.name)) {
      return `${this.kind}-${this.name}`;
    }
    const origin = this.resource ? this.resource.node.path : JSON.stringify(Stack.of(scope).resolve(this.name));
    return `${this.kind}-${createHash('sha256').update(origin).digest('hex').slice(0, 16)}`;
  }

  /**
   * Whether it is certain that only AWS may change it, and so nobody can suspend it.
   *
   * @internal
   */
  public _isProtected(): boolean {
    const isRole = this.kind === PrincipalKindName.IAM_ROLE || this.kind === PrincipalKindName.AGENT_ROLE;
    return isRole && !Token.isUnresolved(this.name) && PROTECTED_ROLE.test(this.name);
  }

  /**
   * Whether it is an AgentCore runtime, or several.
   *
   * @internal
   */
  public _isAgent(): boolean {
    return this.kind === PrincipalKindName.AGENT_RUNTIME || this.kind === PrincipalKindName.AGENT_ROLE;
  }

  /**
   * Whether it names a runtime by what is probably its name.
   *
   * @internal
   */
  public _looksLikeNoRuntimeId(): boolean {
    return this.kind === PrincipalKindName.AGENT_RUNTIME && !Token.isUnresolved(this.name) && !/-[A-Za-z0-9]{10}$/.test(this.name);
  }

  /**
   * Whether its calls are charged to it.
   *
   * @internal
   */
  public _isTracked(otherTrackedPrincipals: PrincipalKind[]): boolean {
    const tracked: string[] = [PrincipalKindName.IAM_USER, PrincipalKindName.AGENT_RUNTIME, PrincipalKindName.AGENT_ROLE, ...otherTrackedPrincipals];
    return tracked.includes(this.kind);
  }

  /** @internal */
  public _label(): string {
    return `${this.kind} "${Token.isUnresolved(this.name) ? this.resource?.node.path ?? 'a token' : this.name}"`;
  }
}

/** The name that a user or role of the same app was given, if it was given one: its own attribute is a token all the same. */
function literalName(resource: iam.IUser | iam.IRole): string | undefined {
  const cfn = resource.node.defaultChild;
  const given = cfn instanceof iam.CfnUser ? cfn.userName : cfn instanceof iam.CfnRole ? cfn.roleName : undefined;
  return Token.isUnresolved(given) ? undefined : given;
}
