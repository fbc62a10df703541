import { BackTestResult, Calls, deniedMs, ReplayedPrincipal } from '../../../lambdas/core/back-test/back-test';
import { firstAt, warnedAt } from '../../../lambdas/core/back-test/back-test-page';
import { Suspension, Transition } from '../../../lambdas/core/back-test/replayed-budget';
import { notesOf, Surroundings } from '../../../lambdas/core/back-test/report-texts';
import { Limit } from '../../../lambdas/core/budget';
import { isoInstant } from '../../../lambdas/core/budget-item';
import { formatPeriod } from '../../../lambdas/core/calendar';
import { addUsd, formatUsd } from '../../../lambdas/core/money';

/** The first field of the output: programs can tell by it what they read. */
export const SCHEMA = 'budgeteer/simulation/1';

/** The result for programs. Amounts are decimals of US dollars as text, to the last digit; instants are ISO 8601, UTC; what is not there is left out. */
export function jsonOf(result: BackTestResult, surroundings: Surroundings): string {
  const { proposal: { settings, timeZone, blockDelayMs, restoreDelayMs, defaultLimit, ownAccountId }, priceVersion, duplicates, unreadable } = surroundings;
  const { from, to, charged, blocked, estimated, principals, costs } = result;
  return `${JSON.stringify({
    schema: SCHEMA,
    ...(from === undefined ? {} : { from: isoInstant(from), to: isoInstant(to!) }),
    proposal: {
      timeZone,
      warningThresholdPercent: formatUsd(settings.warningPercent),
      criticalThresholdPercent: formatUsd(settings.criticalPercent),
      gracePeriodSeconds: settings.graceSeconds,
      refreshPeriod: formatPeriod(settings.refreshPeriod),
      defaultApiKeyBudgetUsd: formatUsd(settings.defaultApiKeyBudget),
      ...(settings.agents ? { defaultAgentBudgetUsd: formatUsd(settings.agents.defaultBudget) } : {}),
      ...(defaultLimit ? { defaultLimit: limitOf(defaultLimit) } : {}),
      ...(ownAccountId === undefined ? {} : { accountId: ownAccountId }),
      blockDelaySeconds: blockDelayMs / 1000,
      restoreDelaySeconds: restoreDelayMs / 1000,
    },
    priceVersion,
    records: { duplicates, unreadable },
    totals: {
      ...callsOf(charged, blocked),
      estimatedUsd: formatUsd(estimated.cost),
      overspendUsd: formatUsd(addUsd(...principals.map(({ overspend }) => overspend))),
      principals: principals.length,
      warned: principals.filter(principal => warnedAt(principal) !== undefined).length,
      suspended: principals.filter(({ suspensions }) => suspensions.length > 0).length,
      wouldBeSuspended: principals.filter(({ wouldBe }) => (wouldBe?.suspensions.length ?? 0) > 0).length,
    },
    principals: principals.map(principal => principalOf(principal, to!)),
    costs: costs.map(cost => ({ modelId: cost.modelId, day: cost.day, ...callsOf(cost.charged, cost.blocked) })),
    notes: notesOf(result, surroundings),
  }, undefined, 2)}\n`;
}

function principalOf(principal: ReplayedPrincipal, until: number) {
  const { principalId, kind, labels, limits, limitSource, thresholds, enforcement, unenforceable, suspensions, transitions, wouldBe, status } = principal;
  return {
    principalId,
    kind,
    labels,
    limits: limits.map(limitOf),
    limitSource,
    thresholds: { warningPercent: formatUsd(thresholds.warningPercent), criticalPercent: formatUsd(thresholds.criticalPercent) },
    enforcement,
    ...(unenforceable === undefined ? {} : { unenforceable }),
    firstCallAt: isoInstant(principal.firstCallAt),
    lastCallAt: isoInstant(principal.lastCallAt),
    ...callsOf(principal.charged, principal.blocked),
    estimatedUsd: formatUsd(principal.estimated),
    overspendUsd: formatUsd(principal.overspend),
    ...instants({
      warnedAt: warnedAt(principal), exceededAt: firstAt(principal, 'grace_period', 'exceeded'), suspendedAt: suspensions[0]?.from, restoredAt: suspensions.at(-1)?.to,
    }),
    deniedSeconds: deniedMs(suspensions, until) / 1000,
    status,
    transitions: transitions.map(transitionOf),
    suspensions: suspensions.map(suspensionOf),
    ...(wouldBe ? {
      wouldBe: {
        blockedCalls: wouldBe.blocked.calls,
        savedUsd: formatUsd(wouldBe.blocked.cost),
        deniedSeconds: deniedMs(wouldBe.suspensions, until) / 1000,
        suspensions: wouldBe.suspensions.map(suspensionOf),
      },
    } : {}),
  };
}

function callsOf(charged: Calls, blocked: Calls) {
  return { chargedCalls: charged.calls, chargedUsd: formatUsd(charged.cost), blockedCalls: blocked.calls, savedUsd: formatUsd(blocked.cost) };
}

function limitOf({ amount, period, anchorDay }: Limit) {
  return { limitUsd: formatUsd(amount), period: formatPeriod(period), ...(anchorDay === undefined ? {} : { anchorDay }) };
}

function transitionOf({ at, from, to, reason, crossed, graceDeadline, leading }: Transition) {
  return {
    at: isoInstant(at),
    from,
    to,
    reason,
    ...(crossed.length > 0 ? { thresholds: crossed.map(thresholdOf) } : {}),
    ...(leading ? { spentUsd: formatUsd(leading.spent), limitUsd: formatUsd(leading.limit) } : {}),
    ...instants({ graceDeadline }),
  };
}

function thresholdOf({ window, level }: Transition['crossed'][number]) {
  return { level, period: formatPeriod(window.period), periodStart: window.window.start };
}

function suspensionOf({ from, to, exceededAt, overspend, blockedCalls, saved }: Suspension) {
  return {
    exceededAt: isoInstant(exceededAt),
    from: isoInstant(from),
    ...instants({ to }),
    overspendUsd: formatUsd(overspend),
    blockedCalls,
    savedUsd: formatUsd(saved),
  };
}

function instants(named: Readonly<Record<string, number | undefined>>) {
  return Object.fromEntries(Object.entries(named).flatMap(([name, instant]) => (instant === undefined ? [] : [[name, isoInstant(instant)]])));
}
