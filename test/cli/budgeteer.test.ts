import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, cpSync, createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { jsonLines, run as runInProcess } from './run';

const BUNDLE = resolve(__dirname, '../../bin/budgeteer.js');
const LIBRARIES = resolve(__dirname, '../../bin/budgeteer-libraries.js');
const LOG_LIBRARIES = resolve(__dirname, '../../bin/budgeteer-log-libraries.js');
const IAM_LIBRARIES = resolve(__dirname, '../../bin/budgeteer-iam-libraries.js');
const FIXTURE = resolve(__dirname, '../fixtures/invocation-records.jsonl');

let directory: string;

beforeAll(() => {
  if (!existsSync(BUNDLE)) {
    throw new Error(`${BUNDLE} is missing: run "npm run bundle" first`);
  }
  directory = mkdtempSync(join(tmpdir(), 'budgeteer-'));
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param enough ends the reading of standard output */
async function budgeteer(args: readonly string[], stdin?: Readable, enough: (stdout: string) => boolean = () => false): Promise<Ended> {
  const child = spawn(process.execPath, [BUNDLE, ...args], { env: {}, stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', chunk => {
    stdout += chunk;
    if (enough(stdout)) {
      child.stdout.destroy();
    }
  });
  child.stderr.on('data', chunk => (stderr += chunk));
  // The program may end before it has read everything.
  child.stdin.on('error', () => undefined);
  (stdin ?? Readable.from([])).pipe(child.stdin);
  const code = await new Promise<number | null>(done => child.on('close', done));
  stdin?.destroy();
  return { code, stdout, stderr };
}

/** What a bundle needs beside the modules of Node. */
function needsOf(path: string): readonly string[] {
  const modules = new Set([...readFileSync(path, 'utf8').matchAll(/\b(?:require|import)\("([^"]+)"\)/g)].map(([, name]) => name));
  return [...modules].filter(name => !name.startsWith('node:'));
}

test('stands alone: executable, a line for the shell, nothing but modules of Node and the files beside it', () => {
  accessSync(BUNDLE, constants.X_OK);
  expect(readFileSync(BUNDLE, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect([...needsOf(BUNDLE)].sort()).toEqual(['./budgeteer-iam-libraries.js', './budgeteer-libraries.js', './budgeteer-log-libraries.js']);
  expect(needsOf(LIBRARIES)).toEqual([]);
  // The last one signs for several regions at once, which no option names: S3 and STS ask for it where somebody has it.
  for (const libraries of [IAM_LIBRARIES, LOG_LIBRARIES]) {
    expect(needsOf(libraries)).toEqual(['./budgeteer-libraries.js', '@aws-sdk/signature-v4-crt']);
  }
});

test('reads the libraries that explain does without only where they are needed', async () => {
  const alone = join(directory, 'alone');
  cpSync(BUNDLE, join(alone, 'bin/budgeteer.js'));
  writeFileSync(join(alone, 'package.json'), '{"version":"1.2.3"}');
  const child = spawnSync(process.execPath, [join(alone, 'bin/budgeteer.js'), 'explain', '--logs', FIXTURE], { encoding: 'utf8' });
  expect(child.status).toBe(0);
});

test('explains a file as in process', async () => {
  const ended = await budgeteer(['explain', '--logs', FIXTURE]);
  expect(ended).toEqual(await runInProcess(['explain', '--logs', FIXTURE]));
  expect(jsonLines(ended.stdout)).toHaveLength(18);
});

test('explains standard input, gzipped or not', async () => {
  const packed = join(directory, 'records.gz');
  writeFileSync(packed, gzipSync(readFileSync(FIXTURE)));
  const expected = await runInProcess(['explain', '--logs', FIXTURE]);
  for (const file of [FIXTURE, packed]) {
    expect(await budgeteer(['explain', '--logs', '-'], createReadStream(file))).toEqual(expected);
  }
  expect(await budgeteer(['explain', '--logs', packed])).toEqual(expected);
});

test('ends with 1 where a line could not be read', async () => {
  const { code, stdout } = await budgeteer(['explain', '--logs', '-'], Readable.from([Buffer.from('nonsense')]));
  expect(code).toBe(1);
  expect(stdout).toBe('{"line":1,"error":"not JSON (8 characters)"}\n');
});

test('ends with 2 where the arguments are wrong', async () => {
  const { code, stdout, stderr } = await budgeteer(['explain']);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('budgeteer: --logs is missing');
});

test('has the version of its package', async () => {
  const { version } = JSON.parse(readFileSync(resolve(__dirname, '../../package.json'), 'utf8'));
  expect(await budgeteer(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('ends without a word where nobody reads any more', async () => {
  const records = readFileSync(FIXTURE);
  const endless = Readable.from((function* () {
    for (;;) yield records;
  })());
  const { code, stderr } = await budgeteer(['explain', '--logs', '-'], endless, stdout => stdout.includes('\n'));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
