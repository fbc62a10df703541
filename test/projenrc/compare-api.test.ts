import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY, runTask, TaskRun } from './run-task';

const PACKAGE = 'cdk-bedrock-budgeteer';

/** Two of them are less than the time that a test has. */
const END_AFTER_MS = 55_000;

/** A project whose API may be another one; below the repository, so that packages are found. */
let project: string;

beforeEach(() => {
  mkdirSync(join(REPOSITORY, 'dist'), { recursive: true });
  project = mkdtempSync(join(REPOSITORY, 'dist/compare-'));
  mkdirSync(join(project, 'api'));
  symlinkSync(join(REPOSITORY, 'package.json'), join(project, 'package.json'));
});

afterEach(() => {
  rmSync(project, { recursive: true });
});

interface Assembly {
  readonly types: Record<string, { properties?: { name: string; optional?: boolean }[]; members?: { name: string }[]; methods?: { name: string }[] }>;
}

/** The API of now, as jsii compiled it. */
function assembly(): Assembly {
  return JSON.parse(readFileSync(join(REPOSITORY, '.jsii'), 'utf8'));
}

function compareApi(...args: string[]): Promise<TaskRun> {
  return runTask('compare-api.ts', args, { directory: project, endAfterMs: END_AFTER_MS });
}

/** Compares an API that was changed with the one of now. */
async function whatComesOf(change: (types: Assembly['types']) => void, ...allowed: string[]): Promise<TaskRun> {
  writeFileSync(join(project, '.jsii'), JSON.stringify(assembly()));
  await compareApi('--renew');
  const changed = assembly();
  change(changed.types);
  writeFileSync(join(project, '.jsii'), JSON.stringify(changed));
  writeFileSync(join(project, '.compatignore'), ['# meant', ...allowed, ''].join('\n'));
  return compareApi();
}

function withoutObserveOnly(types: Assembly['types']): void {
  const options = types[`${PACKAGE}.BudgetOptions`];
  options.properties = options.properties!.filter(({ name }) => name !== 'observeOnly');
}

test('the API breaks nothing that was released', async () => {
  symlinkSync(join(REPOSITORY, 'api/baseline.json'), join(project, 'api/baseline.json'));
  symlinkSync(join(REPOSITORY, '.compatignore'), join(project, '.compatignore'));
  expect(await compareApi(REPOSITORY)).toEqual({ code: 0, output: '' });
}, 120_000);

test.each<[string, (types: Assembly['types']) => void, key: string]>([
  ['a property that is gone', withoutObserveOnly, `removed:${PACKAGE}.BudgetOptions.observeOnly`],
  [
    'a method that is gone',
    types => (types[`${PACKAGE}.BedrockBudgeteer`].methods = types[`${PACKAGE}.BedrockBudgeteer`].methods!.filter(({ name }) => name !== 'addBudget')),
    `removed:${PACKAGE}.BedrockBudgeteer.addBudget`,
  ],
  [
    'a property that has become required',
    types => delete types[`${PACKAGE}.BudgetOptions`].properties!.find(({ name }) => name === 'labels')!.optional,
    `strengthened:${PACKAGE}.BudgetOptions`,
  ],
  ['a choice that is gone', types => types[`${PACKAGE}.SuspensionStrategy`].members!.pop(), `removed:${PACKAGE}.SuspensionStrategy.DETACH`],
])('%s is caught', async (_, change, key) => {
  const { code, output } = await whatComesOf(change);
  expect(output).toContain(key);
  expect(output).toContain('add the keys in brackets to .compatignore');
  expect(code).toBe(1);
}, 120_000);

test('a break that is meant passes, and no other', async () => {
  const key = `removed:${PACKAGE}.BudgetOptions.observeOnly`;
  expect(await whatComesOf(withoutObserveOnly, key)).toMatchObject({ code: 0 });
  expect(await whatComesOf(types => {
    withoutObserveOnly(types);
    types[`${PACKAGE}.SuspensionStrategy`].members!.pop();
  }, key)).toMatchObject({ code: 1 });
}, 240_000);

test('what is added breaks nothing', async () => {
  const added = (types: Assembly['types']) => types[`${PACKAGE}.BudgetOptions`].properties!.push({ ...types[`${PACKAGE}.BudgetOptions`].properties!.find(({ name }) => name === 'labels')!, name: 'more' });
  expect(await whatComesOf(added)).toEqual({ code: 0, output: '' });
}, 120_000);
