import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { reasonOf, STANDARD_INPUT } from '../input';
import { UsageError } from '../usage-error';

export interface LogFile {
  readonly path: string;
  /** Absent for standard input. */
  readonly bytes?: number;
}

export interface FoundFiles {
  readonly files: readonly LogFile[];
  /** How many are what Bedrock delivers beside the records. */
  readonly passedOver: number;
}

/**
 * Beside the records of an hour Bedrock delivers bodies that are too large for them, and once a file with which it tries whether it may write. A directory of
 * any other place may be called `data` as well, and be where the records are.
 */
const BODY = /\/\d{4}\/\d{2}\/\d{2}\/\d{2}\/data\//g;
const PERMISSION_CHECK = /(^|\/)amazon-bedrock-logs-permission-check$/;

/**
 * Whether a file or object in a delivery to S3 has records in it.
 *
 * @param place where was looked for it; whoever looks among bodies means them
 * @param name what stands behind it, with slashes
 */
export function mayHoldRecords(place: string, name: string): boolean {
  const root = `/${place}/`.replace(/\/{2,}/g, '/');
  const bodies = [...`${root}${name}`.matchAll(BODY)].filter(({ index, 0: { length } }) => index + length > root.length);
  return bodies.length === 0 && !PERMISSION_CHECK.test(name);
}

/**
 * The files that are meant: single ones, all below a directory, those that match a pattern (`*`, `?`, `**`), standard input. Each once, in order.
 *
 * @throws UsageError where there is none
 */
export async function logFilesOf(arguments_: readonly string[]): Promise<FoundFiles> {
  const files = new Map<string, LogFile>();
  const passedOver = new Set<string>();
  for (const argument of arguments_) {
    for (const file of argument === STANDARD_INPUT ? [{ path: STANDARD_INPUT }] : await filesOf(argument, passedOver)) {
      files.set(file.path, file);
    }
  }
  return {
    files: [...files.values()].sort(({ path: a }, { path: b }) => (a < b ? -1 : 1)),
    // Who names one of them means it.
    passedOver: [...passedOver].filter(path => !files.has(path)).length,
  };
}

async function filesOf(argument: string, passedOver: Set<string>): Promise<readonly LogFile[]> {
  try {
    const found = await stat(argument);
    // What a pipe holds is not known.
    return found.isDirectory() ? await below(argument, () => true, passedOver, 'holds no files with records') : [{ path: argument, ...(found.isFile() ? { bytes: found.size } : {}) }];
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
  return below(root, path => pattern.test(path), passedOver, 'matches no file', argument);
}

async function below(
  root: string, isMeant: (path: string) => boolean, passedOver: Set<string>, problem: string, argument = root,
): Promise<readonly LogFile[]> {
  const place = resolve(root).split(sep).join('/');
  const nameOf = (path: string) => relative(root, path).split(sep).join('/');
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries
    .filter(entry => entry.isFile() || entry.isSymbolicLink())
    .map(entry => join(entry.parentPath ?? entry.path, entry.name))
    .filter(path => isMeant(nameOf(path)));
  const withRecords = paths.filter(path => mayHoldRecords(place, nameOf(path)) || !passedOver.add(path));
  const files = await Promise.all(withRecords.map(async path => ({ path, found: await stat(path).catch(() => undefined) })));
  const readable = files.flatMap(({ path, found }) => (found?.isFile() ? [{ path, bytes: found.size }] : []));
  if (readable.length === 0) {
    const others = paths.length - withRecords.length;
    const aside = others > 0 ? ` (${others} passed over, which Bedrock delivers beside the records)` : '';
    throw new UsageError(`"${argument}" ${problem}${aside}: give files of the invocation log, a directory of them, or a pattern in quotes like "logs/**/*.json.gz"`);
  }
  return readable;
}

function patternOf(text: string): RegExp {
  const source = text.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*\*\/|\*\*|\*|\?/g, wildcard => WILDCARDS[wildcard]);
  return new RegExp(`^${source}$`);
}

const WILDCARDS: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };
