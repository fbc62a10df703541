import { isEstimate } from '../../lambdas/core/estimate';
import { addUsd, formatUsd, Usd, ZERO_USD } from '../../lambdas/core/money';
import { PRICING_ASSUMPTIONS, PricingAssumption } from '../../lambdas/core/pricing/assumptions';
import { Outcome } from '../invocation-logs/explainer';
import { RecentCalls } from './recent-calls';

/** Calls, and what they cost together. */
interface Sum {
  readonly calls: number;
  readonly cost: Usd;
}

const NOTHING: Sum = { calls: 0, cost: ZERO_USD };

/** Counts what was explained. */
export class Summary {
  private all = NOTHING;
  private repeated = NOTHING;
  private estimated = NOTHING;
  private skipped = 0;
  private unread = 0;
  private readonly assumptions = new Map<PricingAssumption, number>();

  constructor(private readonly prices: string, private readonly doubts: readonly string[] = [], private readonly recent = new RecentCalls()) {}

  /** What all calls cost, repeated ones included. */
  public get total(): Usd {
    return this.all.cost;
  }

  public get unreadable(): number {
    return this.unread;
  }

  public add(outcome: Outcome): void {
    switch (outcome.kind) {
      case 'call': return this.addCall(outcome);
      case 'skipped':
        this.skipped += 1;
        break;
      case 'unreadable':
        this.unread += 1;
        break;
    }
  }

  public text(): string {
    return [
      `${sumText(this.all)} at ${this.prices}`,
      ...this.doubts.map(doubt => `in doubt: ${doubt}`),
      ...(this.all.calls + this.unread === 0 ? ['no records were found'] : []),
      ...(this.skipped > 0 ? [`skipped: ${counted(this.skipped, 'line')} without a record`] : []),
      ...(this.unread > 0 ? [`not read: ${counted(this.unread, 'record')}; the output tells why`] : []),
      ...(this.repeated.calls > 0 ? [`repeated: ${sumText(this.repeated)}; the meter charges a call once`] : []),
      ...(this.estimated.calls > 0 ? [`estimated: ${sumText(this.estimated)}; the price of the model is not known`] : []),
      ...[...this.assumptions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, calls]) => `${code}: ${counted(calls, 'call')}. ${PRICING_ASSUMPTIONS[code]}`),
    ].map(line => `${line}\n`).join('');
  }

  private addCall({ usage, charge }: Extract<Outcome, { kind: 'call' }>): void {
    this.all = plus(this.all, charge.cost);
    if (this.recent.seen(usage.callId)) {
      this.repeated = plus(this.repeated, charge.cost);
    }
    if (isEstimate({ usage, charge })) {
      this.estimated = plus(this.estimated, charge.cost);
    }
    for (const code of charge.assumptions) {
      this.assumptions.set(code, (this.assumptions.get(code) ?? 0) + 1);
    }
  }
}

function plus({ calls, cost }: Sum, more: Usd): Sum {
  return { calls: calls + 1, cost: addUsd(cost, more) };
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function sumText({ calls, cost }: Sum): string {
  return `${counted(calls, 'call')}, ${formatUsd(cost)} USD`;
}
