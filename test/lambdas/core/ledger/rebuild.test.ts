import { WindowState } from '../../../../src/lambdas/core/budget';
import { Item, NumberText } from '../../../../src/lambdas/core/budget-item';
import { addDays } from '../../../../src/lambdas/core/calendar';
import { forgottenDays } from '../../../../src/lambdas/core/forgotten-days';
import {
  BudgetDays, comparableDays, compare, correctionOf, Difference, differencesOf, isUnproven, LedgerEntry, LedgerTally, ledgerEntry, UnsummableError,
} from '../../../../src/lambdas/core/ledger/rebuild';
import { usd } from '../../../../src/lambdas/core/money';
import { errorOf } from '../builders';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const ALICE = 'iam-user/111122223333/alice';

function amounts(spend: string, estimated = '0') {
  return { spend: usd(spend), estimated: usd(estimated) };
}

const entry = (on: string, cost: string): LedgerEntry => ({ principalId: ALICE, day: on, cost: usd(cost), isEstimate: false, isCorrected: false });

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
});

const ROW = { callId: 'c-1', principalId: ALICE, day: '2026-11-27', costUsd: new NumberText('1') };

test.each<[string, Item]>([
  ['no principal', { ...ROW, principalId: undefined }],
  ['a principal that is no text', { ...ROW, principalId: new NumberText('1') }],
  ['no day', { ...ROW, day: undefined }],
  ['a day that is no text', { ...ROW, day: new NumberText('20261127') }],
  ['a day that there is not', { ...ROW, day: '2026-11-31' }],
  ['no cost', { ...ROW, costUsd: undefined }],
  ['a cost that is a text', { ...ROW, costUsd: '1' }],
])('a row with %s is named, and not summed up', (_, row) => {
  const error = errorOf(() => ledgerEntry(row));
  expect([error.name, error.message]).toEqual(['UnsummableError', 'the ledger\'s row c-1 does not tell who pays how much on which day']);
});

test('a row whose amount cannot be read is named with the reason, its id cut', () => {
  const error = errorOf(() => ledgerEntry({ ...ROW, callId: 'c'.repeat(201), costUsd: new NumberText('many') }));
  expect(error).toBeInstanceOf(UnsummableError);
  expect(error.message).toBe(`the ledger's row ${'c'.repeat(200)} has an amount that cannot be read: not a decimal amount of USD: "many"; write it like 12.50`);
  expect(errorOf(() => ledgerEntry({ ...ROW, callId: 'c'.repeat(201), day: '' })).message).toBe(`the ledger's row ${'c'.repeat(200)} does not tell who pays how much on which day`);
});

test.each<[string, Item, Partial<LedgerEntry>]>([
  ['nothing else', {}, {}],
  ['a time that is none', { loggedAt: 'soon', expiresAt: new NumberText('1795860060') }, {}],
  ['a time that is no text', { loggedAt: new NumberText('7'), expiresAt: new NumberText('1795860060') }, {}],
  ['an expiry that is no number', { loggedAt: '2026-11-27T10:00:00.999Z', expiresAt: '1795860060' }, { loggedAt: Date.parse('2026-11-27T10:00:00.999Z') }],
  ['no expiry', { loggedAt: '2026-11-27T10:00:00Z' }, { loggedAt: Date.parse('2026-11-27T10:00:00Z') }],
])('of a row with %s the rest is read', (_, more, expected) => {
  expect(ledgerEntry({ ...ROW, ...more })).toEqual({ principalId: ALICE, day: '2026-11-27', cost: usd('1'), isEstimate: false, isCorrected: false, ...expected });
});

test('a tally has sums by principal and day, and knows the oldest row and the shortest life', () => {
  const bob = 'iam-user/111122223333/bob';
  const fill = (tally: LedgerTally) => {
    tally.add({ ...entry('2026-11-27', '1'), loggedAt: 2_000, keptSeconds: 60 });
    tally.add({ ...entry('2026-11-27', '2'), isEstimate: true, isCorrected: true, loggedAt: 1_000, keptSeconds: 90 });
    tally.add({ ...entry('2026-11-26', '4'), isCorrected: true });
    tally.add({ ...entry('2026-11-27', '8'), principalId: bob });
    return tally;
  };
  const all = fill(new LedgerTally());
  expect([...all.principals()]).toEqual([ALICE, bob]);
  expect(all.days(ALICE)).toEqual(new Map([
    ['2026-11-27', { spend: usd('3'), estimated: usd('2'), rows: 2, corrections: 1 }], ['2026-11-26', { spend: usd('4'), estimated: usd('0'), rows: 1, corrections: 1 }],
  ]));
  expect([all.rows, all.oldestLoggedAt, all.shortestKeptSeconds]).toEqual([4, 1_000, 60]);
  expect([all.days('iam-user/111122223333/eve').size, all.of(bob, '2026-11-26')]).toEqual([0, { spend: usd('0'), estimated: usd('0'), rows: 0, corrections: 0 }]);

  const some = fill(new LedgerTally(new Set([`2026-11-26 ${ALICE}`])));
  expect([[...some.principals()], [...some.days(ALICE).keys()], some.rows, some.oldestLoggedAt]).toEqual([[ALICE], ['2026-11-26'], 4, 1_000]);
  expect([new LedgerTally().oldestLoggedAt, new LedgerTally().shortestKeptSeconds]).toEqual([Infinity, Infinity]);
});

test('a difference tells all of both sides, in order of days, and who has rebuilt the budget last', () => {
  const comparable = { wholeFrom: '2026-11-20', provenFrom: '2026-11-20', keptFrom: '2026-11-20' };
  const tally = new LedgerTally();
  tally.add({ ...entry('2026-11-27', '1'), isEstimate: true });
  tally.add(entry('2026-11-19', '1'));
  tally.add(entry('2026-11-20', '1'));
  tally.add(entry('2026-11-21', '5'));
  const days = new Map([
    ['2026-11-27', { spend: usd('1') }], ['2026-11-25', { estimated: usd('2') }], ['2026-11-21', { spend: usd('5') }], ['2026-11-18', { spend: usd('5') }],
  ]);
  expect(differencesOf({ principalId: ALICE, days, rebuiltBy: 'r-1' }, tally, comparable)).toEqual([
    { principalId: ALICE, day: '2026-11-20', ledger: amounts('1'), ledgerRows: 1, budget: amounts('0'), hasBudget: true, rebuiltBy: 'r-1' },
    { principalId: ALICE, day: '2026-11-25', ledger: amounts('0'), ledgerRows: 0, budget: amounts('0', '2'), hasBudget: true, rebuiltBy: 'r-1' },
    { principalId: ALICE, day: '2026-11-27', ledger: amounts('1', '1'), ledgerRows: 1, budget: amounts('1'), hasBudget: true, rebuiltBy: 'r-1' },
  ]);
  expect(differencesOf({ principalId: ALICE, days: new Map() }, tally, comparable, false)[0]).toEqual(
    { principalId: ALICE, day: '2026-11-20', ledger: amounts('1'), ledgerRows: 1, budget: amounts('0'), hasBudget: false },
  );
});

test.each([[31, '2026-10-28', '2026-10-28'], [30, '2026-10-29', '2026-10-29'], [32, '2026-10-27', '2026-10-28']])(
  'rows that are kept for %d days leave whole what is from %s on, and proven what is from %s on', (days, wholeFrom, provenFrom) => {
    expect(comparableDays(NOW, { keptSeconds: days * DAY_SECONDS, oldestLoggedAt: longAgo }, 'UTC')).toEqual({ wholeFrom, provenFrom, keptFrom: '2026-09-26' });
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

test('whoever waits is told how many rows were read, and in which reading, page by page', async () => {
  const told: string[] = [];
  const source = {
    async* ledger() {
      yield [entry('2026-11-27', '1'), entry('2026-11-27', '2')];
      yield [{ ...entry('2026-11-27', '3'), principalId: 'iam-user/111122223333/bob' }];
    },
    async* budgets() {
      yield budgetWith({ '2026-11-27': '3' });
    },
  };
  const options = { now: NOW, timeZone: 'UTC', retentionSeconds: 90 * DAY_SECONDS, rounds: 2 };
  const found = await compare(source, { ...options, onProgress: (rows, reading) => void told.push(`${rows} in ${reading}`) });
  expect(told).toEqual(['2 in 1', '3 in 1', '2 in 2', '3 in 2']);
  expect(found).toEqual({
    rows: 3,
    budgets: 1,
    comparable: { wholeFrom: '2026-10-28', provenFrom: '2026-10-28', keptFrom: '2026-09-26' },
    differences: [{ principalId: 'iam-user/111122223333/bob', day: '2026-11-27', ledger: amounts('3'), ledgerRows: 1, budget: amounts('0'), hasBudget: false }],
    undecided: [],
  });
});

test('what was decided on is not read again, and what is new is left for another time', async () => {
  const row = entry('2026-11-27', '1');
  const other = entry('2026-11-26', '1');
  const corrected = { ...row, isCorrected: true };
  // The 27th was corrected during the first reading; the 26th is sure from the beginning.
  const { differences, undecided } = await readings([[row, other], [corrected, other], [corrected, other]], [[budgetWith({})]]);
  expect([differences.map(({ day }) => day), undecided]).toEqual([['2026-11-26', '2026-11-27'], []]);
});
