import * as fc from 'fast-check';
import { EventType, Metric } from '../../../../../src/contract';
import { formatUsd } from '../../../../../src/lambdas/core/money';
import { PriceBook } from '../../../../../src/lambdas/core/pricing/price-book';
import { isForced } from '../../../../../src/lambdas/core/pricing/price-list/forced-run';
import { HeldBackPrice } from '../../../../../src/lambdas/core/pricing/price-list/held-back';
import { readPriceListItem } from '../../../../../src/lambdas/core/pricing/price-list/price-list-item';
import { RefreshedPrices } from '../../../../../src/lambdas/core/pricing/price-list/price-store';
import { RefreshOptions, refreshPrices, RefreshSummary } from '../../../../../src/lambdas/core/pricing/price-list/refresh-prices';
import { SERVICE_CODES, ServiceCode } from '../../../../../src/lambdas/core/pricing/price-list/service-codes';
import { parsePriceTable } from '../../../../../src/lambdas/core/pricing/price-table';
import { at, HOUR, MINUTE } from '../../builders';
import { Faults } from '../../in-memory/faults';
import { InMemoryEvents, InMemoryLog, InMemoryMetrics } from '../../in-memory/surroundings';
import { usage } from '../usage';
import { EMBEDDED, FIXTURES, InMemoryPriceList, InMemoryPriceStore, item, listing } from './price-list';

const MORNING = at('2026-11-10T06:00:00Z');
const NOVA = 'amazon.nova-pro-v1:0';
const novaAt = (input: string, output: string) => [
  item({ usage: 'USE1-NovaPro-input-tokens', usd: input, attributes: { model: 'Nova Pro' } }),
  item({ usage: 'USE1-NovaPro-output-tokens', usd: output, attributes: { model: 'Nova Pro' } }),
];

/** A refresher with everything around it in memory. */
class World {
  public readonly faults = new Faults();
  public readonly list: InMemoryPriceList;
  public readonly store: InMemoryPriceStore;
  public readonly events: InMemoryEvents;
  public metrics = new InMemoryMetrics();
  public readonly log = new InMemoryLog();

  constructor(items: InMemoryPriceList['items'], stored?: RefreshedPrices) {
    this.list = new InMemoryPriceList(items, this.faults);
    this.store = new InMemoryPriceStore(stored, this.faults);
    this.events = new InMemoryEvents(this.faults);
  }

  public refresh(now = MORNING, options: Partial<RefreshOptions> = {}, reader: InMemoryPriceList | undefined = this.list): Promise<RefreshSummary> {
    this.metrics = new InMemoryMetrics();
    this.list.asked.length = 0;
    const { store, events, metrics, log } = this;
    return refreshPrices(now, { reader, store, events, metrics, log }, {
      deploymentId: 'dep-1', environmentName: 'test', region: 'us-east-1', embedded: EMBEDDED, maxChangeFactor: '2', ...options,
    });
  }

  public table(): string[] {
    return this.store.prices!.table.split('\n').filter(Boolean);
  }

  public eventsOf(type: string) {
    return this.events.published.filter(event => event.type === type).map(({ detail }) => detail);
  }
}

describe('the first run', () => {
  test('reads all services of the region, and keeps what is good', async () => {
    const world = new World(FIXTURES);
    const summary = await world.refresh();
    expect(world.list.asked).toEqual(['AmazonBedrock in us-east-1', 'AmazonBedrockFoundationModels', 'AmazonBedrockService in us-east-1']);
    expect(summary).toMatchObject({ read: [...SERVICE_CODES], failed: [], failures: 0, ageHours: 0, saved: true });
    expect(world.store.prices).toMatchObject({ version: '2026-11-10', revision: 1, readAt: { AmazonBedrock: MORNING, AmazonBedrockService: MORNING } });
    expect(parsePriceTable('2026-11-10', world.store.prices!.table).models.get(NOVA)!.regional.get('us-east-1')).toEqual({ input: '0.8', output: '3.2', cacheRead: '0.2' });
  });

  test('makes prices that calls are charged at', async () => {
    const world = new World(FIXTURES);
    await world.refresh();
    const { version, table } = world.store.prices!;
    const book = new PriceBook({ refreshed: parsePriceTable(version, table), embedded: EMBEDDED });
    const costOf = (modelId: string, changes: Partial<Parameters<typeof usage>[2]> = {}) => {
      const { cost, source, assumptions } = book.priceOf(usage(modelId, { input: 1_000_000 }, { region: 'us-east-1', serviceTier: 'default', ...changes }));
      return `${formatUsd(cost)} ${source} ${assumptions.join()}`.trim();
    };
    expect(costOf('us.anthropic.claude-opus-4-7')).toBe('5.5 price-list');
    expect(costOf('global.anthropic.claude-opus-4-7')).toBe('5 price-list');
    expect(costOf('anthropic.claude-opus-4-7', { serviceTier: 'priority' })).toBe('9.625 price-list');
    expect(costOf('zai.glm-5', { serviceTier: 'flex' })).toBe('0.5 price-list');
    // Held back.
    expect(costOf('us.anthropic.claude-opus-4-5-20251101-v1:0')).toBe('5.5 catalog');
  });

  test('tells what is new, what is held back, and counts', async () => {
    const world = new World(FIXTURES);
    const { changed, heldBack } = await world.refresh();
    expect(world.events.types()).toEqual([EventType.PRICES_REFRESHED, EventType.PRICES_HELD_BACK]);
    expect(world.eventsOf(EventType.PRICES_REFRESHED)).toEqual([expect.objectContaining({
      eventId: 'prices-refreshed/1',
      occurredAt: '2026-11-10T06:00:00.000Z',
      actor: 'price-refresher',
      reason: `the AWS Price List has 0 changed prices and ${changed} new ones; ${heldBack} prices held back; the first 50 are listed`,
    })]);
    const [held] = world.eventsOf(EventType.PRICES_HELD_BACK);
    expect(held.eventId).toBe('prices-held-back/1');
    expect(held.before).toMatchObject({ 'anthropic.claude-opus-4-5-20251101-v1:0 us-east-1 input': '5.5' });
    expect(held.after).toMatchObject({
      'anthropic.claude-opus-4-5-20251101-v1:0 us-east-1 input': '16.5: dearer than the known price by more than the allowed factor',
      'mistral.mistral-large-3-675b-instruct us-east-1 input': '0.5 / 0.6: listed at several prices',
    });
    expect(world.metrics.total(Metric.PRICES_HELD_BACK)).toBe(heldBack);
    expect(world.metrics.total(Metric.PRICE_LIST_FAILURES)).toBe(0);
  });

  test('logs names that it does not know', async () => {
    const world = new World(FIXTURES);
    await world.refresh();
    expect(world.log.entries.filter(({ message }) => message === 'read a service of the price list').map(({ facts }) => facts!.names)).toMatchObject([
      { 'unknown-model': ['Nova 9 Ultra'], 'unknown-dimension': ['USE1-NovaPro-thought-tokens'] }, { 'unknown-model': ['Claude Opus 9'] }, {},
    ]);
  });
});

test('what a run does is told in the log, line by line', async () => {
  const elsewhere = item({ usage: 'USW2-NovaPro-input-tokens', attributes: { model: 'Nova Pro', regionCode: 'us-west-2' } });
  const unknown = ['Nova 10', 'Nova 9', 'Nova 9'].map(model => item({ usage: 'USE1-x-input-tokens', attributes: { model } }));
  const free = item({ usage: 'USE1-NovaPro-cache-write-input-token-count', usd: '0', attributes: { model: 'Nova Pro' } });
  const world = new World({
    AmazonBedrock: [...novaAt('0.0008', '0.0032'), ...unknown, free, item({ usage: 'USE1-Guardrail-x' }), `{"product": ${'x'.repeat(400)}`],
    AmazonBedrockFoundationModels: [elsewhere],
  });
  world.faults.plan('AmazonBedrockService 0');
  await world.refresh();
  expect(world.log.entries).toMatchSnapshot();
});

describe('the runs after it', () => {
  test('read nothing for almost a day, and say how old the prices are', async () => {
    const world = new World(FIXTURES);
    const { heldBack } = await world.refresh();
    expect(await world.refresh(MORNING + 22 * HOUR)).toMatchObject({ read: [], saved: false, ageHours: 22, heldBack });
    expect(world.list.asked).toEqual([]);
    expect(world.metrics.total(Metric.PRICE_AGE_HOURS)).toBe(22);
    expect(world.metrics.names()).toEqual([Metric.PRICE_AGE_HOURS, Metric.PRICES_HELD_BACK, Metric.PRICE_LIST_FAILURES]);
  });

  test('read again then, and repeat no news', async () => {
    const world = new World(FIXTURES);
    await world.refresh();
    const told = world.events.published.length;
    expect(await world.refresh(MORNING + 23 * HOUR)).toMatchObject({ read: [...SERVICE_CODES], changed: 0, saved: true, ageHours: 0 });
    expect(world.events.published).toHaveLength(told);
    expect(world.store.prices).toMatchObject({ version: '2026-11-11', revision: 2 });
  });

  test('read everything where it is forced', async () => {
    const world = new World(FIXTURES);
    await world.refresh();
    expect(await world.refresh(MORNING + MINUTE, { force: true })).toMatchObject({ read: [...SERVICE_CODES] });
  });

  test('do not believe in a reading of tomorrow', async () => {
    const world = new World(FIXTURES);
    await world.refresh(MORNING + 48 * HOUR);
    expect(await world.refresh(MORNING)).toMatchObject({ read: [...SERVICE_CODES] });
  });

  test('tell before and after of a change', async () => {
    const world = new World({ AmazonBedrock: novaAt('0.0008', '0.0032') });
    await world.refresh();
    world.list.items = { AmazonBedrock: novaAt('0.0007', '0.0032') };
    await world.refresh(MORNING + 24 * HOUR);
    expect(world.eventsOf(EventType.PRICES_REFRESHED)[1]).toMatchObject({
      reason: 'the AWS Price List has 1 changed price and 0 new ones; 0 prices held back',
      before: { [`${NOVA} us-east-1 input`]: '0.8' },
      after: { [`${NOVA} us-east-1 input`]: '0.7' },
    });
    expect(world.table()).toEqual([`${NOVA} us-east-1 in=0.7 out=3.2`]);
  });

  test('tell of another set of held-back prices, and say nothing where they are gone', async () => {
    const world = new World({ AmazonBedrock: novaAt('0.0008', '0.0032') });
    await world.refresh();
    for (const [day, input, told] of [[1, '0.08', 1], [2, '0.08', 1], [3, '0.09', 2], [4, '0.0008', 2], [5, '0.08', 3]] as const) {
      world.list.items = { AmazonBedrock: novaAt(input, '0.0032') };
      await world.refresh(MORNING + day * 24 * HOUR);
      expect(world.eventsOf(EventType.PRICES_HELD_BACK)).toHaveLength(told);
      expect(world.metrics.total(Metric.PRICES_HELD_BACK)).toBe(input === '0.0008' ? 0 : 1);
    }
    expect(world.table()).toEqual([`${NOVA} us-east-1 in=0.8 out=3.2`]);
  });
});

describe('what fails', () => {
  test('at one service is tried again within the hour, and costs the others nothing', async () => {
    const world = new World(FIXTURES);
    world.faults.plan('AmazonBedrockFoundationModels 0');
    expect(await world.refresh()).toMatchObject({ read: ['AmazonBedrock', 'AmazonBedrockService'], failed: ['AmazonBedrockFoundationModels'], failures: 1, saved: true });
    expect(world.metrics.total(Metric.PRICE_LIST_FAILURES)).toBe(1);
    // Never read: as old as the package.
    expect(world.metrics.total(Metric.PRICE_AGE_HOURS)).toBe((MORNING - at('2026-11-01T00:00:00Z')) / HOUR);
    expect(world.table()).toContain(`${NOVA} us-east-1 in=0.8 out=3.2 read=0.2`);
    expect(await world.refresh(MORNING + HOUR)).toMatchObject({ read: ['AmazonBedrockFoundationModels'], failed: [], ageHours: 1 });
    expect(world.list.asked).toEqual(['AmazonBedrockFoundationModels']);
  });

  test('in the middle of a service leaves what was read before', async () => {
    const world = new World({ AmazonBedrock: [...novaAt('0.0008', '0.0032'), ...FIXTURES.AmazonBedrock] });
    world.list.itemsPerPage = 2;
    world.faults.plan('AmazonBedrock 1');
    expect(await world.refresh()).toMatchObject({ failed: ['AmazonBedrock'], heldBack: 0 });
    expect(world.table()).toEqual([`${NOVA} us-east-1 in=0.8 out=3.2`]);
    expect(world.log.messages('error')).toEqual(['a page of the price list could not be read']);
  });

  test('of the items costs only itself', async () => {
    const world = new World({ AmazonBedrock: ['{"product"', ...novaAt('0.0008', '0.0032'), item({ usage: 'USE1-NovaPro-output-tokens', usd: 'free', attributes: { model: 'Nova Pro' } })] });
    expect(await world.refresh()).toMatchObject({ read: [...SERVICE_CODES], failures: 2 });
    expect(world.table()).toEqual([`${NOVA} us-east-1 in=0.8 out=3.2`]);
  });

  test('everywhere leaves the last good prices in force', async () => {
    const world = new World(FIXTURES);
    await world.refresh();
    const good = world.table();
    world.faults.draw = call => (call.startsWith('Amazon') ? { moment: 'before' } : undefined);
    expect(await world.refresh(MORNING + 30 * HOUR)).toMatchObject({ read: [], failures: 3, changed: 0, saved: false, ageHours: 30 });
    expect(world.table()).toEqual(good);
  });

  test('does not make held-back prices forgotten', async () => {
    const world = new World(FIXTURES);
    const { heldBack } = await world.refresh();
    world.faults.draw = call => (call.startsWith('AmazonBedrock 0') ? { moment: 'before' } : undefined);
    expect(await world.refresh(MORNING + 24 * HOUR)).toMatchObject({ heldBack });
    expect(world.eventsOf(EventType.PRICES_HELD_BACK)).toHaveLength(1);
  });

  test('a page that fails changes nothing of what other pages say', async () => {
    const cleanly = new World(FIXTURES);
    await cleanly.refresh();
    await fc.assert(fc.asyncProperty(fc.constantFrom(...SERVICE_CODES), fc.nat(3), async (code: ServiceCode, page) => {
      const world = new World(FIXTURES);
      world.faults.plan(`${code} ${page}`);
      await world.refresh();
      const lost = new Set(FIXTURES[code].slice(page * world.list.itemsPerPage).flatMap(json => {
        const reading = readPriceListItem(json);
        return 'prices' in reading ? reading.prices.map(({ modelId }) => modelId) : [];
      }));
      const ofOthers = (table: string[]) => table.filter(row => !lost.has(row.split(' ')[0]));
      expect(ofOthers(world.table())).toEqual(ofOthers(cleanly.table()));
      await world.refresh(MORNING + HOUR);
      expect(world.table()).toEqual(cleanly.table());
    }), { numRuns: 20 });
  });

  test.each(['prices.load', 'prices.save', 'events.publish'])('at %s makes the run fail, so that it is repeated', async call => {
    const world = new World(FIXTURES);
    world.faults.plan(call);
    await expect(world.refresh()).rejects.toThrow(`${call} failed`);
    expect(world.store.prices).toBeUndefined();
    await world.refresh();
    expect(world.events.types()).toEqual([EventType.PRICES_REFRESHED, EventType.PRICES_HELD_BACK]);
  });

  test('another run that was faster is no failure', async () => {
    const world = new World(FIXTURES);
    world.list.items = { AmazonBedrock: novaAt('0.0008', '0.0032') };
    const save = world.store.save.bind(world.store);
    jest.spyOn(world.store, 'save').mockImplementationOnce(async (prices, expected) => {
      await save({ ...prices, table: 'faster' }, expected);
      return save(prices, expected);
    });
    expect(await world.refresh()).toMatchObject({ saved: false });
    expect(world.log.messages('warn')).toHaveLength(1);
    expect(world.store.prices).toMatchObject({ table: 'faster' });
  });
});

describe('a list that does not know the region of all of its items', () => {
  const elsewhere = item({ usage: 'USW2-NovaPro-input-tokens', attributes: { model: 'Nova Pro', regionCode: 'us-west-2' } });
  const withoutRegion = (json: string) => json.replace('"regionCode":"us-east-1",', '');
  const opus = ['input_tokens_standard', 'output_tokens_standard'].map((counted, index) => withoutRegion(listing('Claude Opus 4.7', counted, index === 0 ? '5.5' : '27.5')));

  test('has them read in the marketplace beside those whose region it knows', async () => {
    const known = ['input_tokens_standard', 'output_tokens_standard'].map(counted => listing('Claude Sonnet 4.6', counted, counted.startsWith('in') ? '3.3' : '16.5'));
    const world = new World({ AmazonBedrockFoundationModels: [...known, elsewhere, ...opus] });
    await world.refresh();
    expect(world.list.asked).not.toContain('AmazonBedrockFoundationModels in us-east-1');
    expect(world.table()).toEqual(['anthropic.claude-opus-4-7 us-east-1 in=5.5 out=27.5', 'anthropic.claude-sonnet-4-6 us-east-1 in=3.3 out=16.5']);
  });

  test('is read without the filter elsewhere if it knows none, and only what is ours is used', async () => {
    const world = new World({ AmazonBedrock: [elsewhere, ...novaAt('0.0008', '0.0032').map(withoutRegion)] });
    await world.refresh();
    expect(world.list.asked.slice(0, 2)).toEqual(['AmazonBedrock in us-east-1', 'AmazonBedrock']);
    expect(world.table()).toEqual([`${NOVA} us-east-1 in=0.8 out=3.2`]);
  });

  test.each([[400, [], 0], [401, ['AmazonBedrock'], 1]])('is read up to 400 pages: of %d it has not been read to its end', async (pages, failed, failures) => {
    const world = new World({ AmazonBedrock: Array.from({ length: pages }, () => elsewhere), AmazonBedrockService: novaAt('0.0008', '0.0032') });
    world.list.itemsPerPage = 1;
    expect(await world.refresh()).toMatchObject({ failed, failures, read: SERVICE_CODES.filter(code => !failed.includes(code)) });
    expect(world.log.entries.find(({ message }) => message === 'read a service of the price list')!.facts).toMatchObject({ items: 400, otherRegion: 400, toEnd: failures === 0 });
    expect(world.log.messages('error')).toEqual(failures === 0 ? [] : ['the price list has more pages than are read']);
  });

  test('is not read for ever where its pages do not end', async () => {
    const world = new World({ AmazonBedrock: Array.from({ length: 500 }, () => novaAt('0.0008', '0.0032')).flat(), AmazonBedrockService: novaAt('0.0008', '0.0032') });
    world.list.itemsPerPage = 2;
    expect(await world.refresh()).toMatchObject({ failed: ['AmazonBedrock'], failures: 1, saved: true });
    expect(world.table()).toEqual([`${NOVA} us-east-1 in=0.8 out=3.2`]);
  });

  test('makes no model free of tokens whose price is held back', async () => {
    const model = 'moonshotai.kimi-k0';
    const twice = ['0.001', '0.002'].map(usd => item({ usage: 'USE1-x-input-tokens', usd, attributes: { model } }));
    const world = new World({ AmazonBedrock: [...twice, item({ usage: 'USE1-x-input-standard-image', usd: '0.00006', unit: 'Image', attributes: { model } })] });
    expect((await world.refresh()).heldBack).toBeGreaterThan(0);
    expect(world.table()).toEqual([]);
  });
});

describe('a list that says nothing', () => {
  const ignored = item({ usage: 'USE1-Nova9Ultra-input-tokens', attributes: { model: 'Nova 9 Ultra' } });

  test('is not fresh, and no failure as long as it never said anything', async () => {
    const world = new World({ AmazonBedrock: [ignored] });
    expect(await world.refresh()).toMatchObject({ read: [], failed: [], failures: 0, ageHours: 222, saved: false });
  });

  test.each([['no item', {}], ['only items that are ignored', { AmazonBedrock: [ignored] }]])('with %s leaves prices, their age and what is held back as they were', async (_, items) => {
    const world = new World(FIXTURES);
    const { heldBack } = await world.refresh();
    const good = world.table();
    world.list.items = items;
    expect(await world.refresh(MORNING + 24 * HOUR)).toMatchObject({
      read: [], failed: [...SERVICE_CODES], failures: 3, changed: 0, heldBack, ageHours: 24, saved: false,
    });
    expect(world.metrics.total(Metric.PRICE_LIST_FAILURES)).toBe(3);
    expect(world.log.messages('error')).toEqual(Array.from({ length: 3 }, () => 'a service of the price list gives no prices any more; those known before stay in force'));
    expect(world.table()).toEqual(good);
    world.list.items = FIXTURES;
    expect(await world.refresh(MORNING + 25 * HOUR)).toMatchObject({ read: [...SERVICE_CODES], failures: 0, ageHours: 0 });
  });

  test('of one service that gave prices before is a failure of that one', async () => {
    const world = new World(FIXTURES);
    await world.refresh();
    expect(world.store.prices!.gave).toEqual(SERVICE_CODES);
    world.list.items = { ...FIXTURES, AmazonBedrockFoundationModels: [] };
    expect(await world.refresh(MORNING + 24 * HOUR)).toMatchObject({ read: ['AmazonBedrock', 'AmazonBedrockService'], failed: ['AmazonBedrockFoundationModels'], failures: 1, gone: 0 });
    expect(world.store.prices!.gave).toEqual(SERVICE_CODES);
  });
});

describe('what is not listed any more', () => {
  const models = Array.from({ length: 10 }, (_, index) => `moonshotai.kimi-k${index}`);
  const listed = (...ids: readonly string[]) => ids.flatMap(model => ['input', 'output'].map(end => item({ usage: `USE1-x-${end}-tokens`, attributes: { model } })));
  const day = MORNING + 24 * HOUR;
  async function worldOf(...ids: readonly string[]): Promise<World> {
    const world = new World({ AmazonBedrock: listed(...ids), AmazonBedrockService: novaAt('0.0008', '0.0032') });
    await world.refresh();
    return world;
  }

  test('is gone where all services were completely read, and is told', async () => {
    const world = await worldOf(...models);
    world.list.items = { ...world.list.items, AmazonBedrock: listed(...models.slice(5)) };
    expect(await world.refresh(day)).toMatchObject({ read: [...SERVICE_CODES], changed: 10, gone: 10, failures: 0 });
    expect(world.table()).toHaveLength(6);
    const { reason, before, after } = world.eventsOf(EventType.PRICES_REFRESHED)[1];
    expect(reason).toBe('the AWS Price List has 0 changed prices and 0 new ones; 10 prices no longer listed; 0 prices held back');
    expect([before, after].map(prices => prices!['moonshotai.kimi-k0 us-east-1 input'])).toEqual(['1', 'absent']);
  });

  test('stays where a service was not', async () => {
    const world = await worldOf(...models);
    world.list.items = { ...world.list.items, AmazonBedrock: listed(...models.slice(5)) };
    world.faults.plan('AmazonBedrockFoundationModels 0');
    expect(await world.refresh(day)).toMatchObject({ failed: ['AmazonBedrockFoundationModels'], changed: 0 });
    expect(world.table()).toHaveLength(11);
  });

  test('stays where an item could not be read: it may be that one', async () => {
    const world = await worldOf('moonshotai.kimi-k0');
    world.list.items = { ...world.list.items, AmazonBedrock: [...listed('moonshotai.kimi-k1'), '{'] };
    expect(await world.refresh(day)).toMatchObject({ read: [...SERVICE_CODES], failures: 1, gone: 0 });
    expect(world.table()).toHaveLength(3);
  });

  test('stays where an item was not understood: AWS may have named it anew', async () => {
    const world = await worldOf('moonshotai.kimi-k0');
    const renamed = item({ usage: 'USE1-x-input-tokens', unit: '1K token units', attributes: { model: 'moonshotai.kimi-k0' } });
    world.list.items = { ...world.list.items, AmazonBedrock: [...listed('moonshotai.kimi-k1'), renamed] };
    expect(await world.refresh(day)).toMatchObject({ read: [...SERVICE_CODES], failures: 0, gone: 0 });
    expect(world.table()).toHaveLength(3);
  });

  test('stays in force as long as it is listed and held back', async () => {
    const world = await worldOf(...models);
    world.list.items = { ...world.list.items, AmazonBedrockService: novaAt('0.08', '0.0032') };
    expect(await world.refresh(day)).toMatchObject({ heldBack: 1, gone: 0 });
    expect(world.table()).toContain(`${NOVA} us-east-1 in=0.8 out=3.2`);
  });

  test('stays where it is most of the list: a list cut short is neither believed nor fresh', async () => {
    const world = await worldOf(...models);
    world.list.items = { AmazonBedrock: listed(...models.slice(6), 'moonshotai.kimi-k99'), AmazonBedrockService: novaAt('0.0007', '0.0032') };
    // Six of eleven rows are gone.
    expect(await world.refresh(day)).toMatchObject({ read: [], failed: [], failures: 1, gone: 0, changed: 3, ageHours: 24, saved: true });
    expect(world.log.entries.find(({ level }) => level === 'error')).toMatchObject({ message: expect.stringContaining('lacks most of the rows'), facts: { rows: 11, gone: 6 } });
    expect(world.table()).toHaveLength(12);
    expect(world.table()).toContain(`${NOVA} us-east-1 in=0.7 out=3.2`);
  });

  test('is gone from a short table, however much of it that is', async () => {
    const world = await worldOf(...models.slice(0, 8));
    world.list.items = { AmazonBedrock: novaAt('0.0008', '0.0032'), AmazonBedrockService: novaAt('0.0008', '0.0032') };
    expect(await world.refresh(day)).toMatchObject({ gone: 16, failures: 0 });
    expect(world.table()).toEqual([`${NOVA} us-east-1 in=0.8 out=3.2`]);
  });

  test('shows the day after a failure, since services are read together again', async () => {
    const world = await worldOf('moonshotai.kimi-k0');
    world.faults.plan('AmazonBedrock 0');
    expect(await world.refresh(day)).toMatchObject({ failed: ['AmazonBedrock'] });
    expect(await world.refresh(day + HOUR)).toMatchObject({ read: ['AmazonBedrock'], ageHours: 1 });
    expect(await world.refresh(day + 22 * HOUR)).toMatchObject({ read: [] });
    expect(await world.refresh(day + 23 * HOUR)).toMatchObject({ read: [...SERVICE_CODES] });
  });
});

test('zeros of what has no price are counted in the log, and nowhere else', async () => {
  const free = item({ usage: 'USE1-NovaPro-cache-write-input-token-count', usd: '0', attributes: { model: 'Nova Pro' } });
  const world = new World({ AmazonBedrock: [...novaAt('0.0008', '0.0032'), free] });
  expect(await world.refresh()).toMatchObject({ heldBack: 0, changed: 2 });
  expect(world.log.entries.find(({ message }) => message === 'ignored prices of zero')!.facts).toMatchObject({ count: 1, prices: [`${NOVA} us-east-1 cacheWrite5m`] });
  expect(world.events.types()).toEqual([EventType.PRICES_REFRESHED]);
});

test('a partition without a price list has only the age of the package', async () => {
  const world = new World({});
  const { store, events, metrics, log } = world;
  await refreshPrices(MORNING, { store, events, metrics, log }, {
    deploymentId: 'dep-1', environmentName: 'test', region: 'us-gov-west-1', embedded: EMBEDDED, maxChangeFactor: '2',
  });
  expect(metrics.total(Metric.PRICE_AGE_HOURS)).toBe(222);
  expect(log.messages('info')[0]).toContain('this partition has no price list');
  expect(store.prices).toBeUndefined();
});

test('prices that cannot be read any more are read anew', async () => {
  const stored: RefreshedPrices = { table: 'a table of tomorrow', version: '2', readAt: Object.fromEntries(SERVICE_CODES.map(code => [code, MORNING])), gave: [], heldBack: [], revision: 7 };
  const world = new World({ AmazonBedrock: novaAt('0.0008', '0.0032') }, stored);
  expect(await world.refresh()).toMatchObject({ failures: 1, saved: true });
  expect(world.store.prices).toMatchObject({ table: `${NOVA} us-east-1 in=0.8 out=3.2`, revision: 8 });
});

test('more prices than fit into the table leave the last good ones in force', async () => {
  const models = Array.from({ length: 4_000 }, (_, index) => `moonshotai.kimi-with-quite-a-long-name-as-they-come-these-days-v${index}:0`);
  const world = new World({ AmazonBedrock: novaAt('0.0008', '0.0032') });
  await world.refresh();
  world.list.itemsPerPage = 10_000;
  world.list.items = { AmazonBedrock: models.flatMap(model => ['input', 'output'].map(end => item({ usage: `USE1-x-${end}-tokens`, attributes: { model } }))) };
  expect(await world.refresh(MORNING + 24 * HOUR)).toMatchObject({ failures: 1, changed: 0, saved: false, ageHours: 24 });
  expect(world.table()).toEqual([`${NOVA} us-east-1 in=0.8 out=3.2`]);
  expect(world.log.messages('error')).toEqual(['the price list has more prices than can be stored; those known before stay in force']);
});

test('held-back prices are bounded', async () => {
  const heldBack: HeldBackPrice[] = Array.from({ length: 600 }, (_, index) => ({
    modelId: `m${index}`, place: 'us-east-1', kind: 'input', found: '1', reason: 'incomplete', serviceCode: 'AmazonBedrock',
  }));
  const world = new World({}, { table: '', version: '2026-11-01', readAt: {}, gave: [], heldBack, revision: 1 });
  world.faults.plan('AmazonBedrock 0');
  expect(await world.refresh()).toMatchObject({ heldBack: 500 });
});

test.each([[{ force: true }, true], [{ force: 'true' }, false], [{}, false], [undefined, false]])('an event %j asks for everything: %s', (event, forced) => {
  expect(isForced(event)).toBe(forced);
});
