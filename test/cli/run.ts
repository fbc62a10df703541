import { Readable, Writable } from 'node:stream';
import { CommandContext, ExitCode } from '../../src/cli/command';
import { runProgram } from '../../src/cli/program';
import { NOON } from '../lambdas/core/builders';

/** What the program left behind. */
export interface Run {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

export class Captured extends Writable {
  public text = '';

  public override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.text += chunk.toString();
    callback();
  }
}

/** A pipe whose reader goes away after some writes. */
export class BrokenPipe extends Captured {
  constructor(private writesLeft = 0, private readonly code = 'EPIPE') {
    super();
  }

  public override _write(chunk: Buffer, encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.writesLeft -= 1;
    if (this.writesLeft < 0) {
      callback(Object.assign(new Error(`write ${this.code}`), { code: this.code }));
    } else {
      super._write(chunk, encoding, callback);
    }
  }
}

export interface Surroundings extends Partial<Pick<CommandContext, 'env' | 'credentials' | 'profileRegion' | 'pause' | 'interruption' | 'now'>> {
  readonly stdin?: string | Buffer | Readable;
  readonly stdout?: Captured;
  readonly stderr?: Captured;
  /** Whether somebody sits in front of it, or types without seeing what is asked. */
  readonly terminal?: boolean | 'blind';
}

/** Runs the program in process, at noon, in an empty environment and without waiting. */
export async function run(args: readonly string[], surroundings: Surroundings = {}): Promise<Run> {
  const { stdin = '', stdout = new Captured(), stderr = new Captured(), terminal = false, ...others } = surroundings;
  const input = stdin instanceof Readable ? stdin : Readable.from([Buffer.from(stdin)], { objectMode: false });
  if (terminal) {
    Object.assign(input, { isTTY: true });
    Object.assign(stderr, { isTTY: terminal !== 'blind' });
  }
  const code = await runProgram(args, '1.2.3', {
    stdin: input,
    stdout,
    stderr,
    now: () => NOON,
    env: {},
    credentials: () => Promise.reject(new Error('the test has no credentials')),
    profileRegion: () => Promise.resolve(undefined),
    pause: () => Promise.resolve(),
    interruption: () => new AbortController().signal,
    ...others,
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** The objects of JSON lines. */
export function jsonLines(text: string): any[] {
  return text.split('\n').filter(line => line !== '').map(line => JSON.parse(line));
}
