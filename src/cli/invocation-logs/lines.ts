/** A line of the input. */
export interface InputLine {
  /** Counted from 1. */
  readonly number: number;
  /** Absent where the line is too long to be a record. */
  readonly text?: string;
}

/** A record with bodies has at most some 200 KB; what is far longer is no record, and must not fill the memory. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

const NEWLINE = 0x0a;

/**
 * Divides bytes into lines, those of each chunk together.
 *
 * Where the input breaks off with an error, its last line may still be whole: it is delivered before the error.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>, maxBytes = MAX_LINE_BYTES): AsyncGenerator<readonly InputLine[]> {
  const splitter = new LineSplitter(maxBytes);
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const chunk of chunks) {
      yield splitter.split(chunk);
    }
  } catch (error) {
    failure = { error };
  }
  yield splitter.rest();
  if (failure) {
    throw failure.error;
  }
}

class LineSplitter {
  private lines = 0;
  private parts: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  public split(chunk: Buffer): readonly InputLine[] {
    const lines: InputLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.add(chunk.subarray(start, end));
      lines.push(this.take());
      start = end + 1;
    }
    this.add(chunk.subarray(start));
    return lines;
  }

  /** What stands behind the last newline. */
  public rest(): readonly InputLine[] {
    return this.bytes > 0 ? [this.take()] : [];
  }

  private add(part: Buffer): void {
    this.bytes += part.length;
    if (this.bytes > this.maxBytes) {
      this.parts = [];
    } else if (part.length > 0) {
      this.parts.push(part);
    }
  }

  private take(): InputLine {
    this.lines += 1;
    const tooLong = this.bytes > this.maxBytes;
    const line = { number: this.lines, ...(tooLong ? {} : { text: Buffer.concat(this.parts).toString('utf8') }) };
    this.parts = [];
    this.bytes = 0;
    return line;
  }
}
