/** Time that passes only when something is due: what waits, waits in no time. */
export class Timeline {
  private readonly jobs: { readonly at: number; readonly order: number; readonly work: () => Promise<void> }[] = [];
  private orders = 0;

  constructor(public now: number) {}

  public schedule(at: number, work: () => Promise<void>): void {
    this.orders += 1;
    this.jobs.push({ at, order: this.orders, work });
  }

  /** Does whatever is due until an instant, in its order, and moves the clock there. */
  public async advanceTo(instant: number): Promise<void> {
    for (let job = this.next(instant); job; job = this.next(instant)) {
      this.now = Math.max(this.now, job.at);
      await job.work();
    }
    this.now = Math.max(this.now, instant);
  }

  private next(until: number) {
    const due = this.jobs.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at || a.order - b.order)[0];
    if (due) {
      this.jobs.splice(this.jobs.indexOf(due), 1);
    }
    return due;
  }
}
