import { EventType } from '../../contract';
import { UnknownModel } from './announced-models';
import { isoInstant } from './budget-item';
import { estimatedModel } from './estimate';
import { CorrectedCall } from './estimate-correction';
import { Estimate } from './estimate-row';
import { BudgetEvent, Deployment, eventOf } from './events';
import { addUsd, formatUsd, formatUsdRounded, Usd, ZERO_USD } from './money';

interface Repriced {
  readonly principalId: string;
  readonly modelId: string;
  readonly pricedAs: string;
  readonly calls: number;
  readonly before: Usd;
  readonly after: Usd;
  /** The least of the calls' ids. */
  readonly callId: string;
}

/** What a run of the re-pricing saw and did. */
export class RepricingTally {
  public repriced = 0;
  /** Estimates that stay. */
  public estimated = 0;
  private readonly byPrincipalAndModel = new Map<string, Repriced>();
  private readonly unknown = new Map<string, Omit<UnknownModel, 'hasMore'>>();
  private readonly unfinished = new Set<string>();

  public addRepriced(calls: readonly CorrectedCall[]): void {
    for (const { estimate: { principalId, callId, cost, usage: { modelId } }, charge } of calls) {
      this.repriced += 1;
      const key = `${principalId} ${modelId}`;
      const sum = this.byPrincipalAndModel.get(key);
      this.byPrincipalAndModel.set(key, {
        principalId,
        modelId,
        pricedAs: charge.pricedAs,
        calls: (sum?.calls ?? 0) + 1,
        before: addUsd(sum?.before ?? ZERO_USD, cost),
        after: addUsd(sum?.after ?? ZERO_USD, charge.cost),
        callId: sum && sum.callId < callId ? sum.callId : callId,
      });
    }
  }

  /** Calls whose price is known and which could not be corrected in this run. */
  public addLeft(calls: readonly CorrectedCall[]): void {
    this.estimated += calls.length;
  }

  public addUnknown({ callId, cost, usage: { modelId, calledAt } }: Estimate, pricedAs: string): void {
    this.estimated += 1;
    const sum = this.unknown.get(modelId);
    const isFirst = !sum || calledAt < sum.first.calledAt || (calledAt === sum.first.calledAt && callId < sum.first.callId);
    this.unknown.set(modelId, {
      modelId,
      pricedAs,
      calls: (sum?.calls ?? 0) + 1,
      cost: addUsd(sum?.cost ?? ZERO_USD, cost),
      first: isFirst ? { callId, calledAt } : sum.first,
    });
  }

  /** Not all calls of these models are looked at: their numbers are the least that there are. */
  public leaveOutRestOf(key: string): void {
    this.unfinished.add(key);
  }

  public unknownModels(): UnknownModel[] {
    return [...this.unknown.values()].map(model => ({ ...model, hasMore: this.unfinished.has(estimatedModel(model.modelId)) }));
  }

  /** One for each principal and model. A call is re-priced once, so its id makes the event's. */
  public repricedEvents(now: number, deployment: Deployment): BudgetEvent[] {
    return [...this.byPrincipalAndModel.values()].map(sum => repricedEvent(sum, now, deployment));
  }
}

function repricedEvent({ principalId, modelId, pricedAs, calls, before, after, callId }: Repriced, now: number, deployment: Deployment): BudgetEvent {
  return eventOf(EventType.CALLS_REPRICED, deployment, {
    eventId: `calls-repriced/${callId}`,
    occurredAt: isoInstant(now),
    actor: 'call-repricer',
    reason: `the price of ${modelId} is known now: ${calls} ${calls === 1 ? 'call' : 'calls'} charged by an estimate, ${formatUsdRounded(before)}, cost ${formatUsdRounded(after)}`,
    principalId,
    modelId,
    calls,
    before: { costUsd: formatUsd(before) },
    after: { costUsd: formatUsd(after), pricedAs },
  });
}
