import { Annotations, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { BudgeteerValidationError, shown } from './problem';

/** Above this an amount is a slip of the keyboard. */
const MAX_BUDGET_USD = 1e9;

/** Money is kept in units of 10⁻¹² USD. */
const MAX_BUDGET_DECIMALS = 12;

/** Both thresholds belong together: each must be a percentage, and the first warning must come first. */
export function checkThresholds(scope: IConstruct, warning: number, critical: number, within = ''): void {
  for (const [prop, given] of [[`${within}warningThresholdPercent`, warning], [`${within}criticalThresholdPercent`, critical]] as const) {
    if (!Token.isUnresolved(given) && !(typeof given === 'number' && given > 0 && given < 100 && decimalsOf(given) <= 2)) {
      throw new BudgeteerValidationError(scope, {
        prop,
        given: shown(given),
        allowed: 'above 0 and below 100, with at most 2 decimals',
        remedy: 'give the percentage of the limit at which to warn, such as 70',
      });
    }
  }
  if (!Token.isUnresolved(warning) && !Token.isUnresolved(critical) && warning >= critical) {
    throw new BudgeteerValidationError(scope, {
      prop: `${within}warningThresholdPercent`,
      given: warning,
      allowed: `below ${within}criticalThresholdPercent, which is ${critical}`,
      remedy: 'lower the warning threshold or raise the critical one',
    });
  }
}

interface Percents {
  readonly warningThresholdPercent?: number;
  readonly criticalThresholdPercent?: number;
}

/** A share of 1 in place of a percentage is allowed, and most likely a slip. */
export function doubtPercents(scope: IConstruct, percents: Percents, within = ''): void {
  for (const prop of ['warningThresholdPercent', 'criticalThresholdPercent'] as const) {
    const given = percents[prop];
    if (typeof given === 'number' && !Token.isUnresolved(given) && given < 1) {
      Annotations.of(scope).addWarningV2(
        'cdk-bedrock-budgeteer:thresholdInDoubt', `${within}${prop} is most likely a slip: ${given} stands for ${given} % of the limit, not for ${Number((given * 100).toFixed(2))} %.`,
      );
    }
  }
}

/** A whole number. */
export function checkWhole(scope: IConstruct, prop: string, given: number, min: number, max: number): void {
  if (!Token.isUnresolved(given) && !(Number.isInteger(given) && given >= min && given <= max)) {
    throw new BudgeteerValidationError(scope, { prop, given: shown(given), allowed: `a whole number from ${min} to ${max}`, remedy: 'give another number, or leave it out' });
  }
}

/** Whole days of a refresh period. */
export function checkPeriodDays(days: number): void {
  if (!Token.isUnresolved(days) && !(Number.isInteger(days) && days >= 1 && days <= 366)) {
    throw new BudgeteerValidationError(undefined, {
      prop: 'RefreshPeriod.days',
      given: shown(days),
      allowed: 'whole days from 1 to 366',
      remedy: 'give the length of a budget period in days, or use a calendar period',
    });
  }
}

/** An amount of US dollars as plain decimal text. */
export function usdText(scope: IConstruct, prop: string, amount: number): string {
  if (!Token.isUnresolved(amount) && !(typeof amount === 'number' && amount > 0 && amount <= MAX_BUDGET_USD && decimalsOf(amount) <= MAX_BUDGET_DECIMALS)) {
    throw new BudgeteerValidationError(scope, {
      prop,
      given: shown(amount),
      allowed: 'above 0 and at most 1,000,000,000, with at most 12 decimals',
      remedy: 'give an amount of US dollars, such as 25 or 12.5',
    });
  }
  return numberText(amount);
}

/** A number, or a token for one, as text without an exponent. */
export function numberText(value: number): string {
  return Token.isUnresolved(value) ? Token.asString(value) : plainDecimal(value);
}

/** How many decimals the shortest text of a number has. */
export function decimalsOf(value: number): number {
  return plainDecimal(value).split('.')[1]?.length ?? 0;
}

/** `1.5e-7` as `0.00000015`: the shortest text that stands for the number, without an exponent and without binary noise. */
function plainDecimal(value: number): string {
  const [mantissa, exponent] = String(value).split('e-');
  return exponent === undefined ? mantissa : `0.${'0'.repeat(Number(exponent) - 1)}${mantissa.replace('.', '')}`;
}
