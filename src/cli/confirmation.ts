import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { CommandContext } from './command';
import { UsageError } from './usage-error';

type Terminal = Pick<CommandContext, 'stdin' | 'stderr'>;

/**
 * Makes sure that somebody can be asked.
 *
 * @throws UsageError
 */
export function requireTerminal(effect: string, { stdin, stderr }: Terminal): void {
  if (!isTerminal(stdin) || !isTerminal(stderr)) {
    throw new UsageError(`${effect} needs a yes, and there is no terminal to ask on: nothing was changed; write --yes if you mean it`);
  }
}

/** Asks on the terminal; anything but yes is no, and so is the end of the input. Rejects where the signal comes first. */
export async function confirmed(question: string, { stdin, stderr }: Terminal, interrupted: AbortSignal): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises');
  // The terminal echoes and edits the line by itself.
  const lines = createInterface({ input: stdin, output: stderr, terminal: false });
  try {
    const ended = once(lines, 'close').then(() => '');
    const answer = await Promise.race([lines.question(`${question} [y/N] `, { signal: interrupted }), ended]);
    return /^\s*(y|yes)\s*$/i.test(answer);
  } finally {
    lines.close();
  }
}

function isTerminal(stream: Readable | Writable): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}
