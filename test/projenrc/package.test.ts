import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const REPOSITORY = resolve(__dirname, '../..');

/** The files that a package for npm would have now, whatever has been built, tested and demonstrated before. */
async function packed(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: REPOSITORY, maxBuffer: 64 * 1024 * 1024 });
  const [{ files }] = JSON.parse(stdout) as [{ readonly files: readonly { readonly path: string }[] }];
  return files.map(({ path }) => path);
}

test('the package has what consumers need, and nothing else', async () => {
  const files = await packed();

  expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'THIRD-PARTY-LICENSES', 'bin/budgeteer.js', 'bin/report-charts.js', 'package.json']));
  // alarms name the pages to read
  expect(files).toEqual(expect.arrayContaining(['docs/failures.md', 'docs/operations.md', 'docs/pricing.md']));
  expect(files).toContain('assets/lambdas/usage-meter/usage-meter.lambda/index.mjs');
  const places = new Set(files.map(file => (file.includes('/') ? `${file.split('/')[0]}/` : file)));
  const allowed = ['.jsii', 'API.md', 'LICENSE', 'README.md', 'THIRD-PARTY-LICENSES', 'assets/', 'bin/', 'docs/', 'lib/', 'package.json'];
  expect([...places].filter(place => !allowed.includes(place))).toEqual([]);
  expect(files.filter(file => file.startsWith('lib/lambdas/') && !file.startsWith('lib/lambdas/core/'))).toEqual([]);
  expect(files.filter(file => file.startsWith('lib/cli/'))).toEqual([]);
}, 60_000);
