import { Budget, Limit } from '../../budget';
import { limitsToItem, thresholdsToItem } from '../../budget-item';
import { formatPeriod } from '../../calendar';
import { AdministrationError } from '../errors';
import { RequestOf } from '../requests';
import { Change } from './orders';

/** Limits of its own, in place of those that it has. Labels and enforcement stay where they are left out. */
export const setBudget: Change<'setBudget'> = ({ limits, labels, enforcement }, { budget }) => ({
  set: {
    limits: limitsToItem(readLimits(limits, budget)),
    // An empty map is an order as well: a stack must not put back the labels that somebody took away.
    ...(labels ? { labels } : {}),
    ...(enforcement ? { enforcement } : {}),
  },
});

export const removeBudget: Change<'removeBudget'> = () => ({ remove: ['limits', 'thresholds'] });

export const setThresholds: Change<'setThresholds'> = ({ warningPercent, criticalPercent }) => {
  if (warningPercent === null && criticalPercent === null) {
    return { remove: ['thresholds'] };
  }
  if (warningPercent === null || criticalPercent === null) {
    throw new AdministrationError('BadRequest', 'one of the thresholds is null, allowed is null for both or for none', warningPercent === null ? 'warningPercent' : 'criticalPercent');
  }
  if (criticalPercent <= warningPercent) {
    throw new AdministrationError('BadRequest', 'criticalPercent is not above warningPercent, allowed is a first warning below the second', 'criticalPercent');
  }
  return { set: { thresholds: thresholdsToItem({ warningPercent, criticalPercent }) } };
};

function readLimits(asked: RequestOf<'setBudget'>['limits'], budget: Budget): readonly Limit[] {
  const limits = asked.map(({ limitUsd: amount, period, anchorDay }, index): Limit => {
    if (anchorDay !== undefined && period.unit !== 'days') {
      throw new AdministrationError('BadRequest', `anchorDay was given for a ${formatPeriod(period)}, allowed is one for periods of days`, `limits[${index}].anchorDay`);
    }
    const anchor = anchorDay ?? anchorOf(formatPeriod(period), budget);
    return { amount, period, ...(anchor === undefined ? {} : { anchorDay: anchor }) };
  });
  const windows = limits.map(({ period, anchorDay }) => `${formatPeriod(period)} from ${anchorDay ?? budget.anchorDay}`);
  const second = windows.findIndex((window, index) => windows.indexOf(window) < index);
  if (second >= 0) {
    throw new AdministrationError('BadRequest', `limits has two of one period (${formatPeriod(limits[second].period)}), allowed is one`, `limits[${second}]`);
  }
  return limits;
}

/** A raised limit keeps its windows: else the spend of the running one would be left behind. */
function anchorOf(period: string, { limits }: Budget): string | undefined {
  return limits?.find(limit => formatPeriod(limit.period) === period)?.anchorDay;
}
