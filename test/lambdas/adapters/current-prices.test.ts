import { SettingName } from '../../../src/contract';
import { CurrentPrices } from '../../../src/lambdas/adapters/current-prices';
import { SettingsInForce } from '../../../src/lambdas/core/ports';
import { EMBEDDED_PRICES } from '../../../src/lambdas/core/pricing/embedded-catalog';
import { PriceCatalog } from '../../../src/lambdas/core/pricing/price-catalog';
import { RefreshedPrices } from '../../../src/lambdas/core/pricing/price-list/price-store';
import { parseSettings } from '../../../src/lambdas/core/settings';
import { settingTexts } from '../core/builders';
import { usage } from '../core/pricing/usage';

const MODEL = 'zai.glm-5';
const TABLE = `${MODEL} us-east-1 in=1.25 out=3.5`;

/** Current prices over a store and settings that the test changes, and a clock that it turns. */
function world(first: { readonly table?: string; readonly overrides?: string } = {}) {
  const state = { table: first.table as string | undefined, overrides: first.overrides ?? 'none', now: 0, failing: false, loads: 0 };
  const problems: string[] = [];
  const note = (message: string) => problems.push(message);
  const prices = new CurrentPrices({
    store: {
      load: async () => {
        state.loads += 1;
        if (state.failing) {
          throw new Error('no table');
        }
        return state.table === undefined ? undefined : { version: '2026-11-22', table: state.table } as RefreshedPrices;
      },
    },
    settings: {
      load: async (): Promise<SettingsInForce> => {
        const texts = settingTexts({ [SettingName.PRICE_OVERRIDES]: state.overrides });
        return { settings: parseSettings(texts), texts, refused: [] };
      },
    },
    log: { info: note, warn: note, error: note },
    clock: () => state.now,
  });
  return { state, prices, problems, source: async () => sourceOf(await prices.load()) };
}

function sourceOf(catalog: PriceCatalog): string {
  return catalog.priceOf(usage(MODEL, { input: 1 })).source;
}

test('are the embedded ones where nothing was read yet', async () => {
  const { prices, source } = world();
  expect(await source()).toBe('catalog');
  expect((await prices.load()).version).toBe(EMBEDDED_PRICES.version);
});

test('are those of the price list, under those of the user', async () => {
  expect(await world({ table: TABLE }).source()).toBe('price-list');
  expect(await world({ table: TABLE, overrides: `${MODEL} in=1 out=1` }).source()).toBe('override');
});

test('stay the same object while nothing changes, so that what was found is not found again', async () => {
  const { prices, state } = world({ table: TABLE });
  const catalog = await prices.load();
  state.now = 11 * 60_000;
  expect(await prices.load()).toBe(catalog);
  expect(state.loads).toBe(2);
});

test('follow the user at once and the price list within ten minutes', async () => {
  const { state, source } = world();
  await source();
  state.table = TABLE;
  expect(await source()).toBe('catalog');
  state.now = 11 * 60_000;
  expect(await source()).toBe('price-list');
  state.overrides = `${MODEL} in=1 out=1`;
  expect(await source()).toBe('override');
});

test('stay as they were where the table cannot be read, and are read again soon', async () => {
  const { state, source, problems } = world({ table: TABLE });
  await source();
  state.failing = true;
  state.now = 11 * 60_000;
  expect(await source()).toBe('price-list');
  expect(problems).toEqual([expect.stringContaining('those known before stay in force')]);
  state.table = undefined;
  state.failing = false;
  state.now += 31_000;
  expect(await source()).toBe('catalog');
});

test('are none where the first reading fails, so that calls come again instead of being charged other prices', async () => {
  const { state, source } = world({ table: TABLE });
  state.failing = true;
  await expect(source()).rejects.toThrow();
  state.failing = false;
  expect(await source()).toBe('price-list');
});

test('are the embedded ones where those that were stored cannot be understood', async () => {
  const { source, problems } = world({ table: 'nonsense' });
  expect(await source()).toBe('catalog');
  expect(problems).toEqual(['prices of the AWS Price List are not readable; the embedded ones stay in force']);
});
