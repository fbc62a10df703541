import * as fc from 'fast-check';
import { formatUsd, usd } from '../../../../../src/lambdas/core/money';
import { assemblePrices, Assembly, AssemblyContext } from '../../../../../src/lambdas/core/pricing/price-list/assemble-prices';
import { embeddedPrice } from '../../../../../src/lambdas/core/pricing/price-list/embedded-price';
import { FoundPrice, isTokenKind } from '../../../../../src/lambdas/core/pricing/price-list/listed-price';
import { readPriceListItem } from '../../../../../src/lambdas/core/pricing/price-list/price-list-item';
import { rowsOf, tableText } from '../../../../../src/lambdas/core/pricing/price-list/price-rows';
import { SERVICE_CODES } from '../../../../../src/lambdas/core/pricing/price-list/service-codes';
import { parsePriceTable } from '../../../../../src/lambdas/core/pricing/price-table';
import { EMBEDDED, FIXTURES } from './price-list';

const REGION = 'us-east-1';
const NOVA = 'amazon.nova-pro-v1:0';
/** A model that the package does not have. */
const NEW = 'amazon.nova-9-v1:0';

/** `input=1 output=2` as found prices of one row. */
function found(modelId: string, prices: string, extra: Partial<FoundPrice> = {}): FoundPrice[] {
  return prices.split(' ').map(price => {
    const [kind, amount] = price.split('=');
    return { modelId, place: REGION, kind: kind as FoundPrice['kind'], usd: amount, mantle: false, serviceCode: 'AmazonBedrock', ...extra };
  });
}

function assemble(prices: readonly FoundPrice[], before = '', context: Partial<AssemblyContext> = {}): Assembly {
  return assemblePrices(prices, {
    before: rowsOf(parsePriceTable('2026-11-01', before)),
    embedded: price => embeddedPrice(EMBEDDED, REGION, price),
    factor: '2',
    whole: false,
    ...context,
  });
}

function rows(assembly: Assembly): string {
  return tableText(assembly.rows);
}

function reasons({ heldBack }: Assembly): string[] {
  return heldBack.map(({ kind, found: listed, known, reason }) => `${kind} ${listed} (${known ?? 'new'}) ${reason}`);
}

const fromFixtures = SERVICE_CODES.flatMap(serviceCode => FIXTURES[serviceCode].flatMap(json => {
  const reading = readPriceListItem(json);
  return 'prices' in reading && reading.region === REGION ? reading.prices.map(price => ({ ...price, serviceCode })) : [];
}));

test('the fixtures make a table', () => {
  const assembly = assemble(fromFixtures);
  expect(rows(assembly).split('\n')).toMatchSnapshot('rows');
  expect(assembly.heldBack.map(({ modelId, place, mode }, index) => `${modelId} ${place}${mode ? `@${mode}` : ''} ${reasons(assembly)[index]}`)).toMatchSnapshot('held back');
});

test('the order in which prices are found does not matter', () => {
  const expected = assemble(fromFixtures);
  fc.assert(fc.property(fc.shuffledSubarray(fromFixtures, { minLength: fromFixtures.length }), shuffled => {
    expect(assemble(shuffled)).toEqual(expected);
  }));
});

test('what is accepted is accepted again, and changes nothing', () => {
  const first = assemble(fromFixtures);
  const again = assemble(fromFixtures, rows(first));
  expect(again.changes).toEqual([]);
  expect(rows(again)).toBe(rows(first));
});

test('every table that comes out can be read, and is whole', () => {
  const amount = fc.constantFrom('0', '0.1', '0.5', '1', '1.5', '2', '5', '40', '100000', '100001');
  const kind = fc.constantFrom<FoundPrice['kind']>('input', 'output', 'cacheRead', 'cacheWrite5m', 'image-in');
  const price = fc.record({ modelId: fc.constantFrom(NOVA, NEW, 'amazon.titan-embed-text-v2:0'), mode: fc.constantFrom(undefined, 'batch' as const), kind, usd: amount, mantle: fc.boolean() });
  const list = fc.record({ prices: fc.array(price, { maxLength: 20 }), whole: fc.boolean() });
  fc.assert(fc.property(fc.array(list, { minLength: 1, maxLength: 4 }), lists => {
    let text = '';
    for (const { prices: reading, whole } of lists) {
      const listed = reading.map(({ mode, ...each }): FoundPrice => ({ ...each, ...(mode ? { mode } : {}), place: REGION, serviceCode: 'AmazonBedrock' }));
      text = rows(assemble(listed, text, { whole }));
      for (const row of rowsOf(parsePriceTable('2026-11-02', text)).values()) {
        const tokenless = ![...row.prices.keys()].some(isTokenKind);
        expect(row.prices.get('cacheRead') ?? 0n).toBeLessThanOrEqual(row.prices.get('input') ?? 0n);
        expect(row.prices.has('input') && row.prices.has('output')).toBe(!tokenless);
      }
    }
  }));
});

describe('twins', () => {
  test('at the same price are one', () => {
    const prices = [...found(NOVA, 'input=0.8 output=3.2'), ...found(NOVA, 'input=0.8', { serviceCode: 'AmazonBedrockService' })];
    expect(rows(assemble(prices))).toBe(`${NOVA} us-east-1 in=0.8 out=3.2`);
  });

  test('at different prices are neither, and what was known stays', () => {
    const prices = [...found(NOVA, 'input=0.9 output=3.3'), ...found(NOVA, 'input=0.8')];
    const assembly = assemble(prices, `${NOVA} us-east-1 in=0.7 out=3.2 read=0.2`);
    expect(rows(assembly)).toBe(`${NOVA} us-east-1 in=0.7 out=3.3 read=0.2`);
    expect(reasons(assembly)).toEqual(['input 0.8 / 0.9 (0.7) conflicting']);
  });

  test('of mantle do not count where there is another price, and do where there is none', () => {
    const prices = [...found(NOVA, 'input=0.9 output=3.3'), ...found(NOVA, 'input=1 cacheRead=0.25', { mantle: true })];
    const assembly = assemble(prices);
    expect(rows(assembly)).toBe(`${NOVA} us-east-1 in=0.9 out=3.3 read=0.25`);
    expect(assembly.heldBack).toEqual([]);
  });
});

describe('a price that is far from the known one', () => {
  test.each([
    ['input=1.6', 'in=1.6', []],
    ['input=1.60001', 'in=0.8', ['input 1.60001 (0.8) dearer']],
    ['input=0.4', 'in=0.4', []],
    ['input=0.39999', 'in=0.8', ['input 0.39999 (0.8) cheaper']],
  ])('%s: %s', (prices, row, held) => {
    const assembly = assemble(found(NOVA, prices), `${NOVA} us-east-1 in=0.8 out=3.2`);
    expect(rows(assembly)).toBe(`${NOVA} us-east-1 ${row} out=3.2`);
    expect(reasons(assembly)).toEqual(held);
  });

  test('is compared with what the package says where it was never read', () => {
    expect(reasons(assemble(found(NOVA, 'input=8 output=3.2')))).toEqual(['input 8 (0.8) dearer']);
  });

  test('is compared with the premium, the regional price and the mode', () => {
    const opus = 'anthropic.claude-opus-4-7';
    const batch = assemble([
      ...found(opus, 'input=5.5 output=27.5'), ...found(opus, 'input=2.75 output=13.75', { mode: 'batch' }), ...found(opus, 'input=5 output=25', { place: 'global' }),
      ...found(opus, 'input=9.625 output=48.125', { mode: 'priority' }), ...found(opus, 'input=6.875 output=34.375', { mode: 'optimized' }),
      ...found(opus, 'input=11 output=41.25 cacheRead=1.1', { mode: 'long' }),
    ], '', { factor: '1' });
    expect(batch.heldBack).toEqual([]);
    expect(reasons(assemble(found(opus, 'input=5 output=25', { mode: 'batch' }), '', { factor: '1.5' }))).toEqual(['input 5 (2.75) dearer', 'output 25 (13.75) dearer']);
  });

  test('is accepted where the package itself says it', () => {
    const assembly = assemble(found(NOVA, 'input=0.8 output=3.2'), `${NOVA} us-east-1 in=9 out=30`);
    expect(rows(assembly)).toBe(`${NOVA} us-east-1 in=0.8 out=3.2`);
  });

  test('of a model that nobody knows is taken as it is', () => {
    const assembly = assemble(found(NEW, 'input=100 output=500'));
    expect(rows(assembly)).toBe(`${NEW} us-east-1 in=100 out=500`);
    expect(assembly.changes).toEqual([
      { modelId: NEW, where: REGION, kind: 'input', after: '100' }, { modelId: NEW, where: REGION, kind: 'output', after: '500' },
    ]);
  });
});

test('a price that no table may hold is held back, whoever lists it', () => {
  const assembly = assemble(found(NEW, 'input=100001 output=100000 cacheRead=1'), `${NEW} us-east-1 in=60000 out=60000`);
  expect(rows(assembly)).toBe(`${NEW} us-east-1 in=60000 out=100000 read=1`);
  expect(reasons(assembly)).toEqual(['input 100001 (60000) absurd']);
});

describe('a price of zero', () => {
  test.each([['before', `${NOVA} us-east-1 in=0.8 out=3.2 write5m=1`, 'cacheWrite5m', '1'], ['by the package', '', 'cacheRead', '0.2']] as const)(
    'is held back where another one is known %s, the rest is not', (_, before, kind, known) => {
      const assembly = assemble(found(NOVA, `input=0.9 output=3.2 ${kind}=0`), before);
      expect(rows(assembly)).toBe(`${NOVA} us-east-1 in=0.9 out=3.2${before && ' write5m=1'}`);
      expect(reasons(assembly)).toEqual([`${kind} 0 (${known}) zero`]);
      expect(assembly.zeros).toEqual([]);
    });

  test('is no price at all where none is known', () => {
    const assembly = assemble(found(NOVA, 'input=0.8 output=3.2 cacheWrite5m=0'));
    expect(rows(assembly)).toBe(`${NOVA} us-east-1 in=0.8 out=3.2`);
    expect(assembly.heldBack).toEqual([]);
    expect(assembly.zeros).toMatchObject([{ modelId: NOVA, kind: 'cacheWrite5m' }]);
  });

  test('does not make free what the package prices by unit alone', () => {
    const assembly = assemble(found('amazon.nova-canvas-v1:0', 'input=0 output=0 image:1024=0.04'));
    expect(rows(assembly)).toBe('amazon.nova-canvas-v1:0 us-east-1 image:1024=0.04');
    expect(assembly.heldBack).toEqual([]);
  });

  test('is accepted where it was known', () => {
    expect(rows(assemble(found(NOVA, 'input=0.9 cacheWrite5m=0'), `${NOVA} us-east-1 in=0.8 out=3.2 write5m=0`))).toBe(`${NOVA} us-east-1 in=0.9 out=3.2 write5m=0`);
  });
});

describe('a row without one of its ends', () => {
  test('does not come into being', () => {
    const assembly = assemble(found('meta.llama3-3-70b-instruct-v1:0', 'input=0.8 cacheRead=0.1'));
    expect(rows(assembly)).toBe('');
    expect(reasons(assembly)).toEqual(['cacheRead 0.1 (new) incomplete', 'input 0.8 (0.72) incomplete']);
  });

  test('is no news where it is what the package says', () => {
    expect(assemble(found(NOVA, 'input=0.8'))).toMatchObject({ heldBack: [], changes: [] });
  });

  test('has the other end from before', () => {
    expect(rows(assemble(found(NOVA, 'output=3'), `${NOVA} us-east-1 in=0.8 out=3.2`))).toBe(`${NOVA} us-east-1 in=0.8 out=3`);
  });

  test('is whole where it embeds', () => {
    expect(rows(assemble(found('amazon.titan-embed-text-v2:0', 'input=0.02')))).toBe('amazon.titan-embed-text-v2:0 us-east-1 in=0.02 out=0');
  });

  test('is whole where nothing is counted in tokens', () => {
    expect(rows(assemble(found(NEW, 'query=0.002')))).toBe(`${NEW} us-east-1 query=0.002`);
  });

  test('is not free for ever where its tokens were not read at first', () => {
    const first = rows(assemble(found(NEW, 'image-in=0.002')));
    expect(rows(assemble(found(NEW, 'input=1 output=5 image-in=0.002'), first))).toBe(`${NEW} us-east-1 in=1 out=5 image-in=0.002`);
    expect(assemble(found(NEW, 'image-in=0.002'), first).changes).toEqual([]);
  });

  test('never makes the tokens of a model free that has a price of images as well', () => {
    const assembly = assemble(found(NOVA, 'image-in=0.01'));
    expect(rows(assembly)).toBe('');
    expect(reasons(assembly)).toEqual(['image-in 0.01 (new) incomplete']);
  });
});

describe('a cache read that is dearer than input', () => {
  test('is held back, the rest is not', () => {
    const assembly = assemble(found(NEW, 'input=1 output=5 cacheRead=1.2'));
    expect(rows(assembly)).toBe(`${NEW} us-east-1 in=1 out=5`);
    expect(reasons(assembly)).toEqual(['cacheRead 1.2 (new) read-above-input']);
  });

  test('stays as it was', () => {
    const assembly = assemble(found(NEW, 'input=1 output=5 cacheRead=1.2'), `${NEW} us-east-1 in=0.8 out=5 read=0.7`);
    expect(rows(assembly)).toBe(`${NEW} us-east-1 in=1 out=5 read=0.7`);
  });

  test('holds the input back where it was good before', () => {
    const assembly = assemble(found(NEW, 'input=0.6 output=4'), `${NEW} us-east-1 in=0.8 out=5 read=0.7`);
    expect(rows(assembly)).toBe(`${NEW} us-east-1 in=0.8 out=4 read=0.7`);
    expect(reasons(assembly)).toEqual(['input 0.6 (0.8) input-below-read']);
  });
});

describe('what is not listed any more', () => {
  const before = [`${NEW} global@batch in=1 out=5 image-in=0.1`, `${NEW} us-east-1 in=1 out=5 read=0.5 write5m=1.25`].join('\n');

  test('stays as it was where the list was not wholly read', () => {
    expect(rows(assemble([], before))).toBe(before);
    expect(rows(assemble(found(NEW, 'input=1.1 output=5'), before))).toContain('in=1.1 out=5 read=0.5 write5m=1.25');
  });

  test('is gone from a whole list, which is told by kind', () => {
    const assembly = assemble(found(NEW, 'input=1 output=5 cacheRead=0.4'), before, { whole: true });
    expect(rows(assembly)).toBe(`${NEW} us-east-1 in=1 out=5 read=0.4`);
    expect(assembly.changes).toEqual([
      { modelId: NEW, where: 'global@batch', kind: 'input', before: '1' },
      { modelId: NEW, where: 'global@batch', kind: 'output', before: '5' },
      { modelId: NEW, where: 'global@batch', kind: 'image-in', before: '0.1' },
      { modelId: NEW, where: REGION, kind: 'cacheRead', before: '0.5', after: '0.4' },
      { modelId: NEW, where: REGION, kind: 'cacheWrite5m', before: '1.25' },
    ]);
  });

  test('is not what is listed and held back', () => {
    const assembly = assemble(found(NEW, 'input=10 output=50 cacheRead=0.4'), before, { whole: true });
    expect(rows(assembly)).toBe(`${NEW} us-east-1 in=1 out=5 read=0.4`);
    expect(reasons(assembly)).toEqual(['input 10 (1) dearer', 'output 50 (5) dearer']);
  });

  test('stays beside half of a row, which is held back', () => {
    const assembly = assemble(found(NEW, 'output=6'), before, { whole: true });
    expect(rows(assembly)).toBe(`${NEW} us-east-1 in=1 out=5 read=0.5 write5m=1.25`);
    expect(reasons(assembly)).toEqual(['output 6 (5) incomplete']);
  });

  test('is gone where its model is listed with zeros alone', () => {
    expect(rows(assemble(found(NEW, 'cacheWrite1h=0'), before, { whole: true }))).toBe('');
  });

  test('leaves no read behind that is dearer than its input', () => {
    const embedded = () => usd('0');
    expect(rows(assemble(found(NEW, 'output=5 cacheRead=5'), before, { whole: true, embedded }))).toBe(`${NEW} us-east-1 in=0 out=5`);
  });
});

test('an embedded price follows from a row of the mode, and is none where there is no row', () => {
  const table = parsePriceTable('2026-11-01', `${NOVA} *@batch in=0.5 out=2\n${NOVA} * in=0.8 out=3.2\n${NEW} eu in=1 out=2`);
  const price = (modelId: string, kind: FoundPrice['kind'], mode?: FoundPrice['mode']) => {
    const known = embeddedPrice(table, REGION, { modelId, place: REGION, kind, mode });
    return known === undefined ? undefined : formatUsd(known);
  };
  expect([price(NOVA, 'input', 'batch'), price(NOVA, 'input'), price(NOVA, 'image'), price(NOVA, 'cacheRead'), price(NEW, 'input'), price('x', 'input')])
    .toEqual(['0.5', '0.8', undefined, undefined, undefined, undefined]);
  expect(usd(price(NOVA, 'input', 'flex')!)).toBe(usd('0.4'));
});

test('an embedded price by unit alone says nothing of tokens', () => {
  const canvas = { modelId: 'amazon.nova-canvas-v1:0', place: REGION };
  expect(embeddedPrice(EMBEDDED, REGION, { ...canvas, kind: 'input' })).toBeUndefined();
  expect(embeddedPrice(EMBEDDED, REGION, { ...canvas, kind: 'image:1024' })).toBe(usd('0.04'));
});

test('rows of units alone stay without tokens, and free tokens stay free', () => {
  const text = [`${NEW} us-east-1 in=0 out=0 image=0.1`, 'amazon.rerank-v1:0 us-east-1 query=0.001'].sort().join('\n');
  expect(tableText(rowsOf(parsePriceTable('2026-11-01', text)))).toBe(text);
});

test('what is held back is told with all that somebody needs to accept it', () => {
  const prices = [
    ...found(NOVA, 'input=8 output=3.2', { mode: 'batch', serviceCode: 'AmazonBedrockService' }),
    ...found(NEW, 'input=1 output=2', { place: 'global' }), ...found(NEW, 'input=3', { place: 'global' }),
  ];
  expect(assemble(prices).heldBack).toEqual([
    { modelId: NEW, place: 'global', kind: 'input', found: '1 / 3', reason: 'conflicting', serviceCode: 'AmazonBedrock' },
    { modelId: NEW, place: 'global', kind: 'output', found: '2', reason: 'incomplete', serviceCode: 'AmazonBedrock' },
    { modelId: NOVA, place: REGION, mode: 'batch', kind: 'input', found: '8', known: '0.4', reason: 'dearer', serviceCode: 'AmazonBedrockService' },
    { modelId: NOVA, place: REGION, mode: 'batch', kind: 'output', found: '3.2', known: '1.6', reason: 'incomplete', serviceCode: 'AmazonBedrockService' },
  ]);
});

test('several prices of one kind are told from the cheapest to the dearest, as numbers', () => {
  const prices = ['10', '9', '100', '9'].flatMap(price => found(NOVA, `input=${price}`));
  expect(reasons(assemble(prices, `${NOVA} us-east-1 in=9 out=9`))).toEqual(['input 9 / 10 / 100 (9) conflicting']);
});

test('changes are told in order of rows: what is new, changed and gone', () => {
  const before = `${NOVA} us-east-1 in=0.8 out=3.2 read=0.2\nzai.glm-5 us-east-1 in=1 out=3.2`;
  const { changes } = assemble([...found(NOVA, 'input=0.9 output=3.2 cacheWrite5m=1'), ...found(NEW, 'input=1 output=2')], before, { whole: true });
  expect(changes).toEqual([
    { modelId: NEW, where: REGION, kind: 'input', after: '1' },
    { modelId: NEW, where: REGION, kind: 'output', after: '2' },
    { modelId: NOVA, where: REGION, kind: 'input', before: '0.8', after: '0.9' },
    { modelId: NOVA, where: REGION, kind: 'cacheRead', before: '0.2' },
    { modelId: NOVA, where: REGION, kind: 'cacheWrite5m', after: '1' },
    { modelId: 'zai.glm-5', where: REGION, kind: 'input', before: '1' },
    { modelId: 'zai.glm-5', where: REGION, kind: 'output', before: '3.2' },
  ]);
});
