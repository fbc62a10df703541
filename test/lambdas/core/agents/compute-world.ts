import { meterCompute, ComputeMeteringSummary } from '../../../../src/lambdas/core/agents/compute-metering';
import { ComputeUnit } from '../../../../src/lambdas/core/agents/compute-prices';
import { ComputeMetrics, ComputeReading, ComputeSeries } from '../../../../src/lambdas/core/agents/compute-usage';
import { RegisteredRuntime } from '../../../../src/lambdas/core/ports';
import { Observed } from '../../observed';
import { ACCOUNT, AGENT_ROLE, NOON, REGION } from '../builders';
import { InMemoryBudgetTable } from '../in-memory/budget-table';
import { InMemoryComputeChargeStore } from '../in-memory/compute-charge-store';
import { Faults } from '../in-memory/faults';

/** CloudWatch in memory: what was measured stays, and each series may have a problem. */
export class InMemoryComputeMetrics implements ComputeMetrics {
  public readonly readings: ComputeReading[] = [];
  public readonly asked: (readonly [from: number, until: number])[] = [];

  constructor(private readonly faults: Faults) {}

  public series(): Promise<readonly ComputeSeries[]> {
    return this.faults.around('usage.series', () => this.readings.map(({ series }) => series));
  }

  public read(series: readonly ComputeSeries[], from: number, until: number): Promise<readonly ComputeReading[]> {
    return this.faults.around('usage.read', () => {
      this.asked.push([from, until]);
      return this.readings
        .filter(reading => series.includes(reading.series))
        .map(reading => ({ ...reading, sums: new Map([...reading.sums].filter(([hour]) => hour >= from && hour < until)) }));
    });
  }
}

/** Compute metering with everything around it in memory. */
export class ComputeWorld {
  public now = NOON;
  public timeZone = 'UTC';
  public readonly faults = new Faults();
  public readonly budgets = new InMemoryBudgetTable(() => this.now, this.faults);
  public readonly store = new InMemoryComputeChargeStore(this.budgets, this.faults);
  public readonly usage = new InMemoryComputeMetrics(this.faults);
  public readonly observed = new Observed();
  public readonly backOffs: number[] = [];
  public runtimes: RegisteredRuntime[] = [];

  public registered(runtimeId: string, roleId = AGENT_ROLE): string {
    const principalId = `agent-runtime/${ACCOUNT}/${REGION}/${runtimeId}`;
    this.runtimes.push({ principalId, roleId });
    return principalId;
  }

  /** What CloudWatch measured of a runtime by the hour, in both sets of dimensions that have its ARN. */
  public measured(runtimeId: string, unit: ComputeUnit, sums: ReadonlyMap<number, number>, problem?: string): void {
    const byResource = { Service: 'AgentCore.Runtime', Resource: `arn:aws:bedrock-agentcore:${REGION}:${ACCOUNT}:runtime/${runtimeId}` };
    for (const dimensions of [byResource, { ...byResource, Name: `${runtimeId}::DEFAULT` }]) {
      this.usage.readings.push({ series: { unit, dimensions }, sums, ...(problem === undefined ? {} : { problem }) });
    }
  }

  public run(): Promise<ComputeMeteringSummary> {
    const { runtimes, usage, store, observed: { log, metrics }, faults } = this;
    return meterCompute(this.now, {
      runtimes: {
        async* all() {
          yield* await faults.around('runtimes.all', () => runtimes);
        },
      },
      usage,
      store,
      log,
      metrics,
      backOff: async attempt => {
        this.backOffs.push(attempt);
      },
    }, { timeZone: this.timeZone, ownAccountId: ACCOUNT, region: REGION });
  }

  /** The spend of everybody, by principal and day. */
  public spend(...principalIds: readonly string[]) {
    return Promise.all(principalIds.map(async id => [...(await this.budgets.read(id))?.spend ?? []]));
  }
}
