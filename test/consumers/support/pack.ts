import * as fs from 'node:fs';
import * as path from 'node:path';
import { MAVEN_REPOSITORY, PACKED, REPOSITORY } from './places';
import { run } from './run';
import { GO, JAVA, missing, PYTHON, Toolchain } from './toolchains';

/** The commands of this project, before those of the machine. */
const PATH = [path.dirname(process.execPath), path.join(REPOSITORY, 'node_modules', '.bin'), process.env.PATH].join(path.delimiter);

/**
 * Compiles the library, and packs it for every language whose toolchain is there, as a release does. What is packed for the other languages contains
 * the package for npm.
 *
 * For Go and .NET a package is its sources; what compiles them is whoever uses them.
 */
export default async function pack(): Promise<void> {
  fs.rmSync(PACKED, { recursive: true, force: true });
  const built = (target: string, toolchain: Toolchain) => (missing(toolchain) ? [] : [target]);
  await project('projen', 'compile');
  await pacmak('--target', 'js', ...built('python', PYTHON), ...built('java', JAVA));
  await pacmak('--code-only', '--target', 'dotnet', ...built('go', GO));
}

function pacmak(...args: readonly string[]): Promise<string> {
  return project('jsii-pacmak', '--no-npmignore', '--outdir', PACKED, ...args);
}

function project(...command: readonly string[]): Promise<string> {
  // what Maven has in its own repository, the app in Java takes from there, too
  const env = { ...process.env, PATH, MAVEN_OPTS: `${process.env.MAVEN_OPTS ?? ''} -Dmaven.repo.local=${MAVEN_REPOSITORY}`.trim() };
  return run(command, { cwd: REPOSITORY, env });
}
