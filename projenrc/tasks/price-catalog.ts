/**
 * Makes the price catalog that ships with the package of the sources in `prices/`. Prints what contradicts itself and is not acknowledged, and
 * then changes nothing:
 *
 *   npx projen prices
 */
import { existsSync, readFileSync, writeFileSync } from 'fs';
import { makeCatalog } from '../prices/catalog';
import { readSources } from '../prices/files';

const GENERATED = 'src/lambdas/core/pricing/embedded-prices.generated.ts';

const previous = existsSync(GENERATED) ? readFileSync(GENERATED, 'utf-8') : undefined;
const { text, contradictions } = makeCatalog({ ...readSources('.'), previous, today: new Date().toISOString().slice(0, 10) });

if (contradictions.length > 0) {
  const list = contradictions.map(({ key, problem }) => `  ${key}\n    ${problem}`).join('\n');
  console.error(`The catalog is left as it is. Correct prices/, or write "<key> because <reason>" in prices/acknowledged.txt:\n${list}`);
  process.exitCode = 1;
} else {
  writeFileSync(GENERATED, text);
  console.log(text === previous ? 'The catalog is up to date.' : `The catalog has changed: ${GENERATED}`);
}
