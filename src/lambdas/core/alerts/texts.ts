import { PrincipalKindName } from '../../../contract';
import { BudgetFigures, EventDetail } from '../events';
import { formatUsdRounded, MoneyError, Usd, usd } from '../money';
import { plainText } from '../plain-text';
import { principalFromId } from '../principal';

/** What people call a principal; headlines are short, and the facts have the id. */
export function nameOf({ principalId = '', labels }: Pick<EventDetail, 'principalId' | 'labels'>): string {
  const principal = principalFromId(principalId);
  if (principal?.kind === PrincipalKindName.AGENT_RUNTIME && labels?.name) {
    // AgentCore's id is the name and a suffix that nobody knows.
    return plainText(labels.name, 64);
  }
  return principal ? principal.name ?? `the root user of ${principal.accountId}` : plainText(principalId, 64);
}

export function reasonOf({ reason }: EventDetail): string {
  return plainText(reason, 500) || 'no reason given';
}

export function modelOf({ modelId }: EventDetail): string {
  return plainText(modelId, 300) || 'not told';
}

export function share(budget: BudgetFigures | undefined): string {
  return budget ? `${plainText(budget.sharePercent, 12)} %` : 'part';
}

export function dollars(decimal: unknown): string {
  const read = amount(decimal);
  return read === undefined ? 'an unreadable amount' : formatUsdRounded(read);
}

export function amount(decimal: unknown): Usd | undefined {
  try {
    return typeof decimal === 'string' ? usd(decimal) : undefined;
  } catch (error) {
    if (error instanceof MoneyError) {
      return undefined;
    }
    throw error;
  }
}

export function isoOrNone(text: unknown): string | undefined {
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

export function instant(text: unknown): string {
  return isoOrNone(text)?.replace('T', ' ').replace(/(:\d\d)\.000Z$/, '$1 UTC').replace(/Z$/, ' UTC') ?? 'an unknown time';
}

/** A forecast is not exact to the second. */
export function minute(text: unknown): string {
  return isoOrNone(text)?.replace(/^(.{10})T(.{5}).*$/, '$1 $2 UTC') ?? 'an unknown time';
}

export function json(value: unknown): string {
  return plainText(JSON.stringify(value ?? null), 500);
}

/** The first lines of a list, and how many more there are. */
export function firstOf<T>(items: readonly T[], most: number, lineOf: (item: T) => string): string[] {
  const lines = items.slice(0, most).map(lineOf);
  return items.length > most ? [...lines, `and ${items.length - most} more`] : lines;
}
