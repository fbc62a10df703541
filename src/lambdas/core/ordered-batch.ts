import { groupBy } from './collections';

/**
 * Works through a batch: items of one key strictly in order, different keys side by side. After a failure the later items of its key
 * are left, since they must not overtake it.
 *
 * @returns the first failed item of each key that had one, in the order of the batch
 */
export async function inOrderByKey<T>(items: readonly T[], keyOf: (item: T) => string, concurrency: number, work: (item: T) => Promise<void>): Promise<T[]> {
  const failed = new Set<T>();
  const groups = [...groupBy(items, keyOf).values()];
  await forEachConcurrently(groups, concurrency, async group => {
    for (const item of group) {
      try {
        await work(item);
      } catch {
        failed.add(item);
        return;
      }
    }
  });
  return items.filter(item => failed.has(item));
}

/** Runs the work on every item, on so many of them at a time. A failure ends the whole. */
export async function forEachConcurrently<T>(items: Iterable<T>, concurrency: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  await Promise.all(Array.from({ length: Math.min(concurrency, queue.length) }, async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      await work(item);
    }
  }));
}
