import { Readable, Writable } from 'node:stream';

/** How the program ends. */
export const ExitCode = {
  OK: 0,
  /** It was asked for something that it cannot do; nothing was done. */
  USAGE: 1,
  /** It did what it could, but not all of it. */
  INCOMPLETE: 2,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** All of the outside world that a command may touch, apart from files that it is told to read. */
export interface CommandContext {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** The time, epoch milliseconds. */
  readonly now: () => number;
}

/** Something that the program can do. */
export interface Command {
  /** One line for the program's help. */
  readonly summary: string;
  readonly help: string;
  /** @throws UsageError before it has written anything */
  run(args: readonly string[], context: CommandContext): Promise<ExitCode>;
}
