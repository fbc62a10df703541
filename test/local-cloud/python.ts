import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { LocalCloudError, LocalCloudUnavailable } from './errors';

const run = promisify(execFile);

const OLDEST_PYTHON = [3, 10] as const;

const HOW_TO_GET_PYTHON = [
  '  Debian, Ubuntu: sudo apt-get install python3 python3-venv',
  '  macOS:          brew install python',
  '  Windows:        winget install Python.Python.3.13',
  'Or set BUDGETEER_PYTHON to the path of one that is installed elsewhere.',
].join('\n');

interface Python {
  readonly command: string;
  readonly args: readonly string[];
  readonly version: string;
  readonly executable: string;
  /** Debian and Ubuntu ship the modules that create virtual environments in a package of their own. */
  readonly canCreateEnvironments: boolean;
}

const DESCRIBE_PYTHON = `
import importlib.util, json, platform, sys
print(json.dumps({
  "version": platform.python_version(),
  "executable": sys.executable,
  "canCreateEnvironments": all(importlib.util.find_spec(m) for m in ("venv", "ensurepip")),
}))`;

/**
 * The Python of a virtual environment that holds exactly what `requirements.txt` lists. It is created at the first call and kept in
 * `cacheDir`, under a name made of its content: a changed pin or another Python makes a new one.
 */
export async function pythonWith(requirementsFile: string, cacheDir: string, log: (line: string) => void): Promise<string> {
  const python = await findPython();
  const hash = createHash('sha256')
    .update(fs.readFileSync(requirementsFile))
    .update(`${process.platform} ${process.arch} ${python.executable} ${python.version}`)
    .digest('hex')
    .slice(0, 12);
  const environment = path.join(cacheDir, `venv-${hash}`);
  if (!fs.existsSync(environment)) {
    log(`installing the local cloud into ${path.relative(process.cwd(), environment)} (once, less than a minute)`);
    await createEnvironment(python, requirementsFile, environment);
  }
  return pythonOf(environment);
}

/**
 * Built under a name of its own, then renamed: another process sees all of it or nothing, and of two that build at once, one wins.
 * (A virtual environment survives the move because its Python is called by path; only the scripts next to it would not.)
 */
async function createEnvironment(python: Python, requirementsFile: string, environment: string): Promise<void> {
  const draft = `${environment}.${process.pid}.tmp`;
  try {
    await run(python.command, [...python.args, '-m', 'venv', draft]);
    await run(pythonOf(draft), [
      '-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--requirement', requirementsFile,
    ]);
    fs.renameSync(draft, environment);
  } catch (cause) {
    fs.rmSync(draft, { recursive: true, force: true });
    if (fs.existsSync(environment)) { return; }
    throw new LocalCloudError(`could not install ${requirementsFile}: ${outputOf(cause)}`, { cause });
  }
}

async function findPython(): Promise<Python> {
  const override = process.env.BUDGETEER_PYTHON;
  const candidates = override
    ? [[override]]
    : [['python3'], ['python'], ['py', '-3'], ['python3.14'], ['python3.13'], ['python3.12'], ['python3.11'], ['python3.10']];
  const tooOld: string[] = [];
  let incomplete: Python | undefined;
  for (const [command, ...args] of candidates) {
    const python = await describePython(command, args);
    if (!python) { continue; }
    if (!isRecent(python.version)) {
      tooOld.push(`${command} is ${python.version}`);
    } else if (!python.canCreateEnvironments) {
      incomplete ??= python;
    } else {
      return python;
    }
  }
  if (incomplete) {
    throw new LocalCloudUnavailable([
      `the local cloud needs Python's modules venv and ensurepip; ${incomplete.executable} (${incomplete.version}) comes without them.`,
      HOW_TO_GET_PYTHON,
    ].join('\n'));
  }
  const found = override ? `BUDGETEER_PYTHON=${override} does not run` : 'none was found on the PATH';
  throw new LocalCloudUnavailable([
    `the local cloud needs Python >= ${OLDEST_PYTHON.join('.')}; ${tooOld.join(', ') || found}.`,
    HOW_TO_GET_PYTHON,
  ].join('\n'));
}

async function describePython(command: string, args: readonly string[]): Promise<Python | undefined> {
  try {
    const { stdout } = await run(command, [...args, '-c', DESCRIBE_PYTHON]);
    return { command, args, ...JSON.parse(stdout) };
  } catch {
    // Not there, or only a stub: Windows answers to `python` with a hint at its shop, macOS with one at its developer tools.
    return undefined;
  }
}

function isRecent(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]);
}

function pythonOf(environment: string): string {
  return process.platform === 'win32' ? path.join(environment, 'Scripts', 'python.exe') : path.join(environment, 'bin', 'python');
}

function outputOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  return stderr?.trim() || message || String(error);
}
