import { DateTime } from 'luxon';
import * as z from 'zod/mini';
import { parsePeriod, Period, isDay, MAX_PERIOD_DAYS, PeriodError } from '../calendar';
import { isLabelName, isLabelValue, LABEL_RULE, MAX_LABEL_NAME_LENGTH, MAX_LABEL_VALUE_LENGTH, MAX_LABELS } from '../label-rule';
import { readLabelText } from '../label-text';
import { usd, Usd } from '../money';
import { plainText } from '../plain-text';
import { principalFromId } from '../principal';
import { isPrintable } from '../printable';

/** The arguments of requests. Each is read by a function of its own, and says itself what is allowed. */

/** Above this an amount is a slip of the keyboard. */
const MAX_AMOUNT = usd('1000000000');

const MAX_REASON_LENGTH = 500;

const MAX_PAGE = 100;

/** A field that `read` makes a value of, or `undefined` where it is not `allowed`. */
function field<T>(allowed: string, read: (value: unknown) => T | undefined) {
  return z.pipe(z.unknown(), z.transform((value: unknown, context): T => {
    const known = read(value);
    if (known === undefined) {
      context.issues.push({ code: 'custom', message: allowed, input: value });
      return z.NEVER;
    }
    return known;
  }));
}

function textField<T>(allowed: string, read: (text: string) => T | undefined) {
  return field(allowed, value => (typeof value === 'string' ? read(value) : undefined));
}

function matching(allowed: string, form: RegExp) {
  return textField(allowed, text => (form.test(text) ? text : undefined));
}

export function oneOf<T extends string>(values: readonly T[]) {
  return textField(`one of ${values.join(', ')}`, text => values.find(value => value === text));
}

export const principalId = textField(
  'iam-user/<account>/<name>, iam-role/<account>/<name>, agent-runtime/<account>/<region>/<runtime id>, agent-role/<account>/<region>/<role name>, '
  + 'federated-user/<account>/<name> or root/<account>',
  text => principalFromId(text)?.id,
);

export const amountUsd = textField(
  'an amount of US dollars above 0 and at most 1,000,000,000, with at most 12 decimals, as text such as "12.50"',
  text => within(text, /^\d{1,10}(\.\d{1,12})?$/, amount => amount > 0n && amount <= MAX_AMOUNT),
);

export const period = textField(
  `"<1 to ${MAX_PERIOD_DAYS}> days", "calendar day", "calendar week" or "calendar month"`, readPeriod,
);

export const day = textField('a day such as "2026-03-10"', text => (isDay(text) ? text : undefined));

/** In epoch milliseconds. */
export const instant = textField('an instant of ISO 8601 with a time zone, such as "2026-04-01T00:00:00Z"', text => {
  const parsed = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(text) ? DateTime.fromISO(text) : undefined;
  return parsed?.isValid ? parsed.toMillis() : undefined;
});

export const reason = textField(`1 to ${MAX_REASON_LENGTH} printable characters`, text => (isPrintable(text, MAX_REASON_LENGTH) && text.trim() ? text.trim() : undefined));

export const thresholdPercent = field(
  'a percentage above 0 and below 100, with at most two decimals, as text such as "70"; or null for both, to go back to those of the rest',
  value => (value === null ? null : typeof value === 'string' ? within(value, /^\d{1,2}(\.\d{1,2})?$/, percent => percent > 0n) : undefined),
);

export const sharePercent = field('a percentage from 0 to 9,999,999, with at most two decimals, such as "80"', value => (
  typeof value === 'string' || typeof value === 'number' ? within(String(value), /^\d{1,7}(\.\d{1,2})?$/, () => true) : undefined));

export const labels = field(
  `at most ${MAX_LABELS} texts by name, such as { "team": "data" }: ${LABEL_RULE}`, readLabels,
);

/** A label to look for: any value of it, or one. */
export const label = textField('the name of a label such as "team", or its name and value such as "team=data" (an equals sign in a name is written %3D)', text => {
  const wanted = readLabelText(text);
  return wanted.name !== '' && isPrintable(wanted.name, MAX_LABEL_NAME_LENGTH) && isPrintable(wanted.value ?? '', MAX_LABEL_VALUE_LENGTH) ? wanted : undefined;
});

export const pageSize = field(`a whole number from 1 to ${MAX_PAGE}`, value => (
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_PAGE ? value : undefined));

export const pageToken = matching('the nextToken of an answer to the same request', /^[A-Za-z0-9_-]{1,4096}$/);

/** `null`: that of somebody for whom nothing was ordered yet. */
export const version = field('the version of a budget, 12 characters such as "0d4f1f9e2b7c", or null where nothing may have been ordered yet', value => (
  value === null || (typeof value === 'string' && /^[0-9a-f]{12}$/.test(value)) ? value : undefined));

export const idempotencyKey = matching('1 to 64 printable characters of ASCII', /^[\x20-\x7e]{1,64}$/);

export const flag = field('true or false', value => (typeof value === 'boolean' ? value : undefined));

/** What was given, fit for a message. */
export function given(value: unknown): string {
  switch (typeof value) {
    case 'undefined': return 'missing';
    case 'string': return `"${plainText(value, 60)}"`;
    case 'object': return value === null ? 'null' : Array.isArray(value) ? `a list of ${value.length}` : 'an object';
    default: return `the ${typeof value} ${String(value)}`;
  }
}

function within(text: string, form: RegExp, allowed: (value: Usd) => boolean): Usd | undefined {
  const value = form.test(text) ? usd(text) : undefined;
  return value !== undefined && allowed(value) ? value : undefined;
}

function readPeriod(text: string): Period | undefined {
  try {
    return parsePeriod(text);
  } catch (error) {
    if (error instanceof PeriodError) {
      return undefined;
    }
    throw error;
  }
}

/** Sorted by name, as they stand in budgets. */
function readLabels(value: unknown): Readonly<Record<string, string>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return undefined;
  }
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  const areAllowed = entries.length <= MAX_LABELS && entries.every(([name, text]) => (
    isLabelName(name) && typeof text === 'string' && isLabelValue(text)));
  return areAllowed ? Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))) as Readonly<Record<string, string>> : undefined;
}
