import { Stack, Token } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';
import { isCommercial } from '../lambdas/core/pricing/regional-price';
import { BudgeteerValidationError, quoted } from '../validation/problem';

/** A day is given up after three weeks; the log has to tell of it until then. */
const MIN_LOG_RETENTION_DAYS = logs.RetentionDays.ONE_MONTH;

/** What a comparison with the bill cannot do without. */
export function checkReconciliation(scope: IConstruct, logRetention: logs.RetentionDays): void {
  const { region } = Stack.of(scope);
  if (!Token.isUnresolved(region) && !isCommercial(region)) {
    throw new BudgeteerValidationError(scope, {
      prop: 'reconciliation',
      given: `true in ${region}`,
      allowed: 'true in the commercial regions',
      remedy: 'leave it out: Cost Explorer of this region has no bill in US dollars that could be compared',
    });
  }
  if (!Token.isUnresolved(logRetention) && logRetention < MIN_LOG_RETENTION_DAYS) {
    throw new BudgeteerValidationError(scope, {
      prop: 'reconciliation',
      given: `true with a logRetention of ${logRetention} days`,
      allowed: `true where logs are kept for at least ${MIN_LOG_RETENTION_DAYS} days`,
      remedy: 'keep logs longer, such as logs.RetentionDays.THREE_MONTHS: what was metered of a day is added up from the log when its bill is there',
    });
  }
}

/** IAM's own alphabet of tag keys. */
export function checkPrincipalTag(scope: IConstruct, key: string | undefined): void {
  if (key !== undefined && !Token.isUnresolved(key) && !/^[\p{L}\p{N} _.:/=+@-]{1,128}$/u.test(key)) {
    throw new BudgeteerValidationError(scope, {
      prop: 'reconciliationPrincipalTag',
      given: quoted(key),
      allowed: '1 to 128 letters, digits, spaces and the characters _.:/=+-@',
      remedy: 'give the key alone, such as "principal", without "iamPrincipal/" before it',
    });
  }
}
