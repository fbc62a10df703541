import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { signerOf } from '../../../src/cli/budget/signing';
import { functionUrlIn } from '../../local-cloud/function-url';
import { LocalCloud } from '../../local-cloud/local-cloud';
import { Credentials } from './credentials';

const REPOSITORY = path.resolve(__dirname, '..', '..', '..');

export interface Answer {
  readonly status: number;
  readonly body: any;
}

export interface CommandRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Whoever asks budget-manager, over HTTP and from a terminal. */
export class Administrator {
  private readonly url: string;

  /** @param credentials sign the requests; without them nothing does */
  constructor(private readonly cloud: LocalCloud, administrationUrl: string, private readonly credentials?: Credentials) {
    this.url = functionUrlIn(cloud, administrationUrl);
  }

  public async requests(operation: string, args: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    const body = JSON.stringify({ operation, ...args });
    const response = await fetch(this.url, { method: 'POST', headers: await this.headersFor(body), body });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** Runs `budgeteer budget …`, the bundled command, without a terminal. */
  public command(...args: readonly string[]): Promise<CommandRun> {
    const { accessKeyId = '', secretAccessKey = '', sessionToken } = this.credentials ?? {};
    const command = [path.join(REPOSITORY, 'bin', 'budgeteer.js'), 'budget', ...args, '--region', this.cloud.region];
    const env = {
      PATH: process.env.PATH,
      BUDGETEER_URL: this.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
    };
    return new Promise((resolve, reject) => {
      const child = execFile(process.execPath, command, { env, cwd: REPOSITORY }, (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') {
          reject(error);
        } else {
          resolve({ code: Number(error?.code ?? 0), stdout, stderr });
        }
      });
      child.stdin!.end();
    });
  }

  /** What the command answers with `--format json`; it has to succeed. */
  public async ordered(...args: readonly string[]): Promise<any> {
    const { code, stdout, stderr } = await this.command(...args, '--format', 'json');
    if (code !== 0) {
      throw new Error(`budgeteer budget ${args.join(' ')} ended with ${code}: ${stderr}`);
    }
    return JSON.parse(stdout);
  }

  private async headersFor(body: string): Promise<Readonly<Record<string, string>>> {
    const { credentials } = this;
    if (!credentials) {
      return { 'content-type': 'application/json' };
    }
    const sign = await signerOf({ url: new URL(this.url), region: this.cloud.region }, async () => credentials);
    return sign(body, new Date());
  }
}
