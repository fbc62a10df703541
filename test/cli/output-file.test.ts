import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toFile } from '../../src/cli/output-file';
import { TextOutput } from '../../src/cli/text-output';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'output-file-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const at = (name: string) => join(directory, name);
const write = (path: string, text: string) => toFile(path, file => new TextOutput(file).write(text));

test('a file is replaced, and keeps its permissions', async () => {
  writeFileSync(at('report'), 'before');
  chmodSync(at('report'), 0o640);
  await write(at('report'), 'after');
  expect(readFileSync(at('report'), 'utf8')).toBe('after');
  expect(statSync(at('report')).mode % 0o1000).toBe(0o640);
  expect(readdirSync(directory)).toEqual(['report']);
});

test('what cannot be made leaves everything as it was', async () => {
  writeFileSync(at('report'), 'before');
  await expect(toFile(at('report'), async file => {
    await new TextOutput(file).write('half');
    throw new Error('no more');
  })).rejects.toThrow('"' + at('report') + '" cannot be written (Error: no more)');
  expect(readFileSync(at('report'), 'utf8')).toBe('before');
  expect(readdirSync(directory)).toEqual(['report']);
  await expect(write(at('none/report'), 'x')).rejects.toThrow('cannot be written (ENOENT): give a file in a directory that is there');
  await expect(write(directory, 'x')).rejects.toThrow('cannot be written (EISDIR)');
});

test.each([['a file', true], ['nothing yet', false]])('a link stays one, and leads to what was written: to %s', async (_, isThere) => {
  mkdirSync(at('other'));
  if (isThere) {
    writeFileSync(at('other/report'), 'before');
  }
  symlinkSync('other/report', at('first'));
  symlinkSync('first', at('latest'));
  await write(at('latest'), 'after');
  expect(lstatSync(at('latest')).isSymbolicLink()).toBe(true);
  expect(lstatSync(at('first')).isSymbolicLink()).toBe(true);
  expect(readFileSync(at('other/report'), 'utf8')).toBe('after');
  expect(readdirSync(at('other'))).toEqual(['report']);
});

test('links that lead in a circle are told of', async () => {
  symlinkSync('a', at('b'));
  symlinkSync('b', at('a'));
  await expect(write(at('a'), 'x')).rejects.toThrow('cannot be written (ELOOP)');
});

test('a pipe is written into', async () => {
  execFileSync('mkfifo', [at('pipe')]);
  const read = readFile(at('pipe'), 'utf8');
  await write(at('pipe'), 'through');
  expect(await read).toBe('through');
  expect(statSync(at('pipe')).isFIFO()).toBe(true);
  expect(readdirSync(directory)).toEqual(['pipe']);
});

test('two that write at once do not write into each other', async () => {
  const texts = ['a', 'b', 'c'].map(letter => letter.repeat(200_000));
  await Promise.all(texts.map(text => write(at('report'), text)));
  expect(texts).toContain(readFileSync(at('report'), 'utf8'));
  expect(readdirSync(directory)).toEqual(['report']);
});
