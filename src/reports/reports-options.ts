import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';

/**
 * Chargeback reports: what every principal, team, purpose and model cost, from the ledger, every month.
 *
 * @example
 * import { BedrockBudgeteer } from 'cdk-bedrock-budgeteer';
 *
 * new BedrockBudgeteer(this, 'Budgeteer', { reports: { groupBy: ['team', 'product'] } });
 */
export interface ReportsOptions {
  /**
   * Where the reports are kept: `reports/<month>/chargeback.csv`, `.json` and `.html`. A bucket of yours needs a lifecycle rule of its own, and one that
   * deletes what lies below `report-work/` after some days. Where it is encrypted with a key, import it with the key (`fromBucketAttributes`), whose policy
   * must leave access to the IAM policies of the account.
   *
   * @default - a new bucket: encrypted with the key of the construct, versioned, closed to the public, for TLS alone. It follows `removalPolicy`; one that
   * is to be deleted with the stack has to be emptied first
   */
  readonly bucket?: s3.IBucket;

  /**
   * Stands in front of every key: letters, digits, dots, hyphens, underscores and slashes, with a slash at its end. Deployments that share a bucket need
   * one each.
   *
   * @default - none
   */
  readonly prefix?: string;

  /**
   * How long reports are kept in a new bucket: whole days, at least 31. After 90 days they move to a class of storage for what is seldom read. Versions
   * that were replaced are kept for 90 days.
   *
   * @default Duration.days(1096) - three years
   */
  readonly retention?: Duration;

  /**
   * The hour of the second day of the month, in `timeZone`, at which the report of the month before is written: a whole number from 0 to 23.
   *
   * @default 6
   */
  readonly hour?: number;

  /**
   * Keys of labels by whose values the cost is shared out, at most 5.
   *
   * @default ['team', 'purpose']
   */
  readonly groupBy?: string[];
}
