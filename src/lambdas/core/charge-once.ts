/** What became of a transaction that charges something: rows of the ledger and the additions to budgets. */
export type TransactionResult =
  | { readonly result: 'written' }
  /** Nothing was written, since these were charged before: ids of their ledger rows. */
  | { readonly result: 'duplicates'; readonly callIds: ReadonlySet<string> }
  /** Nothing was written, and trying again may help. `busy`: ids of those whose row or budget another transaction had, where that is known. */
  | { readonly result: 'conflict'; readonly message: string; readonly busy?: ReadonlySet<string> }
  /** Nothing was written, and trying the same again never helps: the table refuses one of the items. */
  | { readonly result: 'refused'; readonly message: string };

/** With full jitter from 50 ms doubling to 3.2 s, the last attempt comes about 6 s after the first on average. */
export const MAX_ATTEMPTS = 8;

/** Thrown where conflicts did not end: whatever was to be charged comes again. */
export class ChargeConflictError extends Error {
  public readonly name = 'ChargeConflictError';
}

export interface ChargeOncePorts<T> {
  /** @throws where it is unknown whether the transaction was written */
  write(charges: readonly T[]): Promise<TransactionResult>;
  /** Waits before the given attempt (1, 2, …) at a transaction that met a conflict. */
  backOff(attempt: number): Promise<void>;
}

/** What is in none of these is to come again. */
export interface ChargeOutcome<T> {
  readonly written: readonly T[];
  /** What the table refuses, with `refusal`. */
  readonly remaining: readonly T[];
  readonly duplicates: number;
  readonly refusal?: string;
  /** Why the others were not written, or why nobody knows whether they were: ChargeConflictError, and whatever the ports throw. */
  readonly failures: readonly Error[];
}

/**
 * Writes one transaction, without those of its charges that turn out to be in the ledger already. Where another transaction had the budgets of some
 * alone, the others do not wait for them: from there on they are two transactions, side by side. Nothing is under way any more when it ends, and a part
 * that fails hides nothing of what was written.
 *
 * @param attemptsMade so many of the attempts are used up
 */
export async function chargeOnce<T>(
  charges: readonly T[], idOf: (charge: T) => string, ports: ChargeOncePorts<T>, attemptsMade = 0,
): Promise<ChargeOutcome<T>> {
  const attempt = attemptsMade + 1;
  let remaining = charges;
  const ended = (part: Partial<ChargeOutcome<T>>): ChargeOutcome<T> => (
    { written: [], remaining: [], duplicates: charges.length - remaining.length, failures: [], ...part }
  );
  try {
    while (remaining.length > 0) {
      const outcome = await ports.write(remaining);
      switch (outcome.result) {
        case 'written':
          return ended({ written: remaining });
        case 'duplicates': {
          const left = remaining.filter(charge => !outcome.callIds.has(idOf(charge)));
          if (left.length === remaining.length) {
            throw new ChargeConflictError('the table reports duplicates that are not in the transaction');
          }
          remaining = left;
          break;
        }
        case 'refused':
          return ended({ remaining, refusal: outcome.message });
        case 'conflict': {
          const busy = remaining.filter(charge => outcome.busy?.has(idOf(charge)));
          if (busy.length > 0 && busy.length < remaining.length) {
            const free = remaining.filter(charge => !busy.includes(charge));
            return together(ended({}), await Promise.all([
              // Nobody was in their way: for them it was no attempt.
              chargeOnce(free, idOf, ports, attempt - 1),
              tryAgain(busy, attempt, outcome.message, idOf, ports),
            ]));
          }
          return together(ended({}), [await tryAgain(remaining, attempt, outcome.message, idOf, ports)]);
        }
      }
    }
    return ended({});
  } catch (error) {
    return ended({ failures: [error as Error] });
  }
}

async function tryAgain<T>(
  charges: readonly T[], attempt: number, conflict: string, idOf: (charge: T) => string, ports: ChargeOncePorts<T>,
): Promise<ChargeOutcome<T>> {
  try {
    if (attempt >= MAX_ATTEMPTS) {
      throw new ChargeConflictError(`still in conflict at the last attempt of ${MAX_ATTEMPTS}: ${conflict}`);
    }
    await ports.backOff(attempt);
  } catch (error) {
    return { written: [], remaining: [], duplicates: 0, failures: [error as Error] };
  }
  return chargeOnce(charges, idOf, ports, attempt);
}

function together<T>(before: ChargeOutcome<T>, parts: readonly ChargeOutcome<T>[]): ChargeOutcome<T> {
  return {
    written: parts.flatMap(({ written }) => written),
    remaining: parts.flatMap(({ remaining }) => remaining),
    duplicates: parts.reduce((sum, part) => sum + part.duplicates, before.duplicates),
    refusal: parts.find(({ refusal }) => refusal !== undefined)?.refusal,
    failures: parts.flatMap(({ failures }) => failures),
  };
}

/**
 * @throws the failure, where there is one; of several the one that is no conflict, since conflicts end by themselves
 */
export function throwFailures(failures: readonly Error[]): void {
  const worst = failures.find(failure => !(failure instanceof ChargeConflictError)) ?? failures[0];
  if (worst) {
    throw worst;
  }
}
