import { checkPeriodDays, numberText } from '../validation/numbers';

/**
 * How often a budget starts anew. Days begin at midnight in the time zone of the construct.
 *
 * @example
 * import { BedrockBudgeteer, BudgetPrincipal, RefreshPeriod } from 'cdk-bedrock-budgeteer';
 *
 * new BedrockBudgeteer(this, 'Budgeteer', {
 *   refreshPeriod: RefreshPeriod.calendarMonth(),
 *   timeZone: 'Europe/Berlin',
 *   budgets: [{ principal: BudgetPrincipal.userName('alice'), limitUsd: 30, refreshPeriod: RefreshPeriod.days(7) }],
 * });
 */
export class RefreshPeriod {
  /**
   * A period of a fixed number of days: in a declared budget counted from the day on which the limit was declared, in a default budget from the
   * day on which the principal was first seen.
   *
   * @param days whole days, from 1 to 366
   */
  public static days(days: number): RefreshPeriod {
    checkPeriodDays(days);
    return new RefreshPeriod(`${numberText(days)} days`);
  }

  /** From midnight to midnight. */
  public static calendarDay(): RefreshPeriod {
    return new RefreshPeriod('calendar day');
  }

  /** From Monday to Sunday. */
  public static calendarWeek(): RefreshPeriod {
    return new RefreshPeriod('calendar week');
  }

  /** From the first to the last day of a month. */
  public static calendarMonth(): RefreshPeriod {
    return new RefreshPeriod('calendar month');
  }

  /**
   * The period as it stands in the parameter `refresh-period` and in budgets:
   * `"<n> days"`, `"calendar day"`, `"calendar week"` or `"calendar month"`.
   */
  public readonly expression: string;

  private constructor(expression: string) {
    this.expression = expression;
  }
}
