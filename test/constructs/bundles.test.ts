import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { App, Stack, Stage } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Handler } from '../../src/contract';
import { BundledHandlers } from '../../src/functions/bundled-handlers';
import { ofType, synthesizeSwitchedOn } from './support/synthesize';

const REPOSITORY = path.resolve(__dirname, '../..');

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'bundles-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function filesIn(place: string): Record<string, string> {
  return Object.fromEntries(readdirSync(place).sort().map(name => [name, readFileSync(path.join(place, name), 'utf8')]));
}

test('every handler has one function, whose code is the bundle of its source', () => {
  // when
  const { stack, resources } = synthesizeSwitchedOn();

  // then
  const functions = Object.values(ofType(resources, 'AWS::Lambda::Function')).map(({ Properties }) => Properties);
  expect(functions.map(({ Environment }) => Environment.Variables.POWERTOOLS_SERVICE_NAME).sort()).toEqual(Object.values(Handler).sort());
  for (const { Code, Environment } of functions) {
    const name = Environment.Variables.POWERTOOLS_SERVICE_NAME;
    const asset = path.join(Stage.of(stack)!.outdir, `asset.${Code.S3Key.replace('.zip', '')}`);
    expect(filesIn(asset)).toEqual(filesIn(`${REPOSITORY}/assets/lambdas/${name}/${name}.lambda`));
  }
});

test.each(Object.values(Handler))('the bundler finds a source for %s', name => {
  expect(existsSync(path.resolve(REPOSITORY, `src/lambdas/${name}/${name}.lambda.ts`))).toBe(true);
});

describe('an archive of handlers', () => {
  function archiveOf(files: object): BundledHandlers {
    const file = path.join(directory, 'handlers.json.br');
    writeFileSync(file, brotliCompressSync(JSON.stringify(files)));
    return new BundledHandlers(file);
  }

  /** Where the code of the enforcer was unpacked. */
  function unpack(bundled: BundledHandlers): string {
    const fromAsset = jest.spyOn(lambda.Code, 'fromAsset');
    bundled.codeOf(Handler.ENFORCER, new Stack(new App({ outdir: path.join(directory, 'cdk.out') })));
    return fromAsset.mock.lastCall![0];
  }

  test('is unpacked into the output of the app, nothing else beside it', () => {
    const place = unpack(archiveOf({ enforcer: { 'index.mjs': 'code', 'more.js': 'more' } }));
    expect(filesIn(place)).toEqual({ 'index.mjs': 'code', 'more.js': 'more' });
    expect(place.startsWith(path.join(directory, 'cdk.out'))).toBe(true);
    expect(readdirSync(path.dirname(place))).toEqual(['enforcer']);
  });

  test('is not unpacked again by the next synthesis', () => {
    const bundled = archiveOf({ enforcer: { 'index.mjs': 'code' } });
    const { ino } = statSync(path.join(unpack(bundled), 'index.mjs'));
    expect(statSync(path.join(unpack(bundled), 'index.mjs')).ino).toBe(ino);
  });

  test('of another version goes to another place', () => {
    const before = unpack(archiveOf({ enforcer: { 'index.mjs': 'before' } }));
    const after = unpack(archiveOf({ enforcer: { 'index.mjs': 'after' } }));
    expect([filesIn(before), filesIn(after)]).toEqual([{ 'index.mjs': 'before' }, { 'index.mjs': 'after' }]);
  });

  test.each<readonly [string, (place: string) => void]>([
    ['a file is missing', place => rmSync(path.join(place, 'index.mjs'))],
    ['a file was edited', place => writeFileSync(path.join(place, 'index.mjs'), 'edited')],
    ['a file was cut off', place => writeFileSync(path.join(place, 'more.js'), '')],
    ['a file does not belong there', place => writeFileSync(path.join(place, 'other.mjs'), 'other')],
    ['a directory does not belong there', place => mkdirSync(path.join(place, 'node_modules'))],
    ['the directory is empty', place => readdirSync(place).forEach(name => rmSync(path.join(place, name)))],
  ])('is made good where %s', (_, damage) => {
    const bundled = archiveOf({ enforcer: { 'index.mjs': 'code', 'more.js': 'more' } });
    const place = unpack(bundled);
    damage(place);
    expect(unpack(bundled)).toBe(place);
    expect(filesIn(place)).toEqual({ 'index.mjs': 'code', 'more.js': 'more' });
    expect(readdirSync(path.dirname(place))).toEqual(['enforcer']);
  });

  test.each([
    ['where it is unpacked', () => {}],
    ['where it was not', (place: string) => {
      chmodSync(path.join(place, 'index.mjs'), 0o600);
      chmodSync(place, 0o700);
    }],
  ])('may be read by everybody, whatever the umask is, %s', (_, change) => {
    const umask = process.umask(0o077);
    try {
      const bundled = archiveOf({ enforcer: { 'index.mjs': 'code' } });
      change(unpack(bundled));
      const place = unpack(bundled);
      expect([place, path.join(place, 'index.mjs')].map(one => (statSync(one).mode % 0o1000).toString(8))).toEqual(['755', '644']);
    } finally {
      process.umask(umask);
    }
  });

  test('is whole for another synthesis at every moment', () => {
    const bundled = archiveOf({ enforcer: { 'index.mjs': 'code' } });
    const place = unpack(bundled);
    writeFileSync(path.join(place, 'index.mjs'), 'edited');
    const { writeFileSync: write } = jest.requireActual<typeof import('node:fs')>('node:fs');
    const seen: Record<string, string>[] = [];
    const writing = jest.spyOn(jest.requireActual<typeof import('node:fs')>('node:fs'), 'writeFileSync').mockImplementation((...args) => {
      write(...args);
      seen.push(filesIn(place));
    });
    unpack(bundled);
    writing.mockRestore();
    expect(seen).toEqual([{ 'index.mjs': 'edited' }]);
    expect(filesIn(place)).toEqual({ 'index.mjs': 'code' });
  });

  test('that cannot be written to is an error', () => {
    const bundled = archiveOf({ enforcer: { 'index.mjs': 'code' } });
    const place = unpack(bundled);
    rmSync(place, { recursive: true });
    jest.spyOn(jest.requireActual<typeof import('node:fs')>('node:fs'), 'renameSync').mockImplementationOnce(() => {
      throw new Error('EACCES');
    });
    expect(() => unpack(bundled)).toThrow('EACCES');
    expect(readdirSync(path.dirname(place))).toEqual(['enforcer']);
  });

  test('that is missing is an error that says what to do', () => {
    expect(() => unpack(new BundledHandlers(path.join(directory, 'none.br')))).toThrow(/bundled handlers are missing.*none\.br.*npm run bundle/);
  });
});
