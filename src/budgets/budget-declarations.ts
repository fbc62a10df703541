import { Annotations, CustomResource, Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { BudgetDeclarationProperties, Env, Handler } from '../contract';
import { Deployment } from '../deployment';
import { allowPublishing } from '../events/publishing';
import { HandlerFunction } from '../functions/handler-function';
import { PrincipalKind } from '../metering/principal-kind';
import { requireOptions } from '../options-validation';
import { Storage } from '../storage/storage';
import { allowTable } from '../storage/table-access';
import { checkLabels } from '../validation/names';
import { usdText } from '../validation/numbers';
import { BudgeteerValidationError } from '../validation/problem';
import { checkBoolean, checkList, checkRefreshPeriod } from '../validation/shapes';
import { BudgetLimit, BudgetOptions } from './budget-options';
import { checkPrincipal } from './principal-validation';
import { RefreshPeriod } from './refresh-period';

export interface BudgetDeclarationsProps {
  readonly deployment: Deployment;
  readonly storage: Storage;
  readonly eventBus: events.IEventBus;
  readonly defaultPeriod: RefreshPeriod;
  /** Beside IAM users, which are always tracked. */
  readonly otherTrackedPrincipals: PrincipalKind[];
  /** Called with the handler when the first budget is declared: without budgets there is none. */
  readonly onHandlerCreated: (handler: HandlerFunction) => void;
}

/**
 * Budgets as code: one custom resource a budget, so that it is created, changed and withdrawn with the stack.
 */
export class BudgetDeclarations extends Construct {
  private readonly props: BudgetDeclarationsProps;
  private handler?: HandlerFunction;

  constructor(scope: Construct, id: string, props: BudgetDeclarationsProps) {
    super(scope, id);
    this.props = props;
  }

  /** @param place where it stands, such as `budgets[0]`; left out for one by itself */
  public add(budget: BudgetOptions, place?: string): void {
    const within = place === undefined ? '' : `${place}.`;
    requireOptions(this, place ?? 'budget', budget, 'BudgetOptions', 'write such as { principal: BudgetPrincipal.userName("alice"), limitUsd: 100 }');
    const { principal } = budget;
    const principalProp = `${within}principal`;
    checkPrincipal(this, principalProp, principal);
    const of = place === undefined ? `${principal._label()}: ` : `${place} (${principal._label()}): `;
    checkBoolean(this, `${of}observeOnly`, budget.observeOnly);
    // From the principal, not from its place in a list: reordering a list must not withdraw budgets and declare them anew.
    const id = principal._constructId(this);
    if (this.node.tryFindChild(id)) {
      throw new BudgeteerValidationError(this, {
        prop: principalProp,
        given: `${principal._label()}, which has a budget already`,
        allowed: 'each principal once',
        remedy: 'declare one budget a principal, with additionalLimits for further periods',
      });
    }
    if (principal._looksLikeNoRuntimeId()) {
      Annotations.of(this).addWarningV2(
        'cdk-bedrock-budgeteer:agentRuntimeId',
        `${principal._label()} does not look like an id of AgentCore, which ends in a hyphen and ten letters or digits: no runtime may ever be charged to this budget`,
      );
    }
    if (principal._isAgent() && !this.props.deployment.agentCore) {
      throw new BudgeteerValidationError(this, {
        prop: principalProp,
        given: `${principal._label()} while agentCore is off`,
        allowed: 'AgentCore runtimes only together with agentCore',
        remedy: 'set agentCore to true, or give a budget to the execution role of the runtime',
      });
    }
    // The meter would charge its calls to nobody, and its budget would never be used up.
    if (!principal._isTracked(this.props.otherTrackedPrincipals)) {
      throw new BudgeteerValidationError(this, {
        prop: principalProp,
        given: `${principal._label()}, whose calls are charged to nobody`,
        allowed: 'a principal of a kind that is tracked',
        remedy: 'add PrincipalKind.IAM_ROLE to otherTrackedPrincipals, or leave that prop out to track all kinds',
      });
    }
    if (principal._isProtected() && !budget.observeOnly) {
      throw new BudgeteerValidationError(this, {
        prop: principalProp,
        given: `${principal._label()}, which only AWS may modify`,
        allowed: 'a principal that can be suspended',
        remedy: 'set observeOnly to be warned, and restrict it in its permission set or by a service control policy',
      });
    }
    checkLabels(this, `${of}labels`, budget.labels ?? {});
    const properties: BudgetDeclarationProperties = {
      principalId: principal._id(this, principalProp),
      limits: this.limitsOf(budget, of),
      labels: budget.labels ?? {},
      enforcement: budget.observeOnly ? 'observe' : 'enforced',
    };

    const handler = this.declarationHandler();
    const declaration = new CustomResource(this, id, {
      resourceType: 'Custom::BedrockBudget',
      serviceToken: handler.function.functionArn,
      serviceTimeout: Duration.minutes(2),
      properties: { ...properties },
    });
    // The handler has to keep its rights until the budget is withdrawn.
    declaration.node.addDependency(handler);
  }

  /** @param of whose they are, for messages */
  private limitsOf(budget: BudgetOptions, of: string): BudgetDeclarationProperties['limits'] {
    checkList(this, `${of}additionalLimits`, budget.additionalLimits, 'put the limit into brackets, such as [{ limitUsd: 5, refreshPeriod: RefreshPeriod.calendarDay() }]');
    const first: BudgetLimit = { limitUsd: budget.limitUsd, refreshPeriod: budget.refreshPeriod ?? this.props.defaultPeriod };
    const further = (budget.additionalLimits ?? []).map((limit, index): [string, BudgetLimit] => {
      const place = `${of}additionalLimits[${index}]`;
      requireOptions(this, place, limit, 'BudgetLimit', 'write such as { limitUsd: 5, refreshPeriod: RefreshPeriod.calendarDay() }');
      return [`${place}.`, limit];
    });
    const limits = [[of, first] as const, ...further].map(([within, { limitUsd, refreshPeriod }]) => {
      checkRefreshPeriod(this, `${within}refreshPeriod`, refreshPeriod);
      return { period: refreshPeriod.expression, limitUsd: usdText(this, `${within}limitUsd`, limitUsd) };
    });
    const periods = limits.map(limit => limit.period);
    const repeated = periods.find((period, index) => periods.indexOf(period) !== index);
    if (repeated !== undefined) {
      throw new BudgeteerValidationError(this, {
        prop: `${of}additionalLimits`,
        given: `a second limit for "${repeated}"`,
        allowed: 'one limit a period',
        remedy: 'keep the lower of the two',
      });
    }
    return limits;
  }

  /** Made when it is first needed. */
  private declarationHandler(): HandlerFunction {
    if (!this.handler) {
      const { deployment, storage, eventBus } = this.props;
      this.handler = new HandlerFunction(this, 'Handler', {
        deployment,
        handler: Handler.BUDGET_DECLARATION,
        description: 'sets and withdraws the budgets that are declared in code',
        timeout: Duration.seconds(60),
        environment: { [Env.BUDGETS_TABLE]: storage.budgets.tableName, [Env.EVENT_BUS]: eventBus.eventBusName },
      });
      allowTable(this.handler, storage.budgets, 'GetItem', 'UpdateItem');
      // A change at run time that a declaration leaves alone is reported.
      allowPublishing(this.handler, eventBus);
      this.props.onHandlerCreated(this.handler);
    }
    return this.handler;
  }
}
