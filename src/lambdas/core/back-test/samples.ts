/** Points of a curve, at most so many whatever comes: where there are too many, every second one goes, and the next ones are taken half as often. */
export class Samples<T> {
  private readonly taken: { readonly at: number; readonly value: T }[] = [];
  private dueAt = -Infinity;

  constructor(private readonly most = 120, private step = 60_000) {}

  public get points(): readonly { readonly at: number; readonly value: T }[] {
    return this.taken;
  }

  public isDue(at: number): boolean {
    return at >= this.dueAt;
  }

  /** @param at not before that of the last one */
  public add(at: number, value: T): void {
    this.taken.push({ at, value });
    this.dueAt = at + this.step;
    if (this.taken.length >= this.most) {
      const kept = this.taken.filter((_, index) => index % 2 === 0);
      this.taken.splice(0, this.taken.length, ...kept);
      this.step *= 2;
    }
  }
}
