import { FixtureLine } from '../fixture/day-of-calls';

const HOUR_MS = 3_600_000;

/** Gives lines their time; a call that is logged again is the same, to the letter. */
export class Stamper {
  private readonly calls = new Map<string, string>();

  /** @param now epoch milliseconds at which the line is logged */
  public textOf(line: FixtureLine, now: number): string {
    const { truth } = line;
    const known = truth.kind === 'repeat' ? this.calls.get(truth.callId) : undefined;
    if (known !== undefined) {
      return known;
    }
    const text = line.text(timestampOf(now, line.lateByHours));
    if (truth.kind === 'call') {
      this.calls.set(truth.callId, text);
    }
    return text;
  }
}

/**
 * To the second, as Bedrock writes it. A late call stays within its day (in UTC): shortly after midnight it is less late, but never of a day
 * on which its budget had not begun.
 */
export function timestampOf(now: number, lateByHours: number): string {
  const midnight = Math.floor(now / (24 * HOUR_MS)) * 24 * HOUR_MS;
  const calledAt = Math.max(midnight, now - lateByHours * HOUR_MS);
  return new Date(calledAt).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
