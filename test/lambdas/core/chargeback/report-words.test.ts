import { Chargeback, ChargebackOptions, chargebackOf, labelValue } from '../../../../src/lambdas/core/chargeback/chargeback';
import { LedgerSums } from '../../../../src/lambdas/core/chargeback/ledger-sums';
import { count, dollars, labelName, named, share, trustNotes, unlabelled } from '../../../../src/lambdas/core/chargeback/report-words';
import { CONTENT_TYPES, REPORT_FORMATS, reportText } from '../../../../src/lambdas/core/chargeback/written-report';
import { usd } from '../../../../src/lambdas/core/money';
import { at } from '../builders';
import { budget, NOVEMBER, OPTIONS, principals, ROLE, row, USER } from './ledger';

test.each([['0', '$0.00'], ['999.994', '$999.99'], ['999.995', '$1,000.00'], ['1000', '$1,000.00'], ['1234567.891', '$1,234,567.89'], ['100000', '$100,000.00']])('%s dollars are %s', (amount, text) => {
  expect(dollars(usd(amount))).toBe(text);
});

test.each([[0, '0'], [999, '999'], [1_000, '1,000'], [1_234_567, '1,234,567']])('a count of %d is %s', (number, text) => {
  expect(count(number)).toBe(text);
});

test('one thing is told in the singular, none and several are not', () => {
  expect([0, 1, 2].map(number => named(number, 'call'))).toEqual(['calls', 'call', 'calls']);
});

test('shares and labels are told in words', () => {
  expect(share(usd('1'), usd('4'))).toBe('25.0 %');
  expect([labelName('', 'team'), labelName('search', 'team'), labelName('', 'a\u001bb')]).toEqual(['no team', 'search', 'no a b']);
  expect([labelValue({ team: 'search' }, 'team'), labelValue({}, 'team'), labelValue({}, 'toString')]).toEqual(['search', '', '']);
});

const sumOf = (name: string, cost: string) => ({ name, cost: usd(cost), calls: 1, estimatedCalls: 0, estimated: usd('0'), inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 });

test('what has no label is what stands under no name', () => {
  expect([unlabelled({ label: 'team', values: [sumOf('a', '1'), sumOf('', '2')] }), unlabelled({ label: 'team', values: [sumOf('a', '1')] })]).toEqual([usd('2'), usd('0')]);
});

function reportOf(now: string, options: Partial<ChargebackOptions> = {}): Chargeback {
  const sums = new LedgerSums();
  sums.addRow(row(), NOVEMBER);
  return chargebackOf(NOVEMBER, sums, principals(NOVEMBER, budget(USER, { team: 'a', purpose: 'b' }, { '2026-11-03': '0.000375' })), at(now), { ...OPTIONS, ...options });
}

test.each([
  ['2026-11-30T23:59:59.999Z', 'UTC', false], ['2026-12-01T00:00:00Z', 'UTC', true], ['2026-12-01T04:59:59Z', 'America/New_York', false], ['2026-12-01T05:00:00Z', 'America/New_York', true],
])('at %s in %s the period is over: %p', (now, timeZone, isClosed) => {
  const report = reportOf(now, { timeZone });
  expect(report.trust.closed).toBe(isClosed);
  expect(trustNotes(report)).toEqual(isClosed ? [] : ['The period is not over: the report covers what was charged until it was made, 2026-11-30 included where that has begun.']);
});

test('of one day that has expired that day is told, of several the first and the last', () => {
  const texts = ['2027-01-30T00:00:00Z', '2027-01-31T00:00:00Z'].map(now => trustNotes(reportOf(now))[0]);
  expect(texts).toEqual([
    'Rows of the ledger expire 90 days after their call was logged: the figures of 2026-11-01 are too low, or will be.',
    'Rows of the ledger expire 90 days after their call was logged: the figures of 2026-11-01 to 2026-11-02 are too low, or will be.',
  ]);
});

test('principals of the same cost stand by their names, and differences by their ids', () => {
  const sums = new LedgerSums();
  ['b', 'c', 'a'].forEach(name => sums.addRow(row({ principalId: name, modelId: `model-${name}` }), NOVEMBER));
  const items = [budget(USER, {}, { '2026-11-02': '1' }), budget(ROLE, {}, { '2026-11-02': '1', '2026-11-01': '1' })];
  const report = chargebackOf(NOVEMBER, sums, principals(NOVEMBER, ...items), at('2026-12-01T00:00:00Z'), OPTIONS);
  expect([report.byPrincipal.map(({ name }) => name), report.byModel.map(({ name }) => name)]).toEqual([['a', 'b', 'c'], ['model-a', 'model-b', 'model-c']]);
  expect(report.trust.differences.map(({ principalId, days }) => [principalId, days])).toEqual([[ROLE, ['2026-11-01', '2026-11-02']], [USER, ['2026-11-02']]]);
});

test('a report is kept in three forms, each as its type says', () => {
  const report = reportOf('2026-12-02T00:00:00Z');
  expect(REPORT_FORMATS.map(format => [format, CONTENT_TYPES[format], reportText(report, format, ({ title }) => title).slice(0, 20)])).toEqual([
    ['csv', 'text/csv; charset=utf-8', 'day,principalId,kind'], ['json', 'application/json', '{"schemaVersion":"1"'], ['html', 'text/html; charset=utf-8', 'Chargeback of Amazon'],
  ]);
});
