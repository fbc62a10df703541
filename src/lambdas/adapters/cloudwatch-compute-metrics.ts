import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ComputeUnit, COMPUTE_UNITS } from '../core/agents/compute-prices';
import { ComputeMetrics, ComputeReading, ComputeSeries } from '../core/agents/compute-usage';
import { CloudWatchHourlySums, MetricSeries } from './cloudwatch-hourly-sums';
import { wait, Wait } from './waiting';

/**
 * Where AgentCore publishes what its runtimes use.
 *
 * @see https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/observability-runtime-metrics.html
 */
const NAMESPACE = 'AWS/Bedrock-AgentCore';
const METRIC_NAMES: Readonly<Record<ComputeUnit, string>> = { vcpuHours: 'CPUUsed-vCPUHours', gbHours: 'MemoryUsed-GBHours' };

/** AgentCore's usage metrics in CloudWatch. */
export class CloudWatchComputeMetrics implements ComputeMetrics {
  private readonly sums: CloudWatchHourlySums;

  constructor(client: CloudWatchClient, pause: Wait = wait) {
    this.sums = new CloudWatchHourlySums(client, pause);
  }

  public async series(): Promise<readonly ComputeSeries[]> {
    const found: ComputeSeries[] = [];
    for (const unit of COMPUTE_UNITS) {
      const series = await this.sums.series(NAMESPACE, METRIC_NAMES[unit]);
      found.push(...series.map(({ dimensions }) => ({ unit, dimensions })));
    }
    return found;
  }

  public async read(series: readonly ComputeSeries[], from: number, until: number): Promise<readonly ComputeReading[]> {
    const readings = await this.sums.read(series.map(seriesOf), from, until);
    return readings.map(({ series: { of }, ...answer }) => ({ series: of, ...answer }));
  }
}

function seriesOf(of: ComputeSeries): MetricSeries & { readonly of: ComputeSeries } {
  return { namespace: NAMESPACE, name: METRIC_NAMES[of.unit], dimensions: of.dimensions, of };
}
