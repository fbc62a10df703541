import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOSTILE_INPUTS } from './register';

const DOCUMENT = join(__dirname, '..', '..', 'docs', 'hostile-inputs.md');

/** The rows of the table as the register has them. */
const ROWS = Object.entries(HOSTILE_INPUTS).flatMap(([group, rows]) => Object.entries(rows).map(([id, [input, outcome]]) => `| \`${group}/${id}\` | ${input} | ${outcome} |`));

test('docs/hostile-inputs.md tells of every hostile input, as it is tested, and of no other', () => {
  const told = readFileSync(DOCUMENT, 'utf8').split('\n').filter(line => /^\| `\w+\/[\w-]+` \|/.test(line));

  expect(told).toEqual(ROWS);
});

test('every group has its tests', () => {
  expect(Object.keys(HOSTILE_INPUTS).filter(group => !existsSync(join(__dirname, `${group}.test.ts`)))).toEqual([]);
});
