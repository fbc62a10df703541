import { readFile } from 'node:fs/promises';
import { EMBEDDED_PRICES } from '../../lambdas/core/pricing/embedded-catalog';
import { PriceBook } from '../../lambdas/core/pricing/price-book';
import { PriceCatalog } from '../../lambdas/core/pricing/price-catalog';
import { parsePriceOverrides } from '../../lambdas/core/pricing/price-overrides';
import { PriceTableError } from '../../lambdas/core/pricing/price-table';
import { UsageError } from '../usage-error';
import { reasonOf } from './input';

/**
 * The prices of the package, with those of a file before them.
 *
 * @throws UsageError where the file cannot be read, or not as prices
 */
export async function openCatalog(file: string | undefined): Promise<PriceCatalog> {
  if (file === undefined) {
    return new PriceBook({ embedded: EMBEDDED_PRICES });
  }
  const text = await readFile(file, 'utf8').catch(error => {
    throw new UsageError(`the catalog "${file}" cannot be read (${reasonOf(error)}): give a file of prices and discounts, or leave --catalog out`);
  });
  try {
    return new PriceBook({ embedded: EMBEDDED_PRICES, overrides: parsePriceOverrides(text) });
  } catch (error) {
    if (error instanceof PriceTableError) {
      throw new UsageError(`the catalog "${file}" is not readable: ${error.message}`);
    }
    throw error;
  }
}
