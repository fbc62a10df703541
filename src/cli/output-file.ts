import { randomBytes } from 'node:crypto';
import { FileHandle, lstat, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { CommandFailure } from './command-failure';
import { reasonOf } from './input';
import { UsageError } from './usage-error';

/** Longer chains of links go nowhere. */
const MOST_LINKS = 40;

/** Modes below it are permissions; what is above is the kind of file. */
const KINDS = 0o1000;

/**
 * Writes a file, all of it or nothing: what is in the file stays until everything is there. A link stays a link, and the file that it leads to is written. What
 * is no file, such as a pipe or a device, is written into.
 *
 * @throws CommandFailure
 */
export async function toFile<T>(path: string, write: (file: Writable) => Promise<T>): Promise<T> {
  try {
    const found = await stat(path).catch(ignoring('ENOENT'));
    if (found && !found.isFile()) {
      return await writeInto(await open(path, 'w'), write);
    }
    const target = found ? await realpath(path) : await endOfLinks(path);
    // Two that write the same file do not write into each other: the last one stays.
    const part = `${target}.${process.pid}-${randomBytes(4).toString('hex')}.part`;
    const handle = await open(part, 'wx');
    try {
      if (found) {
        await handle.chmod(found.mode % KINDS);
      }
      const result = await writeInto(handle, write);
      await rename(part, target);
      return result;
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  } catch (error) {
    throw error instanceof CommandFailure ? error : new CommandFailure(
      `"${path}" cannot be written (${reasonOf(error)}): give a file in a directory that is there and may be written to`, { cause: error },
    );
  }
}

/**
 * What was read must not be written over: it is the only copy of it, perhaps.
 *
 * @throws UsageError
 */
export async function refuseToReplace(output: string | undefined, inputs: readonly (string | undefined)[]): Promise<void> {
  const found = output === undefined ? undefined : await stat(output).catch(() => undefined);
  for (const input of found?.isFile() ? inputs : []) {
    const read = input === undefined ? undefined : await stat(input).catch(() => undefined);
    if (read && read.dev === found!.dev && read.ino === found!.ino) {
      throw new UsageError(`--output "${output}" is what is read as "${input}": give another file`);
    }
  }
}

async function writeInto<T>(handle: FileHandle, write: (file: Writable) => Promise<T>): Promise<T> {
  try {
    const file = handle.createWriteStream();
    const result = await write(file);
    file.end();
    await finished(file);
    return result;
  } catch (error) {
    await handle.close().catch(() => undefined);
    throw error;
  }
}

/** What is not there may be what a link leads to. */
async function endOfLinks(path: string): Promise<string> {
  let target = path;
  for (let links = 0; links < MOST_LINKS && (await lstat(target).catch(ignoring('ENOENT')))?.isSymbolicLink(); links += 1) {
    target = resolve(dirname(target), await readlink(target));
  }
  return target;
}

function ignoring(code: string): (error: NodeJS.ErrnoException) => undefined {
  return error => {
    if (error.code !== code) {
      throw error;
    }
  };
}
