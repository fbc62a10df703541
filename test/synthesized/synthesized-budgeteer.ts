import { BedrockBudgeteer, BedrockBudgeteerProps, BudgetPrincipal } from '../../src';
import { SynthesizedStack } from './synthesized-stack';

export interface SynthesizedBudgeteer {
  readonly stack: SynthesizedStack;
  readonly budgeteer: BedrockBudgeteer;
}

/** One instance with everything that it can have. */
export function synthesizedBudgeteer(props: BedrockBudgeteerProps = {}): SynthesizedBudgeteer {
  const { stack, built } = SynthesizedStack.of(scope => new BedrockBudgeteer(scope, 'Budgeteer', {
    // Without a budget there is no handler that declares budgets.
    budgets: [{ principal: BudgetPrincipal.roleName('chat-backend'), limitUsd: 12 }],
    ...props,
  }));
  return { stack, budgeteer: built };
}
