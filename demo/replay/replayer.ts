import { setTimeout as sleep } from 'node:timers/promises';
import { DeployedBudgeteer } from '../../test/deployed/deployed-budgeteer';
import { FixtureLine } from '../fixture/day-of-calls';
import { Stamper } from './stamper';

const BATCH_EVERY_MS = 750;

/**
 * Plays Bedrock: logs the lines of a chapter, compressed into some seconds. Every call bears the time at which it is logged, so
 * that the time from a call to a suspension is measured, not made up; late calls lie hours earlier.
 */
export class Replayer {
  private readonly stamper = new Stamper();
  /** Lines logged so far, over all chapters. */
  public logged = 0;

  constructor(private readonly budgeteer: Pick<DeployedBudgeteer, 'log'>) {}

  public async play(lines: readonly FixtureLine[], durationMs: number, onProgress: (at: number) => void): Promise<void> {
    const start = Date.now();
    for (let next = 0; next < lines.length;) {
      const at = Math.min(1, (Date.now() - start) / durationMs);
      const due = lines.slice(next).findIndex(line => line.at > at);
      const batch = lines.slice(next, due < 0 ? undefined : next + due);
      if (batch.length > 0) {
        const now = Date.now();
        await this.budgeteer.log(batch.map(line => ({ message: this.stamper.textOf(line, now), loggedAt: now })));
        next += batch.length;
        this.logged += batch.length;
      }
      onProgress(at);
      await sleep(Math.min(BATCH_EVERY_MS, durationMs / 4));
    }
  }
}
