import { formatUsd } from '../../../../src/lambdas/core/money';
import { PriceBook } from '../../../../src/lambdas/core/pricing/price-book';
import { Charge, PricedUsage } from '../../../../src/lambdas/core/pricing/price-catalog';
import { parsePriceOverrides } from '../../../../src/lambdas/core/pricing/price-overrides';
import { parsePriceTable } from '../../../../src/lambdas/core/pricing/price-table';
import { usage } from './usage';

/** Round figures, so that every expected amount can be checked in the head: 1,000 tokens at 1 USD a million are 0.001 USD. */
const EMBEDDED = parsePriceTable('2026-01', `
  acme.large  in=10 out=50 read=1 write5m=12.5 write1h=20 geo+10% long>200000
  acme.large  *@batch in=4 out=20
  acme.small  in=2 out=8
  acme.small  eu-west-1 in=3 out=12
  acme.old    in=100 out=500 superseded
  other.text  in=1 out=1
`);
const TOKENS = { input: 1_000, output: 1_000 };

function book(overrides = '', refreshed?: string): PriceBook {
  return new PriceBook({ embedded: EMBEDDED, overrides: parsePriceOverrides(overrides), ...(refreshed ? { refreshed: parsePriceTable('2026-11-22', refreshed) } : {}) });
}

function found(charge: Charge) {
  const { cost, source, version, pricedAs, known, assumptions } = charge;
  return { cost: formatUsd(cost), source, version, pricedAs, known, assumptions };
}

describe('the order of the sources', () => {
  const REFRESHED = `
    acme.small us-east-1 in=1 out=4
    acme.large us-east-1 in=9 out=45
    acme.large global in=8 out=40 read=0.8
    new.model  us-east-1 in=6 out=6`;

  test('overrides before the price list before the catalog before the default', () => {
    const overridden = book('acme.small in=0.5 out=2', REFRESHED);
    const source = (modelId: string, region = 'us-east-1') => found(overridden.priceOf(usage(modelId, TOKENS, { region })));

    expect(source('acme.small')).toEqual({ cost: '0.0025', source: 'override', version: 'overrides', pricedAs: 'acme.small', known: true, assumptions: [] });
    expect(source('us.acme.large')).toEqual({ cost: '0.054', source: 'price-list', version: '2026-11-22', pricedAs: 'acme.large', known: true, assumptions: [] });
    expect(source('global.acme.large')).toMatchObject({ cost: '0.048', source: 'price-list' });
    expect(source('other.text')).toEqual({ cost: '0.002', source: 'catalog', version: '2026-01', pricedAs: 'other.text', known: true, assumptions: [] });
    expect(source('nobody.knows')).toMatchObject({ source: 'conservative-default', version: '2026-11-22', known: false, pricedAs: 'acme.large' });
  });

  test('a model that only the price list has is known', () => {
    expect(found(book('', REFRESHED).priceOf(usage('new.model', TOKENS)))).toMatchObject({ cost: '0.012', source: 'price-list', known: true });
  });

  test('a refreshed price holds in its region alone', () => {
    expect(found(book('', REFRESHED).priceOf(usage('acme.small', TOKENS, { region: 'eu-west-1' })))).toMatchObject({ cost: '0.015', source: 'catalog' });
  });

  test('what a source leaves out is taken from the next one, in proportion', () => {
    // The list has neither cache nor batch of the large model where it is called in a region: 9 instead of 11 in, so 0.9 instead of 1.1 cached.
    const listed = book('', REFRESHED);
    expect(formatUsd(listed.priceOf(usage('us.acme.large', { cacheRead: 1_000 })).cost)).toBe('0.0009');
    // 8 instead of 10 in: 0.8 cached as it says itself, 16 instead of 20 written for an hour.
    expect(formatUsd(listed.priceOf(usage('global.acme.large', { cacheRead: 1_000, cacheWrite1h: 1_000 })).cost)).toBe('0.0168');
    expect(listed.priceOf(usage('us.acme.large', { cacheRead: 1_000, cacheWrite1h: 1_000 })).assumptions).toEqual([]);
    // By ratio of the list's own price, since the catalog's row belongs to the catalog's price.
    expect(found(listed.priceOf(usage('us.acme.large', TOKENS, { batch: true })))).toMatchObject({ cost: '0.027', assumptions: ['service-tier-priced-by-ratio'] });
    // The long context begins where the catalog says.
    expect(formatUsd(listed.priceOf(usage('us.acme.large', { input: 200_001 })).cost)).toBe('3.600018');
  });

  test('what the user gives away is given away with its cache', () => {
    const charge = book('acme.large in=0 out=0').priceOf(usage('acme.large', { input: 1_000, output: 1_000, cacheRead: 1_000, cacheWrite5m: 1_000, cacheWrite1h: 1_000 }));
    expect(found(charge)).toMatchObject({ cost: '0', source: 'override', assumptions: [] });
  });

  test('what is priced by the unit in one source keeps the tokens of the next one, and the other way round', () => {
    const tokensAndImages = usage('acme.small', TOKENS, { units: [{ unit: 'image-in', count: 2 }] });
    expect(found(book('acme.small image-in=0.5').priceOf(tokensAndImages))).toMatchObject({ cost: '1.01', source: 'override', known: true });
    const catalog = parsePriceTable('2026-01', 'acme.small in=2 out=8 image-in=0.5');
    const withTokens = new PriceBook({ embedded: catalog, overrides: parsePriceOverrides('acme.small in=1 out=4') });
    expect(found(withTokens.priceOf(tokensAndImages))).toMatchObject({ cost: '1.005', source: 'override' });
  });

  test('a price of a unit makes no token free', () => {
    // 1 USD for the image, and the tokens as those of an unknown model: 11 and 55 in a region
    const call = usage('acme.omni', TOKENS, { units: [{ unit: 'image-in', count: 1 }] });
    expect(found(book('acme.omni image-in=1').priceOf(call))).toMatchObject({ cost: '1.066', source: 'conservative-default', known: false, assumptions: ['unknown-model'] });
    expect(found(book('acme.omni image-in=1').priceOf({ ...call, tokens: { ...call.tokens, input: 0, output: 0 } }))).toMatchObject({ cost: '1', source: 'override', known: true });
    // Nor where the lists have the model elsewhere alone.
    const elsewhere = new PriceBook({ embedded: parsePriceTable('2026-01', 'acme.omni eu in=1 out=1\nother.text in=2 out=8'), overrides: parsePriceOverrides('acme.omni image-in=1') });
    expect(found(elsewhere.priceOf(call))).toMatchObject({ cost: '1.01', source: 'conservative-default', known: false });
    // Nor in a region that has a price of the unit alone.
    const regional = book('acme.omni in=3 out=15\nacme.omni eu-west-1 image-in=1');
    expect(found(regional.priceOf({ ...call, region: 'eu-west-1' }))).toMatchObject({ cost: '1.018', source: 'override', known: true, assumptions: [] });
  });

  test('tokens of what every list prices by the unit alone are no matter', () => {
    const pictures = new PriceBook({ embedded: parsePriceTable('2026-01', 'acme.pic image=0.04\nother.text in=1 out=1'), overrides: parsePriceOverrides('acme.pic image=0.01') });
    expect(found(pictures.priceOf(usage('acme.pic', TOKENS, { units: [{ unit: 'image', count: 1 }] })))).toMatchObject({ cost: '0.01', source: 'override', known: true, assumptions: [] });
  });

  test('what is assumed of the tokens of the next source is told', () => {
    const charge = book('acme.small image-in=1').priceOf(usage('acme.small', TOKENS, { region: 'af-south-1', units: [{ unit: 'image-in', count: 1 }] }));
    expect(found(charge)).toMatchObject({ cost: '1.01', source: 'override', assumptions: ['regional-price-unknown'] });
  });

  test('a price of a unit takes the place of all its variants', () => {
    const catalog = parsePriceTable('2026-01', 'acme.pic image:1024=0.04 image:2048=0.08\nother.text in=1 out=1');
    const image = (overrides: string, variant: string) => formatUsd(new PriceBook({ embedded: catalog, overrides: parsePriceOverrides(overrides) })
      .priceOf(usage('acme.pic', {}, { units: [{ unit: 'image', count: 1, variant }] })).cost);
    expect(image('acme.pic image=0.01', '1024')).toBe('0.01');
    expect(image('acme.pic image:1024=0.01', '1024')).toBe('0.01');
    expect(image('acme.pic image:1024=0.01', '2048')).toBe('0.08');
  });

  test('a row of a mode holds where it is nearer than the standard one', () => {
    const catalog = parsePriceTable('2026-01', `
      acme.mode in=10 out=10
      acme.mode *@batch in=4 out=4
      acme.mode eu-west-1 in=20 out=20
      acme.mode eu-west-2@batch in=6 out=6
      acme.only eu-west-1@flex in=3 out=3`);
    const modes = new PriceBook({ embedded: catalog });
    const cost = (modelId: string, region: string, how: Partial<PricedUsage>) => found(modes.priceOf(usage(modelId, { input: 1_000_000 }, { region, ...how })));
    expect(cost('acme.mode', 'us-east-1', { batch: true })).toMatchObject({ cost: '4', assumptions: [] });
    expect(cost('acme.mode', 'eu-west-1', { batch: true })).toMatchObject({ cost: '10', assumptions: ['service-tier-priced-by-ratio'] });
    expect(cost('acme.mode', 'eu-west-2', { batch: true })).toMatchObject({ cost: '6', assumptions: [] });
    // A model that is served in one tier alone has no standard price.
    expect(cost('acme.only', 'eu-west-1', { serviceTier: 'flex' })).toMatchObject({ cost: '3', known: true, assumptions: [] });
    expect(cost('acme.only', 'eu-west-1', { serviceTier: 'default' })).toMatchObject({ known: false });
  });

  test('of a model that is served in tiers, a record without one does not tell which', () => {
    const catalog = parsePriceTable('2026-01', 'acme.tier in=10 out=10\nacme.tier *@flex in=5 out=5\nacme.batch in=10 out=10\nacme.batch *@batch in=5 out=5');
    const tiers = new PriceBook({ embedded: catalog });
    const assumptions = (modelId: string, how: Partial<PricedUsage> = {}) => tiers.priceOf(usage(modelId, TOKENS, how)).assumptions;
    expect(assumptions('acme.tier')).toEqual(['service-tier-assumed-standard']);
    expect(assumptions('acme.tier', { serviceTier: 'default' })).toEqual([]);
    expect(assumptions('acme.tier', { batch: true })).toEqual(['service-tier-priced-by-ratio']);
    expect(assumptions('acme.tier', { latencyOptimized: true })).toEqual(['latency-optimized-priced-by-ratio']);
    expect(assumptions('acme.batch')).toEqual([]);
  });

  test('a row of long contexts without a cache has that of the ratio', () => {
    const catalog = parsePriceTable('2026-01', 'acme.long in=10 out=50 read=1 long>1000\nacme.long *@long in=15 out=60');
    const call = usage('acme.long', { input: 1_000_000, output: 1_000_000, cacheRead: 1_000_000 });
    // 15 + 60, and cached input at twice 1 USD, times 15 over twice 10
    expect(found(new PriceBook({ embedded: catalog }).priceOf(call))).toMatchObject({ cost: '76.5', assumptions: [] });
  });

  test('what no source has stands in for itself', () => {
    const cached = book('fresh.model in=2 out=4 write5m=3').priceOf(usage('fresh.model', { cacheRead: 1_000, cacheWrite1h: 1_000 }));
    expect(formatUsd(cached.cost)).toBe('0.005');
    expect(cached.assumptions).toEqual(['cache-read-priced-as-input', 'cache-write-1h-priced-as-5m']);
  });

  test('a row of a mode comes before the ratio', () => {
    expect(found(book().priceOf(usage('global.acme.large', TOKENS, { batch: true })))).toMatchObject({ cost: '0.024', assumptions: [] });
    expect(found(book().priceOf(usage('us.acme.large', TOKENS, { batch: true })))).toMatchObject({ cost: '0.0264', assumptions: [] });
  });
});

describe('overrides', () => {
  const cost = (overrides: string, modelId: string, more: Partial<PricedUsage> = {}) => formatUsd(book(overrides).priceOf(usage(modelId, TOKENS, more)).cost);

  test('of a model hold for all of its profiles, those of a profile for it alone', () => {
    const overrides = 'acme.large in=1 out=1\nus.acme.large in=3 out=3';
    expect(cost(overrides, 'acme.large')).toBe('0.002');
    expect(cost(overrides, 'eu.acme.large', { region: 'eu-west-1' })).toBe('0.002');
    expect(cost(overrides, 'us.acme.large')).toBe('0.006');
  });

  test('may be said of a region or a geography', () => {
    const overrides = 'acme.small eu-west-1,global in=1 out=1';
    expect(cost(overrides, 'acme.small', { region: 'eu-west-1' })).toBe('0.002');
    expect(cost(overrides, 'global.acme.small')).toBe('0.002');
    expect(cost(overrides, 'acme.small')).toBe('0.01');
  });

  test('may name an ARN, with a price or with the model that it is like', () => {
    const prompt = 'arn:aws:bedrock:us-east-1:111122223333:prompt/ABCDEFGHIJ';
    const imported = 'arn:aws:bedrock:us-east-1:111122223333:imported-model/abcdefghij12';
    const priced = book(`${prompt} as=acme.small\n${imported} in=0 out=0`);
    expect(found(priced.priceOf(usage(prompt, TOKENS)))).toMatchObject({ cost: '0.01', pricedAs: 'acme.small', source: 'catalog', known: true, assumptions: [] });
    expect(found(priced.priceOf(usage(imported, TOKENS)))).toMatchObject({ cost: '0', pricedAs: imported, source: 'override', known: true, assumptions: [] });
  });

  test('may price one model like another, whatever its profile', () => {
    expect(cost('acme.small as=other.text', 'us.acme.small')).toBe('0.002');
  });

  test('may price a model like another, which is called in the same way', () => {
    // 10 and 50 worldwide, a tenth more in a region
    expect(cost('acme.new as=acme.large', 'global.acme.new')).toBe('0.06');
    expect(cost('acme.new as=acme.large', 'us.acme.new')).toBe('0.066');
    expect(cost('acme.new as=global.acme.large', 'us.acme.new')).toBe('0.06');
  });

  test('hold for a profile or an ARN before what is said of the model', () => {
    const both = 'eu.acme.large in=100 out=200\nacme.large as=acme.small';
    expect(cost(both, 'eu.acme.large')).toBe('0.3');
    expect(cost(both, 'us.acme.large')).toBe('0.01');
    // A profile's row for one region leaves the others to the model's.
    const elsewhere = 'eu.acme.large eu-west-1 in=4 out=20\nacme.large in=100 out=100';
    expect(cost(elsewhere, 'eu.acme.large', { region: 'eu-central-1' })).toBe('0.2');
    expect(cost(elsewhere, 'eu.acme.large', { region: 'eu-west-1' })).toBe('0.024');
    // What is called like another model's profile costs what that profile does.
    expect(cost('eu.acme.small in=70 out=70\nacme.new as=acme.small', 'eu.acme.new')).toBe('0.14');
  });

  test.each([['us', 'us-east-1'], ['ca', 'ca-central-1'], ['eu', 'eu-west-3'], ['apac', 'ap-south-2']])('of %s hold for calls in %s', (geography, region) => {
    expect(cost(`acme.large ${geography} in=50 out=50`, 'acme.large', { region })).toBe('0.1');
  });

  test('of a model that a router may have chosen leave open which one it was', () => {
    const behind = { modelId: 'acme.large', others: ['acme.small'], assumption: 'router-priced-as-dearest' as const };
    const router = 'arn:aws:bedrock:us-east-1:111122223333:prompt-router/abcdefghij12';
    const assumptions = (overrides: string) => book(overrides).priceOf(usage(router, TOKENS, { modelBehind: behind })).assumptions;
    expect(assumptions('acme.large in=1 out=1')).toEqual(['router-priced-as-dearest']);
    expect(assumptions(`${router} in=1 out=1`)).toEqual([]);
  });

  test('may price a model like one that is priced like a third, but in no circle', () => {
    expect(cost('acme.newest as=acme.new\nacme.new as=other.text', 'acme.newest')).toBe('0.002');
    expect(found(book('acme.a as=acme.b\nacme.b as=acme.a').priceOf(usage('acme.a', TOKENS)))).toMatchObject({ known: false, source: 'conservative-default' });
  });

  test.each([[1, true], [4, true], [5, false]])('follow a chain of %d models that are priced like the next one: %s', (length, followed) => {
    const chain = Array.from({ length }, (_, index) => `acme.n${index} as=acme.n${index + 1}`);
    const { known, cost: amount } = book([...chain, `acme.n${length} in=1 out=1`].join('\n')).priceOf(usage('acme.n0', TOKENS));
    expect(known).toBe(followed);
    expect(formatUsd(amount) === '0.002').toBe(followed);
  });

  test('may price an ARN like another ARN, and a model like an ARN', () => {
    const [one, another] = ['a', 'b'].map(id => `arn:aws:bedrock:us-east-1:111122223333:imported-model/${id}`);
    expect(found(book(`${one} as=${another}\n${another} in=1 out=2`).priceOf(usage(one, TOKENS)))).toMatchObject({ cost: '0.003', pricedAs: another, source: 'override', known: true });
    expect(found(book(`acme.new as=${another}\n${another} in=1 out=2`).priceOf(usage('us.acme.new', TOKENS)))).toMatchObject({ cost: '0.003', pricedAs: another, known: true });
  });

  test('of the model behind an ARN hold with what is assumed of it, those of the ARN without', () => {
    const custom = 'arn:aws:bedrock:us-east-1:111122223333:custom-model/abcdefghij12';
    const modelBehind = { modelId: 'eu.acme.large', assumption: 'custom-model-priced-as-base' as const };
    const priced = (overrides: string) => found(book(overrides).priceOf(usage(custom, TOKENS, { modelBehind })));
    expect(priced('eu.acme.large in=1 out=1')).toMatchObject({ cost: '0.002', pricedAs: 'acme.large', assumptions: ['custom-model-priced-as-base'] });
    expect(priced(`${custom} in=1 out=1`)).toMatchObject({ cost: '0.002', pricedAs: 'acme.large', assumptions: [] });
    expect(priced(`${custom} as=acme.small`)).toMatchObject({ cost: '0.01', pricedAs: 'acme.small', assumptions: [] });
  });

  test('of a mode alone, or of a region alone, leave the rest to the lists', () => {
    expect(cost('acme.large *@batch in=1 out=1', 'global.acme.large', { batch: true })).toBe('0.002');
    expect(cost('acme.large *@batch in=1 out=1', 'global.acme.large')).toBe('0.06');
    expect(cost('acme.small sa-east-1 in=1 out=1', 'acme.small', { region: 'sa-east-1' })).toBe('0.002');
    expect(cost('acme.small sa-east-1 in=1 out=1', 'acme.small', { region: 'eu-west-1' })).toBe('0.015');
  });

  test('begin the long context where they say, else where the lists do', () => {
    const long = (overrides: string, input: number) => formatUsd(book(overrides).priceOf(usage('global.acme.large', { input })).cost);
    expect([long('acme.large in=1 out=1', 200_000), long('acme.large in=1 out=1', 200_001)]).toEqual(['0.2', '0.400002']);
    expect([long('acme.large in=1 out=1 long>1000', 1_000), long('acme.large in=1 out=1 long>1000', 1_001)]).toEqual(['0.001', '0.002002']);
  });

  test('of a tier make its model one that is served in tiers', () => {
    const assumptions = (more: Partial<PricedUsage>) => book('acme.small *@priority in=9 out=9').priceOf(usage('acme.small', TOKENS, more)).assumptions;
    expect(assumptions({})).toEqual(['service-tier-assumed-standard']);
    expect([assumptions({ serviceTier: 'default' }), assumptions({ serviceTier: 'priority' })]).toEqual([[], []]);
  });

  test('hold for the ARN of a profile by its id, and the other way round', () => {
    const arn = 'arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.acme.large';
    expect(cost('us.acme.large in=1 out=1', arn)).toBe('0.002');
    expect(cost('acme.large in=1 out=1', arn)).toBe('0.002');
    expect(cost(`${arn} in=1 out=1`, arn)).toBe('0.002');
  });

  test('may say what unknown models cost, which stays an estimate', () => {
    expect(found(book('unknown in=3 out=7').priceOf(usage('nobody.knows', TOKENS))))
      .toEqual({ cost: '0.01', source: 'conservative-default', version: '2026-01', pricedAs: 'unknown', known: false, assumptions: ['unknown-model'] });
  });
});

describe('discounts', () => {
  const cost = (overrides: string, modelId: string, more: Partial<PricedUsage> = {}) => formatUsd(book(overrides).priceOf(usage(modelId, TOKENS, more)).cost);

  test('are taken off list prices, that of the provider in place of the general one', () => {
    const overrides = 'discount 10%\ndiscount acme 25%';
    expect(cost(overrides, 'acme.small')).toBe('0.0075');
    expect(cost(overrides, 'other.text')).toBe('0.0018');
    expect(cost(overrides, 'us.acme.large')).toBe('0.0495');
  });

  test('are not granted on prices of the user and on estimates', () => {
    expect(cost('discount 50%\nacme.small in=1 out=1', 'acme.small')).toBe('0.002');
    expect(cost('discount 50%', 'acme.unheard-of')).toBe(cost('', 'acme.unheard-of'));
  });

  test('are exact to the hundredth of a percent', () => {
    // 10,000 USD a billion x 0.8766
    expect(cost('discount 12.34%', 'acme.small')).toBe('0.008766');
  });
});

describe('what is behind an ARN', () => {
  const PROFILE = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefghij12';

  test('is charged as if it had been called', () => {
    const behind = (modelId: string) => found(book().priceOf(usage(PROFILE, TOKENS, { modelBehind: { modelId } })));
    expect(behind('global.acme.large')).toMatchObject({ cost: '0.06', pricedAs: 'acme.large', source: 'catalog', known: true, assumptions: [] });
    expect(behind('acme.large')).toMatchObject({ cost: '0.066' });
    expect(behind('nobody.knows')).toMatchObject({ known: false, assumptions: ['unknown-model'] });
  });

  test('with what has to be assumed of it', () => {
    const charge = book().priceOf(usage(PROFILE, TOKENS, { modelBehind: { modelId: 'acme.small', assumption: 'custom-model-priced-as-base' } }));
    expect(found(charge)).toMatchObject({ known: true, assumptions: ['custom-model-priced-as-base'] });
  });

  test('yields to what the user says of the ARN or of the model', () => {
    const modelBehind = { modelId: 'acme.small', assumption: 'not-billed-by-token' as const };
    expect(found(book(`${PROFILE} in=0 out=0`).priceOf(usage(PROFILE, TOKENS, { modelBehind })))).toMatchObject({ cost: '0', source: 'override', assumptions: [] });
    expect(found(book('acme.small in=1 out=1').priceOf(usage(PROFILE, TOKENS, { modelBehind })))).toMatchObject({ cost: '0.002', source: 'override' });
  });

  test('is the first of a router\'s models that cost as much', () => {
    const twins = new PriceBook({ embedded: parsePriceTable('2026-01', 'acme.b in=1 out=1\nacme.a in=1 out=1\nacme.c in=0.5 out=1') });
    const modelBehind = { modelId: 'acme.c', others: ['acme.b', 'acme.a'] };
    expect(twins.priceOf(usage(PROFILE, TOKENS, { modelBehind })).pricedAs).toBe('acme.b');
  });

  test('is kept apart by model and by what is assumed of it', () => {
    const one = book();
    const priced = (modelId: string, assumption?: 'not-billed-by-token' | 'custom-model-priced-as-base') =>
      found(one.priceOf(usage(PROFILE, TOKENS, { modelBehind: { modelId, ...(assumption ? { assumption } : {}) } })));
    expect([priced('acme.small'), priced('other.text')].map(({ cost }) => cost)).toEqual(['0.01', '0.002']);
    expect([priced('acme.small', 'not-billed-by-token'), priced('acme.small', 'custom-model-priced-as-base')].map(({ assumptions }) => assumptions))
      .toEqual([['not-billed-by-token'], ['custom-model-priced-as-base']]);
    expect(found(one.priceOf(usage(PROFILE, TOKENS)))).toMatchObject({ known: false, assumptions: ['model-behind-arn-unknown'] });
  });

  test('is the dearest of a router\'s models', () => {
    const modelBehind = { modelId: 'other.text', others: ['acme.large', 'acme.small'], assumption: 'router-priced-as-dearest' as const };
    expect(found(book().priceOf(usage(PROFILE, TOKENS, { modelBehind })))).toMatchObject({ cost: '0.066', pricedAs: 'acme.large', assumptions: ['router-priced-as-dearest'] });
  });
});

test('the parts of a charge are its costs and prices by kind', () => {
  const { cost, costs, prices } = book().priceOf(usage('global.acme.large', { input: 10, output: 20, cacheRead: 30 }));
  expect(costs).toEqual({ input: 100_000_000n, output: 1_000_000_000n, cacheRead: 30_000_000n });
  expect(cost).toBe(1_130_000_000n);
  expect(prices).toMatchObject({ input: 10_000_000n, output: 50_000_000n, cacheRead: 1_000_000n });
});
