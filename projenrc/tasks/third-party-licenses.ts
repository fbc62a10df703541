import { existsSync, readdirSync, readFileSync, statSync } from 'fs';
import { join } from 'path';
import type { Metafile } from 'esbuild';

/** Licences that allow redistribution inside an MIT package, given the notice that this file generates. */
export const REDISTRIBUTABLE = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0'];

const HEADER = `The handlers in assets/, the command line in bin/ and the report pages that they make contain code of the following packages.
Each of them is used under its own licence, reproduced below.
`;

interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly texts: string[];
}

/**
 * The notices of all packages whose code ended up in a bundle. Throws where a licence does not allow that.
 */
export function thirdPartyLicenses(metafiles: readonly Metafile[]): string {
  const packages = bundledPackages(metafiles);
  const forbidden = packages.filter((pkg) => !REDISTRIBUTABLE.includes(pkg.license));
  if (forbidden.length > 0) {
    const list = forbidden.map((pkg) => `${pkg.name}@${pkg.version} (${pkg.license})`).join(', ');
    throw new Error(`bundled packages with a licence that is not on the list of redistributable ones: ${list}`);
  }
  const notices = packages.map((pkg) => [
    '-'.repeat(80),
    `${pkg.name}@${pkg.version} (${pkg.license})`,
    '',
    ...pkg.texts.map((text) => text.replace(/\r\n/g, '\n').trim() + '\n'),
  ].join('\n'));
  return [HEADER, ...notices].join('\n');
}

function bundledPackages(metafiles: readonly Metafile[]): BundledPackage[] {
  const directories = new Set<string>();
  for (const output of metafiles.flatMap(({ outputs }) => Object.values(outputs))) {
    for (const [file, { bytesInOutput }] of Object.entries(output.inputs)) {
      if (bytesInOutput > 0 && file.includes('node_modules/')) {
        directories.add(packageDirectory(file));
      }
    }
  }
  const byId = new Map<string, BundledPackage>();
  for (const directory of directories) {
    const pkg = readPackage(directory);
    byId.set(`${pkg.name}@${pkg.version}`, pkg);
  }
  return [...byId.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pkg]) => pkg);
}

function packageDirectory(file: string): string {
  const [, root] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)!;
  return root;
}

function readPackage(directory: string): BundledPackage {
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf-8'));
  const texts = readdirSync(directory)
    .filter((name) => /^(licen[cs]es?|notice|copyright)/i.test(name) && existsSync(join(directory, name)))
    .sort()
    .flatMap((name) => textsAt(join(directory, name)));
  return { name: manifest.name, version: manifest.version, license: manifest.license ?? 'unknown', texts };
}

/** Of a file; or of all files of a directory, where a package keeps the licences of what it took in itself. */
function textsAt(path: string): string[] {
  return statSync(path).isDirectory()
    ? readdirSync(path).sort().flatMap((name) => textsAt(join(path, name)))
    : [readFileSync(path, 'utf-8')];
}
