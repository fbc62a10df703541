import { Budget } from './budget';
import { applyDecision, BudgetState } from './budget-transition';
import { decide, Decision, DecisionContext } from './decision';
import { BudgetStore, Workflows } from './ports';
import { workflowFor } from './workflow-start';

/** Thrown where a budget kept changing under every attempt; whoever asked comes again. */
export class BudgetContentionError extends Error {
  public readonly name = 'BudgetContentionError';
}

const MAX_ATTEMPTS = 6;

/** What came of a decision: the budget as it now stands, and where a decision was written, that and the budget it was taken on. */
export interface Saved {
  readonly budget: Budget;
  readonly before?: Budget;
  readonly decision?: Decision;
}

/**
 * Decides on a budget and writes the decision, on condition that nobody decided meanwhile: who loses the race reads again and
 * decides anew. A workflow is started at once; the stream record of the write starts it again, which its name makes harmless and
 * which covers a crash between the two.
 *
 * @param image the budget as a stream record shows it, which may be old: it can spare the read where nothing is to be done, but
 * never decides
 * @param shouldWrite whether a decision is worth writing; by default where it changes something
 * @returns `undefined` where there is no such budget
 */
export async function decideAndSave(
  principalId: string,
  time: number,
  ports: { readonly store: BudgetStore; readonly workflows: Workflows },
  context: DecisionContext,
  image?: Budget,
  shouldWrite: (budget: Budget, decision: Decision) => boolean = (_, { changed }) => changed,
): Promise<Saved | undefined> {
  if (image && !shouldWrite(image, decide(image, context, time))) {
    return { budget: image };
  }
  let budget = await ports.store.read(principalId);
  for (let attempt = 1; budget; attempt += 1) {
    const decision = decide(budget, context, time);
    if (!shouldWrite(budget, decision)) {
      return { budget };
    }
    const state: BudgetState = applyDecision(budget, decision, time);
    if (await ports.store.saveState(principalId, state, budget.revision)) {
      const saved = { ...budget, ...state };
      const workflow = decision.workflow && workflowFor(saved);
      if (workflow) {
        await ports.workflows.start(workflow.workflow, workflow.executionName, workflow.input);
      }
      return { budget: saved, before: budget, decision };
    }
    if (attempt === MAX_ATTEMPTS) {
      throw new BudgetContentionError(`the budget of ${principalId} changed under ${MAX_ATTEMPTS} attempts to decide on it`);
    }
    budget = await ports.store.read(principalId);
  }
  return undefined;
}
