import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExitCode } from '../../../src/cli/command';
import { SIMULATE_HELP } from '../../../src/cli/simulate/help';
import { run } from '../run';

const FIXTURES = join(__dirname, '../../fixtures/back-test');
const PAGE = readFileSync(join(__dirname, '../../../docs/back-test.md'), 'utf8');

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocks: readonly Block[] = [...PAGE.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({ language, text }));
const examples = blocks.flatMap(({ language, text }, index) => (language === 'sh' ? [{ command: text.trim(), output: blocks[index + 1] as Block | undefined }] : []));

test('the page has examples', () => {
  expect(examples.length).toBeGreaterThanOrEqual(3);
  expect(blocks[0]).toEqual({ language: 'csv', text: readFileSync(join(FIXTURES, 'budgets.csv'), 'utf8') });
});

test.each(examples)('$command', async ({ command, output }) => {
  const [program, ...args] = command.split(' ').map(word => (/^(day\.jsonl|budgets\.csv)$/.test(word) ? join(FIXTURES, word) : word));
  expect(program).toBe('budgeteer');
  const { code, stdout } = await run(args);
  expect(code).toBe(ExitCode.OK);
  if (command.includes('--format json')) {
    const result = JSON.parse(stdout);
    // Every field is on the page.
    const objects = [result, result.totals, ...result.principals, ...result.principals.flatMap((each: any) => [...each.transitions, ...each.suspensions])];
    const fields = objects.flatMap(Object.keys);
    expect([...new Set<string>(fields)].filter(field => !PAGE.includes(field))).toEqual([]);
  } else {
    expect(stdout).toBe(output!.text);
  }
});

test('every option that the page names is in the help', () => {
  const named = new Set([...PAGE.matchAll(/--[a-z][a-z0-9-]+/g)].map(([option]) => option));
  // Of other commands.
  expect([...named].filter(option => !SIMULATE_HELP.includes(option) && option !== '--dry-run')).toEqual([]);
});
