import { BudgetAttribute, PrincipalKindName } from '../../../contract';
import { Budget } from '../budget';
import { budgetFromItem, BudgetItemError, isoInstant, Item, WatchList } from '../budget-item';
import { dayOf } from '../calendar';
import { DecisionContext, RECHECK_MS } from '../decision';
import { principalFromId } from '../principal';
import { BudgetView, budgetView } from './budget-view';
import { Caller, refuseOwnBudget } from './caller';
import { Change, CHANGES, Orders, Situation } from './changes';
import { AdministrationError } from './errors';
import { standingNotes } from './notes';
import { AdministrationPorts } from './ports';
import { isRemembered, remembering, REQUESTS } from './remembered-requests';
import { ChangeOperation, ChangeRequest } from './requests';
import { hasOrders, versionOf } from './version';

/** The attributes that `ordersOf` tells of. Operators may edit them by hand, so a write depends on every one of them being what was read. */
export const ORDER_ATTRIBUTES = [
  'kind', 'limits', 'thresholds', 'topUps', 'exemption', 'hold', 'enforcement', 'labels', 'role', 'runtimes', 'removedAt',
] as const;

const MAX_ATTEMPTS = 5;

export interface ChangeAnswer {
  readonly changed: boolean;
  /** Absent where there was no budget, or where the request is answered anew. */
  readonly before?: BudgetView;
  readonly budget: BudgetView;
  readonly note?: string;
  readonly dryRun?: true;
  readonly replayed?: true;
}

/** Who asked for a change, and when. */
export interface ChangeOrigin {
  readonly caller: Caller;
  /** Of this very invocation. */
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * Carries out a change: on what is read, and on condition that it still is so when it is written. Nothing is written where nothing changes.
 *
 * @throws AdministrationError
 */
export async function changeBudget(request: ChangeRequest, origin: ChangeOrigin, ports: AdministrationPorts, context: DecisionContext): Promise<ChangeAnswer> {
  let tried: ChangeAnswer | undefined;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const item = await ports.budgets.read(request.principalId);
    if (tried && requestIdOf(item) === origin.requestId) {
      // The write was carried out and its answer lost: the client of the table tried it again and met its own change.
      return tried;
    }
    const prepared = await prepare(request, item, origin, ports, context);
    if (!prepared.write || await ports.budgets.write(request.principalId, prepared.write, item)) {
      return prepared.answer;
    }
    tried = prepared.answer;
  }
  throw new AdministrationError('Conflict', `somebody else changed the budget of ${request.principalId} at the same time, ${MAX_ATTEMPTS} times in a row: try again`);
}

interface Prepared {
  readonly answer: ChangeAnswer;
  readonly write?: Parameters<AdministrationPorts['budgets']['write']>[1];
}

async function prepare(
  request: ChangeRequest, item: Item | undefined, origin: ChangeOrigin, ports: AdministrationPorts, context: DecisionContext,
): Promise<Prepared> {
  const { caller, now } = origin;
  const before = item && readBudget(item);
  refuseOwnBudget(caller, request.principalId, before?.role);
  const view = (budget: Budget) => budgetView(budget, context, now);
  const notesOn = (budget: Budget) => standingNotes(budget, request.operation, context.ownAccountId, ports.runtimes);
  const flags = request.dryRun ? { dryRun: true } as const : {};
  if (before && isRemembered(item, request, caller)) {
    return { answer: { changed: true, budget: view(before), ...noteOf(await notesOn(before)), ...flags, replayed: true } };
  }
  refuseOtherVersion(request, before);

  const base = item ?? unseenItem(request, now, context);
  const budget = before ?? budgetFromItem(base);
  const orders = ordersFor(request, { budget, caller, now, context });
  const after = readBudget(withOrders(base, orders));
  const changed = versionOf(after) !== versionOf(budget);
  const answer: ChangeAnswer = {
    changed,
    ...(before ? { before: view(before) } : {}),
    budget: view(changed ? { ...after, updatedBy: caller.arn } : after),
    ...noteOf([...orders.notes ?? [], ...await notesOn(after)]),
    ...flags,
  };
  if (!changed || request.dryRun) {
    return { answer };
  }
  return {
    answer,
    write: {
      set: {
        ...orders.set,
        updatedBy: caller.arn,
        change: { at: isoInstant(now), requestId: origin.requestId, ...('reason' in request && request.reason !== undefined ? { reason: request.reason } : {}) },
        ...remembering(item, request, caller, now, versionOf(after)),
      },
      defaults: {
        kind: budget.kind,
        registeredAt: isoInstant(now),
        anchorDay: dayOf(now, context.timeZone),
        // In case the stream record of this very write is lost: the monitor then finds the order.
        [BudgetAttribute.WATCH]: WatchList.OPEN,
        [BudgetAttribute.NEXT_CHECK_AT]: isoInstant(now + RECHECK_MS),
      },
      remove: (orders.remove ?? []).filter(attribute => base[attribute] !== undefined),
      unchanged: [...ORDER_ATTRIBUTES, REQUESTS, ...orders.dependsOn ?? []],
    },
  };
}

function ordersFor(request: ChangeRequest, situation: Situation): Orders {
  return (CHANGES[request.operation] as Change<ChangeOperation>)(request, situation);
}

/** @throws AdministrationError for an item that somebody broke by hand */
export function readBudget(item: Item): Budget {
  try {
    return budgetFromItem(item);
  } catch (error) {
    if (error instanceof BudgetItemError) {
      throw new AdministrationError('Conflict', `the item of this budget cannot be read: ${error.message}; mend it in the Budgets table`);
    }
    throw error;
  }
}

function refuseOtherVersion({ ifVersion, principalId }: ChangeRequest, budget: Budget | undefined): void {
  const version = budget && versionOf(budget);
  const isSeen = ifVersion === null ? !budget || !hasOrders(budget) : ifVersion === version;
  if (ifVersion !== undefined && !isSeen) {
    const found = version === undefined ? 'there is no budget yet' : ifVersion === null ? `there are orders already (version ${version})` : `the version of the budget is ${version}`;
    throw new AdministrationError('Conflict', `ifVersion is ${ifVersion}, but ${found}: read the budget of ${principalId} again`, 'ifVersion');
  }
}

const OF_IAM: readonly PrincipalKindName[] = [PrincipalKindName.IAM_USER, PrincipalKindName.IAM_ROLE];
const OUT_OF_REACH: readonly PrincipalKindName[] = [PrincipalKindName.FEDERATED_USER, PrincipalKindName.ROOT];

/** Operations that may come before the principal, and the kinds that need no registration for them. */
const CREATES: Partial<Record<ChangeOperation, readonly PrincipalKindName[]>> = { setBudget: [...OF_IAM, ...OUT_OF_REACH], suspend: OF_IAM, exempt: OF_IAM };

function unseenItem({ operation, principalId }: ChangeRequest, now: number, { timeZone }: DecisionContext): Item {
  const { kind } = principalFromId(principalId)!;
  if (!CREATES[operation]?.includes(kind)) {
    throw notSeen(principalId);
  }
  return { principalId, kind, registeredAt: isoInstant(now), anchorDay: dayOf(now, timeZone) };
}

export function notSeen(principalId: string): AdministrationError {
  return new AdministrationError('NotFound', `nobody has seen ${principalId} yet: check the id; an AgentCore runtime has to be registered first`, 'principalId');
}

function withOrders(item: Item, { set = {}, remove = [] }: Orders): Item {
  return Object.fromEntries(Object.entries({ ...item, ...set }).filter(([attribute]) => !remove.includes(attribute)));
}

function requestIdOf(item: Item | undefined): unknown {
  return (item?.change as { readonly requestId?: unknown } | null | undefined)?.requestId;
}

function noteOf(notes: readonly string[]): { readonly note?: string } {
  return notes.length > 0 ? { note: notes.join(' ') } : {};
}
