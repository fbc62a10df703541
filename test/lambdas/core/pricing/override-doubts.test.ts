import { overrideDoubts } from '../../../../src/lambdas/core/pricing/override-doubts';
import { parsePriceOverrides } from '../../../../src/lambdas/core/pricing/price-overrides';
import { parsePriceTable } from '../../../../src/lambdas/core/pricing/price-table';

const KNOWN = parsePriceTable('2026-01', `
  acme.large  in=10 out=50 read=1
  acme.embed  in=0.1 out=0
  acme.small  in=2 out=8
  maker.pic   image=0.04
`);
const doubts = (text: string) => overrideDoubts(parsePriceOverrides(text), KNOWN);
const ROUTER = 'arn:aws:bedrock:us-east-1:111122223333:prompt-router/abcdefghij12';

test.each([
  'none',
  'discount 5%',
  'discount acme 5%',
  'acme.large in=8 out=40 read=0.8',
  'eu.acme.large in=9 out=45',
  'acme.large eu-central-1 in=11 out=55',
  'acme.large in=0 out=0',
  'acme.embed in=0.05 out=0',
  'maker.pic image=0.01',
  'maker.pic in=1 out=2',
  'unknown in=20 out=100',
  `${ROUTER} as=acme.large`,
  `${ROUTER} as=us.acme.large`,
  `${ROUTER} in=5 out=6`,
  'acme.new in=1 out=2\nacme.newer as=acme.new',
])('nothing of %j is in doubt but the name of a new model', text => {
  expect(doubts(text).filter(doubt => doubt !== 'acme.new: not in the catalog of this package, which is right for a new model alone'
    && doubt !== 'acme.newer: not in the catalog of this package, which is right for a new model alone')).toEqual([]);
});

test.each([
  ['discount amce 5%', 'discount amce: no provider of that name is known; did you mean "acme"?'],
  ['discount newcomer 5%', 'discount newcomer: no provider of that name is known'],
  ['acme.lagre in=10 out=50', 'acme.lagre: not in the catalog of this package, which is right for a new model alone'],
  ['acme.large as=acme.samll', 'acme.large: as=acme.samll has no price of its own'],
  ['acme.large as=acme.large', 'acme.large: as=acme.large has no price of its own'],
  ['acme.large in=0.00001 out=50', 'acme.large: input at 0.00001 USD per million tokens, where the list has 10'],
  ['acme.large in=10 out=1001', 'acme.large: output at 1001 USD per million tokens, where the list has 50'],
  ['acme.large us-west-2 in=10 out=0.05', 'acme.large: output at 0.05 USD per million tokens, where the list has 50'],
  [`${ROUTER} in=0.000003 out=1`, `${ROUTER}: input at 0.000003 USD per million tokens`],
  ['acme.large *@batch in=0.000005 out=25', 'acme.large: input at 0.000005 USD per million tokens, where the list has 10'],
  ['acme.large mars in=10 out=50', 'acme.large: "mars" is no region and no geography that is known'],
  ['acme.large in=20 out=10', 'acme.large: output at 10 is cheaper than input at 20'],
  ['acme.large in=10 out=50 read=11', 'acme.large: cached input at 11 is dearer than input at 10'],
])('%j is in doubt', (text, doubt) => {
  expect(doubts(text)).toContain(doubt);
});

test.each([
  // A twentieth of the list's price, and twenty times as much.
  ['in=0.5 out=50', []], ['in=0.499999 out=50', ['input at 0.499999 USD per million tokens, where the list has 10']],
  ['in=200 out=1000', []], ['in=200.000001 out=1000', ['input at 200.000001 USD per million tokens, where the list has 10']],
  ['in=10 out=10', []], ['in=10 out=9.999999', ['output at 9.999999 is cheaper than input at 10']], ['in=10 out=0', []],
  ['in=10 out=50 read=10', []], ['in=10 out=50 read=10.000001', ['cached input at 10.000001 is dearer than input at 10']],
  ['in=0 out=0 read=1', ['cached input at 1 is dearer than input at 0']],
  ['in=1000 out=0.001 read=2000', [
    'input at 1000 USD per million tokens, where the list has 10', 'output at 0.001 USD per million tokens, where the list has 50', 'output at 0.001 is cheaper than input at 1000',
    'cached input at 2000 is dearer than input at 1000',
  ]],
])('acme.large %s is doubted for %j', (prices, expected) => {
  expect(doubts(`acme.large ${prices}`)).toEqual(expected.map(doubt => `acme.large: ${doubt}`));
});

test.each([['0.001', []], ['0.000999', [`${ROUTER}: input at 0.000999 USD per million tokens`]]])('without a price in the list %s USD a million is doubted for %j', (price, expected) => {
  expect(doubts(`${ROUTER} in=${price} out=1`)).toEqual(expected);
});

test.each([
  ['eu-central-1', true], ['us-gov-west-1', true], ['eusc-de-east-1', true], ['ap-southeast-12', true], ['global', true], ['us-gov', true], ['jp', true], ['sa-east', true],
  ['eu-central', false], ['eu-central-123', false], ['e-central-1', false], ['europe-central-1', false], ['eu-central-1-wl', false], ['1-eu-central-1', false], ['moon', false],
])('%s is a place that is not in doubt: %s', (place, known) => {
  const catalog = parsePriceTable('2026-01', 'acme.large in=10 out=50\nacme.large sa-east in=11 out=51');
  for (const where of [place, `${place}@batch`]) {
    expect(overrideDoubts(parsePriceOverrides(`acme.large ${where} in=10 out=50`), catalog))
      .toEqual(known ? [] : [`acme.large: "${place}" is no region and no geography that is known`]);
  }
});

test('every row of a model is doubted, and every place once', () => {
  expect(doubts('discount nobody 5%\nacme.lagre mars in=10 out=5\nacme.lagre mars@batch in=5 out=2\nacme.lagre in=1 out=2\nacme.large as=acme.lagre')).toEqual([
    'discount nobody: no provider of that name is known',
    'acme.lagre: not in the catalog of this package, which is right for a new model alone',
    'acme.lagre: "mars" is no region and no geography that is known',
    'acme.lagre: output at 5 is cheaper than input at 10',
    'acme.lagre: output at 2 is cheaper than input at 5',
  ]);
});
