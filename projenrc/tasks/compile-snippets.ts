/**
 * Compiles every TypeScript snippet that readers are shown: those of README.md, of the `@example`s of the API, and of the pages below docs/; ends with 1 where
 * one of them does not compile.
 *
 *   tsx projenrc/tasks/compile-snippets.ts
 *   tsx projenrc/tasks/compile-snippets.ts docs/alerts.md
 *
 * jsii-rosetta looks into an assembly, which knows README.md alone; it gets one in which the pages are readmes of submodules.
 */
import { spawnSync } from 'child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { basename, join, resolve } from 'path';

/** Below the repository, so that packages are found. */
const WORK = 'dist';

const named = process.argv.slice(2);
const pages = named.length > 0 ? named : readdirSync('docs').filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);

mkdirSync(WORK, { recursive: true });
const directory = mkdtempSync(join(WORK, 'snippets-'));
try {
  writeFileSync(join(directory, '.jsii'), JSON.stringify(withPages(JSON.parse(readFileSync('.jsii', 'utf-8')))));
  for (const name of ['package.json', 'lib', 'rosetta']) {
    symlinkSync(resolve(name), join(directory, name));
  }
  process.exitCode = spawnSync('jsii-rosetta', ['extract', '--strict', '--batch', '1000', directory], { stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(directory, { recursive: true });
}

/** Messages name a page by its submodule, and the line on it. */
function withPages(assembly: { readonly name: string }): object {
  return {
    ...assembly,
    submodules: Object.fromEntries(pages.map((page) => [
      `${assembly.name}.${basename(page, '.md')}`,
      { symbolId: page, readme: { markdown: readFileSync(page, 'utf-8') } },
    ])),
  };
}
