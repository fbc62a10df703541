import * as fc from 'fast-check';
import { linesOf } from '../../../src/cli/invocation-logs/lines';
import { all, inChunks, untilError } from './bytes';

async function lines(text: string, chunkSize = 3, maxBytes?: number) {
  return (await all(linesOf(inChunks(Buffer.from(text), chunkSize), maxBytes))).flat();
}

test.each([
  ['', []],
  ['a', ['a']],
  ['a\n', ['a']],
  ['a\nb', ['a', 'b']],
  ['\n\na\n', ['', '', 'a']],
  ['a\r\nb\r\n', ['a\r', 'b\r']],
])('%j', async (text, expected) => {
  expect(await lines(text)).toEqual(expected.map((line, index) => ({ number: index + 1, text: line })));
});

test('are the same however the bytes are divided, characters of several bytes included', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' }).map(text => text.replaceAll('\n', ' '))), fc.integer({ min: 1, max: 9 }), async (texts, size) => {
    expect((await lines(texts.map(text => `${text}\n`).join(''), size)).map(({ text }) => text)).toEqual(texts);
  }));
});

test('what is too long has no text, and what follows it is read', async () => {
  expect(await lines('12345\n123456\n1234567890123\nok\n1234567', 4, 5)).toEqual([
    { number: 1, text: '12345' }, { number: 2 }, { number: 3 }, { number: 4, text: 'ok' }, { number: 5 },
  ]);
});

test('where the input breaks off, all of it comes before the error', async () => {
  async function* broken() {
    yield Buffer.from('a\nb');
    throw new Error('broken');
  }
  const { values, error } = await untilError(linesOf(broken()));
  expect(values.flat()).toEqual([{ number: 1, text: 'a' }, { number: 2, text: 'b' }]);
  expect(error).toEqual(new Error('broken'));
});
