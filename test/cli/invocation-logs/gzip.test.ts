import { randomBytes } from 'node:crypto';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { BrokenInputError } from '../../../src/cli/input';
import { gunzipped } from '../../../src/cli/invocation-logs/gzip';
import { all, inChunks, untilError } from './bytes';

const SIZES = [1, 2, 7, 100, 65_536];

async function unpack(bytes: Buffer, size = 65_536): Promise<string> {
  return Buffer.concat(await all(gunzipped(inChunks(bytes, size)))).toString();
}

describe.each(SIZES)('in chunks of %d bytes', size => {
  test.each(['', 'x', '\x1f', 'plain text\nand more\n'])('what is not packed is left as it is: %j', async text => {
    expect(await unpack(Buffer.from(text), size)).toBe(text);
  });

  test('a gzip file is unpacked', async () => {
    expect(await unpack(gzipSync('packed\n'), size)).toBe('packed\n');
  });

  test('so are several in a row, empty ones included, and zeros behind them', async () => {
    const members = ['one\n', '', 'two\n', 'three'].map(text => gzipSync(text));
    expect(await unpack(Buffer.concat(members), size)).toBe('one\ntwo\nthree');
    expect(await unpack(Buffer.concat([...members, Buffer.alloc(512)]), size)).toBe('one\ntwo\nthree');
  });
});

test('much that was packed into little comes out whole', async () => {
  const text = 'abc\n'.repeat(5_000_000);
  expect(await unpack(gzipSync(text))).toBe(text);
});

test('of a file that was cut off everything comes that can be read, and then the error', async () => {
  const packed = gzipSync(Array.from({ length: 2_000 }, (_, line) => `${line * 7919 % 104_729}\n`).join(''));
  await fc.assert(fc.asyncProperty(fc.integer({ min: 2, max: packed.length - 1 }), fc.constantFrom(97, 4096), async (length, size) => {
    const cut = packed.subarray(0, length);
    const { values, error } = await untilError(gunzipped(inChunks(cut, size)));
    expect(error).toBeInstanceOf(BrokenInputError);
    expect(Buffer.concat(values).toString()).toBe(gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH }).toString());
  }));
});

test.each([7, 100, 65_536])('what is damaged is told, and what came well before it stands: chunks of %d', async size => {
  const text = randomBytes(10_000).toString('hex');
  const damaged = gzipSync('damaged');
  damaged.writeUInt8(255 - damaged.at(-8)!, damaged.length - 8);
  for (const rest of [damaged, Buffer.from('no gzip at all')]) {
    const { values, error } = await untilError(gunzipped(inChunks(Buffer.concat([gzipSync(text), rest]), size)));
    const unpacked = Buffer.concat(values).toString();
    expect(unpacked.length).toBeGreaterThan(text.length - 4096);
    expect(`${text}damaged`.startsWith(unpacked)).toBe(true);
    expect(error).toBeInstanceOf(BrokenInputError);
    expect((error as Error).message).toMatch(/^the gzip data is broken or cut off \(.+\)/);
  }
});
