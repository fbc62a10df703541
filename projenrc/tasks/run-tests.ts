/**
 * Runs the named suites one after the other, all of them even if one fails, and ends with one line that sums them up:
 *
 *   tsx projenrc/tasks/run-tests.ts types unit consumers e2e
 *   tsx projenrc/tasks/run-tests.ts unit -- test/lambdas/core
 */
import { spawnSync } from 'child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'fs';

interface Suite {
  readonly commands: readonly string[][];
  /** The JSON report that jest writes. */
  readonly report?: string;
  /** Stands on the bundled handlers. */
  readonly needsAssets?: boolean;
  /** Stands on what jsii compiles: `.jsii` and `lib/`. */
  readonly needsAssembly?: boolean;
}

const ASSEMBLY = '.jsii';

/** What the assembly is made of. */
const SOURCES_OF_ASSEMBLY = ['src', 'package.json', 'README.md', 'tsconfig.json'];

function jest(report: string, ...options: string[]): string[] {
  return ['jest', '--ci', '--passWithNoTests', '--json', `--outputFile=${report}`, ...options];
}

const SUITES: Record<string, Suite> = {
  types: {
    commands: [
      ['tsc', '--noEmit', '-p', 'tsconfig.dev.json'],
      // runs in browsers, and is checked against what they have
      ['tsc', '--noEmit', '-p', 'src/lambdas/core/report-page/browser/tsconfig.json'],
    ],
  },
  unit: {
    // by itself jest leaves a core to others, and half of the machines that test this have two
    commands: [jest('test-reports/jest.json', '--coverage', '--maxWorkers=100%')],
    report: 'test-reports/jest.json',
    needsAssets: true,
    needsAssembly: true,
  },
  consumers: {
    // two at a time: they share what they download
    commands: [jest('test-reports/consumers.json', '--config', 'jest.consumers.config.json', '--maxWorkers=2')],
    report: 'test-reports/consumers.json',
    needsAssets: true,
  },
  e2e: {
    commands: [jest('test-reports/e2e.json', '--config', 'jest.e2e.config.json', '--runInBand')],
    report: 'test-reports/e2e.json',
    needsAssets: true,
  },
};

const [names, options] = splitAt(process.argv.slice(2), '--');
const suites = names.map((name) => {
  const suite = SUITES[name];
  if (!suite) throw new Error(`there is no suite '${name}': use one of ${Object.keys(SUITES).join(', ')}`);
  return suite;
});

// reports of an earlier run must never be counted as results of this one
rmSync('test-reports', { recursive: true, force: true });
mkdirSync('test-reports');

let ok = !suites.some((suite) => suite.needsAssets) || run(['tsx', 'projenrc/tasks/bundle.ts']);
if (suites.some((suite) => suite.needsAssembly) && assemblyIsStale()) {
  ok = run(['projen', 'compile']) && ok;
}
for (const command of suites.flatMap((suite) => suite.commands)) {
  ok = run([...command, ...options]) && ok;
}
const reports = suites.flatMap((suite) => suite.report ?? []);
if (reports.length > 0) {
  console.log(summary(reports));
}
process.exit(ok ? 0 : 1);

function run([command, ...args]: string[]): boolean {
  return spawnSync(command, args, { stdio: 'inherit' }).status === 0;
}

/** A build has it already, and jsii takes half a minute. */
function assemblyIsStale(): boolean {
  return !existsSync(ASSEMBLY) || SOURCES_OF_ASSEMBLY.some((path) => lastChange(path) > statSync(ASSEMBLY).mtimeMs);
}

function lastChange(path: string): number {
  const { mtimeMs } = statSync(path);
  return statSync(path).isDirectory() ? Math.max(mtimeMs, ...readdirSync(path).map((name) => lastChange(`${path}/${name}`))) : mtimeMs;
}

/**
 * A suite that could not run at all (a file that does not load, a missing report) counts as one failed test: it must not look like a clean run.
 */
function summary(files: string[]): string {
  let passed = 0;
  let failed = 0;
  for (const file of files) {
    try {
      const report = JSON.parse(readFileSync(file, 'utf-8'));
      passed += report.numPassedTests;
      failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
    } catch (error) {
      console.error(`no readable report ${file}: ${error}`);
      failed += 1;
    }
  }
  return `tests: ${passed} passed, ${failed} failed`;
}

function splitAt(values: string[], separator: string): [string[], string[]] {
  const index = values.indexOf(separator);
  return index < 0 ? [values, []] : [values.slice(0, index), values.slice(index + 1)];
}
