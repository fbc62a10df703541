import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

const REPOSITORY = resolve(__dirname, '../..');

/** Below the time that a test has. */
const END_AFTER_MS = 270_000;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'snippets-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

async function compileSnippets(...pages: string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'projenrc/tasks/compile-snippets.ts', ...pages], {
    cwd: REPOSITORY,
    timeout: END_AFTER_MS,
    killSignal: 'SIGKILL',
    env: { ...process.env, PATH: `${join(REPOSITORY, 'node_modules/.bin')}${delimiter}${process.env.PATH}` },
  });
  let output = '';
  child.stdout.on('data', chunk => (output += chunk));
  child.stderr.on('data', chunk => (output += chunk));
  const code = await new Promise<number | null>(done => child.on('close', done));
  return { code, output };
}

test('every snippet of README, of the API and of the docs compiles', async () => {
  expect(await compileSnippets()).toEqual({ code: 0, output: '' });
}, 300_000);

test('one that does not is named by its page and line', async () => {
  const page = join(directory, 'page.md');
  writeFileSync(page, [
    '# A page', '', '```ts', "import { BedrockBudgeteer } from 'cdk-bedrock-budgeteer';", '', "new BedrockBudgeteer(this, 'Budgeteer', { budget: 1 });", '```', '',
  ].join('\n'));
  const { code, output } = await compileSnippets(page);
  expect(output).toMatch(/page-README-L3\.ts.*'budget' does not exist in type 'BedrockBudgeteerProps'/);
  expect(code).toBe(1);
}, 300_000);
