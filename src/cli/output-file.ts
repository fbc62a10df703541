import { open, rename, rm } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { CommandFailure } from './command-failure';
import { reasonOf } from './input';

/**
 * Writes a file, all of it or nothing: what is in the file stays until everything is there.
 *
 * @throws CommandFailure
 */
export async function toFile<T>(path: string, write: (file: Writable) => Promise<T>): Promise<T> {
  const part = `${path}.part`;
  const handle = await open(part, 'w').catch(error => fail(path, error));
  try {
    const file = handle.createWriteStream();
    const result = await write(file);
    file.end();
    await finished(file);
    await rename(part, path);
    return result;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(part, { force: true });
    return error instanceof CommandFailure ? Promise.reject(error) : fail(path, error);
  }
}

function fail(path: string, error: unknown): never {
  throw new CommandFailure(`"${path}" cannot be written (${reasonOf(error)}): give a file in a directory that is there and may be written to`, { cause: error });
}
