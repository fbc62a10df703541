import { legibleAll } from '../../texts';
import { ACCOUNT, ALICE, DAY, HOUR, KEY_USER, limit, MINUTE, ROLE, SECOND } from '../builders';
import { pageText } from '../report-page/page-text';
import { BOB, replay, START, TestCall } from './a-replay';

/**
 * Whole pages, word for word, for whoever changes one: the snapshot beside this file is to be read like the page. What the figures are to be stands in the
 * other tests of this folder.
 */
const CAROL = `iam-user/${ACCOUNT}/carol`;
const DAVE = `iam-user/${ACCOUNT}/dave`;
const STRANGER = 'iam-role/999999999999/stranger';

const times = (count: number, every: number, call: Omit<TestCall, 'at'>, from = START): readonly TestCall[] =>
  Array.from({ length: count }, (_, index) => ({ ...call, at: from + index * every }));
const inOrder = (...calls: readonly (readonly TestCall[])[]) => calls.flat().sort((a, b) => a.at - b.at);

const EVENTFUL = inOrder(
  times(6, 2 * HOUR, { id: ALICE, cost: '1.5' }),
  times(5, 7 * MINUTE, { id: ALICE, cost: '2', modelId: 'model-1' }, START + DAY),
  times(4, HOUR, { id: BOB, cost: '1', modelId: 'model-2' }),
  times(4, 5 * HOUR, { id: CAROL, cost: '2.5', modelId: 'model-3' }),
  [{ id: DAVE, at: START + 90 * SECOND, cost: '1200' }],
  times(2, HOUR, { id: KEY_USER, cost: '9', modelId: 'model-4', isEstimate: true }),
  times(3, HOUR, { id: STRANGER, cost: '2', modelId: 'model-5' }),
  times(5, MINUTE, { id: ROLE, cost: '0.004', modelId: 'model-6' }),
  ['model-7', 'model-8', 'model-9'].map((modelId, index) => ({ id: ROLE, at: START + DAY + index, cost: '0.5', modelId })),
);

test('a page of much that would have happened', () => {
  const silent = ['z', 'a', 'c', 'b', 'e', 'd', 'f'].map(name => [`iam-user/${ACCOUNT}/silent-${name}`, {}] as const);
  const { page } = replay(EVENTFUL, {
    [ALICE]: { limits: [limit('4', 'calendar day')], labels: { team: 'data' } },
    [BOB]: { limits: [limit('2', 'calendar day')], enforcement: 'observe' },
    [CAROL]: { limits: [limit('3', 'calendar day'), limit('6', '7 days', '2026-03-08')] },
    [STRANGER]: { limits: [limit('5')] },
    [ROLE]: { limits: [limit('2')] },
    [`agent-runtime/${ACCOUNT}/eu-central-1/support-Ab12Cd34Ef`]: {},
    ...Object.fromEntries(silent),
  }, { timeZone: 'Europe/Berlin', ownAccountId: ACCOUNT }, {
    duplicates: 1_234, unreadable: 1, doubts: ['one thing', 'another'], hasRuntimes: true, regions: ['eu-central-1', 'us-east-1'], priceVersion: '2026-03-01', source: '12 files',
  });
  legibleAll([page.title, page.lead, page.notes, page.footer, page.figures], 'the page');
  expect(pageText(page)).toMatchSnapshot();
});

test('a page of nothing that would have happened', () => {
  const silent = { [BOB]: { limits: [limit('2')] } };
  expect(pageText(replay([{ id: DAVE, at: START, cost: '0.5' }], silent).page)).toMatchSnapshot();
});

test('a page without calls', () => {
  expect(pageText(replay([], { [BOB]: {} }).page)).toMatchSnapshot();
});

test('a page of one of each tells of one', () => {
  const { page } = replay(
    [{ at: START, cost: '4' }, { at: START + HOUR, cost: '1', isEstimate: true }], { [ALICE]: { limits: [limit('4', 'calendar day')] } }, {}, { duplicates: 1, unreadable: 2 },
  );
  expect(page.figures).toEqual([
    { value: '$4.00', label: 'charged', note: '1 call of 1 principal' },
    { value: '1', label: 'principal warned' },
    { value: '1', label: 'principal suspended', note: '1 time' },
    { value: '1', label: 'call blocked' },
    { value: '$1.00', label: 'not spent', note: 'what the blocked calls had cost' },
    { value: '$0.00', label: 'spent beyond limits', note: 'until calls failed, or the records ended' },
  ]);
  expect(page.notes.slice(0, 2)).toEqual(['2 records could not be read: nothing of them is in the figures.', '1 record repeated a call that was there already; a call counts once.']);
  expect(page.notes).toContain('The price of a model is not known: 1 blocked call ($1.00) has an estimate in its place.');
});
