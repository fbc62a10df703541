import { dateOfSource, genaiContradictions, GenaiPackage, parseMappings, withGenaiPrices } from '../../projenrc/prices/genai';
import { keysOf, rows } from './rows';

const TODAY = '2026-11-27';

const MAPPINGS = parseMappings(`
  # ours  theirs
  a.x      global.a.x  regional.a.x
  a.embed  a.embed-text
  a.sonic  a.sonic     audio
  ignored  a.old       retired
`);

const PACKAGE: GenaiPackage = {
  version: '0.1.8',
  models: [
    { id: 'global.a.x', prices: { input_mtok: 1, output_mtok: 5, cache_read_mtok: 0.1, cache_write_mtok: 1.25 } },
    { id: 'regional.a.x', prices: { input_mtok: 1.1, output_mtok: 5.5, cache_read_mtok: 0.11 } },
    { id: 'a.embed-text', prices: { input_mtok: 0.1 } },
    { id: 'a.sonic', prices: { input_mtok: 0.06, output_mtok: 0.24, input_audio_mtok: 3.4, output_audio_mtok: 13.6 } },
    { id: 'a.old', prices: { input_mtok: 9 } },
  ],
};

const ROWS = ['a.x in=1 out=5 read=0.1 geo+10% ~L', 'a.embed in=0.1 out=0 ~L', 'a.sonic ~G'];

function filled(...lines: string[]) {
  return withGenaiPrices(rows(...lines), MAPPINGS, PACKAGE);
}

function found(lines: string[], genai = PACKAGE, mappings = MAPPINGS) {
  return keysOf(genaiContradictions(withGenaiPrices(rows(...lines), mappings, genai), mappings, genai, TODAY));
}

function withModel(id: string, prices: GenaiPackage['models'][number]['prices']): GenaiPackage {
  return { ...PACKAGE, models: [...PACKAGE.models.filter((model) => model.id !== id), { id, prices }] };
}

test('the package is as old as its version, where somebody has said when that was published', () => {
  expect(dateOfSource('package=0.1.8:2026-09-23', '0.1.8')).toBe('2026-09-23 (version 0.1.8)');
  expect(dateOfSource('package=0.1.8:2026-09-23', '0.1.9')).toBe('version 0.1.9');
  expect(dateOfSource('2026-08', '0.1.8')).toBe('2026-08');
});

describe('figures from the package', () => {
  test('make the rows that name it as their source', () => {
    expect(filled('a.x geo+10% ~G')).toMatchObject([{ prices: { in: '1', out: '5', read: '0.1', write5m: '1.25' }, traits: ['geo+10%'] }]);
  });

  test('leave what the row says by itself', () => {
    expect(filled('a.x write1h=2 ~G')[0].prices).toEqual({ in: '1', out: '5', read: '0.1', write5m: '1.25', write1h: '2' });
  });

  test('leave other rows alone', () => {
    expect(filled('a.x in=2 out=3 ~L')[0].prices).toEqual({ in: '2', out: '3' });
  });

  test('are those of embeddings without an answer', () => {
    expect(filled('a.embed ~G')[0].prices).toEqual({ in: '0.1', out: '0' });
  });

  test('are those of speech where the mapping says so', () => {
    expect(filled('a.sonic ~G')[0].prices).toEqual({ in: '3.4', out: '13.6' });
  });

  test('are the newest of several', () => {
    const dated = withModel('global.a.x', [
      { prices: { input_mtok: 9, output_mtok: 9 } },
      { constraint: { type: 'start_date', start_date: '2026-08-21' }, prices: { input_mtok: 4, output_mtok: 20 } },
      { constraint: { type: 'start_date', start_date: '2026-07-01' }, prices: { input_mtok: 5, output_mtok: 30 } },
    ]);
    expect(withGenaiPrices(rows('a.x ~G'), MAPPINGS, dated)[0].prices).toEqual({ in: '4', out: '20' });
  });

  test('are those of short prompts where long ones cost more', () => {
    const tiered = withModel('global.a.x', { input_mtok: { base: 2, tiers: [{ start: 271_999, price: 4 }] }, output_mtok: 8 });
    expect(withGenaiPrices(rows('a.x ~G'), MAPPINGS, tiered)[0].prices).toEqual({ in: '2', out: '8' });
  });

  test('by the time of day cannot be said', () => {
    const daily = withModel('global.a.x', [{ constraint: { type: 'time_of_date', start_time: '00:00', end_time: '01:00' }, prices: { input_mtok: 1 } }]);
    expect(() => withGenaiPrices(rows('a.x ~G'), MAPPINGS, daily)).toThrow(/a\.x has prices by time_of_date/);
  });
});

describe('disagreement', () => {
  test('none', () => {
    expect(found(ROWS)).toEqual([]);
  });

  test('with the list price', () => {
    expect(found(['a.x in=1 out=6 read=0.1 geo+10% ~L', ...ROWS.slice(1)])).toEqual(['genai-differs a.x out', 'genai-differs a.x out regional']);
  });

  test('with the price for everything but global profiles', () => {
    expect(found(['a.x in=1 out=5 read=0.1 ~L', ...ROWS.slice(1)])).toEqual([
      'genai-differs a.x in regional', 'genai-differs a.x out regional', 'genai-differs a.x read regional',
    ]);
  });

  test('with a figure that a row of the package says by itself', () => {
    expect(found(['a.x write5m=2 geo+10% ~G', ...ROWS.slice(1)])).toEqual(['genai-differs a.x write5m']);
  });

  test('about prices of long prompts', () => {
    const tiered = withModel('global.a.x', { input_mtok: { base: 1, tiers: [{ start: 271_999, price: 2 }] }, output_mtok: 5 });
    expect(found(ROWS, tiered)).toEqual(['genai-long-context a.x']);
    expect(found(['a.x in=1 out=5 read=0.1 geo+10% long>271999 ~L', ...ROWS.slice(1)], tiered)).toEqual([]);
  });

  test('about the day: a price that does not hold yet', () => {
    const future = withModel('a.embed-text', [{ constraint: { type: 'start_date', start_date: '2026-12-01' }, prices: { input_mtok: 0.1 } }]);
    expect(found(ROWS, future)).toEqual(['genai-not-yet a.embed']);
  });
});

describe('models', () => {
  test('of the package that nobody has looked at', () => {
    expect(found(ROWS, withModel('a.new', { input_mtok: 1 }))).toEqual(['genai-new a.new']);
  });

  test('that the package no longer has', () => {
    expect(found(ROWS, { ...PACKAGE, models: PACKAGE.models.filter(({ id }) => id !== 'regional.a.x') })).toEqual(['genai-gone regional.a.x']);
  });

  test('that are mapped and have no row', () => {
    expect(found(ROWS.slice(1))).toEqual(['genai-without-row a.x']);
  });

  test('that should have its figures and are not mapped', () => {
    expect(found([...ROWS, 'b.y ~G'])).toEqual(['genai-unmapped b.y']);
  });
});
