/**
 * Works on several items at a time and delivers in their order, as far ahead as that number goes.
 */
export async function* inTurn<T, R>(items: Iterable<T>, concurrency: number, work: (item: T) => Promise<R>): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  for (const item of items) {
    const result = work(item);
    // Whoever waits for an earlier one hears of its failure when its turn comes.
    result.catch(() => undefined);
    underWay.push(result);
    if (underWay.length >= concurrency) {
      yield await underWay.shift()!;
    }
  }
  for (const result of underWay) {
    yield await result;
  }
}
