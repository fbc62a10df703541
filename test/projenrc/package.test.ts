import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { Handler } from '../../src/contract';

const REPOSITORY = resolve(__dirname, '../..');
const MOST_BYTES = 3_000_000;

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

let directory: string;
let packed: Packed;
let files: readonly string[];

async function run(command: string, args: readonly string[], options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv }): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { maxBuffer: 64 * 1024 * 1024, ...options });
  return stdout;
}

/** The package as npm makes it now, whatever has been built, tested and demonstrated before. */
beforeAll(async () => {
  if (!existsSync(join(REPOSITORY, '.jsii'))) {
    throw new Error('there is nothing to pack: run "npx projen compile" first');
  }
  directory = mkdtempSync(join(tmpdir(), 'package-'));
  [packed] = JSON.parse(await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', directory], { cwd: REPOSITORY })) as [Packed];
  files = packed.files.map(({ path }) => path);
}, 120_000);

afterAll(() => {
  rmSync(directory, { recursive: true });
});

test('the package has what consumers need, and nothing else', () => {
  const places = new Set(files.map(file => (file.includes('/') ? `${file.split('/')[0]}/` : file)));
  expect([...places].sort()).toEqual(['.jsii', 'API.md', 'LICENSE', 'README.md', 'THIRD-PARTY-LICENSES', 'assets/', 'bin/', 'docs/', 'lib/', 'package.json']);
  expect(files.filter(file => /^(assets|bin)\//.test(file)).sort()).toEqual([
    'assets/handlers.json.br',
    ...['budgeteer-iam-libraries', 'budgeteer-libraries', 'budgeteer-log-libraries', 'budgeteer', 'report-charts'].map(name => `bin/${name}.js`),
  ]);
  // alarms name the pages to read
  expect(files).toEqual(expect.arrayContaining(['docs/failures.md', 'docs/operations.md', 'docs/pricing.md', 'docs/runbook.md']));
  expect(files.filter(file => file.startsWith('docs/') && !/^docs\/[\w-]+\.md$/.test(file))).toEqual([]);
  expect(files.filter(file => file.startsWith('lib/') && !/\.(js|d\.ts)$/.test(file))).toEqual([]);
  expect(files.filter(file => file.startsWith('lib/cli/'))).toEqual([]);
});

test(`the package has at most ${MOST_BYTES / 1e6} MB`, () => {
  expect(packed.size).toBeLessThanOrEqual(MOST_BYTES);
});

test('what is compiled carries no maps of its source', () => {
  const carrying = files.filter(file => file.startsWith('lib/') && readFileSync(join(REPOSITORY, file), 'utf8').includes('sourceMappingURL'));
  expect(carrying).toEqual([]);
});

describe('installed', () => {
  let installed: string;

  beforeAll(async () => {
    const modules = join(directory, 'app/node_modules');
    installed = join(modules, 'cdk-bedrock-budgeteer');
    mkdirSync(installed, { recursive: true });
    await run('tar', ['xzf', join(directory, packed.filename), '--strip-components', '1', '-C', installed], { cwd: directory });
    // as a consumer has them: peers
    for (const peer of ['aws-cdk-lib', 'constructs']) {
      symlinkSync(join(REPOSITORY, 'node_modules', peer), join(modules, peer));
    }
  });

  test('has every module that one of its modules, or one of their types, asks for', () => {
    const missing = files.filter(file => file.startsWith('lib/')).flatMap(file => {
      const text = readFileSync(join(installed, file), 'utf8');
      const extension = file.endsWith('.d.ts') ? '.d.ts' : '.js';
      return [...text.matchAll(/(?:\brequire\(|\bfrom |\bimport\()["'](\.[^"']+)["']/g)]
        .map(([, module]) => join(file, '..', `${module}${extension}`))
        .filter(module => isAskedFor(file) && !files.includes(module))
        .map(module => `${file} asks for ${module}`);
    });
    expect(missing).toEqual([]);
  });

  test('synthesizes everything with no program beside Node, and has the code of every handler', async () => {
    await build({
      entryPoints: [join(REPOSITORY, 'test/everything.ts')],
      outfile: join(directory, 'app/everything.js'),
      bundle: true,
      platform: 'node',
      external: ['aws-cdk-lib'],
      // what it takes of the library, it takes of the package
      plugins: [{ name: 'package', setup: ({ onResolve }) => onResolve({ filter: /^\.\.\/src$/ }, () => ({ path: 'cdk-bedrock-budgeteer', external: true })) }],
    });
    writeFileSync(join(directory, 'app/app.js'), `
      const { App, Stack } = require('aws-cdk-lib');
      const { BedrockBudgeteer } = require('cdk-bedrock-budgeteer');
      const { everyOption } = require('./everything');
      const app = new App({ outdir: 'out' });
      const stack = new Stack(app, 'Stack');
      new BedrockBudgeteer(stack, 'Budgeteer', everyOption(stack));
      app.synth();
    `);
    await run(process.execPath, ['app.js'], { cwd: join(directory, 'app'), env: { PATH: '' } });

    const out = join(directory, 'app/out');
    const { Resources } = JSON.parse(readFileSync(join(out, 'Stack.template.json'), 'utf8'));
    const functions = Object.values<any>(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function').map(({ Properties }) => Properties);
    expect(functions.map(({ Environment }) => Environment.Variables.POWERTOOLS_SERVICE_NAME).sort()).toEqual(Object.values(Handler).sort());
    for (const { Code, Environment } of functions) {
      const name = Environment.Variables.POWERTOOLS_SERVICE_NAME;
      expect(readFileSync(join(out, `asset.${Code.S3Key.replace('.zip', '')}`, 'index.mjs'), 'utf8'))
        .toBe(readFileSync(join(REPOSITORY, `assets/lambdas/${name}/${name}.lambda/index.mjs`), 'utf8'));
    }
  }, 60_000);

  test('has a command line that makes pages with charts', async () => {
    const fixtures = join(REPOSITORY, 'test/fixtures/back-test');
    const args = ['simulate', '--logs', join(fixtures, 'day.jsonl'), '--budgets', join(fixtures, 'budgets.csv'), '--format', 'html'];
    const page = await run(process.execPath, [join(installed, 'bin/budgeteer.js'), ...args], { cwd: directory, env: {} });
    expect(page).toContain(readFileSync(join(REPOSITORY, 'bin/report-charts.js'), 'utf8').trim());
  }, 60_000);
});

/** Types of what is not public may speak of what does not ship; nobody sees them. */
function isAskedFor(file: string): boolean {
  return file.endsWith('.js') || publicTypes().has(file);
}

let reached: Set<string> | undefined;

/** Everything that `lib/index.d.ts` leads to. */
function publicTypes(): Set<string> {
  if (!reached) {
    reached = new Set();
    const next = ['lib/index.d.ts'];
    for (let file = next.pop(); file; file = next.pop()) {
      if (!reached.has(file) && existsSync(join(REPOSITORY, file))) {
        reached.add(file);
        next.push(...[...readFileSync(join(REPOSITORY, file), 'utf8').matchAll(/(?:\bfrom |\bimport\()["'](\.[^"']+)["']/g)].map(([, module]) => join(file!, '..', `${module}.d.ts`)));
      }
    }
  }
  return reached;
}
