import { formatUsd } from '../../../../../src/lambdas/core/money';
import { ChargedKind } from '../../../../../src/lambdas/core/pricing/price-catalog';
import { embeddedPrice } from '../../../../../src/lambdas/core/pricing/price-list/embedded-price';
import { ListedPrice } from '../../../../../src/lambdas/core/pricing/price-list/listed-price';
import { parsePriceTable } from '../../../../../src/lambdas/core/pricing/price-table';

const TABLE = parsePriceTable('2026-01', `
  a.full  in=10 out=50 read=1 write5m=12 write1h=20 geo+10% by-region long>1000
  a.full  *@long in=15 out=60
  a.full  *@flex in=4 out=20
  a.full  global in=9 out=45
  a.full  eu-west-1 in=11 out=55
  a.full  eu-west-1@batch in=3 out=15
  a.plain in=2 out=8
  a.unit  image:1024=0.04 image=0.03
`);

test.each<[string, string, ListedPrice['mode'], ChargedKind, string | undefined]>([
  // Everywhere, with the premium.
  ['a.full', 'us-east-1', undefined, 'input', '11'], ['a.full', 'us-east-1', undefined, 'cacheWrite1h', '22'],
  ['a.full', 'us-east-1', 'flex', 'input', '4.4'], ['a.full', 'us-east-1', 'flex', 'cacheRead', '0.55'],
  ['a.full', 'us-east-1', 'batch', 'output', '27.5'], ['a.full', 'us-east-1', 'priority', 'input', '19.25'], ['a.full', 'us-east-1', 'optimized', 'input', '13.75'],
  // A long context by its row, and for what that leaves out by ratio.
  ['a.full', 'us-east-1', 'long', 'input', '16.5'], ['a.full', 'us-east-1', 'long', 'output', '66'], ['a.full', 'us-east-1', 'long', 'cacheRead', '2.2'],
  ['a.plain', 'us-east-1', 'long', 'input', '4'], ['a.plain', 'us-east-1', 'long', 'output', '12'],
  // Where there are rows of a place.
  ['a.full', 'global', undefined, 'input', '9'], ['a.full', 'global', undefined, 'cacheRead', '1'], ['a.full', 'eu-west-1', undefined, 'input', '11'],
  ['a.full', 'eu-west-1', 'batch', 'input', '3'], ['a.full', 'eu-west-1', 'batch', 'cacheRead', '0.55'], ['a.full', 'eu-west-1', 'priority', 'output', '96.25'],
  // What is not said at all.
  ['a.plain', 'us-east-1', undefined, 'cacheRead', undefined], ['a.plain', 'us-east-1', undefined, 'image', undefined], ['a.none', 'us-east-1', undefined, 'input', undefined],
  ['a.unit', 'us-east-1', undefined, 'input', undefined], ['a.unit', 'us-east-1', undefined, 'image:1024', '0.04'], ['a.unit', 'us-east-1', 'batch', 'image', '0.015'],
  ['a.unit', 'us-east-1', undefined, 'image:512', undefined],
])('%s in %s, mode %s: %s is %s', (modelId, place, mode, kind, price) => {
  const found = embeddedPrice(TABLE, place === 'global' ? 'us-east-1' : place, { modelId, place, kind, ...(mode ? { mode } : {}) });
  expect(found === undefined ? undefined : formatUsd(found)).toBe(price);
});
