import { stripVTControlCharacters } from 'node:util';

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const ERASE_TO_RIGHT = '\u001b[K';
const ERASE_BELOW = '\u001b[0J';
const cursorUp = (lines: number) => (lines > 0 ? `\u001b[${lines}A` : '');

const DEFAULT_WIDTH = 80;
const DEFAULT_HEIGHT = 24;

/** The part of a stream that a screen needs. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): boolean;
}

/**
 * Lines that stay, and below them a block that is drawn anew in place. Where the output is no terminal there is no such block, and no
 * control character.
 */
export class Screen {
  private block: readonly string[] = [];
  private drawn = 0;
  private cursorHidden = false;

  constructor(private readonly terminal: Terminal) {}

  public get live(): boolean {
    return this.terminal.isTTY === true;
  }

  public get width(): number {
    return this.terminal.columns || DEFAULT_WIDTH;
  }

  public print(...lines: readonly string[]): void {
    this.paint(lines, this.block);
  }

  /** Replaces the block at the foot. */
  public redraw(block: readonly string[]): void {
    if (this.live) {
      this.paint([], block);
    }
  }

  /** Leaves the terminal as it was found. Calling it twice is harmless. */
  public close(): void {
    this.paint([], []);
    if (this.cursorHidden) {
      this.terminal.write(SHOW_CURSOR);
      this.cursorHidden = false;
    }
  }

  private paint(lines: readonly string[], block: readonly string[]): void {
    // The cursor cannot go back above the first row, and a line that wraps would be more than one.
    const visible = this.live ? block.slice(0, (this.terminal.rows || DEFAULT_HEIGHT) - 1).map(line => clip(line, this.width)) : [];
    // What was drawn is written over line by line, and only the rest erased: nothing flickers.
    const [back, endOfLine, rest] = this.drawn > 0 ? [`${cursorUp(this.drawn)}\r`, ERASE_TO_RIGHT, ERASE_BELOW] : ['', '', ''];
    const text = back + [...lines, ...visible].map(line => `${line}${endOfLine}\n`).join('') + rest;
    if (visible.length > 0 && !this.cursorHidden) {
      this.terminal.write(HIDE_CURSOR);
      this.cursorHidden = true;
    }
    if (text) {
      this.terminal.write(text);
    }
    this.block = block;
    this.drawn = visible.length;
  }
}

/** Too long a line loses its colours with its end: better than to cut within a control sequence. */
function clip(line: string, width: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length <= width ? line : `${plain.slice(0, width - 1)}…`;
}
