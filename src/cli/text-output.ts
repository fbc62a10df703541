import { Writable } from 'node:stream';

/** Thrown where nobody reads what is written any more, as after `| head`. */
export class OutputClosedError extends Error {
  public readonly name = 'OutputClosedError';
}

/** Thrown where the output fails for another reason, such as a full disk. */
export class OutputFailedError extends Error {
  public readonly name = 'OutputFailedError';
}

/** What a pipe without a reader fails with: the first write, and those after it. */
const CLOSED = ['EPIPE', 'ERR_STREAM_DESTROYED'];

/** Text for a stream, at the pace at which it is taken. */
export class TextOutput {
  constructor(private readonly stream: Writable) {
    // The callback of each write tells of failures; without a listener they would end the process with a stack trace as well.
    stream.on('error', () => undefined);
  }

  /** @throws OutputClosedError or OutputFailedError */
  public async write(text: string): Promise<void> {
    if (text === '') {
      return;
    }
    await new Promise<void>((resolve, reject) => this.stream.write(text, (error?: NodeJS.ErrnoException | null) => {
      if (!error) {
        resolve();
      } else if (CLOSED.includes(error.code ?? '')) {
        reject(new OutputClosedError('nobody reads the output', { cause: error }));
      } else {
        reject(new OutputFailedError(`the output cannot be written: ${error.message}`, { cause: error }));
      }
    }));
  }
}
