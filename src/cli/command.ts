import { Readable, Writable } from 'node:stream';

/** How every command ends, as most programs do. */
export const ExitCode = {
  OK: 0,
  /** Something did not work, was refused or was left; whatever else could be done was done. */
  INCOMPLETE: 1,
  /** The command line asks for something that cannot be done; nothing was done. */
  USAGE: 2,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What requests to AWS are signed with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** All of the outside world that a command may touch, apart from files that it is told to read or write, and URLs that it is told to call. */
export interface CommandContext {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** The time, epoch milliseconds. */
  readonly now: () => number;
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The caller's AWS credentials, those of a profile where one is named. */
  readonly credentials: (profile?: string) => Promise<Credentials>;
  /** The region of the caller's profile, or of the one that is named, where it has one. */
  readonly profileRegion: (profile?: string) => Promise<string | undefined>;
  /** Rejects where the signal comes first. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Tells of Ctrl-C, which then no longer ends the program at once the first time. */
  readonly interruption: () => AbortSignal;
}

/** Something that the program can do. */
export interface Command {
  /** One line for the help of what it belongs to. */
  readonly summary: string;
  readonly help: string;
  /** @throws UsageError before it has written anything, CommandFailure */
  run(args: readonly string[], context: CommandContext): Promise<ExitCode>;
}

/** Commands under a common word. */
export interface CommandGroup {
  readonly summary: string;
  readonly help: string;
  readonly commands: Readonly<Record<string, Command>>;
}
