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
