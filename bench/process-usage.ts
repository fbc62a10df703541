import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';

/** What a process took, from its start to its end. */
export interface Usage {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** At its peak, all of its memory. */
  readonly megabytes: number;
}

/** Tells at the end of a process what it took. */
const TELL_USAGE = `process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  require('node:fs').writeFileSync(process.env.USAGE_FILE, JSON.stringify({ megabytes: maxRSS / 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 }));
});
`;

export interface MeasuredProcess {
  /** What it is called where it fails. */
  readonly name: string;
  /** Of Node. */
  readonly args: readonly string[];
  /** @default - nothing of this process's */
  readonly env?: Readonly<Record<string, string>>;
  /** @default - the Node of this process */
  readonly node?: string;
}

/** Runs Node in a process of its own. @param directory to put files into, which is removed by whoever made it */
export async function usageOf({ name, args, env = {}, node = process.execPath }: MeasuredProcess, directory: string, signal: AbortSignal): Promise<Usage> {
  const [script, usage] = [path.join(directory, 'tell-usage.cjs'), path.join(directory, 'usage.json')];
  fs.writeFileSync(script, TELL_USAGE);
  const start = process.hrtime.bigint();
  const child = spawn(node, ['--require', script, ...args], { env: { ...env, USAGE_FILE: usage }, stdio: ['ignore', 'ignore', 'inherit'], signal });
  const [code, killedBy] = await once(child, 'close') as [number | null, string | null];
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (code !== 0) {
    throw new Error(`${name} ended with ${code ?? killedBy}`);
  }
  return { seconds, ...JSON.parse(fs.readFileSync(usage, 'utf8')) as Omit<Usage, 'seconds'> };
}
