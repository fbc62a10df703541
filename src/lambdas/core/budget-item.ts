import { ESTIMATED_ATTRIBUTE_PREFIX, PrincipalKindName, SPEND_ATTRIBUTE_PREFIX } from '../../contract';
import { Budget, Exemption, Failure, FormerRole, Hold, Level, LEVELS, Limit, Status, STATUSES, SuspensionRecord, Thresholds, TopUp, Unenforceable } from './budget';
import { BudgetState } from './budget-transition';
import { Day, formatPeriod, isDay, parsePeriod } from './calendar';
import { formatUsd, usd, Usd } from './money';
import { principalFromId } from './principal';

/**
 * The Budgets table's items: how a budget stands in DynamoDB. Numbers are carried as text, since a JavaScript number
 * cannot hold what DynamoDB can; instants are ISO 8601 text, so that an operator can read them in the console.
 */

/** An item as the adapters hand it over: numbers as `NumberText`, everything else as plain values. */
export type Item = Readonly<Record<string, unknown>>;

/** A DynamoDB number, kept as its text. */
export class NumberText {
  constructor(public readonly value: string) {}
}

/** Thrown for an item that somebody broke by hand. */
export class BudgetItemError extends Error {
  public readonly name = 'BudgetItemError';
}

/** The sparse index's partition of a principal that the monitor must look at, and of those that should be denied now. */
export const WatchList = { OPEN: 'open', SUSPENDED: 'suspended' } as const;

/** @throws BudgetItemError naming the attribute that cannot be read */
export function budgetFromItem(item: Item): Budget {
  const principalId = text(item, 'principalId') ?? fail('principalId', 'is missing');
  const firstSeen = instant(item, 'registeredAt') ?? 0;
  const limits = list(item, 'limits')?.map(limitFromItem);
  return {
    principalId,
    kind: kindOf(item, principalId),
    labels: stringMap(item, 'labels'),
    registeredAt: firstSeen,
    anchorDay: day(item, 'anchorDay') ?? isoDay(firstSeen),
    ...(limits ? { limits } : {}),
    topUps: (list(item, 'topUps') ?? []).map(topUpFromItem),
    ...optional('exemption', exemptionFromItem(map(item, 'exemption'))),
    ...optional('hold', holdFromItem(map(item, 'hold'))),
    ...optional('thresholds', thresholdsFromItem(map(item, 'thresholds'))),
    enforcement: text(item, 'enforcement') === 'observe' ? 'observe' : 'enforced',
    ...optional('unenforceable', unenforceableFromItem(map(item, 'unenforceable'))),
    ...optional('role', text(item, 'role')),
    ...optional('formerRole', formerRoleFromItem(map(item, 'formerRole'))),
    ...optional('runtimes', texts(item, 'runtimes')),
    ...optional('removedAt', instant(item, 'removedAt')),
    spend: amountsByDay(item, SPEND_ATTRIBUTE_PREFIX),
    estimated: amountsByDay(item, ESTIMATED_ATTRIBUTE_PREFIX),
    ...optional('lastCallAt', instant(item, 'lastCallAt')),
    ...optional('updatedBy', text(item, 'updatedBy')),
    ...optional('change', changeFromItem(map(item, 'change'))),
    status: oneOf<Status>(item, 'status', STATUSES) ?? 'active',
    statusSince: instant(item, 'statusSince') ?? firstSeen,
    reason: text(item, 'reason') ?? '',
    levels: levelsOf(item),
    ...optional('graceDeadline', instant(item, 'graceDeadline')),
    ...optional('exceededAt', instant(item, 'exceededAt')),
    ...optional('failure', failureFromItem(map(item, 'failure'))),
    ...optional('toldFailure', failureFromItem(map(item, 'toldFailure'))),
    ...optional('suspension', suspensionFromItem(map(item, 'suspension'))),
    ...optional('nextCheckAt', instant(item, 'nextCheckAt')),
    decidedAt: instant(item, 'decidedAt') ?? 0,
    revision: integer(item, 'revision') ?? 0,
    ...optional('workflowRevision', integer(item, 'workflowRevision')),
  };
}

/** The attributes to set and to remove for a new state. */
export function stateAttributes(state: BudgetState): { readonly set: Item; readonly remove: readonly string[] } {
  const attributes: Record<string, unknown> = {
    status: state.status,
    statusSince: isoInstant(state.statusSince),
    reason: state.reason,
    levels: Object.fromEntries(Object.entries(state.levels).filter(([, level]) => level !== 'none')),
    graceDeadline: state.graceDeadline === undefined ? undefined : isoInstant(state.graceDeadline),
    exceededAt: state.exceededAt === undefined ? undefined : isoInstant(state.exceededAt),
    unenforceable: state.unenforceable && unenforceableToItem(state.unenforceable),
    failure: failureToItem(state.failure),
    toldFailure: failureToItem(state.toldFailure),
    suspension: state.suspension && suspensionToItem(state.suspension),
    nextCheckAt: state.nextCheckAt === undefined ? undefined : isoInstant(state.nextCheckAt),
    watch: watchListOf(state),
    decidedAt: isoInstant(state.decidedAt),
    revision: new NumberText(String(state.revision)),
    workflowRevision: state.workflowRevision === undefined ? undefined : new NumberText(String(state.workflowRevision)),
  };
  return {
    set: Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)),
    remove: [
      ...Object.keys(attributes).filter(key => attributes[key] === undefined),
      ...(state.forgottenDays ?? []).flatMap(forgotten => [spendAttribute(forgotten), estimatedAttribute(forgotten)]),
    ],
  };
}

export function limitsToItem(limits: readonly Limit[]): readonly Item[] {
  return limits.map(({ amount, period, anchorDay }) => ({
    limitUsd: new NumberText(formatUsd(amount)),
    period: formatPeriod(period),
    ...(anchorDay ? { anchorDay } : {}),
  }));
}

/** @throws BudgetItemError */
export function limitFromItem(item: Item): Limit {
  return reading('limits', () => {
    const anchorDay = day(item, 'anchorDay');
    return { amount: money(item, 'limitUsd'), period: parsePeriod(text(item, 'period') ?? ''), ...(anchorDay ? { anchorDay } : {}) };
  });
}

/** Instants stand in items, events and messages as ISO 8601 in UTC. */
export function isoInstant(instantMs: number): string {
  return new Date(instantMs).toISOString();
}

export function spendAttribute(dayKey: Day): string {
  return `${SPEND_ATTRIBUTE_PREFIX}${dayKey}`;
}

export function estimatedAttribute(dayKey: Day): string {
  return `${ESTIMATED_ATTRIBUTE_PREFIX}${dayKey}`;
}

function watchListOf(state: BudgetState): string | undefined {
  if (state.nextCheckAt === undefined) {
    return undefined;
  }
  return state.status === 'suspended' ? WatchList.SUSPENDED : WatchList.OPEN;
}

function kindOf(item: Item, principalId: string): PrincipalKindName {
  const stored = Object.values(PrincipalKindName).find(kind => kind === item.kind);
  return stored ?? principalFromId(principalId)?.kind ?? fail('principalId', `"${principalId.slice(0, 80)}" is no principal id`);
}

function amountsByDay(item: Item, prefix: string): ReadonlyMap<Day, Usd> {
  const amounts = new Map<Day, Usd>();
  for (const name of Object.keys(item)) {
    if (name.startsWith(prefix)) {
      const key = name.slice(prefix.length);
      amounts.set(isDay(key) ? key : fail(name, 'is not named after a day'), money(item, name));
    }
  }
  return amounts;
}

function levelsOf(item: Item): Record<string, Level> {
  const levels = map(item, 'levels') ?? {};
  return Object.fromEntries(Object.keys(levels).map(key => [key, oneOf<Level>(levels, key, LEVELS) ?? 'none']));
}

function topUpFromItem(item: Item): TopUp {
  return reading('topUps', () => ({
    amount: money(item, 'amountUsd'),
    expiresAt: instant(item, 'expiresAt') ?? fail('expiresAt', 'is missing'),
    ...optional('reason', text(item, 'reason')),
  }));
}

export function topUpToItem({ amount, expiresAt, reason }: TopUp): Item {
  return { amountUsd: new NumberText(formatUsd(amount)), expiresAt: isoInstant(expiresAt), ...optional('reason', reason) };
}

function changeFromItem(item: Item | undefined): Budget['change'] {
  return item && { at: instant(item, 'at') ?? 0, ...optional('reason', text(item, 'reason')) };
}

function exemptionFromItem(item: Item | undefined): Exemption | undefined {
  return item && { ...optional('until', instant(item, 'until')), reason: text(item, 'reason') ?? 'no reason given' };
}

function thresholdsFromItem(item: Item | undefined): Thresholds | undefined {
  return item && { warningPercent: money(item, 'warningPercent'), criticalPercent: money(item, 'criticalPercent') };
}

export function thresholdsToItem({ warningPercent, criticalPercent }: Thresholds): Item {
  return { warningPercent: new NumberText(formatUsd(warningPercent)), criticalPercent: new NumberText(formatUsd(criticalPercent)) };
}

function formerRoleFromItem(item: Item | undefined): FormerRole | undefined {
  return item && { id: text(item, 'id') ?? '', until: instant(item, 'until') ?? 0 };
}

function holdFromItem(item: Item | undefined): Hold | undefined {
  return item && { by: text(item, 'by') ?? 'an operator', reason: text(item, 'reason') ?? 'no reason given' };
}

function unenforceableFromItem(item: Item | undefined): Unenforceable | undefined {
  return item && { code: text(item, 'code') ?? 'unknown', message: text(item, 'message') ?? '', ...optional('retryAt', instant(item, 'retryAt')) };
}

function unenforceableToItem({ code, message, retryAt }: Unenforceable): Item {
  return { code, message, ...(retryAt === undefined ? {} : { retryAt: isoInstant(retryAt) }) };
}

function failureToItem(failure: Failure | undefined): Item | undefined {
  return failure && { ...failure, at: isoInstant(failure.at) };
}

function failureFromItem(item: Item | undefined): Failure | undefined {
  return item && {
    workflow: text(item, 'workflow') === 'restoration' ? 'restoration' : 'suspension',
    step: text(item, 'step') ?? '',
    message: text(item, 'message') ?? '',
    at: instant(item, 'at') ?? 0,
  };
}

function suspensionFromItem(item: Item | undefined): SuspensionRecord | undefined {
  return item && {
    confirmedAt: instant(item, 'confirmedAt') ?? 0,
    secondsToBlock: Number((item.secondsToBlock as NumberText | undefined)?.value ?? 0),
    overspend: money(item, 'overspendUsd'),
    ...optional('movedAt', instant(item, 'movedAt')),
  };
}

function suspensionToItem({ confirmedAt, secondsToBlock, overspend, movedAt }: SuspensionRecord): Item {
  return {
    confirmedAt: isoInstant(confirmedAt),
    secondsToBlock: new NumberText(String(secondsToBlock)),
    overspendUsd: new NumberText(formatUsd(overspend)),
    ...(movedAt === undefined ? {} : { movedAt: isoInstant(movedAt) }),
  };
}

function isoDay(instantMs: number): Day {
  return isoInstant(instantMs).slice(0, 10);
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [key in K]?: V };
}

function text(item: Item, name: string): string | undefined {
  const value = item[name];
  return value === undefined || value === null ? undefined : typeof value === 'string' ? value : fail(name, 'is not text');
}

function oneOf<T extends string>(item: Item, name: string, allowed: readonly T[]): T | undefined {
  const value = text(item, name);
  return value === undefined ? undefined : allowed.find(candidate => candidate === value) ?? fail(name, `"${value.slice(0, 40)}" is none of ${allowed.join(', ')}`);
}

function instant(item: Item, name: string): number | undefined {
  const value = text(item, name);
  if (value === undefined) {
    return undefined;
  }
  const parsed = Date.parse(value);
  return Number.isNaN(parsed) ? fail(name, `"${value.slice(0, 40)}" is no ISO 8601 instant`) : parsed;
}

function day(item: Item, name: string): Day | undefined {
  const value = text(item, name);
  return value === undefined || isDay(value) ? value : fail(name, `"${value.slice(0, 40)}" is no day`);
}

function money(item: Item, name: string): Usd {
  const value = item[name];
  return reading(name, () => usd(value instanceof NumberText ? value.value : typeof value === 'string' ? value : fail(name, 'is not a number')));
}

function integer(item: Item, name: string): number | undefined {
  const value = item[name];
  if (value === undefined) {
    return undefined;
  }
  const number = value instanceof NumberText ? Number(value.value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : fail(name, 'is not a whole number');
}

function list(item: Item, name: string): readonly Item[] | undefined {
  const value = item[name];
  return value === undefined ? undefined : Array.isArray(value) ? value as readonly Item[] : fail(name, 'is not a list');
}

function texts(item: Item, name: string): readonly string[] | undefined {
  return list(item, name)?.map(value => (typeof value === 'string' ? value : fail(name, 'has a part that is not text')));
}

function map(item: Item, name: string): Item | undefined {
  const value = item[name];
  if (value === undefined || value === null) {
    return undefined;
  }
  return typeof value === 'object' && !Array.isArray(value) ? value as Item : fail(name, 'is not a map');
}

/** Sorted, since two images of one item need not have the keys of a map in the same order. */
function stringMap(item: Item, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(map(item, name) ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string').sort());
}

function reading<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw cause instanceof BudgetItemError ? cause : new BudgetItemError(`attribute ${name}: ${(cause as Error).message}`, { cause });
  }
}

function fail(name: string, problem: string): never {
  throw new BudgetItemError(`attribute ${name} ${problem}`);
}
