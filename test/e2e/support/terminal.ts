import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { LocalCloud } from '../../local-cloud/local-cloud';

const REPOSITORY = path.resolve(__dirname, '..', '..', '..');

/** What a command left behind. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the bundled `budgeteer` against a local cloud, without a terminal. */
export function budgeteerIn(cloud: LocalCloud, args: readonly string[]): Promise<Ended> {
  const env = { PATH: process.env.PATH, ...cloud.env };
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [path.join(REPOSITORY, 'bin', 'budgeteer.js'), ...args], { env, cwd: REPOSITORY }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') {
        reject(error);
      } else {
        resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      }
    });
    child.stdin!.end();
  });
}
