import { Writable } from 'node:stream';
import { OutputClosedError, OutputFailedError, TextOutput } from '../../src/cli/text-output';
import { BrokenPipe, Captured } from './run';

test('what is written arrives in order', async () => {
  const stream = new Captured();
  const output = new TextOutput(stream);
  await output.write('a');
  await output.write('');
  await output.write('b');
  expect(stream.text).toBe('ab');
});

test('a slow reader sets the pace', async () => {
  let take = (): void => undefined;
  const output = new TextOutput(new Writable({ write: (_chunk, _encoding, callback) => (take = callback) }));
  let written = false;
  const writing = output.write('a').then(() => {
    written = true;
  });
  await new Promise(resolve => setImmediate(resolve));
  expect(written).toBe(false);
  take();
  await writing;
});

test('a pipe without a reader is told from other failures, the first time and later', async () => {
  const output = new TextOutput(new BrokenPipe(1));
  await output.write('a');
  await expect(output.write('b')).rejects.toThrow(OutputClosedError);
  await expect(output.write('c')).rejects.toThrow(OutputClosedError);
  await expect(new TextOutput(new BrokenPipe(0, 'ENOSPC')).write('a')).rejects.toThrow(OutputFailedError);
});
