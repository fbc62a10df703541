import { EVENT_SCHEMA_VERSION, EventType } from '../../contract';
import { Budget, leadingWindow, windowStates, WindowState } from './budget';
import { isoInstant } from './budget-item';
import { dayOf, endOfWindow, formatPeriod } from './calendar';
import { DecisionContext } from './decision';
import { Forecast, forecastOf } from './forecast';
import { formatUsd, sharePercent } from './money';

/** How far a principal's budget is used, as events and messages tell it. Amounts are decimal dollars. */
export interface BudgetFigures {
  readonly spentUsd: string;
  /** The part of `spentUsd` that is an estimate, since the price of a model is not known; absent where there is none. */
  readonly estimatedUsd?: string;
  readonly limitUsd: string;
  readonly sharePercent: string;
  readonly period: string;
  readonly periodStart: string;
  /** ISO 8601 instant at which the next period begins. */
  readonly periodEndsAt: string;
  /** When the limit will be reached at the pace of this period; absent in events of before this was told. */
  readonly forecast?: ForecastFigures;
}

/** What is to be expected of a budget. */
export interface ForecastFigures {
  /** `exhausted`: the limit is reached; `exhausts`: before the period ends; `lasts`: not in this period; `unknown`: `why` tells. */
  readonly outcome: Forecast['outcome'];
  /** ISO 8601 instant, of `exhausts`. */
  readonly exhaustedAt?: string;
  /** Spend at the end of the period at this pace, of `exhausts` and `lasts`. */
  readonly projectedUsd?: string;
  /** Why it cannot be told, of `unknown`. */
  readonly why?: string;
}

/** A principal in the daily digest. */
export interface DigestLine {
  readonly principalId: string;
  /** The first of them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly status: string;
  /** Spent yesterday and today so far. */
  readonly recentUsd: string;
  /** The window that is used furthest; absent where there is no budget. */
  readonly budget?: BudgetFigures;
}

/** What the daily digest tells. Lists are bounded; the numbers beside them are not. */
export interface DigestFigures {
  readonly audience: 'alerts' | 'operations';
  /** `yyyy-mm-dd`, in the time zone of the deployment. */
  readonly yesterday: string;
  readonly today: string;
  /** All spending of yesterday and today so far. */
  readonly recentUsd: string;
  /** How many principals are known. */
  readonly principals: number;
  /** How many budgets could not be read, and are in no list. */
  readonly unreadable: number;
  /** Who has spent most yesterday and today so far. */
  readonly topRecent: readonly DigestLine[];
  /** Who has spent most in the period of their budget. */
  readonly topInPeriod: readonly DigestLine[];
  /** Who has reached the warning threshold, furthest first. */
  readonly aboveWarning: readonly DigestLine[];
  readonly aboveWarningCount: number;
}

/** The detail of every event on the bus; the schema is documented in docs/events.md. */
export interface EventDetail {
  readonly schemaVersion: typeof EVENT_SCHEMA_VERSION;
  /** The same for every delivery of the same event: consumers and the audit table recognise repeats by it. */
  readonly eventId: string;
  readonly deploymentId: string;
  readonly environmentName: string;
  /** ISO 8601. */
  readonly occurredAt: string;
  /** Which part of the system acted, or on whose order. */
  readonly actor: string;
  readonly reason: string;
  readonly principalId?: string;
  readonly principalKind?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly status?: string;
  readonly previousStatus?: string;
  readonly budget?: BudgetFigures;
  /** The threshold that was crossed. */
  readonly level?: string;
  /** ISO 8601 instant at which the grace period ends. */
  readonly graceDeadline?: string;
  readonly suspension?: { readonly secondsToBlock: number; readonly overspendUsd: string };
  /** The model as it was called. */
  readonly modelId?: string;
  /** The same failure was told within the last day: for the audit trail, not for people. */
  readonly repeated?: boolean;
  /** How many calls the event is about. */
  readonly calls?: number;
  /** Of the daily digest. */
  readonly digest?: DigestFigures;
  /** What changed, for the audit trail. */
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
}

export interface BudgetEvent {
  readonly type: EventType;
  readonly detail: EventDetail;
}

/** Which deployment speaks. */
export interface Deployment {
  readonly deploymentId: string;
  readonly environmentName: string;
}

type Specifics = Omit<EventDetail, 'schemaVersion' | 'deploymentId' | 'environmentName'>;

export function eventOf(type: EventType, deployment: Deployment, specifics: Specifics): BudgetEvent {
  const { deploymentId, environmentName } = deployment;
  return { type, detail: { schemaVersion: EVENT_SCHEMA_VERSION, deploymentId, environmentName, ...specifics } };
}

/**
 * Who the principal is and where its budget stood when the last decision was taken.
 *
 * @param at epoch milliseconds; that counts while no decision was taken yet
 */
export function principalFacts(budget: Budget, context: DecisionContext, at: number, window?: WindowState): Partial<Specifics> {
  const asOf = budget.decidedAt === 0 ? at : budget.decidedAt;
  const named = window ?? leadingWindow(windowStates(budget, context.settings, dayOf(asOf, context.timeZone), asOf));
  return {
    principalId: budget.principalId,
    principalKind: budget.kind,
    labels: budget.labels,
    status: budget.status,
    ...(named ? { budget: figuresWithForecast(named, budget, asOf, context.timeZone) } : {}),
    ...(budget.graceDeadline === undefined ? {} : { graceDeadline: isoInstant(budget.graceDeadline) }),
  };
}

/** @param now epoch milliseconds, up to which the spending is known */
export function figuresWithForecast(state: WindowState, budget: Pick<Budget, 'spend' | 'registeredAt'>, now: number, timeZone: string): BudgetFigures {
  const forecast = forecastOf(state, budget, now, timeZone);
  return {
    ...figuresOf(state, timeZone),
    forecast: {
      outcome: forecast.outcome,
      ...(forecast.outcome === 'exhausts' ? { exhaustedAt: isoInstant(forecast.at) } : {}),
      ...('projected' in forecast ? { projectedUsd: formatUsd(forecast.projected) } : {}),
      ...('why' in forecast ? { why: forecast.why } : {}),
    },
  };
}

export function figuresOf(state: WindowState, timeZone: string): BudgetFigures {
  return {
    spentUsd: formatUsd(state.spent),
    ...(state.estimated > 0n ? { estimatedUsd: formatUsd(state.estimated) } : {}),
    limitUsd: formatUsd(state.limit),
    sharePercent: sharePercent(state.spent, state.limit),
    period: formatPeriod(state.period),
    periodStart: state.window.start,
    periodEndsAt: isoInstant(endOfWindow(state.window, timeZone)),
  };
}
