import { labelText } from '../../lambdas/core/label-text';
import { formatUsd, formatUsdRounded, MoneyError, Usd, usd } from '../../lambdas/core/money';
import { plainText } from '../../lambdas/core/plain-text';
import { BudgetAnswer } from './answers';

/** Values of answers as people read them. Everything was written by others: it is bounded and plain. */

const MAX_TEXT_LENGTH = 300;

export function plain(value: unknown): string {
  return plainText(value, MAX_TEXT_LENGTH);
}

/** To the cent: `$72.50`. */
export function roundedMoney(decimal: string): string {
  return withAmount(decimal, formatUsdRounded);
}

/** As it is, with cents at least: `$72.50`, `$0.00125`. */
export function exactMoney(decimal: string): string {
  return withAmount(decimal, amount => {
    const [whole, fraction = ''] = formatUsd(amount).split('.');
    return `$${whole}.${fraction.padEnd(2, '0')}`;
  });
}

/** `2026-03-10 12:00`, UTC. */
export function shortTime(instant: string | undefined): string {
  const time = Date.parse(instant ?? '');
  return Number.isNaN(time) ? plain(instant) : new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

export function percent(decimal: string): string {
  return `${plain(decimal)} %`;
}

export function limitText({ limitUsd, period, anchorDay }: { readonly limitUsd: string; readonly period: string; readonly anchorDay?: string }): string {
  return `${exactMoney(limitUsd)} / ${plain(period)}${anchorDay === undefined ? '' : ` from ${plain(anchorDay)}`}`;
}

export function limitsText(limits: BudgetAnswer['limits']): string {
  return limits?.length ? limits.map(limitText).join(', ') : 'none of its own';
}

export function labelsText(labels: BudgetAnswer['labels'], none = 'none'): string {
  const entries = Object.entries(labels ?? {});
  return entries.length > 0 ? entries.map(([key, value]) => labelText(plain(key), plain(value))).join(', ') : none;
}

export function thresholdsText(thresholds: { readonly warningPercent: string; readonly criticalPercent: string } | null | undefined): string {
  return thresholds ? `warning at ${percent(thresholds.warningPercent)}, critical at ${percent(thresholds.criticalPercent)}` : 'those of the rest';
}

export function topUpsText(topUps: BudgetAnswer['topUps']): string {
  return topUps?.length
    ? topUps.map(({ amountUsd, expiresAt, reason }) => `${exactMoney(amountUsd)} until ${shortTime(expiresAt)}${because(reason)}`).join(', ')
    : 'none';
}

export function exemptionText(exemption: BudgetAnswer['exemption']): string {
  return exemption ? `${exemption.until === undefined ? 'until it is ended' : `until ${shortTime(exemption.until)}`}${because(exemption.reason)}` : 'none';
}

export function holdText(hold: BudgetAnswer['hold']): string {
  return hold ? `until it is restored${hold.by ? `, by ${plain(hold.by)}` : ''}${because(hold.reason)}` : 'no';
}

/** Anything that answers carry and that has no text of its own. */
export function detailText(value: unknown): string {
  if (Array.isArray(value)) {
    return value.map(detailText).join(', ');
  }
  if (typeof value === 'object' && value !== null) {
    return plain(Object.entries(value).map(([key, part]) => `${key} ${detailText(part)}`).join(', '));
  }
  return plain(String(value ?? ''));
}

function because(reason: string | undefined): string {
  return reason ? ` (${plain(reason)})` : '';
}

/** What is no amount is shown as it is: whoever reads sees more by it than by a failure. */
function withAmount(decimal: string, format: (amount: Usd) => string): string {
  try {
    return format(usd(decimal));
  } catch (error) {
    if (!(error instanceof MoneyError)) {
      throw error;
    }
    return plain(decimal);
  }
}
