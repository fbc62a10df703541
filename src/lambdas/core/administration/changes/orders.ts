import { Budget } from '../../budget';
import { Item } from '../../budget-item';
import { DecisionContext } from '../../decision';
import { Caller } from '../caller';
import { ChangeOperation, RequestOf } from '../requests';

/** What a change does to the orders that stand on an item. */
export interface Orders {
  readonly set?: Item;
  readonly remove?: readonly string[];
  /** What whoever asked should know. */
  readonly notes?: readonly string[];
  /** Attributes beside the orders that the change was worked out from. */
  readonly dependsOn?: readonly string[];
}

/** The budget that is to be changed, by whom and when. */
export interface Situation {
  readonly budget: Budget;
  readonly caller: Caller;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly context: DecisionContext;
}

/** Works out what an operation does. @throws AdministrationError where it cannot be done */
export type Change<O extends ChangeOperation> = (request: RequestOf<O>, situation: Situation) => Orders;
