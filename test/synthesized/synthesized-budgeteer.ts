import { Stack } from 'aws-cdk-lib';
import { BedrockBudgeteer, BedrockBudgeteerProps, BudgetPrincipal } from '../../src';
import { Handler } from '../../src/contract';
import { SynthesizedStack } from './synthesized-stack';

export interface SynthesizedBudgeteer {
  readonly stack: SynthesizedStack;
  readonly budgeteer: BedrockBudgeteer;
}

/** The handlers that are there only where something is switched on. */
export const OPTIONAL_HANDLERS: readonly Handler[] = [
  Handler.AGENT_REGISTRAR, Handler.AGENT_COMPUTE_METER, Handler.POLICY_DETACHER, Handler.BUDGET_MANAGER, Handler.COST_RECONCILER,
  Handler.CHARGEBACK_REPORTER, Handler.DAILY_DIGEST, Handler.MANTLE_GUARD,
];

/** Those that are always there. */
export const DEFAULT_HANDLERS: readonly Handler[] = Object.values(Handler).filter(handler => !OPTIONAL_HANDLERS.includes(handler));

/** One instance as it is by default, with every handler that there is then. */
export function synthesizedBudgeteer(props: BedrockBudgeteerProps | ((scope: Stack) => BedrockBudgeteerProps) = {}): SynthesizedBudgeteer {
  const { stack, built } = SynthesizedStack.of(scope => new BedrockBudgeteer(scope, 'Budgeteer', {
    // Without a budget there is no handler that declares budgets.
    budgets: [{ principal: BudgetPrincipal.roleName('chat-backend'), limitUsd: 12 }],
    ...(typeof props === 'function' ? props(scope) : props),
  }));
  return { stack, budgeteer: built };
}
