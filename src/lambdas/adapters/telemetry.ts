import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import { Metrics as PowertoolsMetrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { Context } from 'aws-lambda';
import { COUNTS_OF_SOMETHING, KindSpendMetric, Metric, METRIC_DIMENSION, METRIC_NAMESPACE } from '../../contract';
import { Log, Metrics } from '../core/ports';

/** The log and the metrics of a function: structured lines on standard output, metrics among them in embedded metric format. */
export class Telemetry {
  public readonly log: Log;
  /** For lines that queries add up. There may be a thousand in an invocation, each paid for by its size: nothing is in them but a message and facts. */
  public readonly rows: Pick<Log, 'info'>;
  public readonly metrics: Metrics;
  private readonly logger: Logger;
  private readonly embedded: PowertoolsMetrics;

  constructor(deploymentId: string) {
    const logger = new Logger({ persistentKeys: { deploymentId } });
    const embedded = new PowertoolsMetrics({ namespace: METRIC_NAMESPACE });
    // Powertools adds the service as a dimension; the alarms know one dimension only, whichever function speaks.
    embedded.clearDefaultDimensions();
    embedded.setDefaultDimensions({ [METRIC_DIMENSION]: deploymentId });
    this.logger = logger;
    this.embedded = embedded;
    this.log = {
      info: (message, facts = {}) => logger.info(message, facts),
      warn: (message, facts = {}) => logger.warn(message, facts),
      error: (message, facts = {}) => logger.error(message, facts),
    };
    const bare = new Logger({ logFormatter: new BareFormatter() });
    this.rows = { info: (message, facts = {}) => bare.info(message, facts) };
    this.metrics = {
      add: (metric, value) => {
        if (value !== 0 || !COUNTS_OF_SOMETHING.has(metric)) {
          embedded.addMetric(metric, unitOf(metric), value);
        }
      },
    };
  }

  /** Runs one invocation. Its metrics are written whether it succeeds or not: the failure may be what they count. */
  public async during<T>(context: Context | undefined, work: () => Promise<T>): Promise<T> {
    if (context) {
      this.logger.addContext(context);
    }
    try {
      return await work();
    } catch (error) {
      this.log.error('invocation failed', { problem: `${(error as Error).name}: ${(error as Error).message}` });
      throw error;
    } finally {
      if (this.embedded.hasStoredMetrics()) {
        this.embedded.publishStoredMetrics();
      }
    }
  }
}

/** Whose line, and when it was written, CloudWatch knows by the log group and the event. */
class BareFormatter extends LogFormatter {
  public formatAttributes({ message }: { readonly message: string }, facts: ConstructorParameters<typeof LogItem>[0]['attributes']): LogItem {
    return new LogItem({ attributes: { message, ...facts } });
  }
}

function unitOf(metric: Metric | KindSpendMetric): (typeof MetricUnit)[keyof typeof MetricUnit] {
  if (/Usd$/.test(metric)) {
    return MetricUnit.NoUnit;
  }
  return metric === Metric.METERING_LAG_SECONDS || metric === Metric.SECONDS_TO_BLOCK ? MetricUnit.Seconds : MetricUnit.Count;
}
