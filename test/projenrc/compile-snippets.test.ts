import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTask, TaskRun } from './run-task';

/** Below the time that a test has. */
const END_AFTER_MS = 270_000;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'snippets-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function compileSnippets(...pages: string[]): Promise<TaskRun> {
  return runTask('compile-snippets.ts', pages, { endAfterMs: END_AFTER_MS });
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
