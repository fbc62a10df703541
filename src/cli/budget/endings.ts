import { Endings, ExitCode } from '../command';

/** As most programs end: what changes things is used in scripts that know no others. */
export const BudgetExit = { OK: 0, FAILED: 1, USAGE: 2 } as const satisfies Record<string, ExitCode>;

export const BUDGET_ENDINGS: Endings = { usage: BudgetExit.USAGE, failed: BudgetExit.FAILED };
