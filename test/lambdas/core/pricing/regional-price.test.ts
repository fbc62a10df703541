import { parsePriceTable } from '../../../../src/lambdas/core/pricing/price-table';
import { isCommercial, PlaceOfCall, regionalPrices } from '../../../../src/lambdas/core/pricing/regional-price';

const TABLE = parsePriceTable('2026-01', `
  a.full   in=1 out=1
  a.full   eu in=2 out=2
  a.full   eu-west-1 in=3 out=3
  a.full   global in=4 out=4
  a.full   us,ca,us-gov,apac in=5 out=5
  a.full   eu-west-1@batch in=6 out=6
  a.full   *@batch in=7 out=7
  a.geo    in=1 out=1 geo+10%
  a.vary   in=1 out=1 geo+10% by-region
  a.same   in=1 out=1 worldwide
  a.plain  in=1 out=1
  a.local  eu in=2 out=2
`);

/** `<place> <input>`, with what is said beside it. */
function prices(id: string, region: string, more: Partial<PlaceOfCall> = {}): string[] {
  return regionalPrices(TABLE.models.get(id)!, { region, ...more }).map(({ place, price, factor, isOfMode, assumptions }) =>
    [place, price.input, ...(factor.numerator === factor.denominator ? [] : [`${factor.numerator}/${factor.denominator}`]), ...(isOfMode ? ['of the mode'] : []), ...assumptions].join(' '));
}

test.each<[string, Partial<PlaceOfCall>, string[]]>([
  // The region before the profile's geography before the region's.
  ['eu-west-1', {}, ['eu-west-1 3', 'eu 2', '* 1 regional-price-unknown']],
  ['eu-west-1', { geography: 'eu' }, ['eu-west-1 3', 'eu 2', '* 1 regional-price-unknown']],
  ['eu-west-1', { geography: 'us' }, ['eu-west-1 3', 'us 5', 'eu 2', '* 1 regional-price-unknown']],
  ['eu-west-3', {}, ['eu 2', '* 1 regional-price-unknown']],
  ['eu-west-1', { geography: 'global' }, ['global 4', '* 1']],
  ['eu-west-1', { mode: 'batch' }, ['eu-west-1 6 of the mode', 'eu 2', '* 7 of the mode regional-price-unknown']],
  ['eu-west-1', { mode: 'flex' }, ['eu-west-1 3', 'eu 2', '* 1 regional-price-unknown']],
  // Which geography a region belongs to.
  ['us-east-1', {}, ['us 5', '* 1']],
  ['us-west-2', {}, ['us 5', '* 1']],
  ['ca-central-1', {}, ['ca 5', '* 1 regional-price-unknown']],
  ['us-gov-west-1', {}, ['us-gov 5', '* 1 regional-price-unknown']],
  ['ap-south-1', {}, ['apac 5', '* 1 regional-price-unknown']],
  ['eu-isoe-west-1', {}, ['* 1 regional-price-unknown']],
  ['eusc-de-east-1', {}, ['* 1 regional-price-unknown']],
  ['me-south-1', {}, ['* 1 regional-price-unknown']],
  ['us-iso-east-1', {}, ['* 1 regional-price-unknown']],
])('in %s with %j the prices are %j', (region, more, expected) => {
  expect(prices('a.full', region, more)).toEqual(expected);
});

test.each<[string, string, string, string | undefined, string[]]>([
  ['a premium is for all but global profiles', 'a.geo', 'eu-west-1', undefined, ['* 1 11/10']],
  ['a global profile bears none', 'a.geo', 'eu-west-1', 'global', ['* 1']],
  ['GovCloud has its own', 'a.geo', 'us-gov-west-1', undefined, ['* 1 11/10 regional-price-unknown']],
  ['a model that differs by region is known in the United States alone', 'a.vary', 'eu-west-1', undefined, ['* 1 11/10 regional-price-unknown']],
  ['also through a global profile', 'a.vary', 'eu-west-1', 'global', ['* 1 regional-price-unknown']],
  ['and known there', 'a.vary', 'us-east-1', 'global', ['* 1']],
  ['one price worldwide', 'a.same', 'me-south-1', undefined, ['* 1']],
  ['which is none of other partitions', 'a.same', 'cn-north-1', undefined, ['* 1 regional-price-unknown']],
  ['a price of the United States', 'a.plain', 'us-west-2', undefined, ['* 1']],
  ['is unknown elsewhere', 'a.plain', 'us-west-20', undefined, ['* 1 regional-price-unknown']],
  ['what is listed elsewhere alone has no price', 'a.local', 'us-east-1', undefined, []],
])('%s', (_, id, region, geography, expected) => {
  expect(prices(id, region, geography === undefined ? {} : { geography })).toEqual(expected);
});

test.each([
  ['us-east-1', true], ['eu-west-1', true], ['cn-north-1', false], ['us-gov-east-1', false], ['us-iso-east-1', false], ['us-isob-east-1', false], ['us-isof-south-1', false],
  ['eu-isoe-west-1', false], ['eusc-de-east-1', false], ['ap-cn-1', true],
])('%s is commercial: %s', (region, commercial) => {
  expect(isCommercial(region)).toBe(commercial);
});
