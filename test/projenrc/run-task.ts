import { spawn } from 'node:child_process';
import { delimiter, join, resolve } from 'node:path';

/** The root of the repository. */
export const REPOSITORY = resolve(__dirname, '../..');

export interface TaskRun {
  /** `null` where it was ended from outside. */
  readonly code: number | null;
  /** What it wrote, errors included, in the order in which it came. */
  readonly output: string;
}

export interface TaskPlace {
  /** Where it runs; @default the repository */
  readonly directory?: string;
  /** When it is killed: within the time that the test has, so that nothing outlives it. */
  readonly endAfterMs: number;
}

/**
 * Runs a task of the project as `npx projen` does, with the tools of the repository.
 *
 * @param task its file in `projenrc/tasks/`
 */
export async function runTask(task: string, args: readonly string[], { directory = REPOSITORY, endAfterMs }: TaskPlace): Promise<TaskRun> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(REPOSITORY, 'projenrc/tasks', task), ...args], {
    cwd: directory,
    timeout: endAfterMs,
    killSignal: 'SIGKILL',
    env: { ...process.env, PATH: `${join(REPOSITORY, 'node_modules/.bin')}${delimiter}${process.env.PATH}` },
  });
  let output = '';
  child.stdout.on('data', chunk => (output += chunk));
  child.stderr.on('data', chunk => (output += chunk));
  const code = await new Promise<number | null>(done => child.on('close', done));
  return { code, output };
}
