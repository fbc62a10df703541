import { SettingName } from '../../contract';
import { MAX_PERIOD_DAYS, parsePeriod, Period, PeriodError } from './calendar';
import { CACHE_WRITE_TTLS, CacheWriteTtl } from './invocation-record';
import { MoneyError, usd, Usd } from './money';
import { parsePriceOverrides, PriceOverrides } from './pricing/price-overrides';
import { PriceTableError } from './pricing/price-table';

/** What operators may change while the stack runs. */
export interface Settings {
  /** An exact percentage, in the unit of money: `usd('70')` is 70 %. */
  readonly warningPercent: Usd;
  readonly criticalPercent: Usd;
  readonly graceSeconds: number;
  readonly refreshPeriod: Period;
  readonly defaultApiKeyBudget: Usd;
  readonly priceOverrides: PriceOverrides;
  readonly assumedCacheWriteTtl: CacheWriteTtl;
}

/** The settings as text, by the names of their parameters. */
export type SettingTexts = Readonly<Record<SettingName, string>>;

/** Thrown for a value that a setting does not allow: names the value, the range and the remedy. */
export class SettingError extends Error {
  public readonly name = 'SettingError';

  constructor(public readonly setting: SettingName, value: string, allowed: string) {
    super(`${setting} is "${value.slice(0, 60)}", allowed is ${allowed}`);
  }
}

/** The longest grace period: beyond a month it would outlast the period that it belongs to. */
export const MAX_GRACE_SECONDS = 30 * 24 * 60 * 60;

/** A default budget above this is a slip of the keyboard. */
const MAX_BUDGET = usd('1000000000');

type SettingParsers = { readonly [name in SettingName]: (text: string) => unknown };

const parsers = {
  [SettingName.WARNING_THRESHOLD_PERCENT]: (text: string) => percent(SettingName.WARNING_THRESHOLD_PERCENT, text),
  [SettingName.CRITICAL_THRESHOLD_PERCENT]: (text: string) => percent(SettingName.CRITICAL_THRESHOLD_PERCENT, text),
  [SettingName.GRACE_PERIOD_SECONDS]: graceSeconds,
  [SettingName.REFRESH_PERIOD]: refreshPeriod,
  [SettingName.DEFAULT_API_KEY_BUDGET_USD]: budgetAmount,
  [SettingName.PRICE_OVERRIDES]: priceOverrides,
  [SettingName.ASSUMED_CACHE_WRITE_TTL]: cacheWriteTtl,
} satisfies SettingParsers;

/** @throws SettingError if this text is not allowed for this setting, whatever the others are */
export function checkSetting(name: SettingName, text: string): void {
  parsers[name](text);
}

/** @throws SettingError */
export function parseSettings(texts: SettingTexts): Settings {
  const warningPercent = percent(SettingName.WARNING_THRESHOLD_PERCENT, texts[SettingName.WARNING_THRESHOLD_PERCENT]);
  const criticalPercent = percent(SettingName.CRITICAL_THRESHOLD_PERCENT, texts[SettingName.CRITICAL_THRESHOLD_PERCENT]);
  if (criticalPercent <= warningPercent) {
    throw new SettingError(
      SettingName.CRITICAL_THRESHOLD_PERCENT,
      texts[SettingName.CRITICAL_THRESHOLD_PERCENT],
      `above ${SettingName.WARNING_THRESHOLD_PERCENT}, which is ${texts[SettingName.WARNING_THRESHOLD_PERCENT]}`,
    );
  }
  return {
    warningPercent,
    criticalPercent,
    graceSeconds: graceSeconds(texts[SettingName.GRACE_PERIOD_SECONDS]),
    refreshPeriod: refreshPeriod(texts[SettingName.REFRESH_PERIOD]),
    defaultApiKeyBudget: budgetAmount(texts[SettingName.DEFAULT_API_KEY_BUDGET_USD]),
    priceOverrides: priceOverrides(texts[SettingName.PRICE_OVERRIDES]),
    assumedCacheWriteTtl: cacheWriteTtl(texts[SettingName.ASSUMED_CACHE_WRITE_TTL]),
  };
}

/** A setting that was refused, and what stays in force instead. */
export interface RefusedSetting {
  readonly setting: SettingName;
  readonly message: string;
}

/**
 * Chooses the settings in force from the values that each parameter had, newest first, with the deployed values last.
 *
 * Each setting falls back by itself, so that one typo does not undo the others. Thresholds must also fit each other: where the
 * newest ones do not, the pair falls back to the deployed one.
 */
export function chooseSettings(candidates: Readonly<Partial<Record<SettingName, readonly string[]>>>, deployed: SettingTexts):
{ readonly texts: SettingTexts; readonly settings: Settings; readonly refused: readonly RefusedSetting[] } {
  const refused: RefusedSetting[] = [];
  const chosen: Record<SettingName, string> = { ...deployed };
  for (const name of Object.values(SettingName)) {
    for (const text of candidates[name] ?? []) {
      const problem = problemOf(name, text);
      if (!problem) {
        chosen[name] = text;
        break;
      }
      refused.push({ setting: name, message: problem });
    }
  }
  try {
    return { texts: chosen, settings: parseSettings(chosen), refused };
  } catch (error) {
    if (!(error instanceof SettingError)) {
      throw error;
    }
    const texts: SettingTexts = {
      ...chosen,
      [SettingName.WARNING_THRESHOLD_PERCENT]: deployed[SettingName.WARNING_THRESHOLD_PERCENT],
      [SettingName.CRITICAL_THRESHOLD_PERCENT]: deployed[SettingName.CRITICAL_THRESHOLD_PERCENT],
    };
    return { texts, settings: parseSettings(texts), refused: [...refused, { setting: error.setting, message: error.message }] };
  }
}

function problemOf(name: SettingName, text: string): string | undefined {
  try {
    checkSetting(name, text);
    return undefined;
  } catch (error) {
    if (error instanceof SettingError) {
      return error.message;
    }
    throw error;
  }
}

function percent(name: SettingName, text: string): Usd {
  const allowed = 'a percentage above 0 and below 100, with at most two decimals, such as 70';
  if (!/^\d{1,2}(\.\d{1,2})?$/.test(text) || Number(text) <= 0) {
    throw new SettingError(name, text, allowed);
  }
  return usd(text);
}

function graceSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d{1,7}$/.test(text) || seconds > MAX_GRACE_SECONDS) {
    throw new SettingError(SettingName.GRACE_PERIOD_SECONDS, text, `whole seconds from 0 to ${MAX_GRACE_SECONDS} (30 days)`);
  }
  return seconds;
}

function refreshPeriod(text: string): Period {
  try {
    return parsePeriod(text);
  } catch (error) {
    if (error instanceof PeriodError) {
      const allowed = `"<1 to ${MAX_PERIOD_DAYS}> days", "calendar day", "calendar week" or "calendar month"`;
      throw new SettingError(SettingName.REFRESH_PERIOD, text, allowed);
    }
    throw error;
  }
}

function budgetAmount(text: string): Usd {
  const allowed = 'an amount of USD above 0 and at most 1,000,000,000, such as 25 or 12.50';
  try {
    const amount = usd(text);
    if (amount > 0n && amount <= MAX_BUDGET) {
      return amount;
    }
  } catch (error) {
    if (!(error instanceof MoneyError)) {
      throw error;
    }
  }
  throw new SettingError(SettingName.DEFAULT_API_KEY_BUDGET_USD, text, allowed);
}

function priceOverrides(text: string): PriceOverrides {
  try {
    return parsePriceOverrides(text);
  } catch (error) {
    if (error instanceof PriceTableError) {
      throw new SettingError(SettingName.PRICE_OVERRIDES, text, `"none", or one price or discount a line (${error.message})`);
    }
    throw error;
  }
}

function cacheWriteTtl(text: string): CacheWriteTtl {
  const ttl = CACHE_WRITE_TTLS.find(known => known === text);
  if (!ttl) {
    throw new SettingError(SettingName.ASSUMED_CACHE_WRITE_TTL, text, CACHE_WRITE_TTLS.map(known => `"${known}"`).join(' or '));
  }
  return ttl;
}
