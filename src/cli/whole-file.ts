import { rename, rm, writeFile } from 'node:fs/promises';
import { CommandFailure } from './command-failure';
import { reasonOf } from './input';

/**
 * Writes a file as a whole: what was in it stays until everything is there.
 *
 * @throws CommandFailure
 */
export async function writeFileWhole(path: string, text: string): Promise<void> {
  const part = `${path}.part`;
  try {
    await writeFile(part, text);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw new CommandFailure(`"${path}" cannot be written (${reasonOf(error)}): give a file in a directory that is there and may be written to`, { cause: error });
  }
}
