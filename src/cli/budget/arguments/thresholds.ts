import { usd } from '../../../lambdas/core/money';
import { UsageError } from '../../usage-error';
import { percentOf } from './amounts';

/** Thresholds of a budget, as plain decimals. */
export interface ThresholdPercents {
  readonly warningPercent: string;
  readonly criticalPercent: string;
}

/** How they are called where they were written. */
const IN_FILES = { warning: 'warningPercent', critical: 'criticalPercent' };

/**
 * Both thresholds, which belong together.
 *
 * @throws UsageError
 */
export function thresholdsOf(warning: string | undefined, critical: string | undefined, names = IN_FILES): ThresholdPercents {
  if (!warning || !critical) {
    throw new UsageError(`one threshold is missing: give ${names.warning} and ${names.critical}, or neither`);
  }
  const percents = { warningPercent: percentOf(names.warning, warning), criticalPercent: percentOf(names.critical, critical) };
  if (usd(percents.warningPercent) === usd(percents.criticalPercent)) {
    throw new UsageError(`${names.warning} and ${names.critical} are both ${percents.warningPercent}: give a ${names.warning} that is below`);
  }
  if (usd(percents.warningPercent) > usd(percents.criticalPercent)) {
    throw new UsageError(`${names.warning} ${percents.warningPercent} is above ${names.critical} ${percents.criticalPercent}: exchange them`);
  }
  return percents;
}
