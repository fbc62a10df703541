import { Budget, leadingWindow, Level, LEVELS, rulesFor, Status, windowStates, WindowState } from './budget';
import { dayOf, endOfWindow } from './calendar';
import { isTimeToForget } from './forgotten-days';
import { formatUsdRounded, reachesPercent, sharePercent, usd } from './money';
import { withMode } from './not-enforced';
import { isAgentKind } from './principal';
import { isAttachable, restrictionTarget } from './restriction-target';
import { EnforcementMode, Rules, Settings } from './settings';

/** What the decision needs to know of the deployment. */
export interface DecisionContext {
  readonly settings: Settings;
  readonly timeZone: string;
  /** The account whose principals can be restricted. */
  readonly ownAccountId: string;
  /** Whether the deny was found to be taken off by hand while enforcement is paused: the principal is to be free, as whoever did so wants it. */
  readonly takenOffByHand?: boolean;
}

/** A level that a window has reached since the last decision; each is announced once a period. */
export interface Crossing {
  readonly window: WindowState;
  readonly level: Exclude<Level, 'none'>;
}

export interface Decision {
  readonly status: Status;
  readonly reason: string;
  readonly levels: Readonly<Record<string, Level>>;
  readonly windows: readonly WindowState[];
  readonly crossed: readonly Crossing[];
  readonly graceDeadline?: number;
  readonly exceededAt?: number;
  /** When the monitor should look again, epoch milliseconds; absent where nothing is due. */
  readonly nextCheckAt?: number;
  /** The workflow to start for this decision. */
  readonly workflow?: 'suspension' | 'restoration';
  /** Whether the budget's state is other than it was: a decision that changes nothing must write nothing. */
  readonly changed: boolean;
}

/**
 * How soon the monitor looks again at a principal on its way to the limit, and at one that has spent: what a lost stream record
 * can delay a decision by.
 */
export const RECHECK_MS = 15 * 60 * 1000;

/** How long a workflow may take after its deadline before the monitor starts another. */
export const WORKFLOW_PATIENCE_MS = 10 * 60 * 1000;

/** A principal that is held has no instant at which it recovers by itself; it stays on the watch list nevertheless. */
const HELD_RECHECK_MS = 24 * 60 * 60 * 1000;

const HUNDRED_PERCENT = usd('100');

const EXEMPT = 'exempt: ';

const REMOVED_REASON = 'the runtime is no more';

const SWITCHED_OFF_REASON = 'AgentCore runtimes have no budgets any more';

/** Reasons for which there is nothing to be restricted: what is back is so at once. */
const GONE: readonly string[] = [REMOVED_REASON, SWITCHED_OFF_REASON];

/** Why nobody over the limit is restricted while enforcement is not on. */
const SET_ASIDE: Readonly<Record<Exclude<EnforcementMode, 'on'>, string>> = {
  paused: withMode('over the limit', 'paused'),
  lifted: withMode('over the limit', 'lifted'),
};

const OBSERVED_REASON = 'over the limit; observed only';

const BY_HAND_REASON = 'the deny policy was taken off by hand while enforcement is paused';

/** Whether a principal over its limit was left alone since enforcement was not on. */
export function isSetAside({ status, reason }: Pick<Budget, 'status' | 'reason'>): boolean {
  return status === 'exceeded' && Object.values(SET_ASIDE).includes(reason);
}

/**
 * Whether somebody may be denied who is not yet. An order to suspend is none of a budget's decisions, and so is always carried out. Nor is a restriction a new
 * one that moves with a runtime to its next role: a suspended runtime could free itself by that.
 */
export function mayBeDenied(budget: Budget, { settings }: Pick<DecisionContext, 'settings'>): boolean {
  return budget.hold !== undefined || settings.enforcement === 'on' || isDenyMoving(budget);
}

/** Whether the restriction of a suspended runtime is on the way to the role that it was given since: IAM has not shown the deny there yet. */
export function isDenyMoving({ status, statusSince, formerRole, suspension }: Budget): boolean {
  return status === 'suspended' && formerRole !== undefined && formerRole.until >= Math.max(statusSince, suspension?.movedAt ?? 0);
}

/** Statuses in which the deny policy is, or may still be, attached. */
const RESTRICTED: readonly Status[] = ['suspended', 'restoring'];

/** Statuses on the way to the limit, where a lost stream record would delay a decision. */
const RECHECKED: readonly Status[] = ['warning', 'critical', 'exceeded'];

/**
 * Decides where a principal stands. Pure: the same budget at the same time gives the same answer.
 *
 * The clock is passed in and never runs behind the last decision, so that a redelivered or reordered event cannot reopen a
 * period that has already been closed.
 */
export function decide(budget: Budget, context: DecisionContext, time: number): Decision {
  const now = Math.max(time, budget.decidedAt);
  const today = dayOf(now, context.timeZone);
  const windows = windowStates(budget, context.settings, today, now);
  const gone = whyGone(budget, context.settings);
  const exempt = isExempt(budget, now);
  const levels = exempt || gone ? Object.fromEntries(windows.map(({ key }) => [key, 'none' as const])) : levelsOf(windows, rulesFor(budget, context.settings));
  const crossed = crossings(windows, levels, budget.levels);
  const worst = worstLevel(Object.values(levels));
  const over = !gone && (budget.hold !== undefined || worst === 'exceeded');
  const releasedBy = over && budget.hold === undefined ? whyReleased(budget, context) : undefined;

  const { retryAt, ...state } = over && !(releasedBy && RESTRICTED.includes(budget.status))
    ? overLimit(budget, context, windows, now)
    : withinLimit(budget, windows, worst, gone ?? (exempt ? exemptReason(budget) : releasedBy), now);
  const due = dueInstants(budget, windows, levels, context.timeZone, now);
  // A charge puts its principal on the watch list only where nothing is due: what is due later must not keep a lost record hidden until then.
  const rechecked = RECHECKED.includes(state.status) || (state.status === 'active' && due.length > 0);
  const nextCheckAt = state.status === 'deleted' ? undefined : earliest([
    ...(retryAt === undefined ? [] : [retryAt]),
    ...due,
    ...(rechecked ? [now + RECHECK_MS] : []),
  ]) ?? (state.status === 'suspended' ? now + HELD_RECHECK_MS : undefined);
  return {
    ...state,
    levels,
    windows,
    crossed,
    ...(nextCheckAt === undefined ? {} : { nextCheckAt }),
    changed: state.status !== budget.status || state.workflow !== undefined || state.graceDeadline !== budget.graceDeadline
      || state.reason !== budget.reason || !sameLevels(levels, budget.levels) || isTimeToForget(budget, windows),
  };
}

/** The part of a decision that depends on which side of the limit the principal is. */
interface NextState {
  readonly status: Status;
  readonly reason: string;
  readonly graceDeadline?: number;
  readonly exceededAt?: number;
  readonly workflow?: Decision['workflow'];
  /** When a pending workflow, or a principal that could not be restricted, is worth another try. */
  readonly retryAt?: number;
}

function overLimit(budget: Budget, context: DecisionContext, windows: readonly WindowState[], now: number): NextState {
  const exceededAt = budget.exceededAt ?? Math.min(budget.lastCallAt ?? now, now);
  if (staysDeleted(budget)) {
    return { status: 'deleted', reason: budget.reason };
  }
  if (budget.status === 'suspended') {
    return { status: 'suspended', reason: budget.reason, exceededAt };
  }
  if (budget.status === 'restoring') {
    // The running workflow re-reads everything before it lifts the deny, and goes back if the limit is exceeded again.
    return { ...awaitWorkflow(budget, now, 'restoration'), exceededAt };
  }
  const obstacle = obstacleTo(budget, context, now);
  if (obstacle) {
    return { status: 'exceeded', reason: obstacle.reason, exceededAt, ...(obstacle.retryAt === undefined ? {} : { retryAt: obstacle.retryAt }) };
  }
  const cutShort = budget.hold !== undefined && (budget.graceDeadline ?? 0) > now;
  if (budget.status === 'grace_period' && !cutShort) {
    return { ...awaitWorkflow(budget, now, 'suspension'), exceededAt, graceDeadline: budget.graceDeadline ?? now };
  }
  // Who is held gets no grace, and a principal that could not be restricted before has had its grace period, unless it was left alone on purpose since.
  const hadGrace = budget.unenforceable !== undefined && !isSetAside(budget);
  const graceDeadline = now + (budget.hold || hadGrace ? 0 : rulesFor(budget, context.settings).graceSeconds * 1000);
  return {
    status: 'grace_period',
    reason: budget.hold ? `held by ${budget.hold.by}: ${budget.hold.reason}` : describe('exceeded', windows),
    graceDeadline,
    // What was left alone on purpose did not take long to block.
    exceededAt: isSetAside(budget) ? now : exceededAt,
    workflow: 'suspension',
    retryAt: graceDeadline + WORKFLOW_PATIENCE_MS,
  };
}

/** @param free why the principal is free whatever it spends, if it is */
function withinLimit(budget: Budget, windows: readonly WindowState[], worst: Level, free: string | undefined, now: number): NextState {
  const status: Status = worst === 'none' ? 'active' : worst;
  if (budget.status === 'suspended') {
    return { status: 'restoring', reason: free ?? describe(worst, windows), workflow: 'restoration', retryAt: now + WORKFLOW_PATIENCE_MS };
  }
  if (budget.status === 'restoring') {
    return awaitWorkflow(budget, now, 'restoration');
  }
  if (free !== undefined && GONE.includes(free)) {
    return { status: 'deleted', reason: free };
  }
  if (staysDeleted(budget)) {
    return { status: 'deleted', reason: budget.reason };
  }
  if (free !== undefined) {
    return { status: 'active', reason: free };
  }
  // While the status stays, so does its reason: else every call would change the budget, and the change would write.
  const stays = status === budget.status && !budget.reason.startsWith(EXEMPT);
  return { status, reason: stays ? budget.reason : describe(worst, windows) };
}

/** Why a runtime's budget restricts nothing: it is no more, or nobody charges and watches runtimes any more, who would never be free again. */
function whyGone({ kind, removedAt }: Budget, settings: Settings): string | undefined {
  if (removedAt !== undefined) {
    return REMOVED_REASON;
  }
  return isAgentKind(kind) && !settings.agents ? SWITCHED_OFF_REASON : undefined;
}

/** Whoever is gone is so until its next call or an order to suspend it, but for what was removed and is there again: that somebody has seen. */
function staysDeleted({ status, reason, removedAt, lastCallAt, statusSince, hold, change }: Budget): boolean {
  const isBack = GONE.includes(reason) && removedAt === undefined;
  // Whoever orders to suspend somebody who was gone means somebody who is there: whether that is so, the restriction finds out.
  const isHeldSince = hold !== undefined && (change?.at ?? 0) > statusSince;
  return status === 'deleted' && !isBack && !isHeldSince && (lastCallAt ?? 0) <= statusSince;
}

/** Why a restricted principal is given back its access although it is over its limit. */
function whyReleased({ enforcement }: Budget, { settings, takenOffByHand }: DecisionContext): string | undefined {
  if (enforcement === 'observe') {
    return OBSERVED_REASON;
  }
  return settings.enforcement === 'lifted' ? SET_ASIDE.lifted : takenOffByHand ? BY_HAND_REASON : undefined;
}

/** A workflow is under way; where it is overdue, another is asked for. Two workflows at once are harmless: they work by level. */
function awaitWorkflow(budget: Budget, now: number, workflow: NonNullable<Decision['workflow']>): NextState {
  const due = budget.graceDeadline ?? budget.statusSince;
  const expectedBy = due + WORKFLOW_PATIENCE_MS;
  const checkAt = budget.nextCheckAt ?? expectedBy;
  const overdue = now >= Math.max(due, checkAt);
  const pendingUntil = checkAt > now ? checkAt : expectedBy;
  const retryAt = overdue ? now + WORKFLOW_PATIENCE_MS : pendingUntil;
  return { status: budget.status, reason: budget.reason, ...(overdue ? { workflow } : {}), retryAt };
}

/** Why a principal over its limit is not restricted now. */
function obstacleTo(budget: Budget, context: DecisionContext, now: number): { readonly reason: string; readonly retryAt?: number } | undefined {
  if (budget.enforcement === 'observe' && !budget.hold) {
    return { reason: OBSERVED_REASON };
  }
  const target = restrictionTarget(budget, context.ownAccountId);
  if (!isAttachable(target)) {
    return { reason: `over the limit but unenforceable: ${target.message}` };
  }
  const { unenforceable } = budget;
  if (unenforceable && (unenforceable.retryAt === undefined || unenforceable.retryAt > now)) {
    return {
      reason: `over the limit but unenforceable: ${unenforceable.message}`,
      ...(unenforceable.retryAt === undefined ? {} : { retryAt: unenforceable.retryAt }),
    };
  }
  const { enforcement: mode } = context.settings;
  return mode === 'on' || budget.hold ? undefined : { reason: SET_ASIDE[mode] };
}

/** Everything that can change the decision without anybody spending or writing. */
function dueInstants(budget: Budget, windows: readonly WindowState[], levels: Readonly<Record<string, Level>>, timeZone: string, now: number): number[] {
  return [
    ...windows.filter(({ key }) => levels[key] !== 'none').map(({ window }) => endOfWindow(window, timeZone)),
    ...budget.topUps.map(({ expiresAt }) => expiresAt),
    ...(budget.exemption?.until === undefined ? [] : [budget.exemption.until]),
  ].filter(instant => instant > now);
}

function exemptReason({ exemption }: Budget): string {
  return `${EXEMPT}${exemption!.reason}`;
}

export function isExempt(budget: Pick<Budget, 'exemption'>, now: number): boolean {
  return budget.exemption !== undefined && (budget.exemption.until === undefined || budget.exemption.until > now);
}

/** Where two limits have the same window, the level of the one that is used up further. */
function levelsOf(windows: readonly WindowState[], rules: Rules): Readonly<Record<string, Level>> {
  const levels: Record<string, Level> = {};
  for (const window of windows) {
    levels[window.key] = worstLevel([levels[window.key] ?? 'none', levelOf(window, rules)]);
  }
  return levels;
}

function levelOf({ spent, limit }: WindowState, rules: Rules): Level {
  if (reachesPercent(spent, limit, HUNDRED_PERCENT)) {
    return 'exceeded';
  }
  if (reachesPercent(spent, limit, rules.criticalPercent)) {
    return 'critical';
  }
  return reachesPercent(spent, limit, rules.warningPercent) ? 'warning' : 'none';
}

export function rank(level: Level): number {
  return LEVELS.indexOf(level);
}

function worstLevel(levels: readonly Level[]): Level {
  return levels.reduce<Level>((worst, level) => (rank(level) > rank(worst) ? level : worst), 'none');
}

function crossings(windows: readonly WindowState[], levels: Readonly<Record<string, Level>>, before: Readonly<Record<string, Level>>): Crossing[] {
  return windows.flatMap(window => LEVELS
    .filter((level): level is Crossing['level'] => rank(level) > rank(before[window.key] ?? 'none') && rank(level) <= rank(levels[window.key]))
    .map(level => ({ window, level })));
}

function describe(worst: Level, windows: readonly WindowState[]): string {
  const leading = leadingWindow(windows);
  if (!leading) {
    return 'no budget';
  }
  const share = `${sharePercent(leading.spent, leading.limit)} % of ${formatUsdRounded(leading.limit)} spent since ${leading.window.start}`;
  return worst === 'none' ? `within budget: ${share}` : share;
}

function sameLevels(a: Readonly<Record<string, Level>>, b: Readonly<Record<string, Level>>): boolean {
  // A window without a level may come and go (a new period of an idle principal): that changes nothing.
  const notable = (levels: Readonly<Record<string, Level>>) =>
    Object.entries(levels).filter(([, level]) => level !== 'none').map(([key, level]) => `${key}=${level}`).sort().join();
  return notable(a) === notable(b);
}

function earliest(instants: readonly number[]): number | undefined {
  return instants.length === 0 ? undefined : Math.min(...instants);
}
