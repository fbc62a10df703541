import * as fs from 'node:fs';
import * as path from 'node:path';
import { PACKED } from './places';

/** The version that a checkout has. */
export const { version: VERSION } = JSON.parse(fs.readFileSync(path.join(__dirname, '..', '..', '..', 'package.json'), 'utf8')) as { readonly version: string };

/** The package for npm. */
export const tarball = () => only('js', /\.tgz$/);

export const wheel = () => only('python', /\.whl$/);

/** A Maven repository with nothing else in it. */
export const mavenRepository = () => path.join(PACKED, 'java');

/** The directory of the Go module, as it is committed to its repository. */
export const goModule = () => only('go', /^/);

/** The sources for .NET, with their project file. */
export const dotnetProject = () => only('dotnet', /^/);

function only(language: string, name: RegExp): string {
  const directory = path.join(PACKED, language);
  const found = fs.readdirSync(directory).filter(file => name.test(file));
  if (found.length !== 1) {
    throw new Error(`expected one file like ${name} in ${directory}, and there is ${found.join(', ') || 'none'}`);
  }
  return path.join(directory, found[0]);
}
