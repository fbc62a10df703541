import { Usd } from '../../lambdas/core/money';
import { Outcome } from '../invocation-logs/explainer';

/** How outcomes are written. All texts end with a newline, or are empty. */
export interface Format {
  readonly head: string;
  write(outcome: Outcome): string;
  /** @param total of all calls that were written */
  foot(total: Usd): string;
}
