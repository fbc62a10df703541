import { isTokenKind, TOKEN_KINDS, whereOf } from '../../../../../src/lambdas/core/pricing/price-list/listed-price';
import { rowKey, rowsOf, tableText } from '../../../../../src/lambdas/core/pricing/price-list/price-rows';
import { parsePriceTable } from '../../../../../src/lambdas/core/pricing/price-table';

const TABLE = [
  'acme.b us-east-1 in=1 out=5 read=0.1 write5m=1.25 write1h=2',
  'acme.b us-east-1@batch in=0.5 out=2.5',
  'acme.a global in=2 out=0 image-in=0.00006',
  'acme.a us-east-1 image:1024=0.04 image=0.02',
  'acme.c us-east-1 second=0',
].join('\n');

test('a table is taken into rows of exact prices, without tokens where nothing is charged by them', () => {
  expect([...rowsOf(parsePriceTable('2026-01', TABLE)).values()].map(({ modelId, where, prices }) => [rowKey(modelId, where), Object.fromEntries(prices)])).toEqual([
    ['acme.b us-east-1', { input: 1_000_000_000_000n, output: 5_000_000_000_000n, cacheRead: 100_000_000_000n, cacheWrite5m: 1_250_000_000_000n, cacheWrite1h: 2_000_000_000_000n }],
    ['acme.b us-east-1@batch', { input: 500_000_000_000n, output: 2_500_000_000_000n }],
    ['acme.a global', { 'input': 2_000_000_000_000n, 'output': 0n, 'image-in': 60_000_000n }],
    ['acme.a us-east-1', { 'image:1024': 40_000_000_000n, 'image': 20_000_000_000n }],
    ['acme.c us-east-1', { second: 0n }],
  ]);
  expect([...rowsOf(parsePriceTable('2026-01', TABLE)).keys()]).toEqual(['acme.b us-east-1', 'acme.b us-east-1@batch', 'acme.a global', 'acme.a us-east-1', 'acme.c us-east-1']);
});

test('rows are written in one order, whatever theirs is', () => {
  const rows = rowsOf(parsePriceTable('2026-01', TABLE));
  const backwards = new Map([...rows].reverse().map(([key, row]) => [key, { ...row, prices: new Map([...row.prices].reverse()) }]));
  const text = [
    'acme.a global in=2 out=0 image-in=0.00006',
    'acme.a us-east-1 image=0.02 image:1024=0.04',
    'acme.b us-east-1 in=1 out=5 read=0.1 write5m=1.25 write1h=2',
    'acme.b us-east-1@batch in=0.5 out=2.5',
    'acme.c us-east-1 second=0',
  ].join('\n');
  expect([tableText(rows), tableText(backwards)]).toEqual([text, text]);
  expect(tableText(new Map())).toBe('');
});

test('places and kinds are named as tables name them', () => {
  expect([whereOf({ place: 'global' }), whereOf({ place: 'eu-west-1', mode: 'batch' })]).toEqual(['global', 'eu-west-1@batch']);
  expect([TOKEN_KINDS.every(isTokenKind), isTokenKind('image'), isTokenKind('second-in:audio')]).toEqual([true, false, false]);
});
