/** Remembers what is costly to find. Forgets the oldest entry when full: keys come from logs, so their number has no bound of its own. */
export class BoundedCache<V> {
  private readonly entries = new Map<string, V>();

  constructor(private readonly maxEntries: number) {}

  public get size(): number {
    return this.entries.size;
  }

  public getOrCreate(key: string, create: () => V): V {
    const found = this.entries.get(key);
    if (found !== undefined) {
      return found;
    }
    const created = create();
    if (this.entries.size >= this.maxEntries) {
      const [oldest] = this.entries.keys();
      this.entries.delete(oldest);
    }
    this.entries.set(key, created);
    return created;
  }
}
