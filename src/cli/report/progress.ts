import { Writable } from 'node:stream';

/** Often enough to be seen to move. */
const EVERY_MS = 200;

/** A line that changes while one waits. Where nobody sits in front of it, as in a log, nothing is written. */
export class Progress {
  private toldAt = Number.NEGATIVE_INFINITY;
  private width = 0;

  constructor(private readonly stderr: Writable & { readonly isTTY?: boolean }, private readonly now: () => number) {}

  public tell(text: string): void {
    if (this.stderr.isTTY && this.now() - this.toldAt >= EVERY_MS) {
      this.toldAt = this.now();
      this.stderr.write(`\r${text.padEnd(this.width)}`);
      this.width = text.length;
    }
  }

  /** Leaves no trace. */
  public end(): void {
    if (this.width > 0) {
      this.stderr.write(`\r${' '.repeat(this.width)}\r`);
      this.width = 0;
    }
  }
}
