import { formatUsdRounded } from '../../src/lambdas/core/money';
import { Standing } from '../watch/standing';
import { bar } from './bar';
import { Screen } from './screen';
import { STATUS_LOOK, Style } from './style';
import { renderTable } from './table';

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 120;
const PROGRESS_CELLS = 20;
/** Where nothing is drawn in place, progress is told in so many lines. */
const PROGRESS_LINES = 4;

/** What is going on, for whoever watches: steps, progress, the live table, and what was verified. */
export class Show {
  private doing?: { readonly what: string; readonly since: number; detail: string };
  private counted?: { readonly done: number; readonly total: number; readonly unit: string };
  private rows: readonly Standing[] = [];
  private frame = 0;
  private told = 0;
  private timer?: NodeJS.Timeout;
  /** What is still under way has nothing to tell any more. */
  private closed = false;

  constructor(private readonly screen: Screen, private readonly style: Style) {}

  public open(title: string, subtitle: string): void {
    this.screen.print('', `${this.style('bold', title)}  ${this.style('dim', subtitle)}`, '');
    if (this.screen.live) {
      this.timer = setInterval(() => this.draw(), FRAME_MS);
      // Watching never keeps the demonstration alive.
      this.timer.unref();
    }
  }

  /** Leaves what was printed, and takes the rest away. Calling it twice is harmless. */
  public close(): void {
    this.closed = true;
    clearInterval(this.timer);
    this.doing = undefined;
    this.rows = [];
    this.screen.close();
  }

  /**
   * Does something that takes a while.
   *
   * @param done tells, from the result, what was done
   * @throws where the show is closed: nothing more is begun
   */
  public async step<T>(what: string, work: () => Promise<T>, done: (result: T) => string): Promise<T> {
    if (this.closed) {
      throw new Error(`the demonstration is over: ${what}`);
    }
    const since = Date.now();
    this.doing = { what, since, detail: '' };
    if (!this.screen.live) {
      this.screen.print(`▸ ${what} …`);
    }
    this.draw();
    const result = await work();
    this.doing = undefined;
    this.counted = undefined;
    if (this.closed) {
      return result;
    }
    this.screen.print(`${this.style('green', '✔')} ${done(result)} ${this.style('dim', `(${secondsText(Date.now() - since)})`)}`);
    return result;
  }

  /** What the current step is at. */
  public detail(text: string): void {
    if (this.doing) {
      this.doing.detail = text;
    }
  }

  public progress(done: number, total: number, unit: string): void {
    this.counted = { done, total, unit };
    const quarter = Math.floor((done / total) * PROGRESS_LINES);
    if (!this.screen.live && !this.closed && quarter > this.told) {
      this.screen.print(`  ${done} of ${total} ${unit}`);
    }
    this.told = quarter;
  }

  /** @param change whose status has just changed */
  public standings(rows: readonly Standing[], change?: Standing): void {
    this.rows = rows;
    if (change && !this.screen.live && !this.closed) {
      const limit = change.limit === undefined ? 'without a limit' : `of ${formatUsdRounded(change.limit)}`;
      this.screen.print(`  ${change.name}: ${STATUS_LOOK[change.status].label}, ${formatUsdRounded(change.spent)} ${limit}`);
    }
  }

  public verified(text: string): void {
    this.screen.print(`  ${this.style('green', '✔')} ${text}`);
  }

  public failed(text: string): void {
    this.screen.print(`  ${this.style('red', '✖')} ${text.replaceAll('\n', '\n    ')}`);
  }

  public say(...lines: readonly string[]): void {
    this.screen.print(...lines);
  }

  /** The table as it stands now, to stay. */
  public table(): void {
    this.screen.print('', ...renderTable(this.rows, this.screen.width, this.style, Date.now()), '');
  }

  /** Takes the table from the foot of the screen. */
  public hideTable(): void {
    this.rows = [];
    this.draw();
  }

  private draw(): void {
    if (this.closed) {
      return;
    }
    this.frame += 1;
    const now = Date.now();
    this.screen.redraw([
      ...this.doing ? [this.doingLine(this.doing, now)] : [],
      ...this.rows.length > 0 ? ['', ...renderTable(this.rows, this.screen.width, this.style, now)] : [],
    ]);
  }

  private doingLine({ what, since, detail }: NonNullable<Show['doing']>, now: number): string {
    const parts = [this.style('cyan', SPINNER[this.frame % SPINNER.length]), what];
    if (this.counted) {
      const { done, total, unit } = this.counted;
      const { filled, track } = bar(done / total, PROGRESS_CELLS);
      parts.push(`${this.style('cyan', filled)}${this.style('dim', track)}`, `${done}/${total} ${unit}`);
    }
    if (detail) {
      parts.push(this.style('dim', detail));
    }
    return [...parts, this.style('dim', secondsText(now - since))].join(' ');
  }
}

export function secondsText(milliseconds: number): string {
  return milliseconds < 10_000 ? `${(milliseconds / 1000).toFixed(1)} s` : `${Math.round(milliseconds / 1000)} s`;
}
