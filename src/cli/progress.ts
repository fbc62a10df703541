import { Writable } from 'node:stream';

/** How far something is that takes its time. */
export interface Reached {
  /** What is being done, such as `reading`. */
  readonly what: string;
  readonly records: number;
  /** From 0 to 1, where it is known how much there is. */
  readonly share?: number;
}

const BAR_WIDTH = 24;
/** What the eye follows. */
const REDRAW_MS = 100;
/** A log that nobody looks at needs no more. */
const LINE_MS = 10_000;

/** Tells on standard error how far a command is: a line that changes on a terminal, one now and then elsewhere, nothing where it is to be quiet. */
export class Progress {
  private readonly isTerminal: boolean;
  private readonly startedAt: number;
  private toldAt: number;
  private drawn = false;

  constructor(private readonly stream: Writable, private readonly now: () => number, private readonly quiet: boolean) {
    this.isTerminal = 'isTTY' in stream && stream.isTTY === true;
    this.startedAt = now();
    this.toldAt = this.startedAt;
    // Nobody's reading the bar is no reason to stop.
    stream.on('error', () => undefined);
  }

  /** @param text asked for only where it is told; is given the seconds since the beginning */
  public tell(text: (seconds: number) => string): void {
    const now = this.now();
    if (this.quiet || now - this.toldAt < (this.isTerminal ? REDRAW_MS : LINE_MS)) {
      return;
    }
    this.toldAt = now;
    const line = text((now - this.startedAt) / 1000);
    this.stream.write(this.isTerminal ? `\r\u001b[K${line}` : `${line}\n`);
    this.drawn = this.isTerminal;
  }

  /** Takes the bar away. */
  public end(): void {
    if (this.drawn) {
      this.stream.write('\r\u001b[K');
      this.drawn = false;
    }
  }
}

/** With a bar, where it is known how much there is. */
export function reachedText({ what, records, share }: Reached, seconds: number): string {
  const rate = seconds > 0 ? Math.round(records / seconds) : 0;
  const counts = `${records.toLocaleString('en-US')} records, ${rate.toLocaleString('en-US')} a second`;
  if (share === undefined) {
    return `${what}: ${counts}`;
  }
  const known = Math.min(1, Math.max(0, share));
  const filled = Math.round(known * BAR_WIDTH);
  const left = known > 0.01 ? `, ${durationText((seconds / known) * (1 - known))} left` : '';
  return `${what} [${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}] ${Math.floor(known * 100)} %, ${counts}${left}`;
}

function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
