import { AGENT_SETTINGS, AgentSettingName, SettingName } from '../../contract';
import { MAX_PERIOD_DAYS, parsePeriod, Period, PeriodError } from './calendar';
import { CACHE_WRITE_TTLS, CacheWriteTtl } from './invocation-record';
import { MoneyError, usd, Usd } from './money';
import { parsePriceOverrides, PriceOverrides } from './pricing/price-overrides';
import { PriceTableError } from './pricing/price-table';

/** When a budget warns and how long its grace period is. */
export interface Rules {
  /** An exact percentage, in the unit of money: `usd('70')` is 70 %. */
  readonly warningPercent: Usd;
  readonly criticalPercent: Usd;
  readonly graceSeconds: number;
  readonly refreshPeriod: Period;
}

/**
 * Whether budgets suspend. `paused`: nobody is suspended because of a budget who is not yet. `lifted`: nobody is restricted because of a budget.
 * Who is held is suspended in any case: that is an order, and no matter of spend.
 */
export const ENFORCEMENT_MODES = ['on', 'paused', 'lifted'] as const;
export type EnforcementMode = (typeof ENFORCEMENT_MODES)[number];

/** What operators may change while the stack runs. */
export interface Settings extends Rules {
  readonly defaultApiKeyBudget: Usd;
  /** What holds for AgentCore runtimes in place of the rest; absent where these have no budgets. */
  readonly agents?: Rules & { readonly defaultBudget: Usd };
  readonly priceOverrides: PriceOverrides;
  readonly assumedCacheWriteTtl: CacheWriteTtl;
  readonly enforcement: EnforcementMode;
}

/** The settings as text, by the names of their parameters. */
export type SettingTexts = Readonly<Record<Exclude<SettingName, AgentSettingName>, string> & Partial<Record<AgentSettingName, string>>>;

/**
 * Whether a set of texts is whole: every setting, and those of AgentCore runtimes all or none.
 *
 * @throws TypeError naming what is missing
 */
export function completeTexts(texts: Partial<Readonly<Record<SettingName, string>>>): SettingTexts {
  const isAgentSetting = (name: SettingName) => (AGENT_SETTINGS as readonly SettingName[]).includes(name);
  const hasAgents = AGENT_SETTINGS.some(name => texts[name] !== undefined);
  const missing = Object.values(SettingName).filter(name => texts[name] === undefined && (hasAgents || !isAgentSetting(name)));
  if (missing.length > 0) {
    throw new TypeError(`settings are missing: ${missing.join(', ')}`);
  }
  return texts as SettingTexts;
}

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
  [SettingName.GRACE_PERIOD_SECONDS]: (text: string) => graceSeconds(text),
  [SettingName.REFRESH_PERIOD]: (text: string) => refreshPeriod(text),
  [SettingName.DEFAULT_API_KEY_BUDGET_USD]: (text: string) => budgetAmount(SettingName.DEFAULT_API_KEY_BUDGET_USD, text),
  [SettingName.PRICE_OVERRIDES]: priceOverrides,
  [SettingName.ASSUMED_CACHE_WRITE_TTL]: cacheWriteTtl,
  [SettingName.ENFORCEMENT]: enforcementMode,
  [SettingName.AGENT_WARNING_THRESHOLD_PERCENT]: (text: string) => percent(SettingName.AGENT_WARNING_THRESHOLD_PERCENT, text),
  [SettingName.AGENT_CRITICAL_THRESHOLD_PERCENT]: (text: string) => percent(SettingName.AGENT_CRITICAL_THRESHOLD_PERCENT, text),
  [SettingName.AGENT_GRACE_PERIOD_SECONDS]: (text: string) => graceSeconds(text, SettingName.AGENT_GRACE_PERIOD_SECONDS),
  [SettingName.AGENT_REFRESH_PERIOD]: (text: string) => refreshPeriod(text, SettingName.AGENT_REFRESH_PERIOD),
  [SettingName.DEFAULT_AGENT_BUDGET_USD]: (text: string) => budgetAmount(SettingName.DEFAULT_AGENT_BUDGET_USD, text),
} satisfies SettingParsers;

/** @throws SettingError if this text is not allowed for this setting, whatever the others are */
export function checkSetting(name: SettingName, text: string): void {
  parsers[name](text);
}

/** Thresholds that must fit each other, and the names under which they stand. */
const THRESHOLD_PAIRS = [
  [SettingName.WARNING_THRESHOLD_PERCENT, SettingName.CRITICAL_THRESHOLD_PERCENT],
  [SettingName.AGENT_WARNING_THRESHOLD_PERCENT, SettingName.AGENT_CRITICAL_THRESHOLD_PERCENT],
] as const;

/** @throws SettingError */
export function parseSettings(texts: SettingTexts): Settings {
  const agents = AGENT_SETTINGS.every(name => texts[name] !== undefined) ? texts as Readonly<Record<SettingName, string>> : undefined;
  return {
    ...thresholds(texts, THRESHOLD_PAIRS[0]),
    graceSeconds: graceSeconds(texts[SettingName.GRACE_PERIOD_SECONDS]),
    refreshPeriod: refreshPeriod(texts[SettingName.REFRESH_PERIOD]),
    defaultApiKeyBudget: budgetAmount(SettingName.DEFAULT_API_KEY_BUDGET_USD, texts[SettingName.DEFAULT_API_KEY_BUDGET_USD]),
    priceOverrides: priceOverrides(texts[SettingName.PRICE_OVERRIDES]),
    assumedCacheWriteTtl: cacheWriteTtl(texts[SettingName.ASSUMED_CACHE_WRITE_TTL]),
    enforcement: enforcementMode(texts[SettingName.ENFORCEMENT]),
    ...(agents ? {
      agents: {
        ...thresholds(agents, THRESHOLD_PAIRS[1]),
        graceSeconds: graceSeconds(agents[SettingName.AGENT_GRACE_PERIOD_SECONDS], SettingName.AGENT_GRACE_PERIOD_SECONDS),
        refreshPeriod: refreshPeriod(agents[SettingName.AGENT_REFRESH_PERIOD], SettingName.AGENT_REFRESH_PERIOD),
        defaultBudget: budgetAmount(SettingName.DEFAULT_AGENT_BUDGET_USD, agents[SettingName.DEFAULT_AGENT_BUDGET_USD]),
      },
    } : {}),
  };
}

/** @throws SettingError where the second warning would not come after the first */
function thresholds(texts: SettingTexts, [warning, critical]: (typeof THRESHOLD_PAIRS)[number]): Pick<Rules, 'warningPercent' | 'criticalPercent'> {
  const warningPercent = percent(warning, texts[warning]!);
  const criticalPercent = percent(critical, texts[critical]!);
  if (criticalPercent <= warningPercent) {
    throw new SettingError(critical, texts[critical]!, `above ${warning}, which is ${texts[warning]}`);
  }
  return { warningPercent, criticalPercent };
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
  const chosen: { -readonly [name in keyof SettingTexts]: SettingTexts[name] } = { ...deployed };
  // What was not deployed is not in force, whatever parameters of that name there are.
  for (const name of Object.values(SettingName).filter(known => deployed[known] !== undefined)) {
    for (const text of candidates[name] ?? []) {
      const problem = problemOf(name, text);
      if (!problem) {
        chosen[name] = text;
        break;
      }
      refused.push({ setting: name, message: problem });
    }
  }
  for (const pair of THRESHOLD_PAIRS.filter(([name]) => chosen[name] !== undefined)) {
    const misfit = misfitOf(chosen, pair);
    if (misfit) {
      refused.push(misfit);
      for (const name of pair) {
        chosen[name] = deployed[name]!;
      }
    }
  }
  return { texts: chosen, settings: parseSettings(chosen), refused };
}

function misfitOf(texts: SettingTexts, pair: (typeof THRESHOLD_PAIRS)[number]): RefusedSetting | undefined {
  return refusalOf(() => thresholds(texts, pair));
}

function problemOf(name: SettingName, text: string): string | undefined {
  return refusalOf(() => checkSetting(name, text))?.message;
}

function refusalOf(read: () => unknown): RefusedSetting | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof SettingError) {
      return { setting: error.setting, message: error.message };
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

function graceSeconds(text: string, name: SettingName = SettingName.GRACE_PERIOD_SECONDS): number {
  const seconds = Number(text);
  if (!/^\d{1,7}$/.test(text) || seconds > MAX_GRACE_SECONDS) {
    throw new SettingError(name, text, `whole seconds from 0 to ${MAX_GRACE_SECONDS} (30 days)`);
  }
  return seconds;
}

function refreshPeriod(text: string, name: SettingName = SettingName.REFRESH_PERIOD): Period {
  try {
    return parsePeriod(text);
  } catch (error) {
    if (error instanceof PeriodError) {
      const allowed = `"<1 to ${MAX_PERIOD_DAYS}> days", "calendar day", "calendar week" or "calendar month"`;
      throw new SettingError(name, text, allowed);
    }
    throw error;
  }
}

function budgetAmount(name: SettingName, text: string): Usd {
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
  throw new SettingError(name, text, allowed);
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
  return oneOf(SettingName.ASSUMED_CACHE_WRITE_TTL, CACHE_WRITE_TTLS, text);
}

function enforcementMode(text: string): EnforcementMode {
  return oneOf(SettingName.ENFORCEMENT, ENFORCEMENT_MODES, text);
}

function oneOf<T extends string>(name: SettingName, allowed: readonly T[], text: string): T {
  const found = allowed.find(known => known === text);
  if (!found) {
    throw new SettingError(name, text, allowed.map(known => `"${known}"`).join(' or '));
  }
  return found;
}
