/** Some 50 MB of ids. A call that is logged twice is logged within minutes, and the same export given twice is mostly shorter. */
export const REMEMBERED_CALLS = 250_000;

/** Tells whether a call was seen before, as far as it remembers: the oldest are forgotten, so that no input fills the memory. */
export class RecentCalls {
  private readonly ids = new Set<string>();

  constructor(private readonly capacity = REMEMBERED_CALLS) {}

  /** Remembers the call. @returns whether it was seen before */
  public seen(callId: string): boolean {
    if (this.ids.has(callId)) {
      return true;
    }
    this.ids.add(callId);
    if (this.ids.size > this.capacity) {
      // A set remembers in which order its values came.
      this.ids.delete(this.ids.values().next().value!);
    }
    return false;
  }
}
