import { ThresholdPercents } from '../budget/arguments/thresholds';
import { OrderedRow } from '../budget/bulk/orders';
import { PredecessorItem } from './items';

/** What the items do not tell. */
export interface MappingOptions {
  /** Of the account and region of the predecessor, for names and ids that stand alone. */
  readonly account: string;
  readonly region?: string;
  /** In place of the predecessor's rolling days. */
  readonly period?: string;
  readonly thresholds?: ThresholdPercents;
  /** Whether limits are taken over that the predecessor gave by itself and never enforced. */
  readonly autoCreated: boolean;
}

/** What becomes of an item. */
export interface Mapped {
  readonly item: PredecessorItem;
  readonly principalId?: string;
  /** Absent where nothing is ordered. */
  readonly row?: OrderedRow;
  /** Why nothing is ordered. */
  readonly leftOut?: string;
  /** Whether somebody has to mend something. */
  readonly isProblem?: true;
  /** What is not as it was. */
  readonly notes: readonly string[];
  /** Whether the predecessor says that it has taken its access away. */
  readonly isSuspended: boolean;
}

/** Why nothing is ordered for somebody who has no limit there. */
export const NO_LIMIT = 'no limit of its own: the default of its kind holds, if the deployment has one';

/** Thrown where an item cannot become a budget. */
export class UnfitError extends Error {
  public readonly name = 'UnfitError';
}

export function unfit(mapped: Mapped, why: string): Mapped {
  return { ...without(mapped), leftOut: why, isProblem: true };
}

export function without({ row: _, ...rest }: Mapped): Mapped {
  return rest;
}
