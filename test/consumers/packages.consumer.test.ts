import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { dotnetProject, goModule, mavenRepository, tarball, wheel } from './support/packages';
import { REPOSITORY } from './support/places';
import { run } from './support/run';
import { describeWith, GO, JAVA, PYTHON } from './support/toolchains';

/** The package for npm that a package for another language carries. */
const CARRIED = /cdk-bedrock-budgeteer[@-][^/]*\.tgz$/;

/** How a type is named in the languages, as the library's assembly tells it. */
interface Assembly {
  readonly types: Readonly<Record<string, { readonly name: string }>>;
  readonly targets: { readonly dotnet: { readonly namespace: string } };
}

test('the package for .NET carries the package for npm', () => {
  expect(digest(fs.readFileSync(fileIn(dotnetProject())))).toBe(published());
});

describeWith(GO, 'the module for Go', () => {
  test('carries the package for npm', () => {
    expect(digest(fs.readFileSync(fileIn(goModule())))).toBe(published());
  });

  test('has the path that the documentation names', () => {
    const [, module] = /^module (\S+)$/m.exec(fs.readFileSync(path.join(goModule(), 'go.mod'), 'utf8')) ?? [];
    expect(fs.readFileSync(path.join(REPOSITORY, 'docs', 'languages.md'), 'utf8')).toContain(`go get ${module}`);
  });
});

describeWith(PYTHON, 'the package for Python', () => {
  test('carries the package for npm', async () => {
    expect(digest(await entryOf(wheel()))).toBe(published());
  });
});

describeWith(JAVA, 'the package for Java', () => {
  test('carries the package for npm', async () => {
    const jar = fs.readdirSync(mavenRepository(), { recursive: true, encoding: 'utf8' }).find(file => /\/cdk-bedrock-budgeteer-[^-]*\.jar$/.test(file))!;
    expect(digest(await entryOf(path.join(mavenRepository(), jar)))).toBe(published());
  });
});

test('no type hides the namespace that it is in, or the sources for C# would not compile', () => {
  const { types, targets } = JSON.parse(fs.readFileSync(path.join(REPOSITORY, '.jsii'), 'utf8')) as Assembly;
  const [first] = targets.dotnet.namespace.split('.');

  expect(Object.values(types).map(({ name }) => name)).toContain('BedrockBudgeteer');
  expect(Object.values(types).filter(({ name }) => name === first)).toEqual([]);
});

function published(): string {
  return digest(fs.readFileSync(tarball()));
}

function digest(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function fileIn(directory: string): string {
  const found = fs.readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(file => CARRIED.test(file));
  expect(found).toHaveLength(1);
  return path.join(directory, found[0]);
}

/** Wheels and jars are zip archives, and Python, which the local cloud needs anyway, reads them. */
async function entryOf(archive: string): Promise<Buffer> {
  const script = 'import base64, sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); [n] = [n for n in z.namelist() if n.endswith(".tgz")]; print(base64.b64encode(z.read(n)).decode())';
  return Buffer.from(await run(['python3', '-c', script, archive], { cwd: REPOSITORY, env: process.env }), 'base64');
}
