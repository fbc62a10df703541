import { forEachConcurrently, inOrderByKey } from '../../../src/lambdas/core/ordered-batch';

const tick = () => new Promise(resolve => setImmediate(resolve));
const keyOf = (item: string) => item[0];

describe('in order by key', () => {
  test('items of one key follow each other, however long each takes', async () => {
    const events: string[] = [];
    await inOrderByKey(['a1', 'b1', 'a2', 'b2', 'a3'], keyOf, 10, async item => {
      events.push(`${item}>`);
      await tick();
      if (item === 'a1') await tick();
      events.push(`<${item}`);
    });
    expect(events.filter(event => event.includes('a'))).toEqual(['a1>', '<a1', 'a2>', '<a2', 'a3>', '<a3']);
    expect(events.indexOf('b1>')).toBeLessThan(events.indexOf('<a1'));
  });

  test('after a failure the later items of its key are left, others are not', async () => {
    const done: string[] = [];
    const failed = await inOrderByKey(['a1', 'b1', 'a2', 'c1', 'a3', 'b2', 'c2'], keyOf, 2, async item => {
      if (item === 'a2' || item === 'c1') throw new Error('no');
      done.push(item);
    });
    expect(failed).toEqual(['a2', 'c1']);
    expect(done.sort()).toEqual(['a1', 'b1', 'b2']);
  });

  test('nothing to do is no failure', async () => {
    expect(await inOrderByKey([], keyOf, 3, async () => undefined)).toEqual([]);
  });
});

describe('concurrently', () => {
  test('no more than so many run at a time, and all of them run', async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await forEachConcurrently([1, 2, 3, 4, 5, 6, 7], 3, async item => {
      running += 1;
      most = Math.max(most, running);
      await tick();
      running -= 1;
      done.push(item);
    });
    expect(most).toBe(3);
    expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test('a failure is passed on', async () => {
    await expect(forEachConcurrently([1], 3, async () => {
      throw new Error('no');
    })).rejects.toThrow('no');
  });
});
