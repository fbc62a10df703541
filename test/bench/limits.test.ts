import * as fc from 'fast-check';
import { accountLimits, callsInATransaction, limits, principalLimits } from '../../bench/figures/limits';
import { distinct } from '../../bench/own-cost/assumptions';
import { hasFigures } from '../../bench/performance-page';

const MEASURED = { mostActions: 100, additionWriteUnits: 4, rowWriteUnits: 2 };

test('docs/performance.md has the limits that the code and the assumptions give', async () => {
  const report = await limits.measure({ signal: new AbortController().signal, log: () => {}, startCloud: () => Promise.reject(new Error('none')), afterwards: () => {} });

  expect(report.targets.every(({ kept }) => kept)).toBe(true);
  expect(hasFigures(limits, report)).toBe(true);
}, 120_000);

test('a budget takes one transaction after another: 33 a second, of 99 calls each', () => {
  const [transactions, partition] = principalLimits(MEASURED);

  expect([transactions.alone, transactions.together].map(Math.round)).toEqual([33, 3300]);
  expect(partition).toMatchObject({ alone: 250, together: 24_750 });
});

test('the dearer an addition, the sooner the partition is full', () => {
  expect(principalLimits({ ...MEASURED, additionWriteUnits: 10 })[1].alone).toBe(100);
});

test('a transaction is as full as it may be, and never fuller', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 2, max: 100 }), (principals, mostActions) => {
    const calls = callsInATransaction(principals, mostActions);
    expect(calls + distinct(principals, calls)).toBeLessThanOrEqual(mostActions + 1e-9);
    expect(calls + 1 + distinct(principals, calls + 1)).toBeGreaterThan(mostActions);
  }));
});

test('an account of one principal takes no more than that principal', () => {
  const [sharing] = accountLimits(1, MEASURED);

  expect([sharing.alone, sharing.together].map(Math.round)).toEqual([33, 3300]);
});

test('principals that call one by one seldom meet; those of full transactions nearly always', () => {
  const [sharing] = accountLimits(200, MEASURED);

  expect(Math.round(sharing.alone)).toBe(6667);
  expect(Math.round(sharing.together)).toBe(1767);
});

test('a new ledger takes 2,000 calls a second at once', () => {
  expect(accountLimits(200, MEASURED)[1]).toMatchObject({ what: 'write units of the ledger, where it is new', alone: 2000, together: 2000 });
});
