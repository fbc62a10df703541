import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { awsCredentials } from './aws-credentials';
import { runProgram } from './program';
import { regionOfProfiles } from './region';

/** The bundle stands in `bin/`, right below the package's root. */
const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8'));

void runProgram(process.argv.slice(2), version, {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  now: Date.now,
  env: process.env,
  credentials: awsCredentials(process.env),
  profileRegion: regionOfProfiles(process.env),
  pause: (milliseconds, signal) => pause(milliseconds, undefined, { signal }),
  interruption,
}).then(code => {
  // Not `process.exit`, which would cut off what a slow reader has not taken yet.
  process.exitCode = code;
}, (error: unknown) => {
  console.error(`budgeteer: this should not happen (${String(error).slice(0, 500)}): please report it`);
  process.exitCode = 1;
});

/** Once: the second Ctrl-C ends the program as ever. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return controller.signal;
}
