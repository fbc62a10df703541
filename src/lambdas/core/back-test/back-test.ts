import { PrincipalKindName } from '../../../contract';
import { Budget, Limit, limitsInForce, rulesFor, Status, Thresholds } from '../budget';
import { Day } from '../calendar';
import { addUsd, Usd, ZERO_USD } from '../money';
import { isAttachable, restrictionTarget } from '../restriction-target';
import { Curve, SpendPoint } from './curve';
import { Days } from './days';
import { kindOf, limitsFor, LimitSource, Proposal, ProposedOrders } from './proposal';
import { ReplayedBudget, Suspension, Transition } from './replayed-budget';

/** A call of the past with its price. */
export interface PastCall {
  /** When it was made, epoch milliseconds. */
  readonly at: number;
  /** Whose budget pays for it. */
  readonly principalId: string;
  /** The account whose log it is in. */
  readonly accountId: string;
  readonly modelId: string;
  readonly cost: Usd;
  /** Whether the price of its model is not known. */
  readonly isEstimate: boolean;
}

/** Calls, and what they cost together. */
export interface Calls {
  readonly calls: number;
  readonly cost: Usd;
}

export interface DayCost {
  readonly modelId: string;
  readonly day: Day;
  readonly charged: Calls;
  readonly blocked: Calls;
}

/** What a limit would do that does not do it: its principal is observed only. */
export interface WouldBe {
  readonly suspensions: readonly Suspension[];
  readonly blocked: Calls;
}

/** What became of a principal. */
export interface ReplayedPrincipal {
  readonly principalId: string;
  readonly kind: PrincipalKindName;
  readonly labels: Readonly<Record<string, string>>;
  readonly limits: readonly Limit[];
  readonly limitSource: LimitSource;
  readonly thresholds: Thresholds;
  readonly enforcement: Budget['enforcement'];
  /** Why it cannot be restricted through IAM, where it cannot. */
  readonly unenforceable?: string;
  readonly firstCallAt: number;
  readonly lastCallAt: number;
  /** Charged to the budget. */
  readonly charged: Calls;
  /** The part of it whose price is an estimate. */
  readonly estimated: Usd;
  /** The part of it that came while a limit was used up, whether or not anybody stopped it. */
  readonly overspend: Usd;
  /** Failed, since the principal was denied. */
  readonly blocked: Calls;
  readonly transitions: readonly Transition[];
  readonly suspensions: readonly Suspension[];
  readonly status: Status;
  readonly wouldBe?: WouldBe;
  /** A curve for each of the limits, in their order. */
  readonly spend: readonly (readonly SpendPoint[])[];
}

export interface BackTestResult {
  /** Instants of the first and the last call; absent where there was none. */
  readonly from?: number;
  readonly to?: number;
  readonly charged: Calls;
  readonly blocked: Calls;
  /** Of the charged calls those whose price is an estimate. */
  readonly estimated: Calls;
  /** Of the blocked calls. */
  readonly blockedEstimated: Calls;
  /** In the order of their ids. */
  readonly principals: readonly ReplayedPrincipal[];
  /** By model, then by day. */
  readonly costs: readonly DayCost[];
}

const NOTHING: Calls = { calls: 0, cost: ZERO_USD };

/** Replays calls that come in order of time against a proposal. Knows no clock: the last call is the present. */
export class BackTest {
  private readonly days: Days;
  private readonly principals = new Map<string, Replay>();
  private readonly costs = new Map<string, Map<Day, DayCosts>>();
  private readonly estimated = { charged: new Tally(), blocked: new Tally() };
  private from?: number;
  private to?: number;
  private firstDay: Day = '';

  constructor(private readonly proposal: Proposal) {
    this.days = new Days(proposal.timeZone);
  }

  /** @param call not before the last one */
  public add(call: PastCall): void {
    const { at, cost } = call;
    if (this.to !== undefined && at < this.to) {
      throw new RangeError('calls are replayed in order of time');
    }
    const day = this.days.of(at);
    if (this.from === undefined) {
      this.from = at;
      this.firstDay = day;
    }
    this.to = at;
    const outcome = this.replayOf(call, day).call(call) ? 'charged' : 'blocked';
    this.costsOf(call.modelId, day)[outcome].add(cost);
    if (call.isEstimate) {
      this.estimated[outcome].add(cost);
    }
  }

  /** Everything up to the last call. */
  public result(): BackTestResult {
    const ids = [...this.principals.keys()].sort();
    const costs = [...this.costs.keys()].sort().flatMap(modelId => [...this.costs.get(modelId)!].sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([day, { charged, blocked }]) => ({ modelId, day, charged: charged.sum, blocked: blocked.sum })));
    return {
      ...(this.from === undefined ? {} : { from: this.from, to: this.to }),
      charged: sumOf(costs.map(({ charged }) => charged)),
      blocked: sumOf(costs.map(({ blocked }) => blocked)),
      estimated: this.estimated.charged.sum,
      blockedEstimated: this.estimated.blocked.sum,
      principals: ids.map(id => this.principals.get(id)!.result(this.to!)),
      costs,
    };
  }

  private replayOf({ principalId, accountId, at }: PastCall, day: Day): Replay {
    let replay = this.principals.get(principalId);
    if (!replay) {
      // Who is in the file has had a budget from the first day on; who is not, from the first call on, as with the meter.
      const anchorDay = this.proposal.orders.has(principalId) ? this.firstDay : day;
      replay = new Replay(this.proposal, this.days, { principalId, accountId, at, anchorDay });
      this.principals.set(principalId, replay);
    }
    return replay;
  }

  private costsOf(modelId: string, day: Day): DayCosts {
    let byDay = this.costs.get(modelId);
    if (!byDay) {
      this.costs.set(modelId, byDay = new Map());
    }
    let costs = byDay.get(day);
    if (!costs) {
      byDay.set(day, costs = { charged: new Tally(), blocked: new Tally() });
    }
    return costs;
  }
}

interface DayCosts {
  readonly charged: Tally;
  readonly blocked: Tally;
}

class Tally {
  private calls = 0;
  private cost: bigint = ZERO_USD;

  public add(cost: Usd): void {
    this.calls += 1;
    this.cost += cost;
  }

  public get sum(): Calls {
    return { calls: this.calls, cost: this.cost as Usd };
  }
}

function sumOf(all: readonly Calls[]): Calls {
  return all.reduce((sum, { calls, cost }) => ({ calls: sum.calls + calls, cost: addUsd(sum.cost, cost) }), NOTHING);
}

interface FirstCall {
  readonly principalId: string;
  readonly accountId: string;
  readonly at: number;
  readonly anchorDay: Day;
}

/** One principal's calls. */
class Replay {
  private readonly kind: PrincipalKindName;
  private readonly orders: ProposedOrders;
  private readonly source: LimitSource;
  private readonly budget: Budget;
  private readonly replayed: ReplayedBudget;
  /** The same budget if it were enforced, of a principal that is observed only. */
  private readonly enforced?: ReplayedBudget;
  private readonly charged = new Tally();
  private readonly blocked = new Tally();
  private readonly curves: readonly Curve[];
  private readonly limits: readonly Limit[];
  private estimated: Usd = ZERO_USD;
  private lastCallAt: number;

  constructor(private readonly proposal: Proposal, days: Days, private readonly first: FirstCall) {
    const { principalId, accountId, at, anchorDay } = first;
    const { settings, timeZone, orders } = proposal;
    const { limits, source } = limitsFor(principalId, proposal);
    this.orders = orders.get(principalId) ?? {};
    this.kind = kindOf(principalId, this.orders);
    this.source = source;
    this.lastCallAt = at;
    const { thresholds, enforcement = 'enforced', labels = {}, role, runtimes } = this.orders;
    this.budget = {
      principalId,
      kind: this.kind,
      labels,
      registeredAt: at,
      anchorDay,
      ...(limits ? { limits } : {}),
      topUps: [],
      ...(thresholds ? { thresholds } : {}),
      enforcement,
      ...(role === undefined ? {} : { role }),
      ...(runtimes ? { runtimes } : {}),
      spend: new Map(),
      estimated: new Map(),
      status: 'active',
      statusSince: at,
      reason: '',
      levels: {},
      decidedAt: 0,
      revision: 0,
    };
    this.limits = limitsInForce(this.budget, settings);
    this.curves = this.limits.map(() => new Curve(days));
    const context = { settings, timeZone, ownAccountId: proposal.ownAccountId ?? accountId };
    this.replayed = new ReplayedBudget(this.budget, context, proposal, days);
    if (enforcement === 'observe' && this.limits.length > 0) {
      this.enforced = new ReplayedBudget({ ...this.budget, enforcement: 'enforced' }, context, proposal, days);
    }
  }

  /** @returns whether it is charged */
  public call({ at, cost, isEstimate }: PastCall): boolean {
    this.lastCallAt = at;
    this.enforced?.call(at, cost);
    const changes = this.replayed.transitions.length;
    const charged = this.replayed.call(at, cost);
    (charged ? this.charged : this.blocked).add(cost);
    if (charged && isEstimate) {
      this.estimated = addUsd(this.estimated, cost);
    }
    const hasChanged = this.replayed.transitions.length > changes;
    if (this.curves.some(curve => hasChanged || curve.isDue(at))) {
      this.sample(at, curve => hasChanged || curve.isDue(at));
    }
    return charged;
  }

  /** Everything up to an instant that is not before the last call. */
  public result(until: number): ReplayedPrincipal {
    this.replayed.advance(until);
    this.enforced?.advance(until);
    this.sample(until, () => true);
    const { principalId, accountId, at } = this.first;
    const { kind, orders, limits, budget } = this;
    const target = restrictionTarget(budget, this.proposal.ownAccountId ?? accountId);
    const { warningPercent, criticalPercent } = rulesFor(budget, this.proposal.settings);
    return {
      principalId,
      kind,
      labels: orders.labels ?? {},
      limits,
      limitSource: this.source,
      thresholds: { warningPercent, criticalPercent },
      enforcement: budget.enforcement,
      ...(isAttachable(target) ? {} : { unenforceable: target.message }),
      firstCallAt: at,
      lastCallAt: this.lastCallAt,
      charged: this.charged.sum,
      estimated: this.estimated,
      overspend: this.replayed.overspend,
      blocked: this.blocked.sum,
      transitions: this.replayed.transitions,
      suspensions: this.replayed.allSuspensions(),
      status: this.replayed.status,
      ...(this.enforced ? { wouldBe: wouldBeOf(this.enforced) } : {}),
      spend: this.curves.map(({ points }) => points),
    };
  }

  private sample(at: number, isWanted: (curve: Curve) => boolean): void {
    this.replayed.windowsAt(at).forEach((window, index) => {
      if (isWanted(this.curves[index])) {
        this.curves[index].add(at, window);
      }
    });
  }
}

function wouldBeOf(enforced: ReplayedBudget): WouldBe {
  const suspensions = enforced.allSuspensions();
  return { suspensions, blocked: sumOf(suspensions.map(({ blockedCalls, saved }) => ({ calls: blockedCalls, cost: saved }))) };
}

/** For how long a principal was denied, in milliseconds, up to the last call of all. */
export function deniedMs(suspensions: readonly Suspension[], until: number): number {
  return suspensions.reduce((sum, { from, to = until }) => sum + Math.max(0, to - from), 0);
}
