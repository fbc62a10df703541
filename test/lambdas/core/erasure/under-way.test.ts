import { erase } from '../../../../src/lambdas/core/erasure/erase';
import { LabelChoice } from '../../../../src/lambdas/core/erasure/labels';
import { CONTEXT, ErasureWorld, OTHER, SMITH } from './erasure-world';

const NONE: LabelChoice = { keep: [], erase: [] };

/** An erasure has begun, and nothing else. */
async function begun(labels: LabelChoice = NONE): Promise<ErasureWorld> {
  const world = new ErasureWorld();
  world.budget(SMITH, { labels: { team: 'search', site: 'x' } });
  world.budget(OTHER, { labels: { team: 'search' } });
  await world.budgets.begin((await world.look({ labels })).note);
  return world;
}

test('looking at an erasure that is under way shows it as it was begun, with all texts once', async () => {
  const world = await begun();
  const { note } = await world.look();
  await world.budgets.extend(note, ['Ally', 'Al']);
  const again = await world.look({ also: ['Al', 'Alice'] });
  expect(again.isUnderWay).toBe(true);
  expect(again.note).toEqual({ ...note, also: ['Ally', 'Al', 'Alice'] });
  expect(again.labels).toEqual({ team: 'search', site: 'x' });
});

test('a new one has its labels sorted, its texts as given, and the time at which it was asked for', async () => {
  const world = new ErasureWorld();
  world.budget(SMITH, { labels: { team: 'search', site: 'x' } });
  world.budget(OTHER, { labels: { team: 'search' } });
  const { note, isUnderWay } = await world.look({ also: ['Ally'], labels: { keep: ['no-such'], erase: [] } });
  expect(isUnderWay).toBe(false);
  expect(note).toEqual({
    principalId: SMITH,
    pseudonym: expect.stringContaining('/erased-'),
    startedAt: '2026-03-10T12:00:00.000Z',
    keptLabels: { team: 'search' },
    groupNames: ['x'],
    also: ['Ally'],
    labelChoice: { keep: ['no-such'], erase: [] },
  });
});

test.each<[LabelChoice, LabelChoice, string]>([
  [{ keep: ['a', 'b'], erase: ['c'] }, { keep: ['a'], erase: ['c'] }, '--keep-label a --keep-label b --erase-label c'],
  [{ keep: ['a'], erase: ['c'] }, { keep: ['a'], erase: ['a'] }, '--keep-label a --erase-label c'],
  [NONE, { keep: ['a'], erase: [] }, 'neither --keep-label nor --erase-label'],
])('begun with %j, it is refused with %j, and told how it was begun', async (before, asked, told) => {
  const world = await begun(before);
  await expect(world.look({ labels: asked })).rejects.toThrow(
    `an erasure of ${SMITH} is under way, begun at 2026-03-10T12:00:00.000Z with ${told}: what becomes of its labels cannot be changed any more; leave these options out, or give the same`,
  );
});

test.each<LabelChoice>([NONE, { keep: ['b', 'a'], erase: ['d', 'c'] }, { keep: [], erase: ['c', 'd'] }])('begun with labels to keep and to erase, it is gone on with %j', async labels => {
  const world = await begun({ keep: ['a', 'b'], erase: ['c', 'd'] });
  expect((await world.look({ labels })).note.labelChoice).toEqual({ keep: ['a', 'b'], erase: ['c', 'd'] });
});

test('whoever comes second where two begin at once is told to look again', async () => {
  const world = new ErasureWorld();
  world.budget(SMITH);
  const mine = await world.look();
  const begin = world.budgets.begin.bind(world.budgets);
  world.budgets.begin = async note => {
    await begin({ ...note, pseudonym: 'theirs' });
    return begin(note);
  };
  await expect(erase(mine, world, CONTEXT)).rejects.toThrow('another erasure of this principal has begun meanwhile: look again');
});

test('a budget that is suspended between looking and beginning is refused, and nothing is written', async () => {
  const world = new ErasureWorld();
  world.budget(SMITH);
  const mine = await world.look();
  world.budget(SMITH, { status: 'suspended' });
  await expect(erase(mine, world, CONTEXT)).rejects.toThrow('has the status "suspended"');
  expect(world.writes).toBe(0);
});

test('somebody who is suspended cannot even be looked at', async () => {
  const world = new ErasureWorld();
  world.budget(SMITH, { status: 'suspended' });
  await expect(world.look()).rejects.toThrow('has the status "suspended"');
});

test('one that has nothing left to erase still ends, and is announced', async () => {
  const world = await begun();
  world.items.delete(SMITH);
  const result = await world.erase();
  expect([result.isDone, world.announced.length, await world.budgets.note(SMITH)]).toEqual([true, 1, undefined]);
});
