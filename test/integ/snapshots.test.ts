import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const REPOSITORY = resolve(__dirname, '../..');
const RUNNER = join(createRequire(__filename).resolve('@aws-cdk/integ-runner/package.json'), '../bin/integ-runner');

const CONFIGURATIONS = readdirSync(__dirname).filter(file => /^integ\..*\.ts$/.test(file) && !file.endsWith('.snapshot'));

/** Below the time that the test has. */
const END_AFTER_MS = 540_000;

/** Compares, and writes nothing. */
function compare(): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise(done => {
    execFile(process.execPath, [RUNNER], { cwd: REPOSITORY, maxBuffer: 64 * 1024 * 1024, timeout: END_AFTER_MS, killSignal: 'SIGKILL' }, (error, stdout, stderr) => done({
      code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, output: `${stdout}${stderr}`,
    }));
  });
}

test.each(CONFIGURATIONS)('%s has a snapshot', file => {
  expect(existsSync(join(__dirname, `${file}.snapshot`, 'manifest.json'))).toBe(true);
});

test('the main configurations are as their snapshots have them; "npx projen integ:update" accepts what is different', async () => {
  const { code, output } = await compare();
  // integ-runner's own report of what is different
  expect(code === 0 ? '' : output).toBe('');
  expect(output).toContain(`${CONFIGURATIONS.length} passed, ${CONFIGURATIONS.length} total`);
}, 600_000);
