import { Budget } from '../../../src/lambdas/core/budget';
import { NumberText, spendAttribute } from '../../../src/lambdas/core/budget-item';
import { BudgetContentionError, decideAndSave } from '../../../src/lambdas/core/decide-and-save';
import { aBudget, aContext, ALICE, NOON, TODAY } from './builders';
import { InMemoryDeployment } from './in-memory/deployment';

test('a decision that changes something is written, and its workflow started', async () => {
  const { world, decideNow } = given(aBudget({ spent: '100', revision: 3 }));
  const saved = await decideNow();
  expect(saved).toMatchObject({ budget: { status: 'grace_period', revision: 4 }, before: { status: 'active', revision: 3 }, decision: { status: 'grace_period' } });
  expect(world.budgets.peek(ALICE)).toEqual(expect.objectContaining({ status: 'grace_period', revision: 4, workflowRevision: 4 }));
  expect(world.workflows.started).toEqual([expect.objectContaining({ workflow: 'suspension', executionName: expect.stringMatching(/^alice-[0-9a-f]{12}-r4-[0-9a-z]+$/) })]);
});

test('a decision that changes nothing writes nothing', async () => {
  const { world, decideNow } = given(aBudget({ spent: '5' }));
  expect(await decideNow()).toEqual({ budget: world.budgets.peek(ALICE) });
  expect(world.budgets.stream).toEqual([]);
});

test('there is nothing to decide without a budget', async () => {
  const world = new InMemoryDeployment();
  expect(await decideAndSave(ALICE, NOON, { store: world.budgets, workflows: world.workflows }, aContext())).toBeUndefined();
});

test('an image that asks for nothing spares the read', async () => {
  const { world, decideNow } = given(aBudget({ spent: '100' }));
  world.faults.plan('budgets.read');
  const image = aBudget({ spent: '5' });
  expect(await decideNow(image)).toEqual({ budget: image });
});

test('an image never decides: the table does', async () => {
  const { world, decideNow } = given(aBudget({ spent: '75' }));
  await decideNow(aBudget({ spent: '100' }));
  expect(world.status(ALICE)).toBe('warning');
});

test('who loses a race decides anew on what the winner wrote', async () => {
  const { world, decideNow } = given(aBudget({ spent: '75', revision: 3 }));
  // Between the read and the write, somebody spends and somebody decides.
  world.faults.draw = call => {
    if (call === 'budgets.saveState') {
      world.faults.draw = () => undefined;
      world.budgets.edit(ALICE, { [spendAttribute(TODAY)]: new NumberText('100'), revision: new NumberText('4') });
    }
    return undefined;
  };
  expect(await decideNow()).toMatchObject({ budget: { status: 'grace_period', revision: 5 } });
  expect(world.workflows.started).toHaveLength(1);
});

test('who loses every race gives up, and comes again', async () => {
  const { world, decideNow } = given(aBudget({ spent: '75' }));
  let revision = 100;
  world.faults.draw = call => {
    if (call === 'budgets.saveState') {
      revision += 1;
      world.budgets.edit(ALICE, { revision: new NumberText(String(revision)) });
    }
    return undefined;
  };
  const error: Error = await decideNow().then(() => new Error('decided'), refusal => refusal);
  expect(error).toBeInstanceOf(BudgetContentionError);
  expect(String(error)).toBe(`BudgetContentionError: the budget of ${ALICE} changed under 6 attempts to decide on it`);
  expect(revision).toBe(106);
  expect(world.status(ALICE)).toBe('active');
});

test('a workflow that could not be started is started by the stream record of the write', async () => {
  const { world, decideNow } = given(aBudget({ spent: '100' }));
  world.faults.plan('workflows.start');
  await expect(decideNow()).rejects.toThrow('workflows.start failed');
  expect(world.workflows.started).toEqual([]);
  await world.evaluateStream();
  expect(world.workflows.started).toHaveLength(1);
});

test('the same workflow is asked for twice, and started once', async () => {
  const { world, decideNow } = given(aBudget({ spent: '100' }));
  await decideNow();
  await world.evaluateStream();
  expect(world.workflows.requests).toBe(2);
  expect(world.workflows.started).toHaveLength(1);
});

function given(budget: Budget) {
  const world = new InMemoryDeployment();
  world.given(budget);
  return {
    world,
    decideNow: (image?: Budget) => decideAndSave(ALICE, NOON, { store: world.budgets, workflows: world.workflows }, aContext(), image),
  };
}
