import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { reasonOf, STANDARD_INPUT } from '../input';
import { UsageError } from '../usage-error';

export interface LogFile {
  readonly path: string;
  /** Absent for standard input. */
  readonly bytes?: number;
}

/** Beside the records Bedrock delivers bodies that are too large for them, and a file with which it tries whether it may write. */
const NO_RECORDS = /(^|\/)data\/|(^|\/)amazon-bedrock-logs-permission-check$/;

/** Whether a file or object in a delivery to S3 has records in it. */
export function mayHoldRecords(path: string): boolean {
  return !NO_RECORDS.test(path);
}

/**
 * The files that are meant: single ones, all below a directory, those that match a pattern (`*`, `?`, `**`), standard input. Each once, in order.
 *
 * @throws UsageError where there is none
 */
export async function logFilesOf(arguments_: readonly string[]): Promise<readonly LogFile[]> {
  const files = new Map<string, LogFile>();
  for (const argument of arguments_) {
    for (const file of argument === STANDARD_INPUT ? [{ path: STANDARD_INPUT }] : await filesOf(argument)) {
      files.set(file.path, file);
    }
  }
  return [...files.values()].sort(({ path: a }, { path: b }) => (a < b ? -1 : 1));
}

async function filesOf(argument: string): Promise<readonly LogFile[]> {
  try {
    const found = await stat(argument);
    // What a pipe holds is not known.
    return found.isDirectory() ? await below(argument, () => true, 'holds no files with records') : [{ path: argument, ...(found.isFile() ? { bytes: found.size } : {}) }];
  } catch (error) {
    if (error instanceof UsageError) {
      throw error;
    }
    if (!/[*?]/.test(argument)) {
      throw new UsageError(`"${argument}" cannot be read (${reasonOf(error)}): give a file, a directory or a pattern like "logs/*.gz" that exists and may be read, or -`);
    }
  }
  const whole = argument.split(sep).join('/').replace(/^\.\//, '');
  const parts = whole.split('/');
  const fixed = parts.slice(0, parts.findIndex(part => /[*?]/.test(part))).join('/');
  const root = fixed === '' ? (whole.startsWith('/') ? '/' : '.') : fixed;
  const pattern = patternOf(whole.slice(fixed.length).replace(/^\//, ''));
  return below(root, path => pattern.test(path), 'matches no file', argument);
}

async function below(root: string, isMeant: (path: string) => boolean, problem: string, argument = root): Promise<readonly LogFile[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries
    .filter(entry => entry.isFile() || entry.isSymbolicLink())
    .map(entry => join(entry.parentPath ?? entry.path, entry.name))
    .filter(path => {
      const name = relative(root, path).split(sep).join('/');
      return isMeant(name) && mayHoldRecords(name);
    });
  const files = await Promise.all(paths.map(async path => ({ path, found: await stat(path).catch(() => undefined) })));
  const readable = files.flatMap(({ path, found }) => (found?.isFile() ? [{ path, bytes: found.size }] : []));
  if (readable.length === 0) {
    throw new UsageError(`"${argument}" ${problem}: give files of the invocation log, a directory of them, or a pattern in quotes like "logs/**/*.json.gz"`);
  }
  return readable;
}

function patternOf(text: string): RegExp {
  const source = text.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*\*\/|\*\*|\*|\?/g, wildcard => WILDCARDS[wildcard]);
  return new RegExp(`^${source}$`);
}

const WILDCARDS: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };
