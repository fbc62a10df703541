import { ReportPage, ReportTable, StatesChart } from '../../../../src/lambdas/core/report-page/report-page';
import { ACCOUNT, ALICE, DAY, HOUR, limit, SECOND } from '../builders';
import { replay, START, TestCall } from './a-replay';

const blocksOf = (page: ReportPage, id: string) => page.sections.find(section => section.id === id)!.blocks;
const many = (count: number): readonly TestCall[] =>
  Array.from({ length: count }, (_, index) => ({ id: `iam-user/${ACCOUNT}/u${String(index).padStart(4, '0')}`, at: START + index * SECOND, cost: '1', modelId: `m${String(index).padStart(4, '0')}` }));

test.each([[6, undefined], [7, 'The 6 that matter most of 7 principals with a limit; the tables have all of them.']])('of %d principals with a limit, six have a curve', (count, text) => {
  const { page: { sections: [spend] } } = replay(many(count), {}, { defaultLimit: limit('1000') });
  expect([spend.text, spend.blocks.length]).toEqual([text, 6]);
});

test.each([[30, 30], [31, 30]])('of %d principals that reach a threshold, thirty are in the timeline', (count, shown) => {
  const { page } = replay(many(count), {}, { defaultLimit: limit('1.2') });
  const [chart] = blocksOf(page, 'states') as readonly StatesChart[];
  expect([chart.rows.length, chart.description]).toEqual([shown, 'The states of 30 principals from the first call to the last.']);
});

test('tables have two thousand rows, and tell of those that they leave out', () => {
  const calls = many(2_001);
  const { page } = replay([...calls.slice(0, -1), { ...calls.at(-1)!, id: calls[0].id }], {});
  const [principals] = blocksOf(page, 'principals') as readonly ReportTable[];
  const [models] = blocksOf(page, 'models') as readonly ReportTable[];
  expect([principals.rows.length, principals.description]).toEqual([2_000, undefined]);
  expect([models.rows.length, models.description, models.rows.at(-1)![0]]).toEqual([2_000, '1 more row: the JSON output has all of them.', 'm1999']);
});

describe('a timeline', () => {
  const NOON_OF_THE_FIRST_DAY = START + 4 * HOUR;

  /** What is spent at noon is a warning until midnight. */
  const spansAfter = (days: number, at = NOON_OF_THE_FIRST_DAY) => {
    const calls = Array.from({ length: days }, (_, day): TestCall => ({ at: at + day * DAY, cost: '0.8' }));
    const { page, result } = replay(calls, { [ALICE]: { limits: [limit('1', 'calendar day')] } });
    const [{ rows: [{ spans }] }] = blocksOf(page, 'states') as readonly StatesChart[];
    return { spans, transitions: result.principals[0].transitions, until: result.to! };
  };

  test('of two hundred spans has each of them, however short', () => {
    const { spans, transitions } = spansAfter(100, START);
    expect(spans).toHaveLength(200);
    expect(spans.slice(1).map(({ from }) => from)).toEqual(transitions.map(({ at }) => at));
  });

  test.each([101, 102, 400])('of more has the gravest status of each stretch: nobody who was warned on %d days looks as if never warned', days => {
    const { spans, transitions, until } = spansAfter(days);
    expect(spans.length).toBeLessThanOrEqual(200);
    expect([spans[0].from, spans.at(-1)!.to]).toEqual([NOON_OF_THE_FIRST_DAY, until]);
    expect(spans.slice(1).map(({ from }) => from)).toEqual(spans.slice(0, -1).map(({ to }) => to));
    const warnedAt = transitions.filter(({ to, at }) => to === 'warning' && at < until).map(({ at }) => at);
    expect(warnedAt).toHaveLength(days - 1);
    expect(warnedAt.map(at => spans.find(span => span.from <= at && at < span.to)!.status)).toEqual(warnedAt.map(() => 'warning'));
  });

  test('of more keeps what is long as it is, within the two hundredth part of the whole', () => {
    // Warned on a hundred and one days, and well for a year after them.
    const calls = [...Array.from({ length: 101 }, (_, day): TestCall => ({ at: NOON_OF_THE_FIRST_DAY + day * DAY, cost: '0.8' })), { at: NOON_OF_THE_FIRST_DAY + 466 * DAY, cost: '0.1' }];
    const { page, result: { to: until } } = replay(calls, { [ALICE]: { limits: [limit('1', 'calendar day')] } });
    const [{ rows: [{ spans }] }] = blocksOf(page, 'states') as readonly StatesChart[];
    const last = spans.at(-1)!;
    expect([last.status, last.to]).toEqual(['active', until]);
    expect(Math.abs(last.from - (NOON_OF_THE_FIRST_DAY + 100.5 * DAY))).toBeLessThanOrEqual((until! - NOON_OF_THE_FIRST_DAY) / 200);
  });

  test('begins with how its principal stood', () => {
    const { spans: [first, second] } = spansAfter(2);
    expect([first, second]).toEqual([
      { from: NOON_OF_THE_FIRST_DAY, to: NOON_OF_THE_FIRST_DAY, status: 'active', text: 'below every threshold' },
      { from: NOON_OF_THE_FIRST_DAY, to: NOON_OF_THE_FIRST_DAY + DAY / 2, status: 'warning', text: '80.0 % of $1.00 spent since 2026-03-09' },
    ]);
  });
});
