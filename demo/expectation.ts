import { addUsd, Usd, ZERO_USD } from '../src/lambdas/core/money';
import { embeddedCatalog } from '../src/lambdas/core/pricing/embedded-catalog';
import { FixtureLine } from './fixture/day-of-calls';

/** What must come of some lines of the log, worked out without the deployed system: from how the lines were made, and from the price list. */
export interface Expectation {
  /** Distinct calls. */
  readonly records: number;
  readonly duplicates: number;
  readonly unreadable: number;
  /** Calls of models that the catalog does not have. */
  readonly unknownModels: number;
  readonly spend: ReadonlyMap<string, Usd>;
}

export function expectationOf(lines: readonly FixtureLine[]): Expectation {
  const catalog = embeddedCatalog();
  const spend = new Map<string, Usd>();
  let unknownModels = 0;
  for (const { truth } of lines) {
    if (truth.kind === 'call') {
      const { cost, known } = catalog.priceOf({ ...truth.usage, calledAt: 0 });
      spend.set(truth.principalId, addUsd(spend.get(truth.principalId) ?? ZERO_USD, cost));
      unknownModels += known ? 0 : 1;
    }
  }
  const count = (kind: FixtureLine['truth']['kind']) => lines.filter(({ truth }) => truth.kind === kind).length;
  return { records: count('call'), duplicates: count('repeat'), unreadable: count('unreadable'), unknownModels, spend };
}
