import { Readable } from 'node:stream';
import { BrokenInputError, openInput, STANDARD_INPUT } from '../../input';
import { Explainer, Outcome } from '../../invocation-logs/explainer';
import { gunzipped, LARGE_STEP_BYTES } from '../../invocation-logs/gzip';
import { linesOf } from '../../invocation-logs/lines';
import { FoundFiles, LogFile } from '../../invocation-logs/log-files';
import { LogPart, LogSource } from './source';

/** Files, gzipped or not, one after the other. What is broken or cut off is told of; the others are read all the same. */
export class FileSource implements LogSource {
  public readonly passedOver: number;
  private bytesRead = 0;
  private readonly files: readonly LogFile[];
  private readonly total?: number;

  constructor({ files, passedOver }: FoundFiles, private readonly stdin: Readable, private readonly explainer: Explainer) {
    this.files = files;
    this.passedOver = passedOver;
    this.total = files.every(({ bytes }) => bytes !== undefined) ? files.reduce((sum, { bytes = 0 }) => sum + bytes, 0) : undefined;
  }

  public async* read(): AsyncIterable<LogPart> {
    for (const { path } of this.files) {
      const origin = path === STANDARD_INPUT ? 'standard input' : path;
      let lastLine = 0;
      try {
        for await (const lines of linesOf(gunzipped(this.counted(await openInput(path, this.stdin)), LARGE_STEP_BYTES))) {
          const outcomes: Outcome[] = [];
          for (const line of lines) {
            outcomes.push(...this.explainer.explain(line));
          }
          lastLine = lines.at(-1)?.number ?? lastLine;
          yield { origin, outcomes, ...this.share() };
        }
      } catch (error) {
        if (!(error instanceof BrokenInputError)) {
          throw error;
        }
        yield { origin, outcomes: [{ kind: 'unreadable', line: lastLine + 1, error: error.message }], ...this.share() };
      }
    }
  }

  private share(): Pick<LogPart, 'share'> {
    return this.total ? { share: this.bytesRead / this.total } : {};
  }

  private async* counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.bytesRead += chunk.length;
      yield chunk;
    }
  }
}
