import { PrincipalKindName } from '../../../contract';
import { isoInstant, Item } from '../budget-item';
import { Day } from '../calendar';
import { AgentStatus, ItemChange, RuntimeAttribute } from './agent-core';
import { labelsOf, LabelSources } from './runtime-labels';

/** A runtime that can have a budget: everything about it was checked. */
export interface ObservedRuntime {
  readonly principalId: string;
  /** Principal id of its execution role. */
  readonly roleId: string;
  /**
   * `shown`: AgentCore shows it so. `told`: an event tells of it and AgentCore does not show it yet, or not any more; so it
   * makes no budget alive again and changes no role.
   */
  readonly source: 'shown' | 'told';
  readonly status: string;
  /** Epoch milliseconds. */
  readonly updatedAt?: number;
  readonly harnessId?: string;
  readonly labels: LabelSources;
}

/** When something is registered or removed. */
export interface RegistrationTime {
  /** When it happened, epoch milliseconds. */
  readonly at: number;
  /** The day of `at`, in the deployment's time zone. */
  readonly today: Day;
  /** When it is looked at, epoch milliseconds. */
  readonly now: number;
}

/**
 * How long a deletion is believed rather than what AgentCore shows: what it shows may be some seconds old, and its deletions take
 * a while.
 */
export const DELETION_SETTLES_MS = 10 * 60 * 1000;

export type RegistrationOutcome =
  /** It had no budget, or that of a runtime that was gone. */
  | 'registered'
  | 'changed'
  | 'unchanged'
  /** It was deleted, whatever this tells of it. */
  | 'deleted-before';

export interface RegistrationPlan {
  readonly outcome: RegistrationOutcome;
  readonly change?: ItemChange;
}

/** What a runtime's being there does to its item. Whatever comes in whatever order, the newest that AgentCore has shown stays. */
export function planRegistration(item: Item | undefined, observed: ObservedRuntime, time: RegistrationTime): RegistrationPlan {
  const outdated = isOutdated(item, observed);
  const removed = item?.removedAt !== undefined;
  if (removed && (outdated || !isAliveAgain(item, observed, time.now))) {
    return { outcome: 'deleted-before' };
  }
  const wanted: Item = {
    kind: PrincipalKindName.AGENT_RUNTIME,
    ...(outdated ? {} : { role: observed.roleId, activeRole: observed.roleId }),
    ...(outdated || observed.updatedAt === undefined ? {} : { [RuntimeAttribute.UPDATED_AT]: isoInstant(observed.updatedAt) }),
    ...(observed.harnessId ? { [RuntimeAttribute.HARNESS_ID]: observed.harnessId } : {}),
    ...labelsFor(item, observed),
  };
  const set = Object.fromEntries(Object.entries(wanted).filter(([name, value]) => !same(item?.[name], value)));
  const remove = [
    ...(removed ? ['removedAt'] : []),
    // It spoke of the role that is left.
    ...(set.role !== undefined && item?.unenforceable !== undefined ? ['unenforceable'] : []),
  ];
  if (Object.keys(set).length === 0 && remove.length === 0) {
    return { outcome: 'unchanged' };
  }
  // Its restriction is on the way from there: what the monitor still finds on the role that was left is no fault.
  const left = set.role !== undefined && typeof item?.role === 'string' ? { formerRole: { id: item.role, until: isoInstant(time.now) } } : {};
  return {
    outcome: item?.activeRole === undefined ? 'registered' : 'changed',
    change: { set: { ...set, ...left }, defaults: { registeredAt: isoInstant(time.at), anchorDay: time.today }, remove },
  };
}

/**
 * What a runtime's being gone does to its item: nothing is enforced from then on, and a restriction of its role is lifted. The role
 * itself stays on the item, since that is where the restriction is.
 *
 * @param known whether a runtime that has no item gets one all the same, so that a late event does not make it alive again
 */
export function planRemoval(item: Item | undefined, time: Omit<RegistrationTime, 'now'>, known: 'known-only' | 'also-unknown'): { readonly change?: ItemChange } {
  if (item ? item.removedAt !== undefined && item.activeRole === undefined : known === 'known-only') {
    return {};
  }
  return {
    change: {
      set: item?.removedAt === undefined ? { removedAt: isoInstant(time.at) } : {},
      defaults: { kind: PrincipalKindName.AGENT_RUNTIME, registeredAt: isoInstant(time.at), anchorDay: time.today },
      remove: ['activeRole'],
    },
  };
}

function isOutdated(item: Item | undefined, { source, updatedAt }: ObservedRuntime): boolean {
  if (source === 'told') {
    return item?.activeRole !== undefined || item?.removedAt !== undefined;
  }
  const known = item?.[RuntimeAttribute.UPDATED_AT];
  return typeof known === 'string' && (updatedAt === undefined || isoInstant(updatedAt) < known);
}

function isAliveAgain(item: Item, { status }: ObservedRuntime, now: number): boolean {
  const removedAt = Date.parse(String(item.removedAt));
  // A deletion that failed is told by AgentCore after it began: that it shows so cannot be old.
  return status === AgentStatus.DELETE_FAILED || Number.isNaN(removedAt) || now - removedAt >= DELETION_SETTLES_MS;
}

/** Labels are added where they are missing; what is there was put there before, or by an operator. A stack's labels are the stack's. */
function labelsFor(item: Item | undefined, { labels }: ObservedRuntime): Item {
  const present = item?.labels;
  const readable = typeof present === 'object' && present !== null && !Array.isArray(present) ? present as Item : {};
  return item?.declared !== undefined && present !== undefined ? {} : { labels: { ...labelsOf(labels), ...readable } };
}

/** DynamoDB keeps no order of the keys of a map. */
function same(a: unknown, b: unknown): boolean {
  const sorted = (value: unknown) => (typeof value === 'object' && value !== null ? Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)) : value);
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}
