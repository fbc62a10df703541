import { Item, NumberText } from '../../../src/lambdas/core/budget-item';
import { DeclarationChange, DeclarationOrigin, MERGED_ATTRIBUTES, readDeclaration } from '../../../src/lambdas/core/declaration';
import { DeclarationPorts, DeclarationStore, declareBudget, withdrawBudget } from '../../../src/lambdas/core/declare-budget';
import { BudgetEvent } from '../../../src/lambdas/core/events';
import { Observed } from '../observed';
import { ALICE, NOON, TODAY } from './builders';

const deployment = { deploymentId: 'dep-1', environmentName: 'prod' };
const declaration = (limitUsd: string) => readDeclaration({ principalId: ALICE, limits: [{ period: 'calendar month', limitUsd }], enforcement: 'enforced' });
const limits = (amount: string) => [{ limitUsd: new NumberText(amount), period: 'calendar month' }];

/** The Budgets table, as far as declarations go, with somebody who may come in between reading and writing. */
class InMemoryDeclarations implements DeclarationStore {
  public item?: Item;
  public interfere: () => void = () => undefined;

  public async read(): Promise<Item | undefined> {
    return this.item;
  }

  public async write(principalId: string, change: DeclarationChange, readBefore: Item | undefined): Promise<boolean> {
    this.interfere();
    if (MERGED_ATTRIBUTES.some(attribute => JSON.stringify(this.item?.[attribute]) !== JSON.stringify(readBefore?.[attribute]))) {
      return false;
    }
    const written: Record<string, unknown> = { principalId, ...change.defaults, ...this.item, ...change.set };
    change.remove.forEach(attribute => delete written[attribute]);
    this.item = written;
    return true;
  }
}

let requests = 0;

function world() {
  const observed = new Observed();
  const store = new InMemoryDeclarations();
  const published: BudgetEvent[] = [];
  const events = {
    publish: async (more: readonly BudgetEvent[]) => {
      published.push(...more);
    },
  };
  const ports: DeclarationPorts = { store, events, log: observed.log };
  const origin = (owner: string): DeclarationOrigin => ({ stackName: 'Budgets', owner, requestId: `request-${requests += 1}`, at: NOON, today: TODAY });
  return {
    store,
    published,
    observed,
    declare: (limitUsd: string, owner = 'stack-1/Budget') => declareBudget(declaration(limitUsd), origin(owner), ports, deployment),
    withdraw: (principalId = ALICE, owner = 'stack-1/Budget') => withdrawBudget(principalId, origin(owner), ports, deployment),
    setByHand: (amount: string) => {
      store.item = { ...store.item, limits: limits(amount) };
    },
  };
}

test('a budget is declared, changed and withdrawn with its stack', async () => {
  const { store, declare, withdraw, published } = world();
  expect(await declare('100')).toEqual([]);
  expect(store.item).toMatchObject({ kind: 'iam-user', limits: limits('100') });
  expect(await declare('200')).toEqual([]);
  expect(store.item).toMatchObject({ limits: limits('200') });
  expect(await withdraw()).toEqual([]);
  expect(store.item).not.toHaveProperty('limits');
  expect(store.item).not.toHaveProperty('declared');
  expect(store.item).toMatchObject({ principalId: ALICE, kind: 'iam-user' });
  expect(published).toEqual([]);
});

test('what was changed at run time outlives every deployment, and each of them says so', async () => {
  const { store, declare, withdraw, setByHand, published, observed } = world();
  await declare('100');
  setByHand('500');
  expect(await declare('200')).toEqual(['limits']);
  expect(await declare('300')).toEqual(['limits']);
  expect(await withdraw()).toEqual(['limits']);
  expect(store.item).toMatchObject({ limits: limits('500') });
  expect(store.item).not.toHaveProperty('declared');
  expect(published.map(({ type }) => type)).toEqual(Array(3).fill('Budget Declaration Kept Out'));
  expect(new Set(published.map(({ detail }) => detail.eventId)).size).toBe(3);
  expect(observed.at('warn').map(({ facts }) => facts)).toEqual(Array(3).fill({ principalId: ALICE, kept: ['limits'] }));
});

test('a stack that catches up with the change owns the budget again', async () => {
  const { store, declare, setByHand, withdraw } = world();
  await declare('100');
  setByHand('500');
  await declare('500');
  expect(await declare('600')).toEqual([]);
  expect(store.item).toMatchObject({ limits: limits('600') });
  await withdraw();
  expect(store.item).not.toHaveProperty('limits');
});

test('a change that comes between reading and writing is kept as any other', async () => {
  const { store, declare, setByHand } = world();
  await declare('100');
  store.interfere = () => {
    store.interfere = () => undefined;
    setByHand('500');
  };
  expect(await declare('200')).toEqual(['limits']);
  expect(store.item).toMatchObject({ limits: limits('500') });
});

test('a budget that changes under every attempt fails the deployment', async () => {
  const { store, declare, setByHand } = world();
  let amount = 0;
  store.interfere = () => setByHand(String(amount += 1));
  const error: Error = await declare('200').then(() => new Error('declared'), refusal => refusal);
  expect(String(error)).toBe(`DeclarationContentionError: the budget of ${ALICE} changed under ${amount} attempts to declare it; try again`);
});

test.each(['', 'undefined', 'Budget1234'])('withdrawing "%s", which a failed creation may leave behind, does nothing', async principalId => {
  const { store, withdraw } = world();
  expect(await withdraw(principalId)).toEqual([]);
  expect(store.item).toBeUndefined();
});

test('withdrawing what was never declared does nothing', async () => {
  const { store, withdraw, setByHand } = world();
  setByHand('5');
  expect(await withdraw()).toEqual([]);
  expect(store.item).toEqual({ limits: limits('5') });
});

describe('two resources about one principal', () => {
  const FORMER = 'stack-1/Former';
  const NEW = 'stack-1/New';

  test('a budget that moves to another logical id stays: the new one is created before the former is deleted', async () => {
    const { store, declare, withdraw, observed } = world();
    await declare('100', FORMER);
    await declare('100', NEW);
    await withdraw(ALICE, FORMER);
    expect(store.item).toMatchObject({ limits: limits('100'), declared: { owner: NEW } });
    expect(observed.at('info')).toEqual([expect.objectContaining({ facts: { principalId: ALICE, owner: NEW, withdrawnBy: FORMER } })]);
    await withdraw(ALICE, NEW);
    expect(store.item).not.toHaveProperty('limits');
    expect(store.item).not.toHaveProperty('declared');
  });

  test('a move that is rolled back leaves what was declared before', async () => {
    const { store, declare, withdraw } = world();
    await declare('100', FORMER);
    await declare('200', NEW);
    await withdraw(ALICE, NEW);
    expect(store.item).toMatchObject({ limits: limits('100'), declared: { owner: FORMER } });
    await withdraw(ALICE, FORMER);
    expect(store.item).not.toHaveProperty('limits');
  });

  test('a creation that failed before it wrote anything is deleted without harm to the other', async () => {
    const { store, declare, withdraw } = world();
    await declare('100', FORMER);
    const before = store.item;
    await withdraw(ALICE, NEW);
    expect(store.item).toBe(before);
  });

  test('the owner goes on changing its budget, and withdraws it', async () => {
    const { store, declare, withdraw } = world();
    await declare('100', NEW);
    await declare('200', NEW);
    expect(store.item).toMatchObject({ limits: limits('200'), declared: { owner: NEW } });
    expect(store.item).not.toHaveProperty('declared.superseded');
    await withdraw(ALICE, NEW);
    expect(store.item).not.toHaveProperty('limits');
  });

  test('what was declared before owners were written down can be withdrawn', async () => {
    const { store, declare, withdraw } = world();
    await declare('100');
    const { owner: _, ...ownerless } = store.item!.declared as Item;
    store.item = { ...store.item, declared: ownerless };
    await withdraw();
    expect(store.item).not.toHaveProperty('limits');
  });
});
