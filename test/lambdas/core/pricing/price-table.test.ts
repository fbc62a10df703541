import { formatRow, parsePriceTable, PriceTableError } from '../../../../src/lambdas/core/pricing/price-table';
import { errorOf } from '../builders';

const NO_TRAITS = { geoPremium: false, worldwide: false, byRegion: false, superseded: false, modes: new Map(), assumedUnits: new Map() };

test('reads rows, traits, regional prices, modes and units', () => {
  const { version, models } = parsePriceTable('2026-01', `
    # a comment
    a.one  *            in=1 out=5 read=0.1 write5m=1.25 write1h=2 geo+10% long>200000 superseded ~L
    a.one  eu,sa-1      in=2 out=6 read=0.2
    a.one  *@batch      in=0.5 out=2.5
    a.one  eu,us-1@flex in=0.7 out=3

    a.two  in=0.02 out=0
    a.pic  image:1024=0.04 image:1024-premium=0.06
    a.vid  us-east-1 second=0.08 assumed-second=6
    arn:aws:bedrock:eu-west-1:111122223333:prompt/ABCDEFGHIJ as=a.one
  `);
  expect(version).toBe('2026-01');
  expect([...models.values()]).toEqual([
    {
      ...NO_TRAITS,
      id: 'a.one',
      list: { input: '1', output: '5', cacheRead: '0.1', cacheWrite5m: '1.25', cacheWrite1h: '2' },
      regional: new Map([['eu', { input: '2', output: '6', cacheRead: '0.2' }], ['sa-1', { input: '2', output: '6', cacheRead: '0.2' }]]),
      modes: new Map([['*@batch', { input: '0.5', output: '2.5' }], ['eu@flex', { input: '0.7', output: '3' }], ['us-1@flex', { input: '0.7', output: '3' }]]),
      geoPremium: true,
      worldwide: true,
      longContextAbove: 200_000,
      superseded: true,
    },
    { ...NO_TRAITS, id: 'a.two', list: { input: '0.02', output: '0' }, regional: new Map() },
    { ...NO_TRAITS, id: 'a.pic', list: { input: '0', output: '0', byUnitAlone: true, units: { 'image:1024': '0.04', 'image:1024-premium': '0.06' } }, regional: new Map() },
    {
      ...NO_TRAITS, id: 'a.vid', regional: new Map([['us-east-1', { input: '0', output: '0', byUnitAlone: true, units: { second: '0.08' } }]]), assumedUnits: new Map([['second', 6]]),
    },
    { ...NO_TRAITS, id: 'arn:aws:bedrock:eu-west-1:111122223333:prompt/ABCDEFGHIJ', regional: new Map(), pricedAs: 'a.one' },
  ]);
});

test.each([
  ['a.one', 'has no price'],
  ['a.one superseded', 'has no price'],
  ['a.one in=3', 'tokens without in and out'],
  ['a.one read=0.3', 'tokens without in and out'],
  ['a.one in=3 out=free', '"out=free": not a decimal amount'],
  ['a.one in=-3 out=1', 'from 0 to 100000 USD'],
  ['a.one in=3 out=100001', 'from 0 to 100000 USD'],
  ['a.one in=+3 out=1', 'from 0 to 100000 USD'],
  ['a.one in=0.0000000000001 out=1', 'more than 12 decimals'],
  ['a.one *@overnight in=3 out=1', '"@overnight" is none of @batch, @flex, @priority, @optimized, @long'],
  ['a.one eu@ in=3 out=1', '"@" is none of @batch'],
  ['a.one *@batch@flex in=3 out=1', '"@batch@flex" is none of @batch'],
  ['a.one input=3 output=15', '"input=3" is no price and no trait'],
  ['a.one in=3 out=15 cheap', '"cheap" is no price and no trait'],
  ['a.one in=3 out=15 long>some', '"long>some" is no price'],
  ['a.one image=0.04 assumed-image=many', '"assumed-image=many" is no price'],
  ['a.one second:=1 third=2', '"third=2" is no price'],
  ['a.one constructor=1', '"constructor=1" is no price'],
  ['a.one assumed-constructor=1', '"assumed-constructor=1" is no price'],
  ['a.one as=', '"as=" is no price'],
  ['a.one in=1 out=2 read=0.1 read=0.2', '"read" is given twice'],
  ['a.one image=1 image=1', '"image" is given twice'],
])('refuses %s', (row, problem) => {
  const error = errorOf(() => parsePriceTable('2026-01', row));
  expect(error).toBeInstanceOf(PriceTableError);
  expect(error.message).toContain(`price row "${row}": `);
  expect(error.message).toContain(problem);
});

test('prices of tokens and of units may stand in rows of their own', () => {
  const [{ list, regional }] = parsePriceTable('2026-01', `
    a.mix image-in=0.00006
    a.mix in=0.8 out=0
    a.mix eu in=1 out=0
    a.mix eu image-in=0.00007
    a.mix eu second=0.5`).models.values();
  expect(list).toEqual({ input: '0.8', output: '0', units: { 'image-in': '0.00006' } });
  expect(regional.get('eu')).toEqual({ input: '1', output: '0', units: { 'image-in': '0.00007', 'second': '0.5' } });
});

test.each([
  ['a.one eu as=a.two', 'hold everywhere: leave out the place'],
  ['a.one *@batch as=a.two', 'hold everywhere: leave out the place'],
  ['a.one eu in=1 out=2 geo+10%', 'hold everywhere: leave out the place'],
  ['a.one as=a.two in=1 out=2', 'in one row, without prices'],
  ['a.one as=a.two\na.one as=a.three', 'in one row, without prices'],
  ['a.one in=1 out=2\na.one as=a.two', 'in one row, without prices'],
  ['a.one as=a.two\na.one in=1 out=2', 'in one row, without prices'],
])('refuses %j, which contradicts itself', (rows, problem) => {
  expect(() => parsePriceTable('2026-01', rows)).toThrow(problem);
});

test.each([
  ['tokens', 'a.one in=1 out=2', 'a.one in=1 out=2'],
  ['tokens', 'a.one eu,us in=1 out=2', 'a.one us in=1 out=3'],
  ['tokens', 'a.one *@batch in=1 out=2', 'a.one *@batch in=1 out=2'],
  ['image:1024', 'a.one image:1024=1 image:512=2', 'a.one image:1024=3'],
])('refuses a price of %s that is given twice', (what, first, second) => {
  expect(() => parsePriceTable('2026-01', `${first}\n${second}`)).toThrow(`price row "${second}": the price of ${what} is given twice for the same place`);
});

test('writes rows as it reads them', () => {
  const rows = [
    'a.one * in=1 out=5 read=0.1 write5m=1.25 write1h=2',
    'a.one eu-west-1@batch in=0.5 out=2.5',
    'a.pic us-east-1 image:1024=0.04 image=0.02',
    'a.mix * in=0.8 out=0 image-in=0.00006',
  ];
  for (const row of rows) {
    const [model] = parsePriceTable('2026-01', row).models.values();
    const [place, price] = [...(model.list ? [['*', model.list] as const] : []), ...model.regional, ...model.modes][0];
    expect(formatRow(model.id, place, price)).toBe(row);
  }
  expect(formatRow('a.one', '*', { input: '1', output: '2' }, ['worldwide'])).toBe('a.one * in=1 out=2 worldwide');
});

describe('where a row holds', () => {
  const placesOf = (where: string) => [...parsePriceTable('2026-01', `a.one ${where} in=1 out=2`).models.get('a.one')!.regional.keys()];

  test.each(['eu', 'eu-west-1', 'a'.repeat(30), 'eu,us,global'])('%s is a place', where => {
    expect(placesOf(where)).toEqual(where.split(','));
  });

  test.each(['e', 'a'.repeat(31), 'EU', 'eu,', ',eu', 'eu;us', '*,eu', 'eu west'])('"%s" is none', where => {
    expect(() => placesOf(where)).toThrow('is no price and no trait');
  });

  test.each(['worldwide', 'by-region', 'superseded'])('"%s" is a trait, also where a place would stand', trait => {
    expect(parsePriceTable('2026-01', `a.one ${trait} in=1 out=2`)).toEqual(parsePriceTable('2026-01', `a.one * in=1 out=2 ${trait}`));
    expect(placesOf(trait)).toEqual([]);
  });
});

test.each([
  ['in=0 out=100000', true], ['in=0 out=100000.000000000001', false], ['in=.5 out=1', false],
  ['in=1 out=2 long>99', false], ['in=1 out=2 long>100', true], ['in=1 out=2 long>999999999', true], ['in=1 out=2 long>1000000000', false], ['in=1 out=2 short>200', false],
  ['second=1 assumed-second=9999', true], ['second=1 assumed-second=10000', false], ['second=1 assumed-second=1.5', false], ['second=1 assumed-second=', false],
  ['in=1 out=2 ~any-source', true], ['in=1 out=2 any~source', false],
])('%s can be read: %s', (words, readable) => {
  const read = () => parsePriceTable('2026-01', `a.one ${words}`).models.size;
  if (readable) {
    expect(read()).toBe(1);
  } else {
    expect(read).toThrow(PriceTableError);
  }
});

test('a premium leaves no room for differences between regions, unless that is said, on whichever side of it', () => {
  const traits = (words: string) => {
    const { geoPremium, worldwide, byRegion } = parsePriceTable('2026-01', `a.one in=1 out=2 ${words}`).models.get('a.one')!;
    return { geoPremium, worldwide, byRegion };
  };
  expect(traits('geo+10%')).toEqual({ geoPremium: true, worldwide: true, byRegion: false });
  expect(traits('geo+10% by-region')).toEqual({ geoPremium: true, worldwide: false, byRegion: true });
  expect(traits('by-region geo+10%')).toEqual({ geoPremium: true, worldwide: false, byRegion: true });
  expect(traits('worldwide')).toEqual({ geoPremium: false, worldwide: true, byRegion: false });
});

test('units that are taken for granted may stand in rows of their own, and add up', () => {
  const { models } = parsePriceTable('2026-01', `
    a.vid assumed-second=6
    a.vid second=0.08
    a.vid eu second=0.09 assumed-image-in=2
    a.vid assumed-second=5`);
  expect(models.get('a.vid')).toMatchObject({ list: { units: { second: '0.08' } }, assumedUnits: new Map([['second', 5], ['image-in', 2]]) });
});

test('whoever wrote a row reads what is wrong with it, cut where a terminal would be flooded', () => {
  const rows = [
    'a.one', 'a.one *@overnight in=3 out=1', 'a.one in=3', 'a.one in=3 out=15 cheap', `a.one in=3 out=15 ${'x'.repeat(200)}`, `a.one in=3 out=${'9'.repeat(100)}`,
    `a.one in=3 out=-${'9'.repeat(10)}`, `a.one in=3 out=${'x'.repeat(60)}`, `a.one image:${'x'.repeat(60)}=1 image:${'x'.repeat(60)}=1`, 'a.one in=1 out=2 geo+10%\na.one eu worldwide in=1 out=2',
    'a.one as=a.two in=1 out=2', 'a.one in=1 out=2\na.one in=1 out=2', 'a.\u001bone in=\u00e9\u001b[2J',
  ];
  expect(rows.map(row => errorOf(() => parsePriceTable('2026-01', row)).message)).toMatchSnapshot();
});
