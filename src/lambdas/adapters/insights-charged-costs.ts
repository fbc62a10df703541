import { LogMessage } from '../../contract';
import { Day } from '../core/calendar';
import { subtractUsd, Usd, ZERO_USD } from '../core/money';
import { GUARDRAILS_ID } from '../core/pricing/units';
import { beginOf } from '../core/reconciliation/due-days';
import { MeteredCosts } from '../core/reconciliation/ports';
import { roughUsd } from '../core/reconciliation/rough-usd';
import { LogsInsights, LogsRow, MOST_ROWS } from './logs-insights';

/** Clocks may differ a little: a line is written when a call is charged, which is never before it was made. */
const CLOCK_DIFFERENCE_MS = 60_000;

/** What was charged, added up from the log of the usage meter: it writes a line for each principal, model and hour of a delivery. */
export class InsightsChargedCosts implements MeteredCosts {
  constructor(private readonly insights: LogsInsights, private readonly logGroup: string) {}

  public async byModel(day: Day, until: number): Promise<ReadonlyMap<string, Usd>> {
    const rows = await this.insights.rows(this.query(day, until, 'modelId'));
    const costs = new Map<string, Usd>();
    let guardrails = ZERO_USD;
    for (const { subject, cost, ofGuardrails } of rows.flatMap(row => read(row, 'modelId'))) {
      costs.set(subject, subtractUsd(cost, ofGuardrails));
      guardrails = (guardrails + ofGuardrails) as Usd;
    }
    return guardrails > 0n ? costs.set(GUARDRAILS_ID, guardrails) : costs;
  }

  /** There may be more principals than rows in an answer: those who spent most are what a bill can be compared with. */
  public async byPrincipal(day: Day, until: number): Promise<ReadonlyMap<string, Usd>> {
    const query = this.query(day, until, 'principalId');
    const rows = await this.insights.rows({ ...query, query: `${query.query} | sort usd desc`, atMost: MOST_ROWS });
    return new Map(rows.flatMap(row => read(row, 'principalId')).map(({ subject, cost, ofGuardrails }) => [subject, subtractUsd(cost, ofGuardrails)]));
  }

  /** One row a model, or principal, whatever the number of calls. */
  private query(day: Day, until: number, what: 'modelId' | 'principalId') {
    return {
      logGroupName: this.logGroup,
      query: `filter message = "${LogMessage.CHARGED}" and hour like /^${day}T/ and ispresent(costUsd)`
        + ` | stats sum(costUsd) as usd, sum(guardrailUsd) as guardrailsUsd by ${what}`,
      from: beginOf(day) - CLOCK_DIFFERENCE_MS,
      until,
    };
  }
}

interface ChargedCosts {
  readonly subject: string;
  readonly cost: Usd;
  /** A part of `cost`. */
  readonly ofGuardrails: Usd;
}

function read({ usd, guardrailsUsd, ...row }: LogsRow, what: 'modelId' | 'principalId'): readonly ChargedCosts[] {
  const subject = row[what];
  // A sum over no numbers is left out, or blank.
  return subject && usd ? [{ subject, cost: roughUsd(usd), ofGuardrails: guardrailsUsd ? roughUsd(guardrailsUsd) : ZERO_USD }] : [];
}
