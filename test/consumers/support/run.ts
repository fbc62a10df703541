import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Below the time that a test has (jest.consumers.config.json), so that what hangs is named. */
const END_AFTER_MS = 15 * 60_000;

/** Runs a command to its end. @returns what it printed; where it fails, that is in the error */
export async function run([command, ...args]: readonly string[], { cwd, env }: RunOptions): Promise<string> {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: END_AFTER_MS, killSignal: 'SIGKILL' });
  const chunks: Buffer[] = [];
  child.stdout.on('data', chunk => chunks.push(chunk));
  child.stderr.on('data', chunk => chunks.push(chunk));
  const ended = await new Promise<number | string>((resolve, reject) => child.on('error', reject).on('close', (code, signal) => resolve(code ?? signal!)));
  const output = Buffer.concat(chunks).toString('utf8');
  if (ended !== 0) {
    // a stack trace out of aws-cdk-lib quotes the line that threw: a whole minified file
    const lines = output.split('\n').map(line => line.slice(0, 400)).filter(line => line.trim() !== '');
    throw new Error(`${[command, ...args].join(' ')} in ${cwd} ended with ${ended}:\n${lines.slice(-60).join('\n')}`);
  }
  return output;
}
