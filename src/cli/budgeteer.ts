import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './program';

/** The bundle stands in `bin/`, right below the package's root. */
const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8'));

void runProgram(process.argv.slice(2), version, { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, now: Date.now }).then(code => {
  // Not `process.exit`, which would cut off what a slow reader has not taken yet.
  process.exitCode = code;
});
