import { Duration, Token } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { IConstruct } from 'constructs';
import { checkOptions } from '../options-validation';
import { wholeDays } from '../validation/durations';
import { checkWhole } from '../validation/numbers';
import { BudgeteerValidationError } from '../validation/problem';
import { checkList, checkResourceIfAny } from '../validation/shapes';
import { ReportsOptions } from './reports-options';

/** What of the reports was asked for, checked and with its defaults. */
export interface ResolvedReports {
  readonly bucket?: s3.IBucket;
  readonly prefix: string;
  readonly retentionDays: number;
  readonly hour: number;
  readonly groupBy: readonly string[];
}

const DEFAULT_HOUR = 6;
const DEFAULT_RETENTION = Duration.days(1096);
const DEFAULT_GROUP_BY = ['team', 'purpose'];

/** The first day of a month of 31 is 33 days old when its report is written, and a week is time to write it again. */
const MIN_LEDGER_RETENTION_DAYS = 40;

/** A corrected report should find the one that it replaces. */
const MIN_RETENTION_DAYS = 31;
/** A hundred years. */
const MAX_RETENTION_DAYS = 36_500;
/** Each is a part of the page and a column of the CSV. */
const MAX_GROUP_BY = 5;
const LABEL_KEY = /^[^\s"<>\p{Cc}][^"<>\p{Cc}]{0,127}$/u;
const PREFIX = /^(?:[\w.-]+\/)+$/;
const MAX_PREFIX_LENGTH = 200;

/**
 * Undefined where there are none.
 *
 * @throws BudgeteerValidationError
 */
export function resolveReports(scope: IConstruct, props: ReportsOptions | undefined, ledgerDays: number): ResolvedReports | undefined {
  checkOptions(scope, 'reports', props, 'ReportsOptions', 'write {} to switch them on, and leave them out to have none');
  if (props === undefined) {
    return undefined;
  }
  const { bucket, prefix = '', hour = DEFAULT_HOUR, groupBy = DEFAULT_GROUP_BY } = props;
  checkResourceIfAny(scope, 'reports.bucket', bucket, {
    members: ['arnForObjects'], allowed: 'a bucket', remedy: 'give a construct such as s3.Bucket, or s3.Bucket.fromBucketName(this, "Reports", "my-reports")',
  });
  if (ledgerDays < MIN_LEDGER_RETENTION_DAYS) {
    throw new BudgeteerValidationError(scope, {
      prop: 'ledgerRetention',
      given: `${ledgerDays} days, together with reports`,
      allowed: `at least ${MIN_LEDGER_RETENTION_DAYS} days where there are reports`,
      remedy: 'keep the ledger longer, or leave the reports out: days that have expired would be missing from every report of a month',
    });
  }
  if (bucket && props.retention) {
    throw new BudgeteerValidationError(scope, {
      prop: 'reports.retention',
      given: 'given together with reports.bucket',
      allowed: 'one of them',
      remedy: 'give your bucket a lifecycle rule of its own and leave the retention out',
    });
  }
  if (prefix !== '' && !Token.isUnresolved(prefix) && (!PREFIX.test(prefix) || prefix.length > MAX_PREFIX_LENGTH)) {
    throw new BudgeteerValidationError(scope, {
      prop: 'reports.prefix',
      given: `"${prefix.slice(0, 60)}"`,
      allowed: `at most ${MAX_PREFIX_LENGTH} letters, digits, dots, hyphens, underscores and slashes, with a slash at the end and none at the beginning`,
      remedy: 'write it like "spend/" or leave it out',
    });
  }
  checkWhole(scope, 'reports.hour', hour, 0, 23);
  checkGroupBy(scope, groupBy);
  return {
    ...(bucket ? { bucket } : {}),
    prefix,
    retentionDays: wholeDays(scope, 'reports.retention', props.retention ?? DEFAULT_RETENTION, {
      min: MIN_RETENTION_DAYS, max: MAX_RETENTION_DAYS, remedy: 'give whole days, such as Duration.days(365)',
    }),
    hour,
    groupBy,
  };
}

function checkGroupBy(scope: IConstruct, groupBy: readonly string[]): void {
  checkList(scope, 'reports.groupBy', groupBy, 'put the key into brackets, such as ["team"]');
  const wrong = groupBy.find((key, index) => (!Token.isUnresolved(key) && !LABEL_KEY.test(key)) || groupBy.indexOf(key) !== index);
  if (wrong !== undefined) {
    throw new BudgeteerValidationError(scope, {
      prop: 'reports.groupBy',
      given: `"${wrong.slice(0, 60)}"`,
      allowed: 'keys of labels, each once: 1 to 128 characters without quotes and angle brackets',
      remedy: 'name the labels of your budgets, such as "team"',
    });
  }
  if (groupBy.length > MAX_GROUP_BY) {
    throw new BudgeteerValidationError(scope, {
      prop: 'reports.groupBy',
      given: `${groupBy.length} labels`,
      allowed: `at most ${MAX_GROUP_BY}`,
      remedy: 'name those by which costs are shared out; the CSV can be added up by principal for the others',
    });
  }
}
