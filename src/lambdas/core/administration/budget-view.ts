import { PrincipalKindName } from '../../../contract';
import { Budget, Limit, rulesFor, Status, TopUp, windowStates } from '../budget';
import { isoInstant } from '../budget-item';
import { dayOf, Day, formatPeriod } from '../calendar';
import { DecisionContext } from '../decision';
import { BudgetFigures, figuresOf } from '../events';
import { formatUsd } from '../money';
import { isAttachable, restrictionTarget } from '../restriction-target';
import { versionOf } from './version';

/** A budget as people and scripts read it: amounts are decimal dollars, instants ISO 8601. */
export interface BudgetView {
  readonly principalId: string;
  readonly kind: PrincipalKindName;
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly status: Status;
  readonly statusSince: string;
  readonly reason: string;
  readonly enforcement: Budget['enforcement'];
  readonly windows: readonly BudgetFigures[];
  /** Absent where the default of the kind holds. */
  readonly limits?: readonly { readonly limitUsd: string; readonly period: string; readonly anchorDay?: Day }[];
  readonly thresholds: { readonly warningPercent: string; readonly criticalPercent: string; readonly own: boolean };
  /** Those in force. */
  readonly topUps: readonly { readonly amountUsd: string; readonly expiresAt: string; readonly reason?: string }[];
  readonly exemption?: { readonly until?: string; readonly reason: string };
  readonly hold?: Budget['hold'];
  readonly graceDeadline?: string;
  readonly suspension?: { readonly confirmedAt: string; readonly secondsToBlock: number; readonly overspendUsd: string };
  readonly failure?: { readonly workflow: string; readonly step: string; readonly message: string; readonly at: string };
  readonly unenforceable?: { readonly code: string; readonly message: string; readonly retryAt?: string };
  readonly role?: string;
  readonly runtimes?: readonly string[];
  readonly removedAt?: string;
  readonly updatedBy?: string;
  readonly lastCallAt?: string;
}

/** A listed item that cannot be read. */
export interface UnreadableBudget {
  readonly principalId: string;
  readonly problem: string;
}

export function budgetView(budget: Budget, context: DecisionContext, time: number): BudgetView {
  const now = Math.max(time, budget.decidedAt);
  const rules = rulesFor(budget, context.settings);
  const { exemption, hold, suspension, failure, unenforceable } = budget;
  const target = restrictionTarget(budget, context.ownAccountId);
  return {
    principalId: budget.principalId,
    kind: budget.kind,
    version: versionOf(budget),
    labels: budget.labels,
    status: budget.status,
    statusSince: isoInstant(budget.statusSince),
    reason: budget.reason,
    enforcement: budget.enforcement,
    windows: windowStates(budget, context.settings, dayOf(now, context.timeZone), now).map(window => figuresOf(window, context.timeZone)),
    ...(budget.limits ? { limits: budget.limits.map(limitView) } : {}),
    thresholds: {
      warningPercent: formatUsd(rules.warningPercent), criticalPercent: formatUsd(rules.criticalPercent), own: budget.thresholds !== undefined,
    },
    topUps: budget.topUps.filter(({ expiresAt }) => expiresAt > now).map(topUpView),
    ...(exemption && isInForce(exemption.until, now) ? { exemption: { ...exemption, ...instantView('until', exemption.until) } as BudgetView['exemption'] } : {}),
    ...(hold ? { hold } : {}),
    ...instantView('graceDeadline', budget.graceDeadline),
    ...(suspension ? {
      suspension: {
        confirmedAt: isoInstant(suspension.confirmedAt), secondsToBlock: suspension.secondsToBlock, overspendUsd: formatUsd(suspension.overspend),
      },
    } : {}),
    ...(failure ? { failure: { ...failure, at: isoInstant(failure.at) } } : {}),
    ...(unenforceable ? { unenforceable: { code: unenforceable.code, message: unenforceable.message, ...instantView('retryAt', unenforceable.retryAt) } }
      : isAttachable(target) ? {} : { unenforceable: target }),
    ...(budget.role === undefined ? {} : { role: budget.role }),
    ...(budget.runtimes ? { runtimes: budget.runtimes } : {}),
    ...instantView('removedAt', budget.removedAt),
    ...(budget.updatedBy === undefined ? {} : { updatedBy: budget.updatedBy }),
    ...instantView('lastCallAt', budget.lastCallAt),
  };
}

function isInForce(until: number | undefined, now: number): boolean {
  return until === undefined || until > now;
}

function limitView({ amount, period, anchorDay }: Limit) {
  return { limitUsd: formatUsd(amount), period: formatPeriod(period), ...(anchorDay === undefined ? {} : { anchorDay }) };
}

function topUpView({ amount, expiresAt, reason }: TopUp) {
  return { amountUsd: formatUsd(amount), expiresAt: isoInstant(expiresAt), ...(reason === undefined ? {} : { reason }) };
}

function instantView<K extends string>(key: K, value: number | undefined): { readonly [key in K]?: string } {
  return (value === undefined ? {} : { [key]: isoInstant(value) }) as { readonly [key in K]?: string };
}
