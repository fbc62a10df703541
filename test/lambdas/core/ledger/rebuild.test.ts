import { WindowState } from '../../../../src/lambdas/core/budget';
import { NumberText } from '../../../../src/lambdas/core/budget-item';
import { addDays } from '../../../../src/lambdas/core/calendar';
import { forgottenDays } from '../../../../src/lambdas/core/forgotten-days';
import {
  BudgetDays, comparableDays, compare, correctionOf, Difference, differencesOf, isUnproven, LedgerEntry, LedgerTally, ledgerEntry, UnsummableError,
} from '../../../../src/lambdas/core/ledger/rebuild';
import { usd } from '../../../../src/lambdas/core/money';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const ALICE = 'iam-user/111122223333/alice';

function amounts(spend: string, estimated = '0') {
  return { spend: usd(spend), estimated: usd(estimated) };
}

const DAY_SECONDS = 86_400;
const longAgo = Date.parse('2025-01-01T00:00:00Z');

test('the first day that can be compared is the one after that in which the retention ends, in the zone of the deployment', () => {
  expect(comparableDays(NOW, { keptSeconds: 90 * DAY_SECONDS, oldestLoggedAt: longAgo }, 'UTC')).toEqual({ wholeFrom: '2026-08-30', provenFrom: '2026-10-28', keptFrom: '2026-09-26' });
  expect(comparableDays(Date.parse('2026-11-27T23:30:00Z'), { keptSeconds: 10 * DAY_SECONDS, oldestLoggedAt: longAgo }, 'Asia/Tokyo')).toMatchObject({
    wholeFrom: '2026-11-19', provenFrom: '2026-11-19',
  });
});

test.each([
  // All rows of a shorter retention are gone, whatever the one is that holds now.
  ['2026-10-10T05:00:00Z', '2026-10-11'],
  ['2026-08-31T23:30:00Z', '2026-09-02'],
  // A deployment that is new: within the shortest retention that there may be, nothing can have expired.
  ['2026-11-27T05:00:00Z', '2026-10-28'],
])('days up to that of the oldest row (%s) are compared only where no retention can have ended: from %s on', (oldest, wholeFrom) => {
  expect(comparableDays(NOW, { keptSeconds: 365 * DAY_SECONDS, oldestLoggedAt: Date.parse(oldest) }, 'Europe/Berlin').wholeFrom).toBe(wholeFrom);
});

test('a ledger without any row knows nothing of what is older than the shortest retention', () => {
  expect(comparableDays(NOW, { keptSeconds: 365 * DAY_SECONDS, oldestLoggedAt: Infinity }, 'UTC').wholeFrom).toBe('2026-10-28');
});

test.each<[string, Partial<Difference>, boolean]>([
  ['more than the budget has', { day: '2026-09-01', ledger: amounts('7'), ledgerRows: 3 }, false],
  ['less, of a day of which nothing can have expired', { day: '2026-10-28', ledger: amounts('3'), ledgerRows: 3 }, false],
  ['less, of a day of which rows may have expired', { day: '2026-10-27', ledger: amounts('3'), ledgerRows: 3 }, true],
  ['nothing, of whatever day', { day: '2026-11-27' }, true],
  ['as much, but less of it estimated, of a day of which rows may have expired', { day: '2026-10-27', ledger: amounts('5', '0'), budget: amounts('5', '1'), ledgerRows: 3 }, true],
])('what takes spend away is proven or not: the ledger has %s', (_, changes, unproven) => {
  const difference: Difference = { principalId: ALICE, day: '2026-11-27', ledger: amounts('0'), ledgerRows: 0, budget: amounts('5'), hasBudget: true, ...changes };
  expect(isUnproven(difference, { wholeFrom: '2026-08-30', provenFrom: '2026-10-28', keptFrom: '2026-09-26' })).toBe(unproven);
});

test('a row tells who pays, for which day, how much, whether that is an estimate or was corrected, and for how long it is kept', () => {
  expect(ledgerEntry({
    principalId: ALICE,
    day: '2026-11-27',
    costUsd: new NumberText('3.5E-8'),
    estimate: '1',
    loggedAt: '2026-11-27T10:00:00.500Z',
    expiresAt: new NumberText(String(Date.parse('2026-11-27T10:00:00Z') / 1000 + 60)),
  })).toEqual({ principalId: ALICE, day: '2026-11-27', cost: usd('0.000000035'), isEstimate: true, isCorrected: false, loggedAt: Date.parse('2026-11-27T10:00:00.500Z'), keptSeconds: 60 });
  // Of compute: no call.
  expect(ledgerEntry({ principalId: ALICE, day: '2026-11-27', costUsd: new NumberText('1'), repricedAt: 'x' })).toEqual({
    principalId: ALICE, day: '2026-11-27', cost: usd('1'), isEstimate: false, isCorrected: true,
  });
  expect(() => ledgerEntry({ principalId: ALICE, day: '2026-11-27', costUsd: '1' })).toThrow(UnsummableError);
});

test('no budget has forgotten a day that is compared, also with a call of tomorrow by a clock that is ahead', () => {
  const day = { key: 'calendar day@2026-11-27', window: { start: '2026-11-27', end: '2026-11-27' } } as WindowState;
  const spend = new Map(Array.from({ length: 100 }, (_, back) => [addDays('2026-11-28', -back), usd('1')]));
  for (const windows of [[], [day]]) {
    expect(forgottenDays({ spend }, windows).filter(forgotten => forgotten >= comparableDays(NOW, { keptSeconds: 90 * DAY_SECONDS, oldestLoggedAt: longAgo }, 'UTC').keptFrom)).toEqual([]);
    expect(forgottenDays({ spend }, windows)).toHaveLength(36);
  }
});

test('a day that the budget may have forgotten is no difference, and one that it still has is', () => {
  const comparable = { wholeFrom: '2026-01-01', provenFrom: '2026-10-28', keptFrom: '2026-08-27' };
  const tally = new LedgerTally();
  for (const day of ['2026-08-20', '2026-08-21', '2026-08-28']) {
    tally.add({ principalId: ALICE, day, cost: usd('1'), isEstimate: false, isCorrected: false });
  }
  const days = new Map([['2026-08-21', { spend: usd('2') }]]);
  expect(differencesOf({ principalId: ALICE, days }, tally, comparable).map(({ day }) => day)).toEqual(['2026-08-21', '2026-08-28']);
});

/** Readings of both tables, one after another; the last one of each stands for those that follow. */
function readings(ledgers: readonly (readonly LedgerEntry[])[], budgets: readonly (readonly BudgetDays[])[]) {
  let [ledger, budget] = [-1, -1];
  const source = {
    async* ledger() {
      ledger = Math.min(ledger + 1, ledgers.length - 1);
      yield ledgers[ledger];
    },
    async* budgets() {
      budget = Math.min(budget + 1, budgets.length - 1);
      yield* budgets[budget];
    },
  };
  return compare(source, { now: NOW, timeZone: 'UTC', retentionSeconds: 90 * DAY_SECONDS, rounds: 4 });
}

const entry = (on: string, cost: string): LedgerEntry => ({ principalId: ALICE, day: on, cost: usd(cost), isEstimate: false, isCorrected: false });
const budgetWith = (days: Record<string, string>): BudgetDays => (
  { principalId: ALICE, days: new Map(Object.entries(days).map(([on, spend]) => [on, amounts(spend)])) }
);

test('a day that was charged during one reading is decided on in the next one', async () => {
  const before = [entry('2026-11-27', '1')];
  const after = [...before, entry('2026-11-27', '2')];
  // Somebody took 0.5 from the budget.
  const { differences, undecided } = await readings([before, after], [[budgetWith({ '2026-11-27': '0.5' })], [budgetWith({ '2026-11-27': '2.5' })]]);
  expect([differences.map(difference => correctionOf(difference).spend), undecided]).toEqual([[usd('0.5')], []]);
});

test('differences of several readings are told in order of days', async () => {
  const [early, late] = [entry('2026-11-26', '1'), entry('2026-11-27', '1')];
  const { differences } = await readings([[early, late], [early, early, late]], [[budgetWith({ '2026-11-26': '0', '2026-11-27': '0' })]]);
  expect(differences.map(({ day: on }) => on)).toEqual(['2026-11-26', '2026-11-27']);
});

test('the ledger is read as often as is said, and no more', async () => {
  const ledgers = Array.from({ length: 9 }, (_, index) => Array.from({ length: index + 1 }, () => entry('2026-11-27', '1')));
  let read = 0;
  const source = {
    async* ledger() {
      yield ledgers[read];
      read += 1;
    },
    async* budgets() {
      yield budgetWith({});
    },
  };
  const { undecided } = await compare(source, { now: NOW, timeZone: 'UTC', retentionSeconds: 90 * DAY_SECONDS, rounds: 4 });
  expect([read, undecided.length]).toEqual([4, 1]);
});
