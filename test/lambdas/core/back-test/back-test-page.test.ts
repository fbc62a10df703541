import * as fc from 'fast-check';
import { BackTestResult } from '../../../../src/lambdas/core/back-test/back-test';
import { Proposal, ProposedOrders } from '../../../../src/lambdas/core/back-test/proposal';
import { durationText, notesOf } from '../../../../src/lambdas/core/back-test/report-texts';
import { addUsd, usd, Usd } from '../../../../src/lambdas/core/money';
import { CostChart, ReportPage, ReportTable, SpendChart, StatesChart } from '../../../../src/lambdas/core/report-page/report-page';
import { ACCOUNT, ALICE, DAY, HOUR, limit, MINUTE, ROLE, SECOND, settings } from '../builders';
import { BOB, replay, START, surroundingsOf, TestCall } from './a-replay';

function chartsOf<T extends { readonly kind: string }>(page: ReportPage, kind: T['kind']): readonly T[] {
  return page.sections.flatMap(({ blocks }) => blocks).filter(block => block.kind === kind) as unknown as readonly T[];
}

function tableOf(page: ReportPage, title: string): ReportTable {
  return chartsOf<ReportTable>(page, 'table').find(table => table.title === title)!;
}

/** A dollar an hour for three days. */
const steady = Array.from({ length: 72 }, (_, hour): TestCall => ({ at: START + hour * HOUR, cost: '1' }));

test('whoever is suspended every day is so in every block', () => {
  const { result, page } = replay(steady, { [ALICE]: { limits: [limit('4', 'calendar day')], labels: { team: 'data' } } });
  // At 8, 9, 10 and 11 on the first day, at 1, 2, 3 and 4 on the others, where midnight still fails; each time the fourth call reaches the limit.
  expect(result.principals[0].suspensions.map(({ from, to }) => [new Date(from).toISOString(), to && new Date(to).toISOString()])).toEqual([
    ['2026-03-09T11:06:00.000Z', '2026-03-10T00:03:00.000Z'], ['2026-03-10T04:06:00.000Z', '2026-03-11T00:03:00.000Z'],
    ['2026-03-11T04:06:00.000Z', '2026-03-12T00:03:00.000Z'], ['2026-03-12T04:06:00.000Z', undefined],
  ]);
  const [spend] = chartsOf<SpendChart>(page, 'spend');
  expect(spend.title).toBe(ALICE);
  expect(spend.points.map(point => point.at)).toEqual(spend.points.map(point => point.at).sort());
  expect(Math.max(...spend.points.map(({ spentUsd }) => spentUsd))).toBe(4);
  expect(new Set(spend.points.map(({ limitUsd }) => limitUsd))).toEqual(new Set([4]));
  expect(spend.marks.filter(({ status }) => status === 'suspended').map(mark => mark.at)).toEqual(result.principals[0].suspensions.map(({ from }) => from));
  const [{ rows: [{ name, spans }] }] = chartsOf<StatesChart>(page, 'states');
  expect(name).toBe(ALICE);
  // They lie side by side, from the first call to the last.
  expect([spans[0].from, spans.at(-1)!.to]).toEqual([START, START + 71 * HOUR]);
  spans.slice(1).forEach(({ from }, index) => expect(from).toBe(spans[index].to));
  expect(tableOf(page, 'Times without access').rows).toHaveLength(4);
  expect(tableOf(page, 'Everybody who called').rows[0].slice(0, 3)).toEqual([ALICE, '$4.00/day', '$16.00']);
  expect(page.figures.map(({ value, label }) => `${value} ${label}`)).toEqual([
    '$16.00 charged', '1 principal warned', '1 principal suspended', '56 calls blocked', '$56.00 not spent', '$0.00 spent beyond limits',
  ]);
});

test('the cost of every day stands under its model, and many models are one series', () => {
  const models = Array.from({ length: 12 }, (_, index) => `model-${String(index).padStart(2, '0')}`);
  const { page, result } = replay([0, 3].flatMap(day => models.map((modelId, index) => ({ at: START + day * DAY + index, cost: `${index + 1}`, modelId }))), {});
  const [{ days, series }] = chartsOf<CostChart>(page, 'cost');
  expect(days).toEqual(['2026-03-09', '2026-03-10', '2026-03-11', '2026-03-12']);
  expect(series).toHaveLength(8);
  expect(series[0]).toEqual({ name: 'model-11', usd: [12, 0, 0, 12] });
  expect(series.at(-1)).toEqual({ name: 'other models', usd: [15, 0, 0, 15], standsFor: 5 });
  expect(series.flatMap(({ usd: amounts }) => amounts).reduce((sum, amount) => sum + amount, 0)).toBe(Number(result.charged.cost / 10n ** 12n));
  expect(tableOf(page, 'Cost by model').rows).toHaveLength(12);
});

test('curves and timelines have a bounded number of points, whatever comes', () => {
  const year = Array.from({ length: 365 * 12 }, (_, index): TestCall => ({ at: START + index * 2 * HOUR, cost: '1' }));
  const { page, result } = replay(year, { [ALICE]: { limits: [limit('4', 'calendar day')] } });
  expect(result.principals[0].suspensions).toHaveLength(365);
  const [spend] = chartsOf<SpendChart>(page, 'spend');
  expect(spend.points.length).toBeLessThan(700);
  expect(spend.marks.length).toBeLessThanOrEqual(400);
  const [{ rows: [{ spans }] }] = chartsOf<StatesChart>(page, 'states');
  expect(spans.length).toBeLessThanOrEqual(400);
  expect(spans.at(-1)!.to).toBe(result.to);
  spans.slice(1).forEach(({ from }, index) => expect(from).toBe(spans[index].to));
});

test('only those who matter most have a curve; nobody is left out of the table', () => {
  const calls = Array.from({ length: 40 }, (_, index): TestCall => ({ id: `iam-user/${ACCOUNT}/u${index}`, at: START + index * SECOND, cost: `${index + 1}` }));
  const { page } = replay(calls, {}, { defaultLimit: limit('1000') });
  expect(chartsOf<SpendChart>(page, 'spend').map(({ title }) => title.split('/').at(-1))).toEqual(['u39', 'u38', 'u37', 'u36', 'u35', 'u34']);
  expect(page.sections[0].text).toBe('The 6 that matter most of 40 principals with a limit; the tables have all of them.');
  expect(tableOf(page, 'Everybody who called').rows).toHaveLength(40);
});

test('without calls there are words in place of pictures', () => {
  const { page } = replay([], {});
  expect(page.lead).toBe('No calls, replayed against the proposed budgets. Nothing was changed.');
  expect(chartsOf<ReportTable>(page, 'table').map(({ rows, empty }) => [rows.length, empty.length > 0])).toEqual(Array(5).fill([0, true]));
  expect(page.notes[0]).toBe('No calls were found: there is nothing to replay.');
});

test('who is observed only says what would have been, and is denied nothing', () => {
  const { result, page } = replay(steady, { [ALICE]: { limits: [limit('4', 'calendar day')], enforcement: 'observe' } });
  const [alice] = result.principals;
  expect([alice.suspensions, alice.blocked.calls]).toEqual([[], 0]);
  expect(alice.wouldBe).toMatchObject({ blocked: { calls: 56, cost: usd('56') } });
  expect(tableOf(page, 'What to know of some of them').rows).toEqual([[ALICE, 'observed only: would have been suspended 4 times, with 56 blocked calls of $56.00']]);
  expect(page.figures[2]).toEqual({ value: '0', label: 'principals suspended', note: '0 times; 1 more would be, but is observed only' });
});

test('a chart is of one limit: each has its own', () => {
  const orders = { [ALICE]: { limits: [limit('4', 'calendar day'), limit('20', 'calendar month')] } };
  const { page, result } = replay([...steady, { at: START + 80 * HOUR, cost: '1' }], orders);
  const [day, month] = chartsOf<SpendChart>(page, 'spend');
  expect([day.title, month.title]).toEqual([`${ALICE}, $4.00/day`, `${ALICE}, $20.00/month`]);
  expect(month.description).toContain('The curve is what was spent of $20.00/month');
  expect(new Set(day.points.map(({ limitUsd }) => limitUsd))).toEqual(new Set([4]));
  expect(new Set(month.points.map(({ limitUsd }) => limitUsd))).toEqual(new Set([20]));
  // Within the month it never falls.
  month.points.slice(1).forEach(({ spentUsd }, index) => expect(spentUsd).toBeGreaterThanOrEqual(month.points[index].spentUsd));
  expect(month.points.at(-1)!.spentUsd).toBe(Number(result.charged.cost / 10n ** 12n));
  // Every day begins at nothing: at midnight calls fail still, or nobody calls.
  expect(day.points.filter(({ spentUsd }) => spentUsd === 0).map(point => new Date(point.at).toISOString().slice(0, 10)))
    .toEqual(expect.arrayContaining(['2026-03-10', '2026-03-11', '2026-03-12']));
  expect(day.marks).toEqual(month.marks);
});

test('a curve falls where its window ends, though nobody calls before the next one is over', () => {
  const { page } = replay([{ at: START, cost: '2' }, { at: START + 3 * DAY, cost: '1' }], { [ALICE]: { limits: [limit('4', 'calendar day')] } });
  const [{ points }] = chartsOf<SpendChart>(page, 'spend');
  expect(points.map(point => [new Date(point.at).toISOString(), point.spentUsd])).toEqual(expect.arrayContaining([['2026-03-10T00:00:00.000Z', 0]]));
});

test.each<[string, ProposedOrders, Partial<Proposal>, string]>([
  ['who is observed', { enforcement: 'observe' }, {}, '$57.00 of it by those whom nobody stops'],
  ['who is out of reach', {}, { ownAccountId: '999999999999' }, '$57.00 of it by those whom nobody stops'],
  ['who is in a grace period in the end', {}, { settings: settings({ graceSeconds: 30 * 86_400 }) }, 'until calls failed, or the records ended'],
])('what %s spends beyond the limits counts as such', (_, orders, changes, note) => {
  const { result, page } = replay(steady, { [ALICE]: { limits: [limit('15', 'calendar month')], ...orders } }, changes);
  expect(page.figures.at(-1)).toEqual({ value: '$57.00', label: 'spent beyond limits', note });
  expect(result.principals[0]).toMatchObject({ overspend: usd('57'), suspensions: [] });
});

test('sums are those of the principals, and only what was charged is an estimate of it', () => {
  fc.assert(fc.property(fc.array(fc.record({
    id: fc.constantFrom(ALICE, BOB, ROLE), gap: fc.integer({ min: 0, max: 8 * HOUR }), cents: fc.integer({ min: 0, max: 300 }), isEstimate: fc.boolean(),
  }), { minLength: 1, maxLength: 60 }), drawn => {
    let time = START;
    const calls = drawn.map(({ gap, cents, ...call }): TestCall => ({ ...call, at: time += gap, cost: `${cents / 100}` }));
    const orders = { [ALICE]: { limits: [limit('2', 'calendar day')] }, [BOB]: { limits: [limit('1', 'calendar day')], enforcement: 'observe' as const } };
    const { result } = replay(calls, orders);
    const sum = (of: (principal: BackTestResult['principals'][number]) => Usd) => addUsd(...result.principals.map(of));
    expect(sum(({ charged }) => charged.cost)).toBe(result.charged.cost);
    expect(sum(({ blocked }) => blocked.cost)).toBe(result.blocked.cost);
    expect(sum(({ estimated }) => estimated)).toBe(result.estimated.cost);
    expect(result.estimated.cost <= result.charged.cost).toBe(true);
    const estimates = calls.filter(({ isEstimate }) => isEstimate);
    expect(result.estimated.calls + result.blockedEstimated.calls).toBe(estimates.length);
    expect(addUsd(result.estimated.cost, result.blockedEstimated.cost)).toBe(addUsd(...estimates.map(({ cost }) => usd(cost))));
  }));
});

test('a role of another account is out of reach', () => {
  const { result } = replay(steady.map(call => ({ ...call, id: ROLE })), { [ROLE]: { limits: [limit('4')] } }, { ownAccountId: '999999999999' });
  expect(result.principals[0]).toMatchObject({ unenforceable: `belongs to account ${ACCOUNT}: restrict it there`, status: 'exceeded', suspensions: [] });
});

test('periods of days begin with the first call of all for whoever is in the file, and with their own for the others', () => {
  const calls = [{ at: START, cost: '1' }, { id: BOB, at: START + 2 * DAY, cost: '1' }, { id: ROLE, at: START + 2 * DAY, cost: '1' }];
  const { result } = replay(calls, { [BOB]: { limits: [limit('1', '5 days')] } }, { defaultLimit: limit('1', '5 days') });
  const startOf = (id: string) => result.principals.find(({ principalId }) => principalId === id)!.transitions[0].leading!.window.start;
  expect([startOf(ALICE), startOf(BOB), startOf(ROLE)]).toEqual(['2026-03-09', '2026-03-09', '2026-03-11']);
});

test('calls out of order are refused', () => {
  expect(() => replay([{ at: START, cost: '1' }, { at: START - 1, cost: '1' }], {})).toThrow(RangeError);
});

test('notes tell of everything that weakens the figures', () => {
  const { result } = replay([{ at: START, cost: '1', isEstimate: true }], {});
  const proposal: Proposal = { settings: settings(), timeZone: 'Europe/Berlin', orders: new Map(), blockDelayMs: MINUTE, restoreDelayMs: 3 * MINUTE };
  const notes = notesOf(result as BackTestResult, surroundingsOf(proposal, { duplicates: 2, unreadable: 1, doubts: ['a slip'], regions: ['a', 'b'] })).join('\n');
  for (const text of [
    'In doubt: a slip.', '1 record could not be read', '2 records repeated a call', '1 charged call ($1.00) has', '1 min on top of the grace period of 5 min', 'Europe/Berlin', '2 regions (a, b)',
  ]) {
    expect(notes).toContain(text);
  }
});

test('estimates of charged and of blocked calls are told together', () => {
  const calls = [{ at: START, cost: '4', isEstimate: true }, ...[1, 2].map(hour => ({ at: START + hour * HOUR, cost: '1', isEstimate: true }))];
  const { page } = replay(calls, { [ALICE]: { limits: [limit('4', 'calendar day')] } });
  expect(page.notes).toContain('The price of a model is not known: 1 charged call ($4.00) and 2 blocked calls ($2.00) have an estimate in its place.');
});

test.each([
  [0, '0 s'], [29_000, '29 s'], [MINUTE, '1 min'], [HOUR, '1 h'], [5 * HOUR + 3 * MINUTE, '5 h 3 min'], [2 * DAY + 4 * HOUR + MINUTE, '2 d 4 h'], [DAY + MINUTE, '1 d'],
])('%d ms are %s', (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(text);
});
