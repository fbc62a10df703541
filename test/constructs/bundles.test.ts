import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { App, Stack, Stage } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Handler } from '../../src/contract';
import { BundledHandlers } from '../../src/functions/bundled-handlers';
import { ofType, synthesizeEverything } from './support/synthesize';

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
  const { stack, resources } = synthesizeEverything();

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

  test('yields to another synthesis that was faster', () => {
    const bundled = archiveOf({ enforcer: { 'index.mjs': 'code' } });
    const place = unpack(bundled);
    rmSync(place, { recursive: true });
    const mkdtemp = jest.spyOn(jest.requireActual<typeof import('node:fs')>('node:fs'), 'mkdtempSync').mockImplementationOnce(prefix => {
      mkdirSync(place);
      writeFileSync(path.join(place, 'index.mjs'), 'code');
      mkdirSync(`${prefix}slow`);
      return `${prefix}slow`;
    });
    unpack(bundled);
    expect(mkdtemp).toHaveBeenCalled();
    expect(readdirSync(path.dirname(place))).toEqual(['enforcer']);
  });

  test('that cannot be written to is an error', () => {
    const bundled = archiveOf({ enforcer: { 'index.mjs': 'code' } });
    const place = unpack(bundled);
    rmSync(place, { recursive: true });
    jest.spyOn(jest.requireActual<typeof import('node:fs')>('node:fs'), 'renameSync').mockImplementationOnce(() => {
      throw new Error('EACCES');
    });
    expect(() => unpack(bundled)).toThrow('EACCES');
  });

  test('that is missing is an error that says what to do', () => {
    expect(() => unpack(new BundledHandlers(path.join(directory, 'none.br')))).toThrow(/bundled handlers are missing.*none\.br.*npm run bundle/);
  });
});
