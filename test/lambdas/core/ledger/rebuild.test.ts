import { WindowState } from '../../../../src/lambdas/core/budget';
import { NumberText } from '../../../../src/lambdas/core/budget-item';
import { addDays } from '../../../../src/lambdas/core/calendar';
import { forgottenDays } from '../../../../src/lambdas/core/forgotten-days';
import { comparableDays, differencesOf, LedgerTally, ledgerEntry, UnsummableError } from '../../../../src/lambdas/core/ledger/rebuild';
import { usd } from '../../../../src/lambdas/core/money';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const ALICE = 'iam-user/111122223333/alice';

test('the first day that can be compared is the one after that in which the retention ends, in the zone of the deployment', () => {
  expect(comparableDays(NOW, 90 * 86_400, 'UTC')).toEqual({ wholeFrom: '2026-08-30', keptFrom: '2026-09-26' });
  expect(comparableDays(Date.parse('2026-11-27T23:30:00Z'), 10 * 86_400, 'Asia/Tokyo')).toMatchObject({ wholeFrom: '2026-11-19' });
});

test('a row tells who pays, for which day, how much, whether that is an estimate or was corrected, and for how long it is kept', () => {
  expect(ledgerEntry({
    principalId: ALICE,
    day: '2026-11-27',
    costUsd: new NumberText('3.5E-8'),
    estimate: '1',
    loggedAt: '2026-11-27T10:00:00.500Z',
    expiresAt: new NumberText(String(Date.parse('2026-11-27T10:00:00Z') / 1000 + 60)),
  })).toEqual({ principalId: ALICE, day: '2026-11-27', cost: usd('0.000000035'), isEstimate: true, isCorrected: false, keptSeconds: 60 });
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
    expect(forgottenDays({ spend }, windows).filter(forgotten => forgotten >= comparableDays(NOW, 90 * 86_400, 'UTC').keptFrom)).toEqual([]);
    expect(forgottenDays({ spend }, windows)).toHaveLength(36);
  }
});

test('a day that the budget may have forgotten is no difference, and one that it still has is', () => {
  const comparable = { wholeFrom: '2026-01-01', keptFrom: '2026-08-27' };
  const tally = new LedgerTally();
  for (const day of ['2026-08-20', '2026-08-21', '2026-08-28']) {
    tally.add({ principalId: ALICE, day, cost: usd('1'), isEstimate: false, isCorrected: false });
  }
  const days = new Map([['2026-08-21', { spend: usd('2') }]]);
  expect(differencesOf({ principalId: ALICE, days }, tally, comparable).map(({ day }) => day)).toEqual(['2026-08-21', '2026-08-28']);
});
