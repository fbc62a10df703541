import { createGunzip } from 'node:zlib';
import { BrokenInputError } from '../input';

const MAGIC = [0x1f, 0x8b];

/**
 * Unpacks what is gzipped, one member or several, whatever the file is called, and leaves the rest as it is.
 *
 * @param stepBytes how much is unpacked at a time: large steps are fast, and an error takes more along that stands in front of it
 * @throws BrokenInputError after all that could be unpacked
 */
export async function* gunzipped(chunks: AsyncIterable<Buffer>, stepBytes = SMALL_STEP_BYTES): AsyncGenerator<Buffer> {
  let gunzip: Gunzip | undefined;
  let first = true;
  for await (const chunk of withWholeMagic(chunks)) {
    if (first && MAGIC.every((byte, index) => chunk[index] === byte)) {
      gunzip = new Gunzip(stepBytes);
    }
    first = false;
    if (gunzip) {
      yield* gunzip.unpack(chunk);
    } else {
      yield chunk;
    }
  }
  yield* gunzip?.finish() ?? [];
}

/** A pipe may deliver a single byte first. */
async function* withWholeMagic(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    head = head && Buffer.concat([head, chunk]);
    if (!head) {
      yield chunk;
    } else if (head.length >= MAGIC.length) {
      yield head;
      head = undefined;
    }
  }
  if (head && head.length > 0) {
    yield head;
  }
}

/** Of 1 KiB comes at most 1 MiB; and what an error in its middle takes along is a few records. */
const SMALL_STEP_BYTES = 1024;

/** Where millions of records are read: at most 16 MiB come of it, and what is lost with an error is some hundred records. */
export const LARGE_STEP_BYTES = 16 * 1024;

/** How much is gathered before it is delivered. */
const DELIVERY_BYTES = 256 * 1024;

/**
 * Node's stream throws away what it has unpacked and not yet delivered when it meets an error. So each step is unpacked as a whole, and only
 * then comes the next one, or the error.
 */
class Gunzip {
  private readonly stream = createGunzip();
  private unpacked: Buffer[] = [];
  private bytes = 0;
  private ended = false;
  private failure?: Error;
  private done?: () => void;

  constructor(private readonly stepBytes: number) {
    this.stream
      .on('data', (chunk: Buffer) => {
        this.unpacked.push(chunk);
        this.bytes += chunk.length;
      })
      .on('error', error => {
        this.failure = error;
        this.done?.();
      })
      // Zeros that fill up the file behind the last member end the stream before its input ends.
      .on('end', () => {
        this.ended = true;
        this.done?.();
      });
  }

  public async* unpack(chunk: Buffer): AsyncGenerator<Buffer> {
    for (let start = 0; start < chunk.length; start += this.stepBytes) {
      await this.whenDone(done => this.stream.write(chunk.subarray(start, start + this.stepBytes), done));
      if (this.failure || this.bytes >= DELIVERY_BYTES) {
        yield* this.deliver();
      }
    }
    yield* this.deliver();
  }

  public async* finish(): AsyncGenerator<Buffer> {
    if (!this.ended && !this.failure) {
      await this.whenDone(() => this.stream.end());
    }
    yield* this.deliver();
  }

  /** Not every step that fails calls back, so failures end the wait too. */
  private async whenDone(step: (done: () => void) => void): Promise<void> {
    await new Promise<void>(resolve => {
      this.done = resolve;
      step(resolve);
    });
  }

  private* deliver(): Generator<Buffer> {
    if (this.bytes > 0) {
      yield Buffer.concat(this.unpacked);
      this.unpacked = [];
      this.bytes = 0;
    }
    if (this.failure) {
      throw new BrokenInputError(`the gzip data is broken or cut off (${this.failure.message}): nothing behind this can be read`, { cause: this.failure });
    }
  }
}
