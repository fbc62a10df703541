import { readdirSync, readFileSync, writeFileSync } from 'fs';
import { brotliCompressSync, constants } from 'zlib';

/** Not the best that there is, which takes half a minute for a tenth less. */
const QUALITY = 9;

/** Large enough to see what the first handler and the last one have in common. */
const WINDOW_BITS = 24;

/**
 * Packs the files of all handlers into one archive, as `src/functions/bundled-handlers.ts` reads it.
 *
 * @param handlers directory of the bundled handlers: `<name>/<name>.lambda/<file>`
 * @returns how many bytes the archive has
 */
export function packHandlers(handlers: string, archive: string): number {
  const files = Object.fromEntries(readdirSync(handlers).sort().map((name) => [name, filesIn(`${handlers}/${name}/${name}.lambda`)]));
  const packed = brotliCompressSync(JSON.stringify(files), {
    params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_LGWIN]: WINDOW_BITS },
  });
  writeFileSync(archive, packed);
  return packed.length;
}

function filesIn(directory: string): Record<string, string> {
  return Object.fromEntries(readdirSync(directory).sort().map((name) => [name, readFileSync(`${directory}/${name}`, 'utf-8')]));
}
