/** A price of AWS, as its price list has it. */
export interface ListPrice {
  readonly what: string;
  /** US dollars. */
  readonly usd: number;
  /** Of how many. */
  readonly per: number;
  readonly unit: string;
  /** Where AWS has it. */
  readonly page: string;
  readonly checked: Checked;
}

/** How far somebody has looked whether the price is right. */
export enum Checked {
  /** Read in a stored copy of AWS's page. */
  PAGE = 'page of AWS',
  /** Figures of the page that a script fills in are not in stored copies: as others of 2025 and 2026 quote it, who agree. */
  QUOTED = 'quoted',
  /** Has been so for years. */
  KNOWN = 'not looked up',
}

const AWS = 'https://aws.amazon.com';

/** When they were looked up last, as far as each was. */
export const PRICES_AS_OF = '2026-11';
export const PRICES_REGION = 'us-east-1';

/** List prices without free tiers and volume discounts. Whoever pays others puts them in here. */
export const LIST_PRICES = {
  lambdaGbSecond: { what: 'Lambda, arm64, compute', usd: 0.0000133334, per: 1, unit: 'GB-second', page: `${AWS}/lambda/pricing/`, checked: Checked.QUOTED },
  lambdaRequest: { what: 'Lambda, requests', usd: 0.20, per: 1_000_000, unit: 'million requests', page: `${AWS}/lambda/pricing/`, checked: Checked.QUOTED },
  writeUnit: { what: 'DynamoDB on demand, writes', usd: 0.625, per: 1_000_000, unit: 'million write request units', page: `${AWS}/dynamodb/pricing/on-demand/`, checked: Checked.QUOTED },
  readUnit: { what: 'DynamoDB on demand, reads', usd: 0.125, per: 1_000_000, unit: 'million read request units', page: `${AWS}/dynamodb/pricing/on-demand/`, checked: Checked.QUOTED },
  tableGbMonth: { what: 'DynamoDB, storage', usd: 0.25, per: 1, unit: 'GB and month', page: `${AWS}/dynamodb/pricing/on-demand/`, checked: Checked.PAGE },
  recoveryGbMonth: { what: 'DynamoDB, point-in-time recovery', usd: 0.20, per: 1, unit: 'GB and month', page: `${AWS}/dynamodb/pricing/on-demand/`, checked: Checked.QUOTED },
  logGb: { what: 'CloudWatch Logs, ingestion', usd: 0.50, per: 1, unit: 'GB', page: `${AWS}/cloudwatch/pricing/`, checked: Checked.QUOTED },
  logGbMonth: { what: 'CloudWatch Logs, storage', usd: 0.03, per: 1, unit: 'GB (compressed) and month', page: `${AWS}/cloudwatch/pricing/`, checked: Checked.QUOTED },
  queriedGb: { what: 'Logs Insights', usd: 0.005, per: 1, unit: 'GB scanned', page: `${AWS}/cloudwatch/pricing/`, checked: Checked.QUOTED },
  metric: { what: 'CloudWatch, custom metrics', usd: 0.30, per: 1, unit: 'metric and month', page: `${AWS}/cloudwatch/pricing/`, checked: Checked.QUOTED },
  alarmMetric: { what: 'CloudWatch, alarms', usd: 0.10, per: 1, unit: 'metric in an alarm and month', page: `${AWS}/cloudwatch/pricing/`, checked: Checked.QUOTED },
  dashboard: { what: 'CloudWatch, dashboards', usd: 3, per: 1, unit: 'dashboard and month', page: `${AWS}/cloudwatch/pricing/`, checked: Checked.QUOTED },
  metricRead: { what: 'CloudWatch, GetMetricData', usd: 0.01, per: 1_000, unit: 'thousand metrics read', page: `${AWS}/cloudwatch/pricing/`, checked: Checked.QUOTED },
  key: { what: 'KMS, key', usd: 1, per: 1, unit: 'key and month', page: `${AWS}/kms/pricing/`, checked: Checked.PAGE },
  keyRequest: { what: 'KMS, requests', usd: 0.03, per: 10_000, unit: 'ten thousand requests', page: `${AWS}/kms/pricing/`, checked: Checked.QUOTED },
  event: { what: 'EventBridge, custom events', usd: 1, per: 1_000_000, unit: 'million events', page: `${AWS}/eventbridge/pricing/`, checked: Checked.KNOWN },
  transition: { what: 'Step Functions, standard', usd: 0.025, per: 1_000, unit: 'thousand transitions', page: `${AWS}/step-functions/pricing/`, checked: Checked.PAGE },
  mail: { what: 'SNS, e-mail', usd: 2, per: 100_000, unit: 'hundred thousand mails', page: `${AWS}/sns/pricing/`, checked: Checked.QUOTED },
  message: { what: 'SQS, standard', usd: 0.40, per: 1_000_000, unit: 'million requests', page: `${AWS}/sqs/pricing/`, checked: Checked.QUOTED },
  trace: { what: 'X-Ray, traces recorded', usd: 5, per: 1_000_000, unit: 'million traces', page: `${AWS}/xray/pricing/`, checked: Checked.PAGE },
  secret: { what: 'Secrets Manager', usd: 0.40, per: 1, unit: 'secret and month', page: `${AWS}/secrets-manager/pricing/`, checked: Checked.QUOTED },
  bucketGbMonth: { what: 'S3, storage', usd: 0.023, per: 1, unit: 'GB and month', page: `${AWS}/s3/pricing/`, checked: Checked.KNOWN },
  billRequest: { what: 'Cost Explorer API', usd: 0.01, per: 1, unit: 'request', page: `${AWS}/aws-cost-management/aws-cost-explorer/pricing/`, checked: Checked.QUOTED },
} as const satisfies Readonly<Record<string, ListPrice>>;
export type PriceName = keyof typeof LIST_PRICES;

/** What so many cost, in US dollars: a figure of a page, no money. */
export function costOf(price: PriceName, count: number): number {
  const { usd, per } = LIST_PRICES[price];
  return count * usd / per;
}
