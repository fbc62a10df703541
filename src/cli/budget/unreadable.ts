import { ListedBudget, UnreadableAnswer } from './answers';
import { plain } from './texts';

/** Whether an item is one that somebody broke by hand: nothing can be told of it, and nothing done to it, until it is mended. */
export function isUnreadable(listed: ListedBudget): listed is UnreadableAnswer {
  return 'problem' in listed;
}

/** Names them, what is wrong with each, and what becomes of one or of several: "stays as it is", "stay as they are". */
export function unreadableText(budgets: readonly UnreadableAnswer[], one: string, several: string): string {
  const count = budgets.length === 1 ? `1 budget cannot be read and ${one}` : `${budgets.length} budgets cannot be read and ${several}`;
  return [
    `${count}; mend the items in the Budgets table:`,
    ...budgets.map(({ principalId, problem }) => `  ${plain(principalId)}: ${plain(problem)}`),
  ].join('\n');
}
