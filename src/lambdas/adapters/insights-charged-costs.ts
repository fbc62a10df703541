import { Usd } from '../core/money';
import { MeteredByDay, MeteredCosts } from '../core/reconciliation/ports';
import { roughUsd } from '../core/reconciliation/rough-usd';
import { LogsInsights } from './logs-insights';

/** Clocks may differ a little: a line is written when a call is charged, which is never before it was made. */
const CLOCK_DIFFERENCE_MS = 60_000;

/** What was charged, added up from the log of the usage meter: it writes a line for each principal, model and hour of a delivery. */
export class InsightsChargedCosts implements MeteredCosts {
  constructor(private readonly insights: LogsInsights, private readonly logGroup: string) {}

  public async byDayAndModel(from: number, until: number): Promise<MeteredByDay> {
    return this.byDayAnd('modelId', from, until);
  }

  public async byDayAndPrincipal(from: number, until: number): Promise<MeteredByDay> {
    return this.byDayAnd('principalId', from, until);
  }

  /** One row a day and model, or principal, whatever the number of calls. */
  private async byDayAnd(what: 'modelId' | 'principalId', from: number, until: number): Promise<MeteredByDay> {
    const rows = await this.insights.rows({
      logGroupName: this.logGroup,
      query: `filter message = "charged" and ispresent(costUsd) | fields substr(hour, 0, 10) as day | stats sum(costUsd) as usd by day, ${what}`,
      from: from - CLOCK_DIFFERENCE_MS,
      until,
    });
    const days = new Map<string, Map<string, Usd>>();
    for (const { day, [what]: subject, usd: cost } of rows) {
      if (day && subject && cost) {
        const costs = days.get(day) ?? new Map<string, Usd>();
        days.set(day, costs.set(subject, roughUsd(cost)));
      }
    }
    return days;
  }
}
