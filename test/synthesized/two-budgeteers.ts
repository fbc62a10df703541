import { Stack } from 'aws-cdk-lib';
import { BedrockBudgeteer, BedrockBudgeteerProps, BudgetPrincipal, InvocationLogs } from '../../src';
import { SynthesizedStack } from './synthesized-stack';

export interface TwoBudgeteers {
  readonly stack: SynthesizedStack;
  readonly budgeteer: BedrockBudgeteer;
  /** Another environment in the same stack; reads the invocation log of the first. */
  readonly neighbour: BedrockBudgeteer;
}

/** @param own what the first alone has, such as channels */
export function twoBudgeteers(props: BedrockBudgeteerProps = {}, own: (scope: Stack) => BedrockBudgeteerProps = () => ({})): TwoBudgeteers {
  const { stack, built } = SynthesizedStack.of(scope => {
    const budgets = [{ principal: BudgetPrincipal.roleName('chat-backend'), limitUsd: 12 }];
    const budgeteer = new BedrockBudgeteer(scope, 'Budgeteer', { budgets, ...props, ...own(scope) });
    const neighbour = new BedrockBudgeteer(scope, 'Neighbour', {
      budgets, ...props, environmentName: 'development', invocationLogs: InvocationLogs.fromLogGroup(budgeteer.invocationLogGroup),
    });
    return { budgeteer, neighbour };
  });
  return { stack, ...built };
}
