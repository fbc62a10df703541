import { addDays, MAX_PERIOD_DAYS } from '../../lambdas/core/calendar';
import { groupBy } from '../../lambdas/core/collections';
import { addUsd, formatUsd, MoneyError, usd, ZERO_USD } from '../../lambdas/core/money';
import { plainText } from '../../lambdas/core/plain-text';
import { principalFromArn, principalFromId, runtimePrincipalId, sharedRolePrincipalId, UnknownIdentityError } from '../../lambdas/core/principal';
import { LimitArgument } from '../budget/arguments/amounts';
import { Labels } from '../budget/arguments/labels';
import { principalIdOf } from '../budget/arguments/principal';
import { OrderedRow, ThresholdPercents } from '../budget/bulk/orders';
import { UsageError } from '../usage-error';
import { PredecessorItem, textOf } from './items';
import { DEFAULT_PERIOD_DAYS, KNOWN_ATTRIBUTES, LABELS, NO_LABEL, POOLS } from './predecessor';

/** What the items do not tell. */
export interface MappingOptions {
  /** Of the account and region of the predecessor, for names and ids that stand alone. */
  readonly account: string;
  readonly region?: string;
  /** In place of the predecessor's rolling days. */
  readonly period?: string;
  readonly thresholds?: ThresholdPercents;
  /** Whether limits are taken over that the predecessor gave by itself and never enforced. */
  readonly autoCreated: boolean;
}

/** What becomes of an item. */
export interface Mapped {
  readonly item: PredecessorItem;
  readonly principalId?: string;
  /** Absent where nothing is ordered. */
  readonly row?: OrderedRow;
  /** Why nothing is ordered. */
  readonly leftOut?: string;
  /** Whether somebody has to mend something. */
  readonly isProblem?: true;
  /** What is not as it was. */
  readonly notes: readonly string[];
  /** Whether the predecessor says that it has taken its access away. */
  readonly isSuspended: boolean;
}

/** Above this an amount is no budget; budget-manager refuses it. */
const MAX_LIMIT = usd('1000000000');
const MAX_LABEL_LENGTH = 256;

const NO_LIMIT = 'no limit of its own: the default of its kind holds, if the deployment has one';

/** Thrown where an item cannot become a budget. */
class UnfitError extends Error {
  public readonly name = 'UnfitError';
}

/** Says for each item what it becomes. Nothing is asked of anybody: whether the principals are still there is found out elsewhere. */
export function mapItems(items: readonly PredecessorItem[], options: MappingOptions): readonly Mapped[] {
  const seen = new Map<string, Mapped>();
  const mapped = items.map(item => {
    const one = mapItem(item, options);
    const first = one.principalId === undefined ? undefined : seen.get(one.principalId);
    if (first) {
      return sameItem(first.item, item)
        ? { ...without(one), leftOut: `the same as ${first.item.place}` }
        : unfit(one, `${one.principalId} is in ${first.item.place} already, and says something else: leave one of them`);
    }
    if (one.principalId !== undefined) {
      seen.set(one.principalId, one);
    }
    return one;
  });
  return withSharedRoles(mapped, options);
}

function mapItem(item: PredecessorItem, options: MappingOptions): Mapped {
  const status = textOf(item, 'status');
  const isPool = POOLS.includes(item.id);
  const bare = { item, notes: notesOn(item), isSuspended: !isPool && (status === 'suspended' || item.attributes.has('policy_snapshot')) };
  if (isPool) {
    const limit = textOf(item, 'budget_limit_usd');
    return {
      ...bare,
      leftOut: `a pool${limit === undefined ? '' : ` of $${plainText(limit, 40)}`} that principals without a limit of their own share has no counterpart: `
      + 'give each a default limit (defaultBudgets), see docs/migration.md',
    };
  }
  let principalId: string | undefined;
  try {
    principalId = item.table === 'keys' ? keyPrincipal(item, options) : runtimePrincipal(item, options);
    const known = { ...bare, principalId };
    if (status === 'deleted') {
      return { ...known, leftOut: 'deleted' };
    }
    if (!item.attributes.has('budget_limit_usd')) {
      return { ...known, leftOut: NO_LIMIT };
    }
    if (item.attributes.get('auto_created') === true && item.attributes.get('has_carveout') !== true && !options.autoCreated) {
      return { ...known, leftOut: 'its limit is a default that nobody ordered and the predecessor never enforced: take it over by --auto-created' };
    }
    const { limit, notes } = limitOf(item, options.period);
    const labels = labelsOf(item);
    return {
      ...known,
      notes: [...known.notes, ...notes, ...labels.notes],
      row: { principalId, limits: [limit], labels: labels.labels, ...(options.thresholds ? { thresholds: options.thresholds } : {}) },
    };
  } catch (error) {
    if (!(error instanceof UnfitError)) {
      throw error;
    }
    return unfit({ ...bare, ...(principalId === undefined ? {} : { principalId }) }, error.message);
  }
}

function unfit(mapped: Mapped, why: string): Mapped {
  return { ...without(mapped), leftOut: why, isProblem: true };
}

function without({ row: _, ...rest }: Mapped): Mapped {
  return rest;
}

/** Users of API keys stand there by their names, others perhaps by their ARNs. */
function keyPrincipal({ id }: PredecessorItem, { account }: MappingOptions): string {
  try {
    return principalIdOf(id.startsWith('arn:') ? id : `iam-user/${account}/${id}`);
  } catch (error) {
    throw asUnfit(error, `"${plainText(id, 100)}" is no name of an IAM user, and no ARN`);
  }
}

function runtimePrincipal(item: PredecessorItem, { account, region }: MappingOptions): string {
  const arn = textOf(item, 'runtime_arn');
  if (arn) {
    try {
      return principalIdOf(arn);
    } catch (error) {
      throw asUnfit(error, `runtime_arn "${plainText(arn, 150)}" is no ARN of an AgentCore runtime`);
    }
  }
  const id = region === undefined ? undefined : principalFromId(runtimePrincipalId(account, region, item.id))?.id;
  if (id === undefined) {
    throw new UnfitError(region === undefined ? 'it has no runtime_arn, and so no region: write --region' : `"${plainText(item.id, 100)}" is no id of an AgentCore runtime`);
  }
  return id;
}

function asUnfit(error: unknown, why: string): unknown {
  return error instanceof UsageError ? new UnfitError(why) : error;
}

function limitOf(item: PredecessorItem, period: string | undefined): { readonly limit: LimitArgument; readonly notes: readonly string[] } {
  const text = textOf(item, 'budget_limit_usd');
  const limitUsd = amountOf(text);
  if (period !== undefined) {
    return { limit: { limitUsd, period }, notes: [] };
  }
  const { days, notes } = daysOf(item);
  const end = dayOf(textOf(item, 'budget_refresh_date'));
  return end === undefined
    ? { limit: { limitUsd, period: `${days} days` }, notes: [...notes, 'it does not tell when it is refreshed: its period begins with its first call or order here'] }
    : { limit: { limitUsd, period: `${days} days`, anchorDay: addDays(end, -days) }, notes };
}

function amountOf(text: string | undefined): string {
  const given = `budget_limit_usd ${text === undefined ? 'is no number' : `is "${plainText(text, 60)}"`}`;
  try {
    const amount = text === undefined ? ZERO_USD : usd(text);
    if (amount > ZERO_USD && amount <= MAX_LIMIT) {
      return formatUsd(amount);
    }
  } catch (error) {
    if (!(error instanceof MoneyError)) {
      throw error;
    }
  }
  throw new UnfitError(`${given}: a limit is an amount of US dollars above 0 and at most 1,000,000,000, with at most 12 decimals; give it one by "budgeteer budget set"`);
}

/** From what it says, else from its dates, else the predecessor's default. */
function daysOf(item: PredecessorItem): { readonly days: number; readonly notes: readonly string[] } {
  const given = textOf(item, 'refresh_period_days');
  const [start, end] = [dayOf(textOf(item, 'budget_period_start')), dayOf(textOf(item, 'budget_refresh_date'))];
  const days = given !== undefined ? Number(given) : start !== undefined && end !== undefined ? (Date.parse(end) - Date.parse(start)) / 86_400_000 : DEFAULT_PERIOD_DAYS;
  return Number.isInteger(days) && days >= 1 && days <= MAX_PERIOD_DAYS
    ? { days, notes: [] }
    : { days: DEFAULT_PERIOD_DAYS, notes: [`its period (${plainText(given ?? `from ${start} to ${end}`, 60)}) is none of 1 to ${MAX_PERIOD_DAYS} days: ${DEFAULT_PERIOD_DAYS} days are taken`] };
}

/** The day, of UTC, of an instant of ISO 8601. */
function dayOf(instant: string | undefined): string | undefined {
  const time = instant !== undefined && /^\d{4}-\d{2}-\d{2}(T|$)/.test(instant) ? Date.parse(instant) : NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, 10);
}

function labelsOf(item: PredecessorItem): { readonly labels: Labels; readonly notes: readonly string[] } {
  const labels: [string, string][] = [];
  const notes: string[] = [];
  for (const [attribute, label] of Object.entries(LABELS)) {
    const text = textOf(item, attribute);
    if (text !== undefined && plainText(text, MAX_LABEL_LENGTH) !== text) {
      notes.push(`${attribute} is not carried over: a label is printable, and has at most ${MAX_LABEL_LENGTH} characters`);
    } else if (text !== undefined && !NO_LABEL.includes(text)) {
      labels.push([label, text]);
    }
  }
  return { labels: Object.fromEntries(labels), notes };
}

/** What was there and is not taken over, apart from bookkeeping. */
function notesOn(item: PredecessorItem): readonly string[] {
  const spent = textOf(item, 'spent_usd');
  const unknown = [...item.attributes.keys()].filter(name => !KNOWN_ATTRIBUTES.includes(name));
  return [
    ...(spent !== undefined && !/^-?0*(\.0*)?(E[+-]?\d+)?$/i.test(spent) ? [`$${plainText(spent, 40)} that it is said to have spent are not carried over: calls are metered anew`] : []),
    ...(textOf(item, 'status') === 'grace_period' ? ['its grace period is not carried over'] : []),
    ...(unknown.length > 0 ? [`not known, and not carried over: ${unknown.slice(0, 10).map(name => plainText(name, 60)).join(', ')}${unknown.length > 10 ? `, and ${unknown.length - 10} more` : ''}`] : []),
  ];
}

function sameItem(a: PredecessorItem, b: PredecessorItem): boolean {
  const entries = (item: PredecessorItem) => JSON.stringify([...item.attributes].map(([name, value]) => [name, value ?? null]).sort(([x], [y]) => (x! < y! ? -1 : 1)));
  return entries(a) === entries(b);
}

/**
 * Runtimes of one role have one budget here, since neither the log nor IAM tells them apart: that of the role, with what they may spend together.
 */
function withSharedRoles(mapped: readonly Mapped[], { region }: MappingOptions): readonly Mapped[] {
  const runtimes = mapped.filter(({ item, principalId, leftOut, row }) => item.table === 'runtimes' && principalId !== undefined && (row || leftOut === NO_LIMIT));
  const byRole = groupBy(runtimes.filter(({ item }) => textOf(item, 'role_arn')), ({ item }) => textOf(item, 'role_arn')!);
  const replaced = new Map<Mapped, Mapped>();
  for (const [roleArn, members] of byRole) {
    if (members.length > 1) {
      const shared = sharedRole(roleArn, members, region);
      members.forEach((member, index) => replaced.set(member, shared(member, index)));
    }
  }
  return mapped.map(one => replaced.get(one) ?? one);
}

function sharedRole(roleArn: string, members: readonly Mapped[], region: string | undefined): (member: Mapped, index: number) => Mapped {
  const principalId = sharedRoleId(roleArn, principalFromId(members[0].principalId!)!.region ?? region);
  const names = members.map(({ item }) => plainText(item.id, 60)).join(', ');
  const why = `shares the role ${plainText(roleArn, 150)} with ${members.length - 1} more, and one budget holds for all of them here`;
  if (principalId === undefined) {
    return member => unfit(member, `it ${why}, but that is no ARN of a role`);
  }
  const limits = members.map(({ row }) => row?.limits?.[0]);
  const periods = new Set(limits.map(limit => limit?.period));
  if (limits.includes(undefined) || periods.size > 1) {
    const missing = limits.includes(undefined) ? 'not all of them have a limit' : 'their periods differ';
    return member => unfit(member, `it ${why}; ${missing}: write "budgeteer budget set ${principalId} --limit …"`);
  }
  const sum = limits.reduce((total, limit) => addUsd(total, usd(limit!.limitUsd)), ZERO_USD);
  const [first] = members;
  return (member, index) => (index === 0
    ? {
      ...member,
      principalId,
      row: { ...first.row!, principalId, limits: [{ ...limits[0]!, limitUsd: formatUsd(sum) }] },
      notes: [...member.notes, `it ${why}: the sum of their limits (${names})`],
    }
    : { ...without(member), principalId, leftOut: `counted in ${principalId}` });
}

function sharedRoleId(roleArn: string, region: string | undefined): string | undefined {
  try {
    return region === undefined ? undefined : sharedRolePrincipalId(principalFromArn(roleArn), region);
  } catch (error) {
    if (!(error instanceof UnknownIdentityError)) {
      throw error;
    }
    return undefined;
  }
}
