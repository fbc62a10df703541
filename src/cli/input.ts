import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { UsageError } from './usage-error';

/** Stands for standard input where a file is asked for. */
export const STANDARD_INPUT = '-';

/** Thrown where the input ends before its end, by a failing disk or broken compression: what came before stands. */
export class BrokenInputError extends Error {
  public readonly name = 'BrokenInputError';
}

/**
 * The bytes of a file or of standard input.
 *
 * @throws UsageError where there is no such file, or none that can be read
 */
export async function openInput(path: string, stdin: Readable): Promise<AsyncIterable<Buffer>> {
  return readable(path === STANDARD_INPUT ? stdin : await openFile(path));
}

async function openFile(path: string): Promise<Readable> {
  try {
    const file = await open(path);
    if ((await file.stat()).isDirectory()) {
      await file.close();
      throw new UsageError(`"${path}" is a directory: give one of its files, or - and the contents of several on standard input`);
    }
    return file.createReadStream();
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`"${path}" cannot be read (${reasonOf(error)}): give a file that exists and may be read, or -`);
  }
}

async function* readable(stream: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) {
      yield chunk;
    }
  } catch (error) {
    throw new BrokenInputError(`the input cannot be read to its end (${reasonOf(error)})`, { cause: error });
  }
}

/** `ENOENT` and its kind; their messages would repeat the path. */
export function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
