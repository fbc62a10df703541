import { Limit } from '../budget';
import { Day } from '../calendar';
import { addUsd, Usd, usd, ZERO_USD } from '../money';
import { principalFromId } from '../principal';
import { isAttachable, restrictionTarget } from '../restriction-target';
import { PastCall } from './back-test';
import { Days } from './days';
import { kindOf, Proposal } from './proposal';

/** A limit that would have left somebody alone on all but their dearest days. */
export interface SuggestedLimit {
  readonly principalId: string;
  readonly kind: ReturnType<typeof kindOf>;
  readonly limit: Limit;
  /** Why nobody could suspend it, where that is so: what it is, and what to do instead. */
  readonly unrestrictable?: string;
}

/** Of the days on which somebody called, so many in a hundred cost no more than the one that counts. */
const PERCENTILE = 95;

const DAYS_A_MONTH = 30n;

const LEAST = usd('1');

/** Proposes a limit a calendar month for everybody who called: thirty times the 95th percentile of what their days cost, rounded up to two digits. */
export class Suggestion {
  private readonly days: Days;
  private readonly costs = new Map<string, Map<Day, Usd>>();

  constructor(private readonly proposal: Pick<Proposal, 'timeZone' | 'orders' | 'ownAccountId'>) {
    this.days = new Days(proposal.timeZone);
  }

  public add({ at, principalId, cost }: PastCall): void {
    let byDay = this.costs.get(principalId);
    if (!byDay) {
      this.costs.set(principalId, byDay = new Map());
    }
    const day = this.days.of(at);
    byDay.set(day, addUsd(byDay.get(day) ?? ZERO_USD, cost));
  }

  /** In the order of the ids. */
  public limits(): readonly SuggestedLimit[] {
    return [...this.costs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([principalId, byDay]) => ({
      principalId,
      kind: kindOf(principalId, this.proposal.orders.get(principalId)),
      limit: { amount: roundedUp((percentileOf([...byDay.values()]) * DAYS_A_MONTH) as Usd), period: { unit: 'month' } },
      ...this.unrestrictable(principalId),
    }));
  }

  private unrestrictable(principalId: string): Pick<SuggestedLimit, 'unrestrictable'> {
    const { orders, ownAccountId = principalFromId(principalId)!.accountId } = this.proposal;
    const target = restrictionTarget({ principalId, role: orders.get(principalId)?.role }, ownAccountId);
    // Calls do not tell the role of a runtime; the deployment will.
    return isAttachable(target) || target.code === 'no-role' ? {} : { unrestrictable: target.message };
  }
}

/** The smallest of the values that so many in a hundred do not exceed. */
function percentileOf(values: readonly Usd[]): Usd {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted[Math.ceil((sorted.length * PERCENTILE) / 100) - 1];
}

/** To two significant digits, and to whole dollars at least. */
function roundedUp(amount: Usd): Usd {
  let unit: bigint = LEAST;
  while (amount > unit * 100n) {
    unit *= 10n;
  }
  const rounded = ((amount + unit - 1n) / unit) * unit;
  return (rounded > LEAST ? rounded : LEAST) as Usd;
}
