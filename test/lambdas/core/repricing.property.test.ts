import * as fc from 'fast-check';
import { estimatedAttribute, Item, NumberText, spendAttribute } from '../../../src/lambdas/core/budget-item';
import { ChargedCall, planTransactions } from '../../../src/lambdas/core/metering';
import { addUsd, usd, Usd, ZERO_USD } from '../../../src/lambdas/core/money';
import { Charge, PricedUsage } from '../../../src/lambdas/core/pricing/price-catalog';
import { principalFromId } from '../../../src/lambdas/core/principal';
import { RepricingIncompleteError } from '../../../src/lambdas/core/repricing';
import { aCharge, ACCOUNT, ALICE, aUsage, MINUTE, ROLE } from './builders';
import { InMemoryDeployment } from './in-memory/deployment';
import { InjectedFault, Moment } from './in-memory/faults';

jest.setTimeout(60_000);

const PRINCIPALS = [ALICE, ROLE, `iam-user/${ACCOUNT}/bob`] as const;
const DAYS = ['2026-03-09', '2026-03-10'] as const;

/** Picodollars a token: dearer than the estimate, cheaper, for nothing, and the same. */
const PRICES = { dear: 70_001n, cheap: 3n, free: 0n, same: 35_001n } as const;
const ESTIMATE = 35_001n;
type Model = keyof typeof PRICES;
const MODELS = Object.keys(PRICES) as Model[];

interface MadeCall {
  readonly number: number;
  readonly who: string;
  readonly day: string;
  readonly model: Model;
  readonly tokens: number;
}

type Happening =
  | { readonly does: 'charge'; readonly calls: readonly MadeCall[] }
  | { readonly does: 'price'; readonly model: Model; readonly known: boolean }
  | { readonly does: 'reprice'; readonly steps: number }
  | { readonly does: 'forget'; readonly who: string; readonly day: string }
  | { readonly does: 'delete'; readonly who: string }
  | { readonly does: 'at once'; readonly calls: readonly MadeCall[]; readonly runs: number; readonly forget?: { readonly who: string; readonly day: string } };

/** Few numbers, so that many calls are deliveries of one that was charged before; a call is the same whenever it is delivered. */
const calls: fc.Arbitrary<readonly MadeCall[]> = fc.uniqueArray(fc.nat(60), { maxLength: 20 }).map(numbers => numbers.map(number => ({
  number,
  // Most of it to one, on one day: else no two of them are ever corrected together.
  who: number % 3 === 0 ? PRINCIPALS[number % 2] : PRINCIPALS[2],
  day: DAYS[number % 5 === 0 ? 0 : 1],
  model: MODELS[Math.floor(number / 2) % 4],
  tokens: number % 7 === 0 ? 0 : number * 1_001,
})));
const forgets = fc.record({ who: fc.constantFrom(...PRINCIPALS), day: fc.constantFrom(...DAYS) });
const steps = fc.oneof(fc.constant(Infinity), fc.nat(40));

const happenings: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('charge' as const), calls }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('price' as const), model: fc.constantFrom(...MODELS), known: fc.constantFrom(true, true, false) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('reprice' as const), steps }) },
  { weight: 1, arbitrary: forgets.map(forget => ({ does: 'forget' as const, ...forget })) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('delete' as const), who: fc.constantFrom(...PRINCIPALS) }) },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant('at once' as const), calls, runs: fc.constantFrom(1, 2, 3), forget: fc.option(forgets, { nil: undefined }) }),
  },
);

/** What becomes of the calls to the tables, one after another; when the list is over, they all pass. */
const fates = fc.array(fc.constantFrom<Moment | 'conflict' | 'pass'>('before', 'after', 'conflict', 'pass', 'pass', 'pass', 'pass'), { maxLength: 60 });
const histories = fc.array(happenings, { minLength: 1, maxLength: 25, size: 'max' });

test('whatever happens, budgets are the sum of the ledger and of its estimates, and in the end every known price is paid once', async () => {
  await fc.assert(fc.asyncProperty(histories, fates, fc.scheduler(), async (history, planned, scheduler) => {
    const world = new World([...planned], scheduler);
    for (const happening of history) {
      await scheduler.waitFor(world.happen(happening));
      world.expectSums();
      expect(world.violations).toEqual([]);
    }
    await world.recover();
    world.expectSums();
    world.expectRightPrices();
    const { corrections } = world.deployment.estimates;
    const callIds = corrections.flatMap(({ calls: own }) => own.map(({ estimate }) => estimate.callId));
    expect(new Set(callIds).size).toBe(callIds.length);
    await world.expectNothingLeftToDo();
  }), { numRuns: 250 });
});

test('the histories that were tried correct calls in every way', async () => {
  const seen = new Set<string>();
  await fc.assert(fc.asyncProperty(histories, fates, async (history, planned) => {
    const world = new World([...planned]);
    for (const happening of history) {
      await world.happen(happening);
    }
    for (const { budget, calls: own } of world.deployment.estimates.corrections) {
      seen.add(budget === undefined ? 'ledger alone' : budget.after > budget.before ? 'rises' : budget.after < budget.before ? 'falls' : 'stays');
      seen.add(own.length > 1 ? 'several calls' : 'one call');
    }
  }), { numRuns: 60, seed: 1 });
  expect([...seen].sort()).toEqual(['falls', 'ledger alone', 'one call', 'rises', 'several calls', 'stays']);
});

class World {
  public readonly deployment = new InMemoryDeployment();
  public readonly violations: unknown[] = [];
  private readonly known = new Set<Model>();
  private readonly charged = new Map<string, MadeCall>();
  /** Days that a budget has once forgotten: what comes to them later is only a part of what was spent. */
  private readonly forgotten = new Set<string>();
  private checkedAfter = '';

  constructor(planned: (Moment | 'conflict' | 'pass')[], scheduler?: fc.Scheduler) {
    const { deployment } = this;
    deployment.catalog = { version: 'test', priceOf: usage => this.priceOf(usage) };
    deployment.faults.gate = async call => {
      // Between two calls to the tables everything adds up, too. Thrown here, it would be taken for a failure of the table.
      try {
        this.expectSums();
      } catch (error) {
        this.violations.push(error);
      }
      await scheduler?.schedule(Promise.resolve(), call);
    };
    deployment.faults.draw = call => {
      const fate = planned.shift();
      if (fate === 'conflict') {
        deployment.estimates.conflicts += call === 'estimates.correct' ? 1 : 0;
        deployment.charges.conflicts += call === 'charges.write' ? 1 : 0;
      }
      return fate === 'before' || fate === 'after' ? { moment: fate } : undefined;
    };
  }

  public async happen(happening: Happening): Promise<void> {
    this.deployment.now += MINUTE;
    switch (happening.does) {
      case 'charge':
        return this.charge(happening.calls);
      case 'price':
        this.know(happening.model, happening.known);
        return undefined;
      case 'reprice':
        return this.reprice(happening.steps);
      case 'forget':
        this.forget(happening);
        return undefined;
      case 'delete':
        DAYS.forEach(day => this.forgotten.add(`${happening.who} ${day}`));
        this.deployment.budgets.remove(happening.who);
        return undefined;
      case 'at once':
        await Promise.all([
          this.charge(happening.calls),
          ...Array.from({ length: happening.runs }, () => this.reprice(Infinity)),
          happening.forget && this.deployment.faults.around('forget', () => this.forget(happening.forget!)).catch(passing),
        ]);
        return undefined;
    }
  }

  /** No more faults, and every price is known. */
  public async recover(): Promise<void> {
    const { deployment } = this;
    deployment.faults.gate = async () => undefined;
    deployment.faults.draw = () => undefined;
    deployment.estimates.conflicts = 0;
    deployment.charges.conflicts = 0;
    MODELS.forEach(model => this.know(model, true));
    expect(await deployment.reprice()).toMatchObject({ estimated: 0, failures: 0, complete: true });
  }

  public expectSums(): void {
    const { charges, budgets, estimates } = this.deployment;
    const writes = `${charges.transactions.length} ${estimates.corrections.length} ${this.forgotten.size}`;
    if (writes === this.checkedAfter) {
      return;
    }
    this.checkedAfter = writes;
    const sums = new Map<string, { readonly spent: Usd; readonly estimated: Usd }>();
    for (const row of charges.rows.values()) {
      const key = `${String(row.principalId)} ${String(row.day)}`;
      const { spent = ZERO_USD, estimated = ZERO_USD } = sums.get(key) ?? {};
      const cost = amount(row.costUsd);
      sums.set(key, { spent: addUsd(spent, cost), estimated: row.estimate === undefined ? estimated : addUsd(estimated, cost) });
    }
    for (const who of PRINCIPALS) {
      const item: Item = budgets.item(who) ?? {};
      for (const day of DAYS) {
        const key = `${who} ${day}`;
        const found = { spent: amount(item[spendAttribute(day)]), estimated: amount(item[estimatedAttribute(day)]) };
        if (found.estimated < 0n || found.spent < found.estimated) {
          throw new Error(`${key}: ${found.estimated} of ${found.spent} are an estimate`);
        }
        if (!this.forgotten.has(key)) {
          expect([key, found]).toEqual([key, sums.get(key) ?? { spent: ZERO_USD, estimated: ZERO_USD }]);
        }
      }
    }
  }

  /** Reckoned without the code under test: tokens times price, in integers. */
  public expectRightPrices(): void {
    for (const [callId, row] of this.deployment.charges.rows) {
      const { tokens, model } = this.charged.get(callId)!;
      expect([callId, amount(row.costUsd)]).toEqual([callId, BigInt(tokens) * PRICES[model]]);
      expect([callId, row.estimate]).toEqual([callId, undefined]);
      if (row.repricedAt !== undefined) {
        expect(amount(row.estimatedCostUsd)).toBe(BigInt(tokens) * ESTIMATE);
      }
    }
  }

  public async expectNothingLeftToDo(): Promise<void> {
    const { deployment } = this;
    deployment.budgets.takeStream();
    const { length } = deployment.estimates.corrections;
    expect(await deployment.reprice()).toEqual({ repriced: 0, estimated: 0, failures: 0, complete: true });
    expect([deployment.estimates.corrections.length, deployment.budgets.stream]).toEqual([length, []]);
  }

  private priceOf({ modelId, tokens }: PricedUsage): Charge {
    const model = modelId as Model;
    return this.known.has(model)
      ? aCharge({ cost: (BigInt(tokens.input) * PRICES[model]) as Usd, pricedAs: model })
      : aCharge({ cost: (BigInt(tokens.input) * ESTIMATE) as Usd, pricedAs: 'the.dearest', known: false, source: 'conservative-default' });
  }

  private know(model: Model, known: boolean): void {
    if (known) {
      this.known.add(model);
    } else {
      this.known.delete(model);
    }
  }

  private forget({ who, day }: { readonly who: string; readonly day: string }): void {
    if (this.deployment.budgets.item(who)) {
      this.forgotten.add(`${who} ${day}`);
      this.deployment.budgets.edit(who, { [spendAttribute(day)]: undefined, [estimatedAttribute(day)]: undefined });
    }
  }

  /** As the meter does; what fails comes again until it passes. */
  private async charge(made: readonly MadeCall[]): Promise<void> {
    let remaining = made.map(call => this.callOf(call));
    while (remaining.length > 0) {
      const [transaction] = planTransactions(remaining);
      const outcome = await this.deployment.charges.write(transaction).catch(passing);
      if (outcome?.result === 'written') {
        remaining = [];
      } else if (outcome?.result === 'duplicates') {
        remaining = remaining.filter(({ usage }) => !outcome.callIds.has(usage.callId));
      }
    }
  }

  private callOf(made: MadeCall): ChargedCall {
    const usage = aUsage({
      requestId: `r-${made.number}`,
      modelId: made.model,
      principal: principalFromId(made.who)!,
      tokens: { input: made.tokens, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
    });
    this.charged.set(usage.callId, made);
    return { usage, charge: this.priceOf(usage), day: made.day, loggedAt: usage.calledAt };
  }

  private async reprice(limit: number): Promise<void> {
    let left = limit;
    this.deployment.timeIsLeft = () => (left -= 1) >= 0;
    await this.deployment.reprice().catch(passing);
    this.deployment.timeIsLeft = () => true;
  }
}

/** Whoever called comes again. */
function passing(error: unknown): undefined {
  if (!(error instanceof InjectedFault) && !(error instanceof RepricingIncompleteError)) {
    throw error;
  }
  return undefined;
}

function amount(value: unknown): Usd {
  return value instanceof NumberText ? usd(value.value) : ZERO_USD;
}
