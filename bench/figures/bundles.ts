import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { bundleHandlers } from '../../demo/deployment';
import { Handler } from '../../src/contract';
import { atMost, Bench, BenchContext, median, Report, rounded } from '../bench';

const REPOSITORY = path.join(__dirname, '..', '..');
const ROUNDS = 5;
export const MOST_BYTES = 450_000;

/** Of the clients of a handler, those that its import is compared with. */
const COMPARED_CLIENTS = 2;

export function bundleOf(handler: Handler): string {
  return path.join(REPOSITORY, 'assets', 'lambdas', handler, `${handler}.lambda`, 'index.mjs');
}

/** The SDK clients that a handler imports, as its source has them. */
export function clientsOf(handler: Handler): string[] {
  const source = fs.readFileSync(path.join(REPOSITORY, 'src', 'lambdas', handler, `${handler}.lambda.ts`), 'utf8');
  return [...source.matchAll(/from '(@aws-sdk\/client-[\w-]+)'/g)].map(([, client]) => client);
}

export const bundles: Bench = {
  name: 'bundles',
  title: 'Bundles',
  timeLimitSeconds: 300,

  async measure(context: BenchContext): Promise<Report> {
    await bundleHandlers(context.signal);
    const node = await nodeVersion();
    const measured = [];
    for (const handler of Object.values(Handler)) {
      context.log(handler);
      const bundled = fs.readFileSync(bundleOf(handler));
      const clients = clientsOf(handler).slice(0, COMPARED_CLIENTS);
      const bundle: number[] = [];
      const sdk: number[] = [];
      const ratios: number[] = [];
      // In turn, so that whatever else the machine does slows both down; the first round fills the file system's cache.
      for (let round = 0; round <= ROUNDS; round += 1) {
        context.signal.throwIfAborted();
        const [a, b] = [await importMilliseconds([pathToFileURL(bundleOf(handler)).href]), await importMilliseconds(clients)];
        if (round > 0) {
          bundle.push(a);
          sdk.push(b);
          ratios.push(a / b);
        }
      }
      measured.push({ handler, bytes: bundled.length, gzipped: gzipSync(bundled).length, clients, bundle, sdk, ratio: median(ratios) });
    }
    return {
      head: ['handler', 'bytes', 'gzipped', 'cold start: import, ms', 'least', 'most', 'import of the SDK clients, ms', 'times as long', 'which clients'],
      rows: measured.map(({ handler, bytes, gzipped, clients, bundle, sdk, ratio }) => [
        handler, rounded(bytes), rounded(gzipped), ...[median(bundle), Math.min(...bundle), Math.max(...bundle), median(sdk), ratio].map(rounded),
        clients.map(client => client.replace('@aws-sdk/client-', '')).join(', '),
      ]),
      targets: [
        atMost('largest bundle', Math.max(...measured.map(({ bytes }) => bytes)), MOST_BYTES, 'bytes'),
        atMost(
          'import of a bundle beside that of two of its clients from node_modules, in the worst case',
          Math.max(...measured.filter(({ clients }) => clients.length === COMPARED_CLIENTS).map(({ ratio }) => ratio)),
          1,
          'times as long',
        ),
      ],
      notes: [
        `Each import in a process of its own (Node ${node}), medians of ${ROUNDS} rounds in which the bundle and the clients take turns; the ratio is the median of the rounds'. Node itself is up by then, as in a container that Lambda has prepared: it takes ${rounded(await emptyProcess(context.signal))} ms on the same machine. A bundle has the SDK inside, with all of its`
        + ' clients; it is compared with the first two of them, imported from node_modules without any code of the handler.',
        'A handler with one client alone is shown beside that one, for what it is worth; the figure that was promised is about two.',
      ],
    };
  },
};

/** What the tests run on, and Lambda. */
const NODE = path.join(REPOSITORY, 'node_modules', '.bin', 'node');

async function importMilliseconds(specifiers: readonly string[]): Promise<number> {
  const script = [
    'const start = process.hrtime.bigint();',
    `await Promise.all(${JSON.stringify(specifiers)}.map(specifier => import(specifier)));`,
    'process.stdout.write(String(Number(process.hrtime.bigint() - start) / 1e6));',
    'process.exit(0);',
  ].join('\n');
  const { stdout } = await promisify(execFile)(NODE, ['--input-type=module', '--eval', script], {
    cwd: REPOSITORY, env: { ...process.env, AWS_REGION: 'us-east-1', NODE_OPTIONS: '' },
  });
  return Number(stdout);
}

/** How long Node takes to start, run nothing, and end. */
async function emptyProcess(signal: AbortSignal): Promise<number> {
  const milliseconds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    await promisify(execFile)(NODE, ['-e', '0'], { signal });
    milliseconds.push(performance.now() - start);
  }
  return median(milliseconds);
}

async function nodeVersion(): Promise<string> {
  const { stdout } = await promisify(execFile)(NODE, ['--print', 'process.versions.node.split(".")[0]']);
  return stdout.trim();
}
