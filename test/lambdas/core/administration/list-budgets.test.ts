import { BudgetView } from '../../../../src/lambdas/core/administration/budget-view';
import { listBudgets } from '../../../../src/lambdas/core/administration/list-budgets';
import { Budget } from '../../../../src/lambdas/core/budget';
import { Item } from '../../../../src/lambdas/core/budget-item';
import { usd } from '../../../../src/lambdas/core/money';
import { aBudget, aContext, ACCOUNT, DAY, itemOf, limit, NOON } from '../builders';

type Request = Parameters<typeof listBudgets>[0];

const principal = (name: string) => `iam-user/${ACCOUNT}/${name}`;
const spender = (name: string, spent: string, changes: Partial<Budget> = {}) => itemOf(aBudget({ principalId: principal(name), spent, ...changes }));

/** A table in pages, which notes what it is asked for. */
function given(...pages: readonly (readonly Item[])[]) {
  const asked: unknown[] = [];
  const page = async (filter: unknown, after?: string) => {
    asked.push([filter, after]);
    const started = after === undefined ? 0 : pages.findIndex(items => items.some(({ principalId }) => principalId === after));
    const rest = (pages[started] ?? []).slice(after === undefined ? 0 : pages[started].findIndex(({ principalId }) => principalId === after) + 1);
    const index = rest.length > 0 || after === undefined ? started : started + 1;
    const items = rest.length > 0 ? rest : pages[index] ?? [];
    return { items, ...(index < pages.length - 1 ? { more: String(items.at(-1)!.principalId) } : {}) };
  };
  const list = async (request: Partial<Request> = {}, now = NOON) => {
    const { budgets, nextToken } = await listBudgets({ operation: 'listBudgets', ...request } as Request, now, { page } as Parameters<typeof listBudgets>[2], aContext());
    return { names: budgets.map(({ principalId }) => principalId.split('/')[2]), budgets, nextToken };
  };
  return { list, asked };
}

describe('by the share of the limit that is spent', () => {
  const table = given([spender('none', '0'), spender('half', '50'), spender('full', '100'), spender('over', '120'), spender('unlimited', '500', { limits: undefined })]);

  test('both bounds are in it, and who has no limit is in none', async () => {
    expect((await table.list({ minSharePercent: usd('50') })).names).toEqual(['half', 'full', 'over']);
    expect((await table.list({ maxSharePercent: usd('50') })).names).toEqual(['none', 'half']);
    expect((await table.list({ minSharePercent: usd('50'), maxSharePercent: usd('100') })).names).toEqual(['half', 'full']);
    expect((await table.list({ minSharePercent: usd('50'), maxSharePercent: usd('50') })).names).toEqual(['half']);
    expect((await table.list({ minSharePercent: usd('50.01'), maxSharePercent: usd('99.99') })).names).toEqual([]);
    expect((await table.list()).names).toEqual(['none', 'half', 'full', 'over', 'unlimited']);
  });

  test('bounds that leave nothing between them are refused', async () => {
    await expect(table.list({ minSharePercent: usd('50'), maxSharePercent: usd('49.99') })).rejects.toMatchObject({
      code: 'BadRequest', field: 'minSharePercent', message: 'minSharePercent is 50, allowed is at most maxSharePercent, which is 49.99',
    });
  });

  test('is that of the last decision, where the clock is behind it', async () => {
    const late = given([spender('late', '80', { limits: [limit('100', 'calendar day')], decidedAt: NOON })]);
    expect((await late.list({ minSharePercent: usd('80') }, NOON - 2 * DAY)).names).toEqual(['late']);
    expect((await late.list({ minSharePercent: usd('80') }, NOON + DAY)).names).toEqual([]);
  });
});

test('what is asked for is handed to the table', async () => {
  const { list, asked } = given([spender('a', '1')]);
  await list({ kind: 'iam-user', status: 'suspended', label: { name: 'team', value: 'data' } } as Partial<Request>);
  expect(asked).toEqual([[{ kind: 'iam-user', status: 'suspended', label: { name: 'team', value: 'data' } }, undefined]]);
});

describe('pages', () => {
  const names = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `u${String(from + index).padStart(3, '0')}`);
  const items = (from: number, to: number) => names(from, to).map(name => spender(name, '1'));

  test('end where as many were found as were asked for, and go on from there', async () => {
    const { list } = given(items(0, 3), items(3, 6));
    const first = await list({ limit: 2 });
    expect(first.names).toEqual(names(0, 2));
    const second = await list({ limit: 2, nextToken: first.nextToken });
    expect(second.names).toEqual(names(2, 4));
  });

  test('have 50 budgets where nothing is said', async () => {
    const { list } = given(items(0, 51));
    expect((await list()).names).toHaveLength(50);
    expect((await given(items(0, 50)).list()).nextToken).toBeUndefined();
  });

  test('that end with the table are the last, and others are not', async () => {
    expect((await given(items(0, 2)).list({ limit: 2 })).nextToken).toBeUndefined();
    expect((await given(items(0, 3)).list({ limit: 2 })).nextToken).toEqual(expect.any(String));
    expect((await given(items(0, 2), items(2, 3)).list({ limit: 2 })).nextToken).toEqual(expect.any(String));
    expect((await given(items(0, 2)).list({ limit: 3 })).nextToken).toBeUndefined();
  });

  test('of the table are read eight at a time, also where nobody is found', async () => {
    const { list, asked } = given(...Array.from({ length: 10 }, (_, index) => items(index, index + 1)));
    const first = await list({ minSharePercent: usd('50') });
    expect([first.names, asked.length]).toEqual([[], 8]);
    const second = await list({ minSharePercent: usd('50'), nextToken: first.nextToken });
    expect([second.names, second.nextToken, asked.length]).toEqual([[], undefined, 10]);
  });

  test('are those of one question: a token of another one is refused', async () => {
    const { list } = given(items(0, 3));
    const { nextToken } = await list({ limit: 2, minSharePercent: usd('0') });
    await expect(list({ limit: 2, nextToken })).rejects.toMatchObject({ code: 'BadRequest' });
    await expect(list({ limit: 2, maxSharePercent: usd('0'), nextToken })).rejects.toMatchObject({ code: 'BadRequest' });
    const filtered = { minSharePercent: usd('0'), nextToken };
    for (const filter of [{ kind: 'iam-role' }, { status: 'active' }, { label: { name: 'team' } }]) {
      await expect(list({ limit: 2, ...filtered, ...filter } as Partial<Request>)).rejects.toMatchObject({ code: 'BadRequest', field: 'nextToken' });
    }
    expect((await list({ limit: 1, ...filtered })).names).toEqual(names(2, 3));
  });
});

test('an item that cannot be read is told, whatever is asked for', async () => {
  const { list } = given([{ ...spender('broken', '1'), limits: 'nonsense' }, spender('well', '90')]);
  const { budgets } = await list({ minSharePercent: usd('80') });
  expect(budgets[0]).toEqual({ principalId: principal('broken'), problem: expect.stringContaining('limits') });
  expect((budgets[1] as BudgetView).status).toBe('active');
});

test('an error that is none of an item ends the list', async () => {
  const broken: Item = {
    ...spender('alice', '1'),
    get limits(): never {
      throw new TypeError('broken');
    },
  };
  const page = async () => ({ items: [broken] });
  await expect(listBudgets({ operation: 'listBudgets' } as Request, NOON, { page }, aContext())).rejects.toThrow(TypeError);
});
