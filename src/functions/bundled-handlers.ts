import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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

  /** Leaves what was unpacked before by this version as it is: the name of the directory tells what is in it. */
  private unpack(handler: Handler, outputDirectory: string): string {
    const { archive, hash } = this.contents;
    const parent = path.join(outputDirectory, `handlers.${hash}`);
    const directory = path.join(parent, handler);
    if (!existsSync(directory)) {
      mkdirSync(parent, { recursive: true });
      // Whole or not at all, should somebody end the synthesis on the way.
      const unfinished = mkdtempSync(`${directory}-`);
      for (const [name, text] of Object.entries(archive[handler])) {
        writeFileSync(path.join(unfinished, name), text);
      }
      moveTo(directory, unfinished);
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

/** Another synthesis into the same directory may have been faster, with the same files. */
function moveTo(directory: string, unfinished: string): void {
  try {
    renameSync(unfinished, directory);
  } catch (error) {
    if (!existsSync(directory)) {
      throw error;
    }
    rmSync(unfinished, { recursive: true });
  }
}
