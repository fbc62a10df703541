import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Handler } from '../../src/contract';
import { bundleOf } from '../figures/bundles';

const NODE = path.join(__dirname, '..', '..', 'node_modules', '.bin', 'node');

/** Runs what it is sent, one after the other, as a container of Lambda does. */
const SCRIPT = `
const { handler } = await import(process.env.BUNDLE);
process.on('message', async event => {
  try {
    await handler(event);
    process.send({});
  } catch (error) {
    process.send({ failure: error.name + ': ' + error.message });
  }
});
process.send({});
`;

interface Answer {
  readonly failure?: string;
}

/** The bundle of a handler, in so many processes of its own: as many as Lambda runs at once. */
export class HandlerProcesses {
  public static async start(handler: Handler, count: number, env: Readonly<Record<string, string>>): Promise<HandlerProcesses> {
    const children = Array.from({ length: count }, () => spawn(NODE, ['--input-type=module', '--eval', SCRIPT], {
      env: { ...env, BUNDLE: pathToFileURL(bundleOf(handler)).href },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    }));
    const processes = new HandlerProcesses(children);
    await Promise.all(children.map(answerOf));
    return processes;
  }

  private constructor(private readonly children: readonly ChildProcess[]) {}

  /** Hands every delivery to whichever process is free. What fails comes again, as it does from CloudWatch Logs. @returns how many came again */
  public async run(events: readonly object[], mostFailures: number): Promise<number> {
    const waiting = [...events];
    let failures = 0;
    await Promise.all(this.children.map(async child => {
      for (let event = waiting.shift(); event; event = waiting.shift()) {
        child.send(event);
        const { failure } = await answerOf(child);
        if (failure) {
          failures += 1;
          waiting.push(event);
          if (failures > mostFailures) {
            throw new Error(`more than ${mostFailures} deliveries failed, the last with ${failure}`);
          }
        }
      }
    }));
    return failures;
  }

  public stop(): void {
    this.children.forEach(child => child.kill('SIGKILL'));
  }
}

async function answerOf(child: ChildProcess): Promise<Answer> {
  const ended = new AbortController();
  try {
    return await Promise.race([
      once(child, 'message', { signal: ended.signal }).then(([answer]) => answer as Answer),
      once(child, 'exit', { signal: ended.signal }).then(([code]) => {
        throw new Error(`a handler's process ended with ${code}`);
      }),
    ]);
  } finally {
    ended.abort();
  }
}
