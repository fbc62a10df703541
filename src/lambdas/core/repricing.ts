import { ESTIMATE_SHARDS, Metric } from '../../contract';
import { AnnouncedModels, announceUnknownModels } from './announced-models';
import { Item } from './budget-item';
import { estimatedModel } from './estimate';
import { CorrectedCall, correctEstimates, EstimateStore, planCorrections } from './estimate-correction';
import { Estimate, estimateFromRow } from './estimate-row';
import { Deployment } from './events';
import { EventPublisher, Log, Metrics } from './ports';
import { ModelDirectory, withModelBehind } from './pricing/model-directory';
import { ModelBehind, PriceCatalog } from './pricing/price-catalog';
import { RepricingTally } from './repricing-tally';

export interface RepricingPorts {
  readonly store: EstimateStore;
  readonly catalog: PriceCatalog;
  readonly models: ModelDirectory;
  readonly announced: AnnouncedModels;
  readonly events: EventPublisher;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Waits before the given attempt (1, 2, …) at a transaction that met a conflict. */
  backOff(attempt: number): Promise<void>;
  /** Whether there is time to begin something new. */
  timeIsLeft(): boolean;
}

export interface RepricingSummary {
  /** Calls that were charged anew. */
  readonly repriced: number;
  /** Estimates that were seen and still are. */
  readonly estimated: number;
  /** Rows, transactions and shards that failed; all others were seen to. */
  readonly failures: number;
  /** Whether every estimate was looked at. */
  readonly complete: boolean;
}

/** Thrown at the end of a run in which something failed. */
export class RepricingIncompleteError extends Error {
  public readonly name = 'RepricingIncompleteError';
}

/** How often a run begins. */
const EVERY_MS = 15 * 60 * 1000;

/**
 * Charges anew the calls that were charged by an estimate and whose price is known now. Works by level: whatever made the price known (an
 * override, the AWS Price List, a newer version, Bedrock telling the model behind an ARN), the next run finds every estimate that it settles.
 * The budgets' stream then takes it to the evaluator, which restores who was suspended by the estimate alone.
 *
 * @param now epoch milliseconds
 * @throws RepricingIncompleteError
 */
export async function repriceEstimates(now: number, ports: RepricingPorts, deployment: Deployment): Promise<RepricingSummary> {
  const run = new Run(now, ports);
  await run.walk();
  const { summary, tally } = run;
  ports.metrics.add(Metric.CALLS_REPRICED, summary.repriced);
  ports.metrics.add(Metric.CALLS_ESTIMATED, summary.estimated);
  ports.log.info('repriced', { ...summary });
  // A run that dies before this has corrected calls that no event tells of; their ledger rows do (`repricedAt`, `estimatedCostUsd`).
  await ports.events.publish(tally.repricedEvents(now, deployment));
  await announceUnknownModels(tally.unknownModels(), summary.complete, ports, deployment);
  if (summary.failures > 0) {
    throw new RepricingIncompleteError(`${summary.failures} rows, transactions or shards could not be seen to; see the errors logged before`);
  }
  return summary;
}

class Run {
  public readonly tally = new RepricingTally();
  private failures = 0;
  private cutShort = false;

  constructor(private readonly now: number, private readonly ports: RepricingPorts) {}

  /** Every run begins with another shard: whatever one run does not get to, the next ones do. */
  public async walk(): Promise<void> {
    const first = Math.floor(this.now / EVERY_MS) % ESTIMATE_SHARDS;
    for (let step = 0; step < ESTIMATE_SHARDS; step += 1) {
      const shard = String((first + step) % ESTIMATE_SHARDS);
      await this.withoutStopping({ shard }, () => this.walkShard(shard));
    }
    if (this.cutShort) {
      this.ports.log.warn('stopped before every estimate was looked at, since time was short; the next run goes on');
    }
  }

  public get summary(): RepricingSummary {
    const { tally: { repriced, estimated }, failures, cutShort } = this;
    return { repriced, estimated, failures, complete: failures === 0 && !cutShort };
  }

  private async walkShard(shard: string): Promise<void> {
    let hopeless: string | undefined;
    do {
      hopeless = this.hasTime() ? await this.walkFrom(shard, hopeless) : undefined;
    } while (hopeless !== undefined);
  }

  /** @returns the key of a model of which a whole page is unknown: the rest of its calls would be read every quarter of an hour for nothing */
  private async walkFrom(shard: string, after: string | undefined): Promise<string | undefined> {
    for await (const { rows, isLast } of this.ports.store.pages(shard, after)) {
      const priced = await this.seeTo(rows);
      if (!this.hasTime()) {
        return undefined;
      }
      const [key, ...others] = new Set(priced.map(({ estimate }) => estimatedModel(estimate.usage.modelId)));
      const isHopeless = !isLast && priced.length === rows.length && others.length === 0
        && priced.every(({ estimate, charge }) => !charge.known && estimate.usage.routedTo === undefined);
      if (isHopeless && key !== undefined) {
        this.tally.leaveOutRestOf(key);
        return key;
      }
    }
    return undefined;
  }

  private async seeTo(rows: readonly Item[]): Promise<readonly CorrectedCall[]> {
    const estimates = rows.flatMap(row => this.trying('ledger row cannot be read: mend the attribute by hand', row.callId, () => estimateFromRow(row)));
    const behind = await this.ports.models.modelsBehind(new Set(estimates.map(({ usage }) => usage.modelId)));
    const priced = estimates.flatMap(estimate => this.trying('an estimate cannot be priced', estimate.callId, () => this.price(estimate, behind)));
    priced.filter(({ charge }) => !charge.known).forEach(({ estimate, charge }) => this.tally.addUnknown(estimate, charge.pricedAs));
    for (const calls of planCorrections(priced.filter(({ charge }) => charge.known))) {
      await this.correct(calls);
    }
    return priced;
  }

  private price(estimate: Estimate, behind: ReadonlyMap<string, ModelBehind>): CorrectedCall {
    return { estimate, charge: this.ports.catalog.priceOf(withModelBehind(estimate.usage, behind)) };
  }

  private async correct(calls: readonly CorrectedCall[]): Promise<void> {
    if (!this.hasTime()) {
      this.tally.addLeft(calls);
      return;
    }
    const { principalId, day } = calls[0].estimate;
    await this.withoutStopping({ principalId, day }, async () => {
      const { corrected, left, refusal } = await correctEstimates(calls, this.now, this.ports);
      this.tally.addRepriced(corrected);
      this.tally.addLeft(left);
      if (refusal !== undefined) {
        this.fail('the tables refuse a correction', { principalId, day, problem: refusal });
      }
    });
  }

  /** @returns one or, where it failed, none */
  private trying<T>(failure: string, callId: unknown, make: () => T): T[] {
    try {
      return [make()];
    } catch (error) {
      this.fail(failure, { callId: String(callId).slice(0, 200), problem: (error as Error).message });
      return [];
    }
  }

  private hasTime(): boolean {
    const left = this.ports.timeIsLeft();
    this.cutShort ||= !left;
    return left;
  }

  /** What fails for one must not cost the others their correction. */
  private async withoutStopping(what: Readonly<Record<string, unknown>>, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.fail('could not see to some estimates', { ...what, problem: `${(error as Error).name}: ${(error as Error).message}` });
    }
  }

  private fail(message: string, facts: Readonly<Record<string, unknown>>): void {
    this.failures += 1;
    this.ports.log.error(message, facts);
  }
}
