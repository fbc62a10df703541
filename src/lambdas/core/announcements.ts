import { EventType } from '../../contract';
import { Budget, Level, LEVELS, Status, windowStates } from './budget';
import { isoInstant, limitsToItem, NumberText, thresholdsToItem, topUpToItem } from './budget-item';
import { dayOf } from './calendar';
import { DecisionContext, isSetAside, rank } from './decision';
import { BudgetEvent, Deployment, EventDetail, eventOf, principalFacts } from './events';
import { isToldAlready } from './failure-news';
import { formatUsd } from './money';
import { withMode } from './not-enforced';

/**
 * What a change of a budget means to the outside. Derived from the two images of a stream record alone, so that the same record,
 * delivered again, makes the same events with the same ids.
 */
export function announcements(before: Budget | undefined, after: Budget, changeId: string, at: number, context: DecisionContext & Deployment): BudgetEvent[] {
  const announce = (type: EventType, specifics: Partial<EventDetail> = {}): BudgetEvent => eventOf(type, context, {
    // Two limits may cross the same threshold in one change.
    eventId: [changeId, type, specifics.level, specifics.level && specifics.budget?.period].filter(Boolean).join('/').replaceAll(' ', '-'),
    // The stream tells whole seconds; the decision's own instant keeps the audit trail in order.
    occurredAt: isoInstant(before && before.status !== after.status ? Math.max(at, after.decidedAt) : at),
    actor: 'budget-evaluator',
    reason: after.reason,
    ...principalFacts(after, context, at),
    ...(before && before.status !== after.status ? { previousStatus: before.status } : {}),
    ...specifics,
  });
  if (!before) {
    return [
      announce(EventType.PRINCIPAL_REGISTERED, { actor: registeredByAgentRegistrar(after) ? 'agent-registrar' : 'usage-meter', reason: 'seen for the first time' }),
      ...sharing(undefined, after).map(change => announce(EventType.RUNTIMES_SHARE_ROLE, change)),
      // Somebody gave it a budget before it was seen.
      ...(after.updatedBy === undefined ? [] : budgetChanges(withoutOrders(after), after).map(change => announce(EventType.BUDGET_CHANGED, change))),
    ];
  }
  const crossed = crossings(before, after, context);
  return [
    ...budgetChanges(before, after).map(change => announce(EventType.BUDGET_CHANGED, change)),
    ...sharing(before, after).map(change => announce(EventType.RUNTIMES_SHARE_ROLE, change)),
    ...crossed.map(change => announce(EventType.THRESHOLD_CROSSED, change)),
    ...statusChanges(before, after, crossed.length > 0).map(([type, specifics]) => announce(type, specifics)),
    ...failures(before, after).map(([type, specifics]) => announce(type, specifics)),
  ];
}

/** From the start, a runtime's budget has a role and one that runtimes share has runtimes; other budgets begin with a call. */
function registeredByAgentRegistrar({ role, runtimes }: Budget): boolean {
  return role !== undefined || runtimes !== undefined;
}

/** The orders of operators and stacks: what they set, and what it was. */
export function ordersOf(budget: Budget): Readonly<Record<string, unknown>> {
  const numbersAsText = (item: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(item).map(([key, value]) => [key, value instanceof NumberText ? value.value : value]));
  return {
    kind: budget.kind,
    limits: budget.limits && limitsToItem(budget.limits).map(numbersAsText),
    thresholds: budget.thresholds && numbersAsText(thresholdsToItem(budget.thresholds)),
    topUps: budget.topUps.map(topUpToItem).map(numbersAsText),
    exemption: budget.exemption && { ...budget.exemption, ...(budget.exemption.until === undefined ? {} : { until: isoInstant(budget.exemption.until) }) },
    hold: budget.hold,
    enforcement: budget.enforcement,
    labels: budget.labels,
    role: budget.role,
    runtimes: budget.runtimes,
    removedAt: budget.removedAt === undefined ? undefined : isoInstant(budget.removedAt),
  };
}

function budgetChanges(before: Budget, after: Budget): Partial<EventDetail>[] {
  const [old, now] = [ordersOf(before), ordersOf(after)];
  const changed = Object.keys(now).filter(key => JSON.stringify(old[key]) !== JSON.stringify(now[key]));
  if (changed.length === 0) {
    return [];
  }
  const pick = (orders: Readonly<Record<string, unknown>>) => Object.fromEntries(changed.map(key => [key, orders[key] ?? null]));
  // The kind is no order: it is found out.
  const actor = changed.every(key => key === 'kind') ? 'principal-registrar' : actorOf(before, after);
  const why = after.change?.at !== before.change?.at && after.change?.reason;
  return [{ actor, reason: `changed: ${changed.join(', ')}${why ? ` (${why})` : ''}`, before: pick(old), after: pick(now) }];
}

/**
 * Who gave an order. Whoever signed a request is named by ARN, with the time of it: where neither has changed, somebody else has edited the item since,
 * without saying who.
 */
function actorOf(before: Budget, after: Budget): string {
  const isSigned = after.updatedBy?.startsWith('arn:') === true && after.change !== undefined;
  const isStale = isSigned && after.change!.at === before.change?.at && after.updatedBy === before.updatedBy;
  return isStale ? 'unknown' : after.updatedBy ?? 'unknown';
}

function withoutOrders({
  limits: _limits, thresholds: _thresholds, exemption: _exemption, hold: _hold, change: _change, ...budget
}: Budget): Budget {
  return { ...budget, topUps: [], enforcement: 'enforced', labels: {} };
}

function crossings(before: Budget, after: Budget, context: DecisionContext): Partial<EventDetail>[] {
  const windows = windowStates(after, context.settings, dayOf(after.decidedAt, context.timeZone), after.decidedAt);
  return Object.entries(after.levels).flatMap(([key, level]) => LEVELS
    .filter(candidate => rank(candidate) > rank(before.levels[key] ?? 'none') && rank(candidate) <= rank(level))
    .map((crossed: Level) => {
      const window = windows.find(state => state.key === key);
      return { level: crossed, ...(window ? principalFacts(after, context, after.decidedAt, window) : {}), reason: withMode(`${crossed} threshold reached`, context.settings.enforcement) };
    }));
}

/** Runtimes that came to share a role: nobody can say any more which of them spends what. */
function sharing(before: Budget | undefined, after: Budget): Partial<EventDetail>[] {
  const known = before?.removedAt === undefined ? before?.runtimes ?? [] : [];
  const { runtimes = [] } = after;
  if (after.removedAt !== undefined || runtimes.length < 2 || runtimes.every(runtime => known.includes(runtime))) {
    return [];
  }
  return [{
    actor: 'agent-registrar',
    reason: `${runtimes.length} AgentCore runtimes have one execution role: the log cannot tell their calls apart, so they share a budget and are suspended together. `
      + 'Give each a role of its own to have budgets of their own',
    before: { runtimes: known },
    after: { runtimes },
  }];
}

/** @param told whether a threshold that was crossed tells of the change already */
function statusChanges(before: Budget, after: Budget, told: boolean): (readonly [EventType, Partial<EventDetail>])[] {
  if (before.status === after.status) {
    return [];
  }
  const beforeAndAfter = { before: { status: before.status, reason: before.reason }, after: { status: after.status, reason: after.reason } };
  const suspension = after.suspension && {
    suspension: { secondsToBlock: after.suspension.secondsToBlock, overspendUsd: formatUsd(after.suspension.overspend) },
  };
  const events: (readonly [EventType, Partial<EventDetail>])[] = [];
  if (before.status === 'restoring' && after.status !== 'suspended' && after.status !== 'deleted') {
    events.push([EventType.PRINCIPAL_RESTORED, { actor: 'enforcer', ...beforeAndAfter }]);
  }
  const leftAlone = after.status === 'exceeded' && (after.enforcement === 'observe' || isSetAside(after));
  if (before.status === 'grace_period' && (RECOVERED.includes(after.status) || leftAlone)) {
    events.push([EventType.GRACE_PERIOD_CANCELLED, beforeAndAfter]);
  }
  switch (after.status) {
    case 'grace_period':
      // Who could not be restricted before had a grace period then: another try is not another warning. Who was left alone has a new one.
      events.push([before.unenforceable && !isSetAside(before) ? EventType.STATUS_CHANGED : EventType.GRACE_PERIOD_STARTED, beforeAndAfter]);
      break;
    case 'suspended':
      events.push([EventType.PRINCIPAL_SUSPENDED, { actor: 'enforcer', ...beforeAndAfter, ...suspension }]);
      if (before.status === 'grace_period') {
        events.push([EventType.GRACE_PERIOD_EXPIRED, { actor: 'enforcer', ...beforeAndAfter }]);
      }
      break;
    case 'restoring':
      events.push([EventType.RESTORATION_STARTED, beforeAndAfter]);
      break;
    case 'deleted':
      events.push([EventType.PRINCIPAL_GONE, { actor: 'enforcer', ...beforeAndAfter }]);
      break;
    case 'exceeded':
      if (!leftAlone) {
        events.push([EventType.PRINCIPAL_UNENFORCEABLE, beforeAndAfter]);
      }
      break;
  }
  // The audit trail has every decision, also those that nobody needs to be told.
  return events.length > 0 || told ? events : [[EventType.STATUS_CHANGED, beforeAndAfter]];
}

const RECOVERED: readonly Status[] = ['active', 'warning', 'critical'];

function failures(before: Budget, after: Budget): (readonly [EventType, Partial<EventDetail>])[] {
  const { failure } = after;
  if (!failure || failure.at === before.failure?.at) {
    return [];
  }
  const type = failure.workflow === 'suspension' ? EventType.SUSPENSION_FAILED : EventType.RESTORATION_FAILED;
  // The audit trail has every attempt; people have heard of a repeated one.
  return [[type, { actor: 'enforcer', reason: `${failure.step}: ${failure.message}`, ...(isToldAlready(after) ? { repeated: true } : {}) }]];
}
