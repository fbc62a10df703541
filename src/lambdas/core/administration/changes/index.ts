import { ChangeOperation } from '../requests';
import { endExemption, exempt } from './exemption';
import { removeBudget, setBudget, setThresholds } from './limits';
import { Change } from './orders';
import { restore, suspend } from './suspension';
import { topUp } from './top-up';

export type { Change, Orders, Situation } from './orders';

/** What each operation does to a budget's orders. */
export const CHANGES: { readonly [O in ChangeOperation]: Change<O> } = {
  setBudget, removeBudget, topUp, exempt, endExemption, suspend, restore, setThresholds,
};
