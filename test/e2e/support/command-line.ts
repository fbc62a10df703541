import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { LocalCloud } from '../../local-cloud/local-cloud';

const BUDGETEER = path.resolve(__dirname, '..', '..', '..', 'bin', 'budgeteer.js');

/** What the program left behind. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program as it is published, in a process of its own, against the local cloud. */
export async function budgeteer({ client: { endpoint, region, credentials } }: LocalCloud, ...args: readonly string[]): Promise<Ended> {
  const env = {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  return new Promise(resolve => {
    execFile(process.execPath, [BUDGETEER, ...args], { env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}
