import { GetQueryResultsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import { ResultByTime } from '@aws-sdk/client-cost-explorer';

interface BilledLine {
  readonly day: string;
  readonly usd: string;
  readonly net?: string;
  readonly service?: string;
  readonly usageType?: string;
  readonly estimated?: boolean;
}

/** An answer of Cost Explorer in which each line is a group; questions by service alone look at the first key only. */
export function billOf(...lines: readonly BilledLine[]): { readonly ResultsByTime: ResultByTime[] } {
  return {
    ResultsByTime: lines.map(({ day, usd, net = usd, service = 'Amazon Bedrock', usageType = 'EUC1-NovaPro-output-tokens', estimated = true }) => ({
      TimePeriod: { Start: day, End: day },
      Estimated: estimated,
      Groups: [{
        Keys: [service, usageType],
        Metrics: { UnblendedCost: { Amount: usd, Unit: 'USD' }, NetUnblendedCost: { Amount: net, Unit: 'USD' } },
      }],
    })),
  };
}

/** An answer of Logs Insights. */
export function meteredIn(rows: readonly Readonly<Record<string, string>>[]): Pick<GetQueryResultsCommandOutput, 'status' | 'results'> {
  return { status: 'Complete', results: rows.map(row => Object.entries(row).map(([field, value]) => ({ field, value }))) };
}
