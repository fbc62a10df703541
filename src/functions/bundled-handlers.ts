import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { Stage } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { Handler } from '../contract';

/** Handlers are bundled before the package is published; a consumer needs neither esbuild nor Docker. */
const ARCHIVE = path.join(__dirname, '..', '..', 'assets', 'handlers.json.br');

/** The text of every file, by handler and name. */
type Archive = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * The code of handlers, which the package carries in one archive: most of it is the same in all of them, and packed one by one they would take four times
 * the place.
 */
export class BundledHandlers {
  /** Of this package. */
  public static readonly PACKAGE = new BundledHandlers(ARCHIVE);

  private read?: { readonly archive: Archive; readonly hash: string };

  constructor(private readonly file: string) {}

  /** The code of one handler, for a function of the given scope. */
  public codeOf(handler: Handler, scope: IConstruct): lambda.Code {
    return lambda.Code.fromAsset(this.unpack(handler, Stage.of(scope)!.assetOutdir));
  }

  /** Into a directory of this version. What is there already is compared, not trusted by its name: somebody may have changed it. */
  private unpack(handler: Handler, outputDirectory: string): string {
    const { archive, hash } = this.contents;
    const directory = path.join(outputDirectory, `handlers.${hash}`, handler);
    const files = archive[handler];
    makeReadable(directory);
    for (const name of readdirSync(directory).filter(found => !Object.hasOwn(files, found))) {
      rmSync(path.join(directory, name), { recursive: true, force: true });
    }
    for (const [name, text] of Object.entries(files).filter(([file, expected]) => !holds(path.join(directory, file), expected))) {
      replace(path.join(directory, name), text);
    }
    return directory;
  }

  private get contents(): { readonly archive: Archive; readonly hash: string } {
    if (!this.read) {
      if (!existsSync(this.file)) {
        throw new Error(`the bundled handlers are missing: there is no ${this.file}. Install the package anew; in a checkout run "npm run bundle"`);
      }
      const packed = readFileSync(this.file);
      this.read = {
        archive: JSON.parse(brotliDecompressSync(packed).toString('utf8')),
        hash: createHash('sha256').update(packed).digest('hex').slice(0, 16),
      };
    }
    return this.read;
  }
}

/** Lambda runs code as another user, who reads it with the modes that it has here, whatever the umask is. */
const MODES = { directory: 0o755, file: 0o644 };

function makeReadable(directory: string): void {
  mkdirSync(directory, { recursive: true });
  if (!hasMode(directory, MODES.directory)) {
    chmodSync(directory, MODES.directory);
  }
}

function hasMode(place: string, mode: number): boolean {
  // A mode is a set of bits.
  // eslint-disable-next-line no-bitwise
  return (statSync(place).mode & mode) === mode;
}

function holds(file: string, text: string): boolean {
  return existsSync(file) && hasMode(file, MODES.file) && readFileSync(file, 'utf8') === text;
}

/**
 * The whole file or none: another synthesis into the same output may be reading it. Whatever ends this one on the way is made good by the next. Beside the
 * directory, since whatever is in that is deployed.
 */
function replace(file: string, text: string): void {
  const unfinished = mkdtempSync(`${path.dirname(file)}-`);
  try {
    const whole = path.join(unfinished, path.basename(file));
    writeFileSync(whole, text);
    chmodSync(whole, MODES.file);
    renameSync(whole, file);
  } finally {
    rmSync(unfinished, { recursive: true });
  }
}
