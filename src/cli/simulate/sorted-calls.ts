import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PastCall } from '../../lambdas/core/back-test/back-test';
import { Usd } from '../../lambdas/core/money';
import { CommandFailure } from '../command-failure';
import { reasonOf } from '../input';

/** A call as it was read, with what makes it one call. */
export interface ReadCall extends PastCall {
  readonly callId: string;
}

/** A call is a row of fixed size: its time and the fingerprint of its id, by which rows are sorted; then who pays, the model, the cost. */
const Field = { AT: 0, FINGERPRINT: 8, PAYER: 24, MODEL: 28, COST: 32 } as const;
const ROW_BYTES = 40;
const FINGERPRINT_BYTES = 16;

/** Costs of a row are picodollars in 64 bits: no call costs 18 million dollars. */
export const MOST_COST = 2n ** 64n - 1n;

/** Some 10 MB with what sorting needs. */
const ROWS_A_RUN = 131_072;

/** What the readers of all runs hold together. */
const MERGE_BYTES = 32 * 1024 * 1024;
const MOST_BLOCK_BYTES = 256 * 1024;

interface Run {
  readonly from: number;
  readonly rows: number;
}

/**
 * Calls in order of time, whatever the order in which they come and however many they are: sorted in runs, which go to a file without a name, and merged
 * when they are read. A call that comes twice is there once, as with the meter; both have the same time, so that they are neighbours then.
 */
export class SortedCalls {
  public duplicates = 0;
  public size = 0;
  private readonly payers = new Names();
  private readonly models = new Names();
  private readonly run: Buffer;
  private rows = 0;
  private readonly runs: Run[] = [];
  private written = 0;
  private file?: number;

  constructor(private readonly rowsARun = ROWS_A_RUN, private readonly directory = tmpdir()) {
    this.run = Buffer.allocUnsafe(rowsARun * ROW_BYTES);
  }

  public add({ at, callId, principalId, accountId, modelId, cost, isEstimate }: ReadCall): void {
    if (this.rows === this.rowsARun) {
      this.spill();
    }
    const { run } = this;
    const offset = this.rows * ROW_BYTES;
    run.writeDoubleBE(at, offset + Field.AT);
    createHash('sha256').update(callId).digest().copy(run, offset + Field.FINGERPRINT, 0, FINGERPRINT_BYTES);
    run.writeUInt32BE(this.payers.indexOf(`${principalId} ${accountId}`), offset + Field.PAYER);
    run.writeUInt32BE(this.models.indexOf(`${isEstimate ? '?' : '!'}${modelId}`), offset + Field.MODEL);
    run.writeBigUInt64BE(cost, offset + Field.COST);
    this.rows += 1;
    this.size += 1;
  }

  /** All calls, each once; to be read once. */
  public* inOrder(): Generator<PastCall> {
    let held: Buffer | undefined;
    for (const row of this.sortedRows()) {
      if (held && row.compare(held, 0, Field.PAYER, 0, Field.PAYER) === 0) {
        this.duplicates += 1;
        // Which of them stays must not depend on which came first.
        held = this.isBefore(row, held) ? Buffer.from(row) : held;
        continue;
      }
      if (held) {
        yield this.callOf(held);
      }
      held = Buffer.from(row);
    }
    if (held) {
      yield this.callOf(held);
    }
  }

  public close(): void {
    if (this.file !== undefined) {
      closeSync(this.file);
      this.file = undefined;
    }
  }

  private sortedRows(): Iterable<Buffer> {
    if (this.file === undefined) {
      return rowsInOrder(this.run, this.rows);
    }
    this.spill();
    return this.merged();
  }

  private spill(): void {
    const sorted = Buffer.allocUnsafe(this.rows * ROW_BYTES);
    let offset = 0;
    for (const row of rowsInOrder(this.run, this.rows)) {
      offset += row.copy(sorted, offset);
    }
    try {
      this.file ??= openWithoutName(this.directory);
      for (let done = 0; done < sorted.length;) {
        done += writeSync(this.file, sorted, done, sorted.length - done, this.written + done);
      }
    } catch (error) {
      throw new CommandFailure(
        `what was read cannot be sorted in "${this.directory}" (${reasonOf(error)}): ${ROW_BYTES} bytes a record must find place there, or in the directory that TMPDIR names`,
        { cause: error },
      );
    }
    this.runs.push({ from: this.written, rows: this.rows });
    this.written += sorted.length;
    this.rows = 0;
  }

  private* merged(): Generator<Buffer> {
    const blockRows = Math.max(1, Math.floor(Math.min(MOST_BLOCK_BYTES, MERGE_BYTES / this.runs.length) / ROW_BYTES));
    const readers = this.runs.map(run => new RunReader(this.file!, run, blockRows)).filter(reader => reader.next());
    const heap = new Heap(readers);
    for (let first = heap.first; first; first = heap.first) {
      yield first.row;
      heap.replaceFirst(first.next());
    }
  }

  private isBefore(a: Buffer, b: Buffer): boolean {
    const [one, other] = [this.keyOf(a), this.keyOf(b)];
    return one < other;
  }

  private keyOf(row: Buffer): string {
    return `${row.toString('hex', Field.COST)} ${this.payers.nameOf(row.readUInt32BE(Field.PAYER))} ${this.models.nameOf(row.readUInt32BE(Field.MODEL))}`;
  }

  private callOf(row: Buffer): PastCall {
    const [principalId, accountId] = this.payers.nameOf(row.readUInt32BE(Field.PAYER)).split(' ');
    const model = this.models.nameOf(row.readUInt32BE(Field.MODEL));
    return { at: row.readDoubleBE(Field.AT), principalId, accountId, modelId: model.slice(1), cost: row.readBigUInt64BE(Field.COST) as Usd, isEstimate: model.startsWith('?') };
  }
}

/** A file that is gone when whoever opened it is, however that ends. */
function openWithoutName(directory: string): number {
  const own = mkdtempSync(join(directory, 'budgeteer-'));
  try {
    return openSync(join(own, 'calls'), 'wx+', 0o600);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

function* rowsInOrder(rows: Buffer, count: number): Generator<Buffer> {
  const times = new Float64Array(count);
  let sorted = true;
  for (let row = 0; row < count; row += 1) {
    times[row] = rows.readDoubleBE(row * ROW_BYTES + Field.AT);
    sorted &&= row === 0 || times[row] > times[row - 1];
  }
  const order = Uint32Array.from(times.keys());
  if (!sorted) {
    order.sort((a, b) => times[a] - times[b] || compareFingerprints(rows, a * ROW_BYTES, rows, b * ROW_BYTES));
  }
  for (const row of order) {
    yield rows.subarray(row * ROW_BYTES, (row + 1) * ROW_BYTES);
  }
}

function compareFingerprints(a: Buffer, aRow: number, b: Buffer, bRow: number): number {
  return a.compare(b, bRow + Field.FINGERPRINT, bRow + Field.PAYER, aRow + Field.FINGERPRINT, aRow + Field.PAYER);
}

/** Rows of a run, a block at a time. */
class RunReader {
  public row: Buffer = Buffer.alloc(0);
  public at = 0;
  private readonly block: Buffer;
  private offset = 0;
  private filled = 0;
  private read = 0;

  constructor(private readonly file: number, private readonly run: Run, blockRows: number) {
    this.block = Buffer.allocUnsafe(Math.min(blockRows, run.rows) * ROW_BYTES);
  }

  /** @returns whether there is another row */
  public next(): boolean {
    if (this.offset === this.filled && !this.fill()) {
      return false;
    }
    this.row = this.block.subarray(this.offset, this.offset + ROW_BYTES);
    this.at = this.row.readDoubleBE(Field.AT);
    this.offset += ROW_BYTES;
    return true;
  }

  private fill(): boolean {
    const wanted = Math.min(this.block.length, this.run.rows * ROW_BYTES - this.read);
    this.filled = 0;
    this.offset = 0;
    while (this.filled < wanted) {
      const bytes = readSync(this.file, this.block, this.filled, wanted - this.filled, this.run.from + this.read + this.filled);
      if (bytes === 0) {
        throw new CommandFailure('the sorted records broke off: did somebody cut the temporary file short?');
      }
      this.filled += bytes;
    }
    this.read += this.filled;
    return this.filled > 0;
  }
}

/** The reader with the earliest row first. */
class Heap {
  constructor(private readonly readers: RunReader[]) {
    for (let index = Math.floor(readers.length / 2) - 1; index >= 0; index -= 1) {
      this.sink(index);
    }
  }

  public get first(): RunReader | undefined {
    return this.readers[0];
  }

  /** @param hasNext whether the first reader has another row */
  public replaceFirst(hasNext: boolean): void {
    if (!hasNext) {
      const last = this.readers.pop()!;
      if (this.readers.length === 0) {
        return;
      }
      this.readers[0] = last;
    }
    this.sink(0);
  }

  private sink(start: number): void {
    const { readers } = this;
    for (let index = start, left = 2 * index + 1; left < readers.length; left = 2 * index + 1) {
      const right = left + 1;
      const least = right < readers.length && isEarlier(readers[right], readers[left]) ? right : left;
      if (!isEarlier(readers[least], readers[index])) {
        return;
      }
      [readers[index], readers[least]] = [readers[least], readers[index]];
      index = least;
    }
  }
}

function isEarlier(a: RunReader, b: RunReader): boolean {
  return (a.at - b.at || compareFingerprints(a.row, 0, b.row, 0)) < 0;
}

/** Names by number, in the order in which they came. */
class Names {
  private readonly indexes = new Map<string, number>();
  private readonly names: string[] = [];

  public indexOf(name: string): number {
    const known = this.indexes.get(name);
    if (known !== undefined) {
      return known;
    }
    this.indexes.set(name, this.names.length);
    this.names.push(name);
    return this.names.length - 1;
  }

  public nameOf(index: number): string {
    return this.names[index];
  }
}
