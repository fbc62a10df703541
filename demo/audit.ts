import { EventType } from '../src/contract';
import { Status, STATUSES } from '../src/lambdas/core/budget';
import { Item, NumberText } from '../src/lambdas/core/budget-item';
import { groupBy } from '../src/lambdas/core/collections';
import { AuditedEvent } from './report/summary';

/** Rows of the audit table, as far as the report needs them (see `src/lambdas/core/audit-row.ts`), in the order in which things happened. */
export function auditedEvents(rows: readonly Item[]): AuditedEvent[] {
  const events = rows.map(eventOf);
  return [...groupBy(events, ({ principalId }) => principalId).values()].flatMap(inOrder);
}

function eventOf(row: Item): AuditedEvent {
  const status = statusIn(row.status);
  const previousStatus = statusIn(row.previousStatus);
  const suspension = row.suspension as { readonly secondsToBlock: NumberText; readonly overspendUsd: string } | undefined;
  return {
    type: String(row.type),
    at: String(row.occurredAt),
    ...(typeof row.principalId === 'string' ? { principalId: row.principalId } : {}),
    ...(status ? { status } : {}),
    ...(previousStatus ? { previousStatus } : {}),
    reason: reasonOf(row),
    ...(suspension ? { suspension: { secondsToBlock: Number(suspension.secondsToBlock.value), overspendUsd: suspension.overspendUsd } } : {}),
  };
}

/** That a threshold was reached says little without the figures, which stand beside it. */
function reasonOf({ reason, level, budget }: Item): string {
  const figures = budget as { readonly sharePercent?: string; readonly limitUsd?: string } | undefined;
  return level && figures ? `${String(reason)}: ${figures.sharePercent} % of $${figures.limitUsd} spent` : String(reason);
}

/**
 * Events of one principal. DynamoDB's streams tell time to the second, in which much can happen: within a second, an event follows the one that
 * left the status that it found.
 */
function inOrder(events: readonly AuditedEvent[]): AuditedEvent[] {
  const waiting = [...events].sort((a, b) => compare(a.at, b.at) || Number(isFirst(b)) - Number(isFirst(a)));
  const ordered: AuditedEvent[] = [];
  let current: Status | undefined;
  while (waiting.length > 0) {
    const sameSecond = waiting.filter(({ at }) => at === waiting[0].at);
    // One that changes nothing first; else one that goes on from here.
    const next = sameSecond.find(({ status }) => status === undefined || status === current)
      ?? sameSecond.find(({ previousStatus }) => previousStatus === current)
      ?? sameSecond[0];
    waiting.splice(waiting.indexOf(next), 1);
    ordered.push(next);
    current = next.status ?? current;
  }
  return ordered;
}

function isFirst({ type }: AuditedEvent): boolean {
  return type === EventType.PRINCIPAL_REGISTERED;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function statusIn(value: unknown): Status | undefined {
  return STATUSES.find(status => status === value);
}
