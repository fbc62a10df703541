/**
 * Compares the API, as it was compiled last, with that of the last release, and ends with 1 where something breaks that .compatignore does not allow:
 *
 *   tsx projenrc/tasks/compare-api.ts
 *   tsx projenrc/tasks/compare-api.ts <directory of another assembly>
 *
 * With `--renew`, makes the API of now the one to compare with: a step of a release.
 *
 * What is compared with is in the repository, and not fetched from npm: jsii-diff takes a package that it cannot fetch for no break at all.
 */
import { spawnSync } from 'child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { dirname, join, resolve } from 'path';

const BASELINE = 'api/baseline.json';
const ALLOWED = '.compatignore';

/** Below the repository, so that the assemblies of dependencies are found. */
const WORK = 'dist';

/** What is no matter of compatibility. */
const LEFT_OUT = ['author', 'bin', 'dependencyClosure', 'description', 'fingerprint', 'keywords', 'locationInModule', 'readme', 'repository', 'symbolId', 'targets'];

/** Of docs, what a change of which may break somebody. */
const KEPT_OF_DOCS = ['deprecated', 'stability'];

const [argument = '.'] = process.argv.slice(2);
if (argument === '--renew') {
  renew();
} else {
  process.exitCode = compare(argument);
}

function renew(): void {
  mkdirSync(dirname(BASELINE), { recursive: true });
  writeFileSync(BASELINE, `${JSON.stringify(JSON.parse(readFileSync('.jsii', 'utf-8')), essential, 1)}\n`);
  console.log(`${BASELINE} is the API of now: commit it, and empty ${ALLOWED}`);
}

function essential(key: string, value: unknown): unknown {
  if (key === 'docs') {
    const docs = Object.entries(value as object).filter(([name]) => KEPT_OF_DOCS.includes(name));
    return docs.length > 0 ? Object.fromEntries(docs) : undefined;
  }
  return LEFT_OUT.includes(key) ? undefined : value;
}

function compare(updated: string): number {
  mkdirSync(WORK, { recursive: true });
  const baseline = mkdtempSync(join(WORK, 'api-'));
  try {
    copyFileSync(BASELINE, join(baseline, '.jsii'));
    symlinkSync(resolve('package.json'), join(baseline, 'package.json'));
    const { status } = spawnSync('jsii-diff', ['--keys', '--ignore-file', ALLOWED, baseline, updated], { stdio: 'inherit' });
    if (status !== 0) {
      console.error(`The API breaks what was released. If that is meant, add the keys in brackets to ${ALLOWED}, one a line, and tell users in CHANGELOG.md.`);
    }
    return status ?? 1;
  } finally {
    rmSync(baseline, { recursive: true });
  }
}
