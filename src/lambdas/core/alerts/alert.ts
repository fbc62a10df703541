import { EventType } from '../../../contract';
import { BudgetFigures, DigestFigures } from '../events';

/** `alerts` is for those who own budgets, `operations` for those who run the system. */
export const AUDIENCES = ['alerts', 'operations'] as const;
export type Audience = (typeof AUDIENCES)[number];

/**
 * How soon somebody should act, in rising order: never; within a day; now, since somebody loses or has lost access, or spends without restraint.
 */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Something that can be done, and how exactly where there is a command for it. */
export interface NextStep {
  readonly text: string;
  /** For a shell; may have several lines. */
  readonly command?: string;
}

/** A figure or name by itself. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface Link {
  readonly text: string;
  readonly url: string;
}

/** What an event means to its writer: the part of an alert that differs from type to type. */
export interface Message {
  readonly audience: Audience;
  readonly severity: Severity;
  /** Follows the principal's name, where the event is about one. */
  readonly headline: string;
  readonly lines: readonly string[];
  /** What happens if nobody does anything. */
  readonly whatNext?: string;
  readonly nextSteps: readonly NextStep[];
  /** Beside those of the principal and its budget. */
  readonly facts?: readonly Fact[];
  /** False where raising the principal's budget is no answer: the message has steps of its own, or there is no budget. @default true */
  readonly raisable?: boolean;
}

/** A message to people, before it has the form of a channel. All of its texts are plain: one line, bounded, nothing that acts. */
export interface Alert {
  readonly type: EventType;
  /** Of the event: a repeated delivery has the same one. */
  readonly eventId: string;
  /** ISO 8601, or empty where the event does not tell. */
  readonly occurredAt: string;
  readonly deploymentId: string;
  readonly environmentName: string;
  readonly audience: Audience;
  readonly severity: Severity;
  readonly headline: string;
  readonly lines: readonly string[];
  readonly whatNext?: string;
  readonly facts: readonly Fact[];
  readonly nextSteps: readonly NextStep[];
  readonly links: readonly Link[];
  /** Whom it is about; absent where it is about the deployment. */
  readonly principal?: { readonly id: string; readonly kind?: string };
  /** As they stand on the budget, for routing. */
  readonly labels: Readonly<Record<string, string>>;
  /** As the event carries them. */
  readonly budget?: BudgetFigures;
  /** Of the daily digest. */
  readonly digest?: DigestFigures;
}

/** What instructions must name. */
export interface AlertContext {
  readonly budgetsTable: string;
  /** Of the run-time settings in SSM. */
  readonly settingsPath: string;
  /** Where `budgeteer budget` sends its requests; without it, orders are written into the table. */
  readonly administrationUrl?: string;
  readonly dashboardUrl?: string;
}
