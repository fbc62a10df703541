import { BudgetPrincipal } from './budget-principal';
import { RefreshPeriod } from './refresh-period';

/** One limit of a budget. */
export interface BudgetLimit {
  /** What may be spent in a period, in US dollars: above 0 and at most 1,000,000,000, with at most 12 decimals. */
  readonly limitUsd: number;

  /** How often the limit starts anew. */
  readonly refreshPeriod: RefreshPeriod;
}

/** A budget that is declared in code. */
export interface BudgetOptions {
  /** Who the budget is for. A principal can be declared once. */
  readonly principal: BudgetPrincipal;

  /** What may be spent in a period, in US dollars: above 0 and at most 1,000,000,000, with at most 12 decimals. */
  readonly limitUsd: number;

  /**
   * How often the limit starts anew.
   *
   * @default - the `refreshPeriod` of the construct
   */
  readonly refreshPeriod?: RefreshPeriod;

  /**
   * Further limits beside the first, each with another period, such as a daily limit within a monthly one. The principal is suspended when
   * any of them is used up.
   *
   * @default - none
   */
  readonly additionalLimits?: BudgetLimit[];

  /**
   * Who and what the budget stands for, such as `team` or `purpose`; told in alerts. At most 50 labels, with keys of 1 to 128 and values of
   * at most 256 characters.
   *
   * @default - none
   */
  readonly labels?: { readonly [key: string]: string };

  /**
   * Meter and warn, but never suspend.
   *
   * @default false - the principal is suspended when the budget is used up
   */
  readonly observeOnly?: boolean;
}
