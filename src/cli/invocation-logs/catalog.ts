import { readFile } from 'node:fs/promises';
import { EMBEDDED_PRICES } from '../../lambdas/core/pricing/embedded-catalog';
import { overrideDoubts } from '../../lambdas/core/pricing/override-doubts';
import { PriceBook } from '../../lambdas/core/pricing/price-book';
import { PriceCatalog } from '../../lambdas/core/pricing/price-catalog';
import { parsePriceOverrides } from '../../lambdas/core/pricing/price-overrides';
import { PriceTableError } from '../../lambdas/core/pricing/price-table';
import { reasonOf } from '../input';
import { UsageError } from '../usage-error';

export interface OpenedCatalog {
  readonly catalog: PriceCatalog;
  /** What in the file is most likely a slip. */
  readonly doubts: readonly string[];
}

/** What an SSM parameter holds. */
const MAX_PARAMETER_BYTES = 4096;

/**
 * The prices of the package, with those of a file before them.
 *
 * @throws UsageError where the file cannot be read, or not as prices
 */
export async function openCatalog(file: string | undefined): Promise<OpenedCatalog> {
  if (file === undefined) {
    return { catalog: new PriceBook({ embedded: EMBEDDED_PRICES }), doubts: [] };
  }
  const text = await readFile(file, 'utf8').catch(error => {
    throw new UsageError(`the catalog "${file}" cannot be read (${reasonOf(error)}): give a file of prices and discounts, or leave --catalog out`);
  });
  try {
    const overrides = parsePriceOverrides(text);
    return {
      catalog: new PriceBook({ embedded: EMBEDDED_PRICES, overrides }),
      doubts: [
        ...overrideDoubts(overrides, EMBEDDED_PRICES),
        ...(Buffer.byteLength(text) > MAX_PARAMETER_BYTES ? [`longer than ${MAX_PARAMETER_BYTES} bytes, which is all that the parameter "price-overrides" holds`] : []),
      ],
    };
  } catch (error) {
    if (error instanceof PriceTableError) {
      throw new UsageError(`the catalog "${file}" is not readable: ${error.message}`);
    }
    throw error;
  }
}
