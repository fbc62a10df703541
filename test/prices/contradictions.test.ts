import {
  contradictionsOf, duplicateRows, familyOf, implausibleRows, isJumpOfTheCatalog, jumpsSince, regionsFarOff, sourcelessRows, versionJumps,
} from '../../projenrc/prices/contradictions';
import { keysOf, rows } from './rows';

const PLAUSIBLE = [
  'a.claude-3-v1:0 in=3 out=15 read=0.3 write5m=3.75 write1h=6 ~L',
  'a.claude-3-v1:0 eu in=3.3 out=16.5 read=0.33 write5m=4.125 write1h=6.6 ~L',
  'a.claude-3-v1:0 *@batch in=1.5 out=7.5 ~L',
  'a.embed-v1 in=0.1 out=0 image-in=0.0001 ~L',
];

test('plausible rows contradict nothing', () => {
  expect(contradictionsOf(rows(...PLAUSIBLE), ['L'])).toEqual([]);
});

test('all checks are made', () => {
  const wrong = rows('a.x-1 in=1 out=2 ~L', 'a.x-1 in=1 out=2 ~Z', 'a.x-1 eu in=3 out=2 ~L', 'a.x-2 in=20 out=1', 'a.x-3 in=1 out=2 read=2 ~L');
  expect(keysOf(contradictionsOf(wrong, ['L'])).map((key) => key.split(' ')[0])).toEqual([
    'unknown-source', 'no-source', 'duplicate-row', 'output-below-a-tenth-of-input', 'cache-read-above-input', 'far-off', 'version-jump',
  ]);
});

describe('sources', () => {
  test('a row without one', () => {
    expect(keysOf(sourcelessRows(rows('a.x in=1 out=2'), ['L']))).toEqual(['no-source a.x *']);
  });

  test('one that nobody declared', () => {
    expect(keysOf(sourcelessRows(rows('a.x eu in=1 out=2 ~L,Z'), ['L']))).toEqual(['unknown-source a.x eu Z']);
  });
});

describe('more than one row', () => {
  test('for a place, alone or in a list', () => {
    expect(keysOf(duplicateRows(rows('a.x eu in=1 out=2 ~L', 'a.x ap-south-1,eu in=1 out=2 ~L')))).toEqual(['duplicate-row a.x eu']);
  });

  test('another mode is another row', () => {
    expect(duplicateRows(rows('a.x in=1 out=2 ~L', 'a.x *@batch in=1 out=2 ~L'))).toEqual([]);
  });
});

describe('prices that do not go together', () => {
  test.each([
    ['a cache read dearer than an input', 'in=1 out=5 read=1.1', 'cache-read-above-input a.x *'],
    ['a cache write cheaper than an input', 'in=1 out=5 write5m=0.9', 'cache-write-below-input a.x *'],
    ['one for an hour cheaper than an input', 'in=1 out=5 write1h=0.9', 'cache-write-below-input a.x *'],
    ['one for an hour cheaper than for five minutes', 'in=1 out=5 write5m=2 write1h=1.25', 'cache-write-below-input a.x *'],
    ['an output cheaper than a tenth of the input', 'in=1 out=0.0999', 'output-below-a-tenth-of-input a.x *'],
  ])('%s', (_, prices, key) => {
    expect(keysOf(implausibleRows(rows(`a.x ${prices} ~L`)))).toEqual([key]);
  });

  test.each([
    ['a cache read for the price of the input', 'in=1 out=5 read=1'],
    ['an output for a tenth of the input', 'in=1 out=0.1'],
    ['embeddings', 'in=1 out=0'],
    ['a price of units alone', 'image=0.04'],
  ])('%s is no contradiction', (_, prices) => {
    expect(implausibleRows(rows(`a.x ${prices} ~L`))).toEqual([]);
  });
});

describe('places', () => {
  test.each(['in=3 out=5', 'in=0.33 out=5', 'in=0 out=5'])('%s is far off in=1', (prices) => {
    expect(keysOf(regionsFarOff(rows('a.x in=1 out=5 ~L', `a.x eu ${prices} ~L`)))).toEqual(['far-off a.x eu in']);
  });

  test('units and modes count as well', () => {
    expect(keysOf(regionsFarOff(rows('a.x image=1 ~L', 'a.x eu image=4 ~L', 'a.x *@batch image=0.1 ~L')))).toEqual(['far-off a.x eu image', 'far-off a.x *@batch image']);
  });

  test('less than three times is what regions differ by', () => {
    expect(regionsFarOff(rows('a.x in=1 out=0 ~L', 'a.x eu in=2.99 out=0 ~L', 'a.y eu in=9 out=9 ~L'))).toEqual([]);
  });
});

describe('versions of a family', () => {
  test('one that costs twenty times another', () => {
    const found = versionJumps(rows('a.x-1-v1:0 in=0.1 out=1 ~L', 'a.x-2-v1:0 in=0.3 out=3 ~L', 'a.x-3-20261001-v1:0 in=2 out=3 ~L'));
    expect(found).toEqual([{ key: 'version-jump a.x in', problem: 'a.x-3-20261001-v1:0 costs 2, and a.x-1-v1:0 0.1' }]);
  });

  test('other members of the house and other places are not compared', () => {
    expect(versionJumps(rows('a.x-small-1 in=0.1 out=1 ~L', 'a.x-large-1 in=9 out=90 ~L', 'a.x-small-2 eu in=9 out=90 ~L'))).toEqual([]);
  });

  test.each([
    ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'anthropic.claude-sonnet'],
    ['anthropic.claude-sonnet-5-5', 'anthropic.claude-sonnet'],
    ['meta.llama3-1-70b-instruct-v1:0', 'meta.llama-70b-instruct'],
    ['openai.gpt-5.6-sol', 'openai.gpt-sol'],
    ['openai.gpt-5.5', 'openai.gpt'],
    ['moonshotai.kimi-k2.5', 'moonshotai.kimi-k'],
    ['amazon.titan-embed-text-v2:0', 'amazon.titan-embed-text'],
  ])('%s is of the family %s', (id, family) => {
    expect(familyOf(id)).toBe(family);
  });
});

describe('since the last catalog', () => {
  const before = rows('a.x in=1 out=5 ~L', 'a.x eu in=1 out=5 ~L');
  const after = rows('a.x in=20 out=5 ~L', 'a.x eu in=0.05 out=5 ~L', 'b.new in=99 out=99 ~L');

  test('a price that is twenty times what it was, or a twentieth', () => {
    expect(keysOf(jumpsSince(before, after))).toEqual(['jump a.x * in 1->20', 'jump a.x eu in 1->0.05']);
  });

  test('a smaller change is the way of prices', () => {
    expect(jumpsSince(before, rows('a.x in=19.9 out=0.26 ~L'))).toEqual([]);
  });

  test('stays said for as long as the price is what it went to', () => {
    expect(isJumpOfTheCatalog('jump a.x * in 1->20', after)).toBe(true);
    expect(isJumpOfTheCatalog('jump a.x * in 1->20', before)).toBe(false);
    expect(isJumpOfTheCatalog('far-off a.x * in', after)).toBe(false);
  });
});
