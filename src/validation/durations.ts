import { Duration } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { BudgeteerValidationError, shown } from './problem';

/** The longest grace period: beyond a month it would outlast the period that it belongs to. */
const MAX_GRACE_PERIOD = Duration.days(30);

/** The grace period in seconds. */
export function graceSeconds(scope: IConstruct, gracePeriod: Duration, prop = 'gracePeriod'): number {
  checkDuration(scope, prop, gracePeriod, 'Duration.minutes(5)');
  if (gracePeriod.isUnresolved()) {
    return unresolvedDuration(scope, prop, gracePeriod, 'seconds');
  }
  const milliseconds = gracePeriod.toMilliseconds();
  if (milliseconds % 1000 !== 0 || milliseconds > MAX_GRACE_PERIOD.toMilliseconds()) {
    throw new BudgeteerValidationError(scope, {
      prop,
      given: gracePeriod.toHumanString(),
      allowed: 'whole seconds from 0 to 30 days',
      remedy: 'give the time between reaching the limit and losing access, such as Duration.minutes(5); Duration.seconds(0) suspends at once',
    });
  }
  return milliseconds / 1000;
}

/**
 * The calls of a delivery must still be known whenever it is replayed. It may be tried for more than a day before it stands in a failure queue for
 * 14, and a replay that fails puts it there for another 14.
 */
const MIN_LEDGER_RETENTION_DAYS = 31;

/** How long ledger rows are kept, in days. */
export function ledgerRetentionDays(scope: IConstruct, retention: Duration): number {
  return wholeDays(scope, 'ledgerRetention', retention, {
    min: MIN_LEDGER_RETENTION_DAYS,
    remedy: 'give whole days, such as Duration.days(62): a shorter memory could charge a call twice that is replayed from a failure queue',
  });
}

/** Ten years. */
const MAX_BACKUP_HISTORY_DAYS = 3650;

/** How long policy backups are kept as history, in days. */
export function backupHistoryDays(scope: IConstruct, history: Duration): number {
  return wholeDays(scope, 'policyBackupHistory', history, {
    min: 1, max: MAX_BACKUP_HISTORY_DAYS, remedy: 'give how long somebody may want to look up what was removed and put back, such as Duration.days(90)',
  });
}

/** A span of whole seconds. */
export function checkWholeSeconds(scope: IConstruct, prop: string, span: Duration, min: Duration, max: Duration): void {
  checkDuration(scope, prop, span, 'Duration.hours(1)');
  const milliseconds = span.isUnresolved() ? undefined : span.toMilliseconds();
  if (milliseconds !== undefined && (milliseconds % 1000 !== 0 || milliseconds < min.toMilliseconds() || milliseconds > max.toMilliseconds())) {
    throw new BudgeteerValidationError(scope, {
      prop,
      given: span.toHumanString(),
      allowed: `whole seconds from ${min.toHumanString()} to ${max.toHumanString()}`,
      remedy: 'give another duration, or leave it out',
    });
  }
}

export interface DaysRule {
  readonly min: number;
  readonly max?: number;
  readonly remedy: string;
}

/** A span of whole days, in days. */
export function wholeDays(scope: IConstruct, prop: string, span: Duration, { min, max = Infinity, remedy }: DaysRule): number {
  checkDuration(scope, prop, span, 'Duration.days(90)');
  if (span.isUnresolved()) {
    return unresolvedDuration(scope, prop, span, 'days');
  }
  const days = span.toDays({ integral: false });
  if (!Number.isInteger(days) || days < min || days > max) {
    throw new BudgeteerValidationError(scope, {
      prop, given: span.toHumanString(), allowed: max === Infinity ? `whole days, at least ${min}` : `whole days from ${min} to ${max}`, remedy,
    });
  }
  return days;
}

function checkDuration(scope: IConstruct, prop: string, given: unknown, example: string): void {
  if (typeof (given as Partial<Duration> | null | undefined)?.toMilliseconds !== 'function') {
    throw new BudgeteerValidationError(scope, { prop, given: shown(given), allowed: 'a Duration', remedy: `write it with its unit, such as ${example}` });
  }
}

/** A token cannot be converted from one unit to another at synthesis. */
function unresolvedDuration(scope: IConstruct, prop: string, duration: Duration, unit: 'seconds' | 'days'): number {
  if (duration.unitLabel() !== unit) {
    throw new BudgeteerValidationError(scope, {
      prop,
      given: `a token in ${duration.unitLabel()}`,
      allowed: `a duration in ${unit} where its value comes from a token`,
      remedy: `write Duration.${unit}(token)`,
    });
  }
  return unit === 'seconds' ? duration.toSeconds() : duration.toDays();
}
