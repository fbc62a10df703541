import { Budget, Status } from '../src/lambdas/core/budget';
import { formatUsd, Usd, ZERO_USD } from '../src/lambdas/core/money';
import { Expectation } from './expectation';
import { MeteringFigures } from './report/summary';
import { nameOf, Standing } from './watch/standing';

/** The deployed system did not do what it must do. */
export class CheckFailedError extends Error {
  public readonly name = 'CheckFailedError';
}

/** What is still missing until every principal stands where it must, in words; `undefined` when nothing is. */
export function missingStatus(standings: ReadonlyMap<string, Standing>, expected: ReadonlyMap<string, Status>): string | undefined {
  const wrong = [...expected].filter(([id, status]) => standings.get(id)?.status !== status);
  return describe(wrong.map(([id, status]) => `${nameOf(id)} is ${standings.get(id)?.status ?? 'not there'}, not ${status}`));
}

/** AgentCore runtimes of one role, as the budgets must know them. */
export interface ExpectedRuntimes {
  readonly ids: readonly string[];
  /** Whose budget pays. */
  readonly principalId: string;
  readonly roleId: string;
}

/** Which runtimes are not registered yet, each with its role, and where there are several of one role, with a budget that they share. */
export function missingRuntimes(budgets: ReadonlyMap<string, Budget>, expected: readonly ExpectedRuntimes[]): string | undefined {
  return describe(expected.flatMap(({ ids, principalId, roleId }) => {
    const shared = budgets.get(principalId)?.runtimes ?? [];
    return [
      ...ids.filter(id => budgets.get(id)?.role !== roleId).map(id => `${nameOf(id)} is not registered with the role ${nameOf(roleId)}`),
      ...(ids.length > 1 ? ids.filter(id => !shared.includes(id)) : []).map(id => `${nameOf(id)} has no part in the budget of ${nameOf(principalId)}`),
    ];
  }));
}

/** What differs from the spend that was worked out without the system, to the picodollar. */
export function differingSpend(charged: ReadonlyMap<string, Usd>, expected: ReadonlyMap<string, Usd>): string | undefined {
  const ids = new Set([...charged.keys(), ...expected.keys()]);
  const of = (amounts: ReadonlyMap<string, Usd>, id: string) => amounts.get(id) ?? ZERO_USD;
  const wrong = [...ids].filter(id => of(charged, id) !== of(expected, id));
  return describe(wrong.map(id => `${nameOf(id)} was charged $${formatUsd(of(charged, id))}, not $${formatUsd(of(expected, id))}`));
}

/** Who is denied and must not be, or the reverse. */
export function differingDenials(denied: ReadonlySet<string>, expected: ReadonlySet<string>): string | undefined {
  return describe([
    ...[...expected].filter(id => !denied.has(id)).map(id => `${nameOf(id)} must be denied, and is not`),
    ...[...denied].filter(id => !expected.has(id)).map(id => `${nameOf(id)} must not be denied, and is`),
  ]);
}

/** Deliveries may be repeated, and then count as duplicates: there may be more of these than were made. */
export function differingMetering(figures: MeteringFigures, expected: Expectation): string | undefined {
  const exact = ['records', 'unreadable', 'unknownModels'] as const;
  return describe([
    ...exact.filter(name => figures[name] !== expected[name]).map(name => `${name}: ${figures[name]}, not ${expected[name]}`),
    ...figures.duplicates < expected.duplicates ? [`duplicates: ${figures.duplicates}, not ${expected.duplicates}`] : [],
  ]);
}

function describe(problems: readonly string[]): string | undefined {
  return problems.length > 0 ? problems.join('; ') : undefined;
}
