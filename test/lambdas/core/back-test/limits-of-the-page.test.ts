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

  test('of more has those that are long enough to be seen: the two hundredth part of the whole', () => {
    const { spans, transitions } = spansAfter(101);
    // The last call of all is the end: its warning has no length.
    expect(spans.slice(1).map(({ from }) => from)).toEqual(transitions.slice(0, -1).map(({ at }) => at));
  });

  test('of far more is what lasted longest, where nothing else is long enough', () => {
    const { spans, until } = spansAfter(102);
    expect(spans.map(({ from, to, status }) => [from, to, status])).toEqual([[NOON_OF_THE_FIRST_DAY, until, 'active']]);
  });

  test('begins with how its principal stood', () => {
    const { spans: [first, second] } = spansAfter(2);
    expect([first, second]).toEqual([
      { from: NOON_OF_THE_FIRST_DAY, to: NOON_OF_THE_FIRST_DAY, status: 'active', text: 'below every threshold' },
      { from: NOON_OF_THE_FIRST_DAY, to: NOON_OF_THE_FIRST_DAY + DAY / 2, status: 'warning', text: '80.0 % of $1.00 spent since 2026-03-09' },
    ]);
  });
});
