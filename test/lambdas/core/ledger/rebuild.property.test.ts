import * as fc from 'fast-check';
import { Day } from '../../../../src/lambdas/core/calendar';
import {
  BudgetDays, compare, Comparison, correctionOf, Difference, LedgerEntry, RebuildSource,
} from '../../../../src/lambdas/core/ledger/rebuild';
import { addUsd, subtractUsd, Usd, ZERO_USD } from '../../../../src/lambdas/core/money';

/**
 * A meter that charges and corrects between any two reads, budgets that somebody damaged, and two people who rebuild at the same time.
 */

const NOW = Date.parse('2026-11-27T12:00:00Z');
const PRINCIPALS = ['iam-user/111122223333/a', 'iam-user/111122223333/b'];
const DAYS = ['2026-11-26', '2026-11-27'];

interface Row {
  /** Where it stands in the table: a scan goes by it. */
  readonly place: number;
  readonly principalId: string;
  readonly day: Day;
  cost: Usd;
  estimate: boolean;
  corrected: boolean;
}

type Step =
  | { readonly does: 'charge'; readonly place: number; readonly who: string; readonly day: Day; readonly cost: number; readonly estimate: boolean }
  | { readonly does: 'correct'; readonly which: number; readonly cost: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    does: fc.constant('charge' as const),
    place: fc.nat(99),
    who: fc.constantFrom(...PRINCIPALS),
    day: fc.constantFrom(...DAYS),
    cost: fc.nat(4),
    estimate: fc.boolean(),
  }),
  fc.record({ does: fc.constant('correct' as const), which: fc.nat(20), cost: fc.nat(4) }),
);

const damage = fc.record({
  who: fc.constantFrom(...PRINCIPALS), day: fc.constantFrom(...DAYS), spend: fc.integer({ min: -5, max: 5 }), estimated: fc.integer({ min: -2, max: 2 }),
});
const histories = [fc.array(step, { maxLength: 15 }), fc.array(damage, { maxLength: 3 }), fc.array(step, { maxLength: 25 })] as const;

class Tables implements RebuildSource {
  public readonly rows: Row[] = [];
  public readonly budgetsOf = new Map<string, { days: Map<Day, { spend: Usd; estimated: Usd }>; rebuiltBy?: string }>();

  /** @param meanwhile what the meter does between reads */
  constructor(private readonly meanwhile: Step[]) {}

  public play(one: Step): void {
    if (one.does === 'charge') {
      const cost = BigInt(one.cost) as Usd;
      this.rows.push({ place: one.place, principalId: one.who, day: one.day, cost, estimate: one.estimate, corrected: false });
      this.add(one.who, one.day, cost, one.estimate ? cost : ZERO_USD);
      return;
    }
    const estimates = this.rows.filter(({ estimate }) => estimate);
    const row = estimates[one.which % Math.max(1, estimates.length)];
    if (row) {
      const cost = BigInt(one.cost) as Usd;
      this.add(row.principalId, row.day, subtractUsd(cost, row.cost), subtractUsd(ZERO_USD, row.cost));
      Object.assign(row, { cost, estimate: false, corrected: true });
    }
  }

  public add(who: string, day: Day, spend: Usd, estimated: Usd): void {
    const budget = this.budgetsOf.get(who) ?? { days: new Map<Day, { spend: Usd; estimated: Usd }>() };
    const before = budget.days.get(day) ?? { spend: ZERO_USD, estimated: ZERO_USD };
    budget.days.set(day, { spend: addUsd(before.spend, spend), estimated: addUsd(before.estimated, estimated) });
    this.budgetsOf.set(who, budget);
  }

  private pass(): void {
    const next = this.meanwhile.shift();
    if (next) {
      this.play(next);
    }
  }

  public async* ledger(): AsyncGenerator<LedgerEntry[]> {
    for (let from = 0; from < 100; from += 20) {
      yield this.rows.filter(({ place }) => place >= from && place < from + 20).map(({ principalId, day, cost, estimate, corrected }) => (
        { principalId, day, cost, isEstimate: estimate, isCorrected: corrected }
      ));
      this.pass();
    }
  }

  public async* budgets(): AsyncGenerator<BudgetDays> {
    for (const principalId of PRINCIPALS) {
      const budget = this.budgetsOf.get(principalId);
      if (budget) {
        const days = new Map([...budget.days].map(([day, amounts]) => [day, { ...amounts }]));
        yield { principalId, days, ...(budget.rebuiltBy ? { rebuiltBy: budget.rebuiltBy } : {}) };
      }
      this.pass();
    }
  }

  /** What is missing now, of everybody. */
  public missing(): Record<string, readonly [Usd, Usd]> {
    const sums: Record<string, readonly [Usd, Usd]> = {};
    for (const who of PRINCIPALS) {
      for (const day of DAYS) {
        const rows = this.rows.filter(row => row.principalId === who && row.day === day);
        const budget = this.budgetsOf.get(who)?.days.get(day) ?? { spend: ZERO_USD, estimated: ZERO_USD };
        const estimates = rows.filter(({ estimate }) => estimate);
        const ledger = { spend: addUsd(...rows.map(({ cost }) => cost)), estimated: addUsd(...estimates.map(({ cost }) => cost)) };
        const { spend, estimated } = correctionOf({ ledger, budget });
        sums[`${day} ${who}`] = [spend, estimated];
      }
    }
    return sums;
  }

  /** As the command writes: on condition that nobody has rebuilt the budget since it was read. */
  public rebuild(comparison: Comparison, id: string): readonly Difference[] {
    const written: Difference[] = [];
    for (const who of PRINCIPALS) {
      const mine = comparison.differences.filter(({ principalId }) => principalId === who);
      if (mine.length > 0 && this.budgetsOf.get(who)?.rebuiltBy === mine[0].rebuiltBy) {
        for (const difference of mine) {
          const { spend, estimated } = correctionOf(difference);
          this.add(who, difference.day, spend, estimated);
        }
        this.budgetsOf.get(who)!.rebuiltBy = id;
        written.push(...mine);
      }
      this.pass();
    }
    return written;
  }
}

const OPTIONS = { now: NOW, timeZone: 'UTC', retentionSeconds: 90 * 86_400, rounds: 3 };
const NONE = [ZERO_USD, ZERO_USD];

test('what is said to differ differs by exactly that, whatever the meter does meanwhile, and added makes the budget right', async () => {
  let decided = 0;
  let runs = 0;
  await fc.assert(fc.asyncProperty(...histories, async (before, damages, meanwhile) => {
    const tables = new Tables([...meanwhile]);
    before.forEach(one => tables.play(one));
    damages.forEach(({ who, day, spend, estimated }) => tables.add(who, day, BigInt(spend) as Usd, BigInt(estimated) as Usd));
    const missing = tables.missing();

    const comparison = await compare(tables, OPTIONS);

    // The meter never changes what is missing.
    expect(tables.missing()).toEqual(missing);
    const said = new Set<string>();
    for (const difference of comparison.differences) {
      const key = `${difference.day} ${difference.principalId}`;
      const { spend, estimated } = correctionOf(difference);
      expect([key, spend, estimated]).toEqual([key, ...missing[key]]);
      expect(said.has(key)).toBe(false);
      said.add(key);
    }
    // Nothing that is wrong is passed over in silence but by being undecided, and on a quiet table nothing is.
    const undecided = new Set(comparison.undecided.map(({ day, principalId }) => `${day} ${principalId}`));
    if (meanwhile.length === 0) {
      expect(undecided.size).toBe(0);
      expect([...said].sort()).toEqual(Object.keys(missing).filter(key => missing[key].some(amount => amount !== 0n)).sort());
    }

    tables.rebuild(comparison, 'first');

    const after = tables.missing();
    for (const key of Object.keys(missing)) {
      expect([key, after[key]]).toEqual([key, said.has(key) ? NONE : missing[key]]);
    }
    decided += said.size;
    runs += 1;
  }), { numRuns: 1_500 });
  expect(decided).toBeGreaterThan(runs / 3);
});

test('two who rebuild at the same time add what is missing once', async () => {
  await fc.assert(fc.asyncProperty(...histories, async (before, damages, meanwhile) => {
    const tables = new Tables([...meanwhile]);
    before.forEach(one => tables.play(one));
    damages.forEach(({ who, day, spend, estimated }) => tables.add(who, day, BigInt(spend) as Usd, BigInt(estimated) as Usd));
    const missing = tables.missing();

    const [first, second] = [await compare(tables, OPTIONS), await compare(tables, OPTIONS)];
    const written = [...tables.rebuild(first, 'first'), ...tables.rebuild(second, 'second')].map(({ day, principalId }) => `${day} ${principalId}`);

    expect(new Set(written).size).toBe(written.length);
    const after = tables.missing();
    for (const key of Object.keys(missing)) {
      expect([key, after[key]]).toEqual([key, written.includes(key) ? NONE : missing[key]]);
    }
  }), { numRuns: 500 });
});
