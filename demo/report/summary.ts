import { Status } from '../../src/lambdas/core/budget';
import { formatUsd } from '../../src/lambdas/core/money';
import { Standing } from '../watch/standing';

/** `demo-report/summary.json`. Amounts are decimal US dollars, instants ISO 8601. */
export interface Summary {
  readonly principals: readonly PrincipalSummary[];
  readonly metering: MeteringFigures;
  readonly suspensions: readonly SuspensionSummary[];
}

export interface PrincipalSummary {
  readonly principalId: string;
  /** `null` where there is no budget. */
  readonly limitUsd: string | null;
  /** In the current window of the budget, so that it compares with the limit; everything where there is no budget. */
  readonly spentUsd: string;
  readonly status: Status;
  readonly timeline: readonly TimelineEntry[];
}

/** A change of status, as the audit trail has it. */
export interface TimelineEntry {
  readonly at: string;
  readonly status: Status;
  readonly reason: string;
}

export interface MeteringFigures {
  /** Distinct calls that were charged. */
  readonly records: number;
  /** Lines that repeated a call, and were not charged again. */
  readonly duplicates: number;
  /** Lines that could not be charged, and were kept with the reason. */
  readonly unreadable: number;
  /** Charged calls of models that the price catalog does not have. */
  readonly unknownModels: number;
}

export interface SuspensionSummary {
  readonly principalId: string;
  /** From the call that reached the limit to the deny that IAM confirmed, the grace period included. */
  readonly secondsToBlock: number;
  readonly overspendUsd: string;
}

/** What the summary needs of an entry of the audit trail. */
export interface AuditedEvent {
  readonly type: string;
  readonly at: string;
  readonly principalId?: string;
  readonly status?: Status;
  readonly previousStatus?: Status;
  readonly reason: string;
  readonly suspension?: { readonly secondsToBlock: number; readonly overspendUsd: string };
}

export function summarize(standings: readonly Standing[], trail: readonly AuditedEvent[], metering: MeteringFigures): Summary {
  return {
    principals: standings.map(({ principalId, limit, spent, status }) => ({
      principalId,
      limitUsd: limit === undefined ? null : formatUsd(limit),
      spentUsd: formatUsd(spent),
      status,
      timeline: timelineOf(trail.filter(event => event.principalId === principalId)),
    })),
    metering,
    suspensions: trail.flatMap(({ principalId, suspension }) => (principalId && suspension ? [{ principalId, ...suspension }] : [])),
  };
}

/** Several events may tell of one change of status; the last of them names the reason best. */
function timelineOf(events: readonly AuditedEvent[]): TimelineEntry[] {
  const timeline: TimelineEntry[] = [];
  for (const { at, status, reason, previousStatus } of events) {
    if (status !== undefined && (status !== timeline.at(-1)?.status)) {
      timeline.push({ at, status, reason });
    } else if (status !== undefined && previousStatus !== undefined) {
      timeline[timeline.length - 1] = { ...timeline[timeline.length - 1], reason };
    }
  }
  return timeline;
}
