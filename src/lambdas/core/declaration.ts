import * as z from 'zod/mini';
import { EventType, PrincipalKindName } from '../../contract';
import { Limit } from './budget';
import { isoInstant, Item, limitFromItem, limitsToItem } from './budget-item';
import { Day, formatPeriod, parsePeriod } from './calendar';
import { BudgetEvent, Deployment, eventOf } from './events';
import { MAX_LABELS } from './label-rule';
import { formatUsd, usd } from './money';
import { isAgentKind, principalFromId } from './principal';

/** Thrown for a declaration that no budget can be made of. */
export class DeclarationError extends Error {
  public readonly name = 'DeclarationError';
}

/** What a stack declares about one principal. */
export interface Declaration {
  readonly principalId: string;
  readonly kind: PrincipalKindName;
  readonly limits: readonly Limit[];
  readonly labels: Readonly<Record<string, string>>;
  readonly enforcement: 'enforced' | 'observe';
}

/** The attributes that a stack declares, and that people may change at run time. */
export const ASPECTS = ['limits', 'labels', 'enforcement'] as const;
export type Aspect = (typeof ASPECTS)[number];

/** The item's attribute in which the declaration itself is kept, so that a change at run time can be told from it. */
export const DECLARED = 'declared';

/** Everything that a merge reads, and on whose being unchanged its write depends. */
export const MERGED_ATTRIBUTES = [...ASPECTS, DECLARED] as const;

/** Who declares, and when. */
export interface DeclarationOrigin {
  readonly stackName: string;
  /** The resource that declares, unlike any other of any stack: its stack's id and its logical id. */
  readonly owner: string;
  /** CloudFormation's id of the request: the same however often it is delivered. */
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The day of `at`, in the deployment's time zone. */
  readonly today: Day;
}

/** How a declaration changes an item. */
export interface DeclarationChange {
  readonly set: Item;
  /** Set where the item has none yet. */
  readonly defaults: Item;
  readonly remove: readonly string[];
  /** Aspects that were changed at run time and stay as they are. */
  readonly kept: readonly Aspect[];
  /** When it was declared first, ISO 8601: a repeated request has the time of the first. */
  readonly declaredAt: string;
}

/** How many declarations of other resources are kept aside: those of retained resources are never withdrawn, and an item must not grow for ever. */
const MAX_SUPERSEDED = 5;

type Aspects = Readonly<Record<Aspect, unknown>>;

const DeclarationShape = z.object({
  principalId: z.string(),
  limits: z.array(z.object({ period: z.string(), limitUsd: z.string() })).check(z.minLength(1)),
  labels: z.nullish(z.record(z.string(), z.string())),
  enforcement: z.enum(['enforced', 'observe']),
});

/**
 * Reads the properties of the custom resource.
 *
 * @throws DeclarationError, PeriodError or MoneyError
 */
export function readDeclaration(properties: unknown): Declaration {
  const parsed = DeclarationShape.safeParse(properties);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new DeclarationError(`not a declaration of a budget: ${issue.path.map(String).join('.')}: ${issue.message}`);
  }
  const { principalId, limits, labels, enforcement } = parsed.data;
  const principal = principalFromId(principalId);
  if (!principal) {
    throw new DeclarationError(`"${principalId.slice(0, 120)}" is no principal id; write iam-user/<account>/<name>, iam-role/<account>/<name> or agent-runtime/<account>/<region>/<id>`);
  }
  if (Object.keys(labels ?? {}).length > MAX_LABELS) {
    throw new DeclarationError(`${Object.keys(labels!).length} labels were given, at most ${MAX_LABELS} are allowed`);
  }
  return { principalId, kind: principal.kind, limits: limits.map(readLimit), labels: labels ?? {}, enforcement };
}

function readLimit({ period, limitUsd }: { readonly period: string; readonly limitUsd: string }): Limit {
  const amount = usd(limitUsd);
  if (amount <= 0n) {
    throw new DeclarationError(`a limit of ${limitUsd} USD was given; it must be above 0`);
  }
  return { amount, period: parsePeriod(period) };
}

/**
 * What creating or updating a declaration does to an item: each aspect that still is what the stack declared last, or that nobody
 * has set, becomes what it declares now. What people changed meanwhile stays.
 *
 * Whoever declares last owns the declaration. What another resource declared before is put aside, not forgotten: under a new logical id
 * CloudFormation creates a resource before it deletes the former one, and in a rollback deletes the new one and leaves the former alone.
 */
export function declare(item: Item | undefined, declaration: Declaration, origin: DeclarationOrigin): DeclarationChange {
  const before = declaredIn(item);
  const next: Aspects = {
    limits: limitsToItem(declaration.limits.map(limit => anchored(limit, item, origin.today))),
    labels: isAgentKind(declaration.kind) ? withFoundLabels(declaration, item) : declaration.labels,
    enforcement: declaration.enforcement,
  };
  const compared = isAgentKind(declaration.kind) ? withoutComputed(item) : item;
  const { set, kept } = merge(compared, next, origin);
  const declaredAt = before.requestId === origin.requestId && typeof before.at === 'string' ? before.at : isoInstant(origin.at);
  const { superseded: earlier, ...former } = before;
  const others = [...supersededOf(earlier), ...(isOfAnother(before, origin) ? [former] : [])].filter(other => other.owner !== origin.owner);
  return {
    set: { ...set, [DECLARED]: { ...next, requestId: origin.requestId, at: declaredAt, owner: origin.owner, ...aside(others) } },
    defaults: { kind: declaration.kind, registeredAt: isoInstant(origin.at), anchorDay: origin.today },
    remove: [],
    kept,
    declaredAt,
  };
}

/** What the registrar has worked out, or was told by AgentCore, is nobody's change: what is declared takes its place. */
function withoutComputed(item: Item | undefined): Item | undefined {
  const { labels: _labels, limits, computedLimits, ...rest } = item ?? {};
  return { ...rest, ...(limits === undefined || (computedLimits !== undefined && same('limits', limits, computedLimits)) ? {} : { limits }) };
}

/**
 * AgentCore tells a runtime's name, creator and tags: what is declared is added to these, and holds where it says otherwise. Who wrote which of the others
 * is not known, so that none is taken for a change at run time.
 */
function withFoundLabels({ labels }: Declaration, item: Item | undefined): Readonly<Record<string, unknown>> {
  return { ...item?.labels as Readonly<Record<string, unknown>> | undefined, ...labels };
}

/**
 * What withdrawing a declaration does to an item; `undefined` where nothing was declared, or nothing by this resource. What people
 * changed stays. What another resource had declared before becomes what is declared again.
 */
export function withdraw(item: Item | undefined, origin: DeclarationOrigin): DeclarationChange | undefined {
  if (!item || item[DECLARED] === undefined) {
    return undefined;
  }
  const { superseded, ...before } = declaredIn(item);
  const others = supersededOf(superseded);
  const declaredAt = isoInstant(origin.at);
  if (isOfAnother(before, origin)) {
    const remaining = others.filter(other => isOfAnother(other, origin));
    return remaining.length === others.length
      ? undefined
      : { set: { [DECLARED]: { ...before, ...aside(remaining) } }, defaults: {}, remove: [], kept: [], declaredAt };
  }
  const last = others.at(-1);
  if (last) {
    const { set, kept } = merge(item, last as unknown as Aspects, origin);
    return { set: { ...set, [DECLARED]: { ...last, ...aside(others.slice(0, -1)) } }, defaults: {}, remove: [], kept, declaredAt };
  }
  const present = ASPECTS.filter(aspect => item[aspect] !== undefined);
  const kept = present.filter(aspect => !same(aspect, item[aspect], before[aspect]));
  const removed = present.filter(aspect => !kept.includes(aspect));
  return {
    set: removed.length > 0 ? { updatedBy: updatedBy(origin) } : {},
    defaults: {},
    remove: [...removed, DECLARED],
    kept,
    declaredAt,
  };
}

/** The resource that owns the declaration of an item, where that is not the one of the request. */
export function otherOwnerOf(item: Item | undefined, origin: DeclarationOrigin): string | undefined {
  const declared = declaredIn(item);
  return isOfAnother(declared, origin) ? String(declared.owner) : undefined;
}

/** Tells that what people changed at run time was kept. */
export function keptOutEvent(
  principalId: string, item: Item | undefined, change: DeclarationChange, origin: DeclarationOrigin, deployment: Deployment,
): BudgetEvent {
  const declared = change.set[DECLARED] as Item | undefined;
  const pick = (from: Item | undefined) => Object.fromEntries(change.kept.map(aspect => [aspect, readable(aspect, from?.[aspect])]));
  return eventOf(EventType.DECLARATION_KEPT_OUT, deployment, {
    eventId: `declaration/${origin.requestId}/${principalId}`.replaceAll(' ', '-'),
    occurredAt: change.declaredAt,
    actor: updatedBy(origin),
    principalId,
    reason: `${change.kept.join(', ')} changed at run time and kept, though the stack ${declared ? 'declares otherwise' : 'withdrew its budget'}`,
    before: pick(declared),
    after: pick(item),
  });
}

/** What becomes of an item where something else is declared than before. */
function merge(item: Item | undefined, next: Aspects, origin: DeclarationOrigin): Pick<DeclarationChange, 'set' | 'kept'> {
  const before = declaredIn(item);
  const different = ASPECTS.filter(aspect => !same(aspect, item?.[aspect], next[aspect]));
  const kept = different.filter(aspect => changedAtRunTime(aspect, item, before));
  const changed = different.filter(aspect => !kept.includes(aspect));
  return {
    set: { ...Object.fromEntries(changed.map(aspect => [aspect, next[aspect]])), ...(changed.length > 0 ? { updatedBy: updatedBy(origin) } : {}) },
    kept,
  };
}

/** Items that were declared before owners were written down belong to whoever asks. */
function isOfAnother({ owner }: Item, origin: DeclarationOrigin): boolean {
  return owner !== undefined && owner !== origin.owner;
}

/** The declarations that were put aside, the latest last. One of which a part is missing could not be put in force again. */
function supersededOf(superseded: unknown): readonly Item[] {
  const isWhole = (other: Item | null) => ASPECTS.every(aspect => other?.[aspect] !== undefined);
  return Array.isArray(superseded) ? (superseded as (Item | null)[]).filter((other): other is Item => isWhole(other)) : [];
}

function aside(others: readonly Item[]): Item {
  return others.length > 0 ? { superseded: others.slice(-MAX_SUPERSEDED) } : {};
}

function updatedBy({ stackName }: DeclarationOrigin): string {
  return `stack ${stackName}`;
}

function declaredIn(item: Item | undefined): Item {
  const declared = item?.[DECLARED];
  return typeof declared === 'object' && declared !== null ? declared as Item : {};
}

function changedAtRunTime(aspect: Aspect, item: Item | undefined, before: Item): boolean {
  return item?.[aspect] !== undefined && !same(aspect, item[aspect], before[aspect]);
}

/** Periods of N days are counted from the day on which they were declared first. */
function anchored(limit: Limit, item: Item | undefined, today: Day): Limit {
  if (limit.period.unit !== 'days') {
    return limit;
  }
  const period = formatPeriod(limit.period);
  const current = Array.isArray(item?.limits) ? (item.limits as Item[]).find(candidate => candidate?.period === period) : undefined;
  return { ...limit, anchorDay: typeof current?.anchorDay === 'string' ? current.anchorDay : today };
}

function same(aspect: Aspect, a: unknown, b: unknown): boolean {
  return JSON.stringify(readable(aspect, a)) === JSON.stringify(readable(aspect, b));
}

/** A value in the one form in which it can be compared and told: amounts as decimals, in a fixed order, anchors left out. */
function readable(aspect: Aspect, value: unknown): unknown {
  if (value === undefined) {
    return aspect === 'labels' ? {} : null;
  }
  if (aspect === 'limits' && Array.isArray(value)) {
    return (value as Item[]).map(readableLimit).sort();
  }
  return aspect === 'labels' && typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).sort()) : value;
}

function readableLimit(item: Item): string {
  try {
    const { amount, period } = limitFromItem(item);
    return `${formatUsd(amount)} USD a ${formatPeriod(period)}`;
  } catch {
    // Whatever somebody wrote there by hand is not what the stack declared.
    return `unreadable: ${JSON.stringify(item)}`.slice(0, 200);
  }
}
