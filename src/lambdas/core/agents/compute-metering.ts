import { Metric, PrincipalKindName } from '../../../contract';
import { chargeOnce, throwFailures } from '../charge-once';
import { groupBy } from '../collections';
import { addUsd, formatUsd, toMetricValue } from '../money';
import { forEachConcurrently } from '../ordered-batch';
import { Log, Metrics, RegisteredRuntime, RuntimeDirectory } from '../ports';
import { Principal, principalFromId } from '../principal';
import { chargedScope } from './charged-scope';
import { ComputeCharge, computeCharge, ComputeChargeStore } from './compute-charge';
import { ComputeMetrics, ComputeReading, ComputeSeries, hoursOfCompute, runtimeIdOf } from './compute-usage';

/**
 * Metering of AgentCore's own compute: every run looks at the same hours again, those that are complete for certain and not too old, and charges each to its
 * runtime's budget at list price. The ledger row of an hour may not exist before, so whatever is repeated or cut off in the middle, an hour is charged once.
 */

export interface ComputeMeteringPorts {
  readonly runtimes: Pick<RuntimeDirectory, 'all'>;
  readonly metrics: Metrics;
  readonly usage: ComputeMetrics;
  readonly store: ComputeChargeStore;
  readonly log: Log;
  /** Waits before the given attempt (1, 2, …) at a transaction that met a conflict. */
  backOff(attempt: number): Promise<void>;
}

export interface ComputeMeteringContext {
  readonly timeZone: string;
  readonly ownAccountId: string;
  readonly region: string;
}

export interface ComputeMeteringSummary {
  /** Registered runtimes. */
  readonly runtimes: number;
  /** Hours of runtimes that were charged by this run. */
  readonly hours: number;
  readonly costUsd: string;
}

/** Thrown at the end of a run in which the compute of some runtimes could not be charged; that of the others was. */
export class ComputeMeteringIncompleteError extends Error {
  public readonly name = 'ComputeMeteringIncompleteError';
}

const HOUR_MS = 3_600_000;

/** Usage metrics may come up to 60 minutes late; as much again is left to spare, since an hour is charged by what is known of it then and never corrected. */
const SETTLED_AFTER_MS = 2 * HOUR_MS;

/** How far back a run looks: whatever failed for less than a day is caught up with. */
const LOOK_BACK_MS = 24 * HOUR_MS;

const CONCURRENCY = 10;

/** The beginnings of the hours that are looked at: complete since two hours at least, begun a day ago at most. */
export function hoursToMeter(now: number): readonly number[] {
  const first = Math.ceil((now - LOOK_BACK_MS) / HOUR_MS) * HOUR_MS;
  const end = Math.floor((now - SETTLED_AFTER_MS) / HOUR_MS) * HOUR_MS;
  return Array.from({ length: (end - first) / HOUR_MS }, (_, index) => first + index * HOUR_MS);
}

/** @throws ComputeMeteringIncompleteError, and whatever ends the run before anything is charged */
export async function meterCompute(now: number, ports: ComputeMeteringPorts, context: ComputeMeteringContext): Promise<ComputeMeteringSummary> {
  const run = new Run(now, ports, context);
  await run.meter();
  return run.report();
}

/** A runtime, and whose budget pays for it. */
interface PaidRuntime {
  readonly principalId: string;
  readonly runtimeId: string;
  readonly payer: Principal;
}

class Run {
  private readonly hours: readonly number[];
  private readonly charged: ComputeCharge[] = [];
  private readonly failed = new Set<string>();
  private runtimes: readonly RegisteredRuntime[] = [];

  constructor(private readonly now: number, private readonly ports: ComputeMeteringPorts, private readonly context: ComputeMeteringContext) {
    this.hours = hoursToMeter(now);
  }

  public async meter(): Promise<void> {
    this.runtimes = await collect(this.ports.runtimes.all());
    if (this.runtimes.length === 0) {
      return;
    }
    const paid = this.payers();
    const readings = await this.read(new Set(paid.map(({ runtimeId }) => runtimeId)));
    // Runtimes that one budget pays for take turns: their transactions would only meet in conflict.
    await forEachConcurrently(groupBy(paid, ({ payer }) => payer.id).values(), CONCURRENCY, async group => {
      for (const runtime of group) {
        await this.withoutStopping(runtime.principalId, () => this.charge(runtime, readings.get(runtime.runtimeId) ?? []));
      }
    });
  }

  public report(): ComputeMeteringSummary {
    const cost = addUsd(...this.charged.map(charge => charge.cost));
    this.ports.metrics.add(Metric.AGENT_COMPUTE_USD, toMetricValue(cost));
    const summary = { runtimes: this.runtimes.length, hours: this.charged.length, costUsd: formatUsd(cost) };
    this.ports.log.info('metered the compute of AgentCore runtimes', summary);
    if (this.failed.size > 0) {
      throw new ComputeMeteringIncompleteError(
        `the compute of ${this.failed.size} of ${this.runtimes.length} AgentCore runtimes could not be charged; see the errors logged before. The next run tries again`,
      );
    }
    return summary;
  }

  private payers(): readonly PaidRuntime[] {
    return [...groupBy(this.runtimes, ({ roleId }) => roleId)].flatMap(([roleId, runtimes]) => {
      const ids = runtimes.map(({ principalId }) => principalId).sort();
      return ids.flatMap(principalId => {
        const role = principalFromId(roleId);
        const runtime = principalFromId(principalId);
        if (role?.kind !== PrincipalKindName.IAM_ROLE || !runtime || !this.isOwn(runtime)) {
          this.fail(principalId, `it is no AgentCore runtime of this account and region, or "${roleId.slice(0, 120)}" is no role`);
          return [];
        }
        return [{ principalId, runtimeId: runtime.name!, payer: chargedScope(role, ids, this.context.region) }];
      });
    });
  }

  private isOwn({ kind, accountId, region }: Principal): boolean {
    return kind === PrincipalKindName.AGENT_RUNTIME && accountId === this.context.ownAccountId && region === this.context.region;
  }

  /** What CloudWatch measured of these runtimes, by their ids. */
  private async read(runtimeIds: ReadonlySet<string>): Promise<ReadonlyMap<string | undefined, readonly ComputeReading[]>> {
    const known = await this.ports.usage.series();
    const own = known.filter(series => runtimeIds.has(this.runtimeOf(series) ?? ''));
    if (own.length === 0) {
      // Nobody ran for two weeks, or the metrics are not where they are looked for: only people can tell.
      this.ports.log.warn('CloudWatch has no usage metrics of the registered AgentCore runtimes', { runtimes: runtimeIds.size, seriesOfOthers: known.length });
      return new Map();
    }
    const readings = await this.ports.usage.read(own, this.hours[0], this.hours[this.hours.length - 1] + HOUR_MS);
    return groupBy(readings, ({ series }) => this.runtimeOf(series));
  }

  private runtimeOf(series: ComputeSeries): string | undefined {
    return runtimeIdOf(series, { accountId: this.context.ownAccountId, region: this.context.region });
  }

  private async charge({ principalId, payer }: PaidRuntime, readings: readonly ComputeReading[]): Promise<void> {
    const problem = readings.find(reading => reading.problem !== undefined)?.problem;
    if (problem !== undefined) {
      // What is charged is not corrected: an hour of which a part is missing must wait.
      this.fail(principalId, problem);
      return;
    }
    const charges = hoursOfCompute(readings, this.hours).map(hour => computeCharge(hour, principalId, payer, this.context.timeZone, this.now));
    const { written, refusal, failures } = await chargeOnce(charges, ({ callId }) => callId, {
      write: remaining => this.ports.store.write(remaining),
      backOff: attempt => this.ports.backOff(attempt),
    });
    if (refusal !== undefined) {
      this.fail(principalId, `the tables refuse it: ${refusal}`);
    }
    if (written.length > 0) {
      this.charged.push(...written);
      this.ports.log.info('charged compute of an AgentCore runtime', {
        runtime: principalId, principalId: payer.id, hours: written.length, costUsd: formatUsd(addUsd(...written.map(({ cost }) => cost))),
      });
    }
    throwFailures(failures);
  }

  /** What fails for one runtime must not cost the others their charge. */
  private async withoutStopping(principalId: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.fail(principalId, `${(error as Error).name}: ${(error as Error).message}`);
    }
  }

  private fail(principalId: string, problem: string): void {
    this.failed.add(principalId);
    this.ports.log.error('could not charge the compute of an AgentCore runtime', { runtime: principalId.slice(0, 200), problem });
  }
}

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = [];
  for await (const item of items) {
    collected.push(item);
  }
  return collected;
}
