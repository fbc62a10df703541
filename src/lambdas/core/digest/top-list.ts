/** The first of many things by some order; it keeps no more of them than it was made for. */
export class TopList<T> {
  private readonly sorted: T[] = [];

  /** @param isBefore a strict total order */
  constructor(private readonly most: number, private readonly isBefore: (a: T, b: T) => boolean) {}

  public get items(): readonly T[] {
    return this.sorted;
  }

  public add(item: T): void {
    const last = this.sorted.at(-1);
    if (this.sorted.length === this.most && last !== undefined && !this.isBefore(item, last)) {
      return;
    }
    const index = this.sorted.findIndex(other => this.isBefore(item, other));
    this.sorted.splice(index === -1 ? this.sorted.length : index, 0, item);
    this.sorted.splice(this.most);
  }
}
