import { NumberText } from '../../../../src/lambdas/core/budget-item';
import { amountIn, AttributeLike, Attributes, countIn } from '../../../../src/lambdas/core/chargeback/attributes';
import { budgetAttributes, chargedPrincipal } from '../../../../src/lambdas/core/chargeback/charged-principals';
import { LEDGER_ATTRIBUTES, LedgerSums, LedgerSumsError, MAX_GROUPS, TooManyGroupsError } from '../../../../src/lambdas/core/chargeback/ledger-sums';
import { readPrincipals, readSegment } from '../../../../src/lambdas/core/chargeback/read-tables';
import { usd } from '../../../../src/lambdas/core/money';
import { errorOf } from '../builders';
import { budget, HAIKU, InMemoryTables, NOVEMBER, ROLE, row, USER } from './ledger';

function sumsOf(...rows: readonly Attributes[]): LedgerSums {
  const sums = new LedgerSums();
  rows.forEach(each => sums.addRow(each, NOVEMBER));
  return sums;
}

const ONE_CALL = { day: '2026-11-03', principalId: USER, modelId: HAIKU, calls: 1, cost: usd('0.000375'), estimatedCalls: 0, estimated: 0n, inputTokens: 1000, outputTokens: 100, cacheReadTokens: 10_000, cacheWriteTokens: 23 };

describe('a row of the ledger', () => {
  test('is a group with all that it says', () => {
    expect(sumsOf(row()).groups()).toEqual([ONE_CALL]);
    expect(sumsOf(row({ estimate: '1' })).groups()).toEqual([{ ...ONE_CALL, estimatedCalls: 1, estimated: usd('0.000375') }]);
  });

  test.each([
    ['the day before', '2026-10-31', 0, 0], ['the first day', '2026-11-01', 1, 0], ['the last day', '2026-11-30', 1, 0], ['the day behind', '2026-12-01', 0, 0],
    ['no day of another month', '2026-12-99', 0, 0], ['no day of this one', '2026-11-99', 0, 0], ['no day that sorts into it', '2026-11-1x', 0, 1], ['a month', '2026-11', 0, 1],
    ['a day without its first hyphen', '2026_10-01', 0, 1], ['a day without its second one', '2026-10_01', 0, 1], ['a day and more', '2026-10-011', 0, 1],
  ])('of %s counts in the period, is put aside, or is told as unreadable', (_, day, groups, unreadable) => {
    const sums = sumsOf(row({ day }));
    expect([sums.groups().length, sums.unreadable]).toEqual([groups, unreadable]);
  });

  test.each([['no principal', { principalId: '' }], ['no cost', { costUsd: undefined }], ['a cost that is text', { costUsd: '1' }], ['a day that is a number', { day: new NumberText('20261103') }]])('with %s cannot be read', (_, changes) => {
    const sums = sumsOf(row(changes));
    expect([sums.groups(), sums.unreadable]).toEqual([[], 1]);
  });

  test.each([[undefined, undefined, 'unknown'], [undefined, 'agentcore-compute', 'agentcore-compute'], [undefined, 'log', 'unknown'], [HAIKU, 'agentcore-compute', HAIKU]])('of model %s and source %s is told as %s', (modelId, source, told) => {
    expect(sumsOf(row({ modelId, source })).groups().map(group => group.modelId)).toEqual([told]);
  });
});

test('every attribute that a sum is made of is read', () => {
  expect(LEDGER_ATTRIBUTES).toEqual([
    'day', 'principalId', 'modelId', 'source', 'costUsd', 'estimate', 'inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWrite5mTokens', 'cacheWrite1hTokens',
  ]);
  expect(budgetAttributes(['2026-11-01', '2026-11-02'])).toEqual(['principalId', 'kind', 'labels', 'spend#2026-11-01', 'spend#2026-11-02']);
});

describe('sums', () => {
  const rows = [
    row({ modelId: 'b' }), row({ modelId: 'a' }), row({ principalId: ROLE, modelId: 'z' }), row({ day: '2026-11-02', modelId: 'z' }), row({ modelId: 'b', estimate: '1' }), row({ costUsd: 'much' }),
  ];

  test('are in the order of days, principals and models', () => {
    expect(sumsOf(...rows).groups().map(({ day, principalId, modelId, calls }) => [day, principalId, modelId, calls])).toEqual([
      ['2026-11-02', USER, 'z', 1], ['2026-11-03', ROLE, 'z', 1], ['2026-11-03', USER, 'a', 1], ['2026-11-03', USER, 'b', 2],
    ]);
  });

  test('come back from their text as they were', () => {
    const sums = sumsOf(...rows);
    const again = LedgerSums.fromText(sums.toText());
    expect([again.groups(), again.unreadable]).toEqual([sums.groups(), 1]);
    expect(sumsOf(row()).toText()).toBe(`{"unreadable":0,"groups":[["2026-11-03","${USER}","${HAIKU}",1,"0.000375",0,"0",1000,100,10000,23]]}`);
  });

  test('of parts are those of the whole', () => {
    const whole = new LedgerSums();
    rows.forEach(each => whole.addAll(sumsOf(each)));
    expect([whole.groups(), whole.unreadable]).toEqual([sumsOf(...rows).groups(), 1]);
  });

  test('take as many groups as there is room for, and calls of known ones beyond that', () => {
    const sums = new LedgerSums(1);
    sums.addRow(row(), NOVEMBER);
    sums.addRow(row(), NOVEMBER);
    expect(sums.groups()).toHaveLength(1);
    const error = errorOf(() => sums.addRow(row({ modelId: 'another' }), NOVEMBER));
    expect([error.name, error.message]).toEqual(['TooManyGroupsError', 'more than 1 combinations of day, principal and model: ask for fewer days at a time']);
    expect(error).toBeInstanceOf(TooManyGroupsError);
    expect(MAX_GROUPS).toBe(300_000);
  });

  test.each(['nonsense', '[]', '{"unreadable":"0","groups":[]}', '{"unreadable":0}', '{"unreadable":0,"groups":[["2026-11-01","p","m",1,"1",0,"0",0,0,0,"0"]]}', '{"unreadable":0,"groups":[["2026-11-01","p","m",1,1,0,"0",0,0,0,0]]}'])(
    'that nobody of ours wrote are refused, and why: %s', text => {
      const error = errorOf(() => LedgerSums.fromText(text));
      expect(error).toBeInstanceOf(LedgerSumsError);
      expect([error.name, error.message]).toEqual(['LedgerSumsError', 'the kept sums of a part of the ledger cannot be read: run the report again']);
      expect(error.cause).toBeInstanceOf(Error);
    },
  );
});

test.each<[AttributeLike | undefined, bigint | undefined, number]>([
  [undefined, undefined, 0], [{ S: '1' }, undefined, 0], [{ N: '0' }, 0n, 0], [{ N: '1' }, usd('1'), 1], [{ N: '-1' }, usd('-1'), 0], [{ N: '1.5' }, usd('1.5'), 0],
  [{ N: 'x' }, undefined, 0], [{ N: '9007199254740991' }, usd('9007199254740991'), Number.MAX_SAFE_INTEGER], [{ N: '9007199254740993' }, usd('9007199254740993'), 0],
])('%j is so much money, and such a count', (attribute, amount, count) => {
  expect([amountIn(attribute), countIn(attribute)]).toEqual([amount, count]);
});

describe('an item of the Budgets table', () => {
  test('tells who it is about, its labels, and what was spent on the days that are asked for', () => {
    const item = { ...budget(USER, { team: 'search', empty: '' }, { '2026-11-01': '1', '2026-11-02': '2', '2026-11-09': '9' }), kind: { S: 'iam-user' } };
    expect(chargedPrincipal(item, ['2026-11-01', '2026-11-02', '2026-11-03'])).toEqual({
      principalId: USER, kind: 'iam-user', labels: { team: 'search' }, spend: new Map([['2026-11-01', usd('1')], ['2026-11-02', usd('2')]]),
    });
  });

  test('is left out as far as somebody broke it', () => {
    expect(chargedPrincipal({ 'principalId': { S: USER }, 'kind': { S: '' }, 'labels': { M: { a: { N: '1' } } }, 'spend#2026-11-01': { S: '1' } }, ['2026-11-01'])).toEqual({ principalId: USER, labels: {}, spend: new Map() });
    expect(chargedPrincipal({ principalId: { S: USER }, labels: { S: 'x' } }, [])).toEqual({ principalId: USER, labels: {}, spend: new Map() });
    expect([chargedPrincipal({}, []), chargedPrincipal({ principalId: { S: '' } }, []), chargedPrincipal({ principalId: { N: '1' } }, [])]).toEqual([undefined, undefined, undefined]);
  });
});

describe('reading', () => {
  const tables = () => new InMemoryTables([row(), row(), row(), row(), row()], [
    budget(USER, { team: 'search' }), { principalId: { S: 'deployment/settings' } }, budget(ROLE, {}, { '2026-11-01': '1' }), { principalId: { S: 'iam-user/1/bare' }, kind: { S: 'iam-user' } },
  ]);

  test('goes on to the last page, or until there is no time', async () => {
    const all = await readSegment({ index: 0, of: 1 }, NOVEMBER, undefined, tables());
    expect([all.sums.groups()[0].calls, 'next' in all]).toEqual([5, false]);
    const some = await readSegment({ index: 0, of: 1 }, NOVEMBER, undefined, tables(), () => false);
    expect([some.sums.groups()[0].calls, some.next]).toEqual([2, '2']);
    const rest = await readSegment({ index: 0, of: 1 }, NOVEMBER, '4', tables(), () => false);
    expect([rest.sums.groups()[0].calls, 'next' in rest]).toEqual([1, false]);
  });

  test('finds everybody who has a kind, a label or spend, and no notes of the deployment', async () => {
    expect([...(await readPrincipals(['2026-11-01'], tables())).keys()]).toEqual([USER, ROLE, 'iam-user/1/bare']);
  });
});
