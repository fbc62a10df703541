import { PrincipalKindName } from '../../contract';
import { chargedScope } from '../../lambdas/core/agents/charged-scope';
import { isEstimate } from '../../lambdas/core/estimate';
import { Principal } from '../../lambdas/core/principal';
import { Outcome } from '../invocation-logs/explainer';
import { MOST_COST, SortedCalls } from './sorted-calls';
import { LogPart, TimeRange } from './sources/source';

/** Of what could not be read so much is shown; the rest is counted. */
const SHOWN = 5;

/** Takes up what a log holds: calls within the range go to whoever pays for them, and what cannot be read is remembered. */
export class Reader {
  /** Records of calls, those outside the range included. */
  public records = 0;
  public outOfRange = 0;
  public unreadable = 0;
  /** The first ones that could not be read, in words. */
  public readonly problems: string[] = [];
  public readonly regions = new Set<string>();
  private readonly payers = new Map<string, Principal>();

  constructor(
    private readonly calls: SortedCalls,
    private readonly range: Partial<TimeRange>,
    private readonly runtimes: ReadonlyMap<string, readonly string[]>,
  ) {}

  public take({ origin, outcomes }: LogPart): void {
    for (const outcome of outcomes) {
      switch (outcome.kind) {
        case 'call':
          this.takeCall(outcome, origin);
          break;
        case 'unreadable':
          this.refuse(`${origin}, record or line ${outcome.line}: ${outcome.error}`);
          break;
        case 'skipped':
      }
    }
  }

  private takeCall({ usage, charge }: Extract<Outcome, { kind: 'call' }>, origin: string): void {
    this.records += 1;
    const { calledAt, callId, accountId, region } = usage;
    if (calledAt < (this.range.from ?? -Infinity) || calledAt >= (this.range.to ?? Infinity)) {
      this.outOfRange += 1;
      return;
    }
    if (charge.cost > MOST_COST) {
      this.refuse(`${origin}: the call ${usage.requestId} costs more than any call can: look at the prices of --catalog`);
      return;
    }
    this.regions.add(region);
    this.calls.add({
      at: calledAt,
      callId,
      accountId,
      principalId: this.payerOf(usage.principal).id,
      // A model that stands in for one that nobody knows is not what was called.
      modelId: charge.known ? charge.pricedAs : usage.modelId,
      cost: charge.cost,
      isEstimate: isEstimate({ usage, charge }),
    });
  }

  private payerOf(principal: Principal): Principal {
    if (principal.kind !== PrincipalKindName.IAM_ROLE || this.runtimes.size === 0) {
      return principal;
    }
    let payer = this.payers.get(principal.id);
    if (!payer) {
      const ids = this.runtimes.get(principal.id) ?? [];
      payer = chargedScope(principal, ids, ids[0]?.split('/')[2] ?? '');
      this.payers.set(principal.id, payer);
    }
    return payer;
  }

  private refuse(problem: string): void {
    this.unreadable += 1;
    if (this.problems.length < SHOWN) {
      this.problems.push(problem);
    }
  }
}
