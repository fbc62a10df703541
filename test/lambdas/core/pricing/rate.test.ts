import { formatUsd } from '../../../../src/lambdas/core/money';
import { parsePriceTable } from '../../../../src/lambdas/core/pricing/price-table';
import { completed, PriceSet, Rate, rateOf } from '../../../../src/lambdas/core/pricing/rate';
import { PlaceOfCall, regionalPrices } from '../../../../src/lambdas/core/pricing/regional-price';
import { ONE, Ratio } from '../../../../src/lambdas/core/pricing/token-prices';

const HALF: Ratio = { numerator: 1n, denominator: 2n };

/** The rate of a model whose rows are given without its id; prices of tokens are shown by the million. */
function rate(rows: string, { modeRatio = ONE, discount = ONE, mode }: { readonly modeRatio?: Ratio; readonly discount?: Ratio; readonly mode?: PlaceOfCall['mode'] } = {}): Rate {
  const [model] = parsePriceTable('2026-01', rows.split('; ').map(row => `a.one ${row}`).join('\n')).models.values();
  const [regional] = regionalPrices(model, { region: 'us-east-1', mode });
  return rateOf({ model, regional, mode, modeRatio, longContextAbove: model.longContextAbove, discount });
}

function shownSet({ prices, missing }: PriceSet): string {
  const kinds = Object.entries(prices).map(([kind, price]) => `${kind}=${Number(price) / 1_000_000}`);
  const missed = Object.entries(missing).filter(([, isMissing]) => isMissing).map(([kind]) => kind);
  return [...kinds, ...(missed.length > 0 ? [`without ${missed.join(', ')}`] : [])].join(' ');
}

function shown({ standard, longContext, units, assumedUnits }: Rate): string[] {
  return [
    shownSet(standard),
    ...(longContext ? [`above ${longContext.above}: ${shownSet(longContext)}`] : []),
    ...[...units].map(([key, price]) => `${key}=${formatUsd(price)}`),
    ...[...assumedUnits].map(([unit, count]) => `${count} ${unit}`),
  ];
}

test.each<[string, () => Rate, string[]]>([
  ['of a full row', () => rate('in=10 out=50 read=1 write5m=12.5 write1h=20'), ['input=10 output=50 cacheRead=1 cacheWrite5m=12.5 cacheWrite1h=20']],
  ['without a cache is that of input', () => rate('in=10 out=50'), ['input=10 output=50 cacheRead=10 cacheWrite5m=10 cacheWrite1h=10 without cacheRead, cacheWrite5m, cacheWrite1h']],
  ['of an hour is that of five minutes', () => rate('in=10 out=50 read=1 write5m=12'), ['input=10 output=50 cacheRead=1 cacheWrite5m=12 cacheWrite1h=12 without cacheWrite1h']],
  ['of five minutes is not that of an hour', () => rate('in=10 out=50 read=1 write1h=12'), ['input=10 output=50 cacheRead=1 cacheWrite5m=10 cacheWrite1h=12 without cacheWrite5m']],
  ['of a premium, a mode and a discount', () => rate('in=10 out=50 read=1 write5m=12 write1h=20 geo+10%', { modeRatio: { numerator: 7n, denominator: 4n }, discount: HALF, mode: 'priority' }), [
    'input=9.625 output=48.125 cacheRead=0.9625 cacheWrite5m=11.55 cacheWrite1h=19.25',
  ]],
  ['of a long context by ratio', () => rate('in=10 out=50 read=1 write5m=12 write1h=20 long>1000'), [
    'input=10 output=50 cacheRead=1 cacheWrite5m=12 cacheWrite1h=20', 'above 1000: input=20 output=75 cacheRead=2 cacheWrite5m=24 cacheWrite1h=40',
  ]],
  ['of a long context by its row', () => rate('in=10 out=50 read=1 write5m=12 write1h=20 long>1000; *@long in=15 out=60'), [
    'input=10 output=50 cacheRead=1 cacheWrite5m=12 cacheWrite1h=20', 'above 1000: input=15 output=60 cacheRead=1.5 cacheWrite5m=18 cacheWrite1h=30',
  ]],
  ['of a long context in a mode, which has no row', () => rate('in=10 out=50 read=1 write5m=12 write1h=20 long>1000; *@long in=15 out=60', { mode: 'flex', modeRatio: HALF }), [
    'input=5 output=25 cacheRead=0.5 cacheWrite5m=6 cacheWrite1h=10', 'above 1000: input=10 output=37.5 cacheRead=1 cacheWrite5m=12 cacheWrite1h=20',
  ]],
  ['of a mode by its row, with the cache of the standard one', () => rate('in=10 out=50 read=1 write5m=12.5 write1h=20; *@flex in=4 out=20', { mode: 'flex', modeRatio: HALF, discount: HALF }), [
    'input=2 output=10 cacheRead=0.2 cacheWrite5m=2.5 cacheWrite1h=4',
  ]],
  ['of a mode in a region, with the cache of that region', () => rate('in=1 out=1 read=1; us-east-1 in=10 out=50 read=2; us-east-1@flex in=5 out=25', { mode: 'flex', modeRatio: HALF }), [
    'input=5 output=25 cacheRead=1 cacheWrite5m=5 cacheWrite1h=5 without cacheWrite5m, cacheWrite1h',
  ]],
  ['of a mode alone', () => rate('*@flex in=4 out=20', { mode: 'flex', modeRatio: HALF }), ['input=4 output=20 cacheRead=4 cacheWrite5m=4 cacheWrite1h=4 without cacheRead, cacheWrite5m, cacheWrite1h']],
  ['of units, rounded up', () => rate('image=0.000000000003 second:720p=4 assumed-second=5', { discount: HALF }), [
    'input=0 output=0 cacheRead=0 cacheWrite5m=0 cacheWrite1h=0 without tokens, cacheRead, cacheWrite5m, cacheWrite1h', 'image=0.000000000002', 'second:720p=2', '5 second',
  ]],
])('the rate %s', (_, found, expected) => {
  expect(shown(found())).toEqual(expected);
});

test.each<[string, string, string, string[]]>([
  ['what is there stays', 'in=1 out=2 read=3 write5m=4 write1h=5', 'in=10 out=20 read=30 write5m=40 write1h=50', ['input=1 output=2 cacheRead=3 cacheWrite5m=4 cacheWrite1h=5']],
  ['what is missing is taken in proportion to input', 'in=5 out=90', 'in=10 out=20 read=1 write5m=12 write1h=20', ['input=5 output=90 cacheRead=0.5 cacheWrite5m=6 cacheWrite1h=10']],
  ['of a free input as it is', 'in=5 out=90', 'in=0 out=20 read=1 write5m=12 write1h=20', ['input=5 output=90 cacheRead=1 cacheWrite5m=12 cacheWrite1h=20']],
  ['in proportion, rounded up', 'in=1 out=1', 'in=3 out=1 read=1 write5m=2', ['input=1 output=1 cacheRead=0.333334 cacheWrite5m=0.666667 cacheWrite1h=0.666667 without cacheWrite1h']],
  ['what both miss stays missing', 'in=5 out=9', 'in=10 out=20', ['input=5 output=9 cacheRead=5 cacheWrite5m=5 cacheWrite1h=5 without cacheRead, cacheWrite5m, cacheWrite1h']],
  ['a write of an hour follows the one of five minutes that was found', 'in=5 out=9', 'in=10 out=20 write5m=12', ['input=5 output=9 cacheRead=5 cacheWrite5m=6 cacheWrite1h=6 without cacheRead, cacheWrite1h']],
  ['a write of an hour alone is taken', 'in=5 out=9 write5m=7', 'in=10 out=20 read=1 write1h=20', ['input=5 output=9 cacheRead=0.5 cacheWrite5m=7 cacheWrite1h=10']],
  ['tokens come whole where there are none', 'image=1', 'in=10 out=20 read=1', [
    'input=10 output=20 cacheRead=1 cacheWrite5m=10 cacheWrite1h=10 without cacheWrite5m, cacheWrite1h', 'image=1',
  ]],
  ['and not from where there are none', 'in=10 out=20', 'image=1 assumed-image=3', [
    'input=10 output=20 cacheRead=10 cacheWrite5m=10 cacheWrite1h=10 without cacheRead, cacheWrite5m, cacheWrite1h', 'image=1', '3 image',
  ]],
  ['units of both, the nearer one first to be asked', 'in=1 out=1 read=1 write5m=1 write1h=1 image:512=1 assumed-image=2', 'image:512=9 image:1024=2 second=3 assumed-image=9 assumed-second=6', [
    'input=1 output=1 cacheRead=1 cacheWrite5m=1 cacheWrite1h=1', 'image:512=1', 'image:1024=2', 'second=3', '2 image', '6 second',
  ]],
  ['but no size beside a price of every size', 'in=1 out=1 read=1 write5m=1 write1h=1 image=1', 'image:512=9 image-in=2', [
    'input=1 output=1 cacheRead=1 cacheWrite5m=1 cacheWrite1h=1', 'image-in=2', 'image=1',
  ]],
  ['a long context, with the next one\'s cache', 'in=5 out=9 long>100', 'in=10 out=20 read=1 write5m=12 write1h=20', [
    'input=5 output=9 cacheRead=0.5 cacheWrite5m=6 cacheWrite1h=10', 'above 100: input=10 output=13.5 cacheRead=1 cacheWrite5m=12 cacheWrite1h=20',
  ]],
  ['no long context where the tokens have none', 'in=5 out=9 read=1 write5m=1 write1h=1', 'in=10 out=20 long>100', ['input=5 output=9 cacheRead=1 cacheWrite5m=1 cacheWrite1h=1']],
  ['that of the next one with its tokens', 'image=1', 'in=10 out=20 read=1 write5m=12 write1h=20 long>100', [
    'input=10 output=20 cacheRead=1 cacheWrite5m=12 cacheWrite1h=20', 'above 100: input=20 output=30 cacheRead=2 cacheWrite5m=24 cacheWrite1h=40', 'image=1',
  ]],
])('completed by another rate: %s', (_, first, next, expected) => {
  expect(shown(completed(rate(first), rate(next)))).toEqual(expected);
});
