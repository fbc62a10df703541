import { usd } from '../money';
import { parsePriceTable, PriceTable, rowError } from './price-table';
import { ONE, Ratio } from './token-prices';

/** What the user knows better than any list: private prices and discounts. */
export interface PriceOverrides {
  readonly models: PriceTable['models'];
  /** What is left of a list price, for every model whose provider has no discount of its own. */
  readonly discount: Ratio;
  readonly providerDiscounts: ReadonlyMap<string, Ratio>;
}

export const NO_OVERRIDES: PriceOverrides = { models: new Map(), discount: ONE, providerDiscounts: new Map() };

/** A row of this id holds for every model whose price is not known, instead of the conservative default. */
export const UNKNOWN_MODEL_ID = 'unknown';

/** An SSM parameter cannot be empty: this says that nothing is overridden. */
export const NOTHING = 'none';

const DISCOUNT = 'discount';
const TWICE = 'the discount is given twice';
const PERCENT = /^(\d{1,2}(?:\.\d{1,2})?)\s*%$/;

/**
 * Reads overrides, one a line: rows of a price table (see `parsePriceTable`), in which an id may be a profile's or an ARN, and discounts
 * in percent off list prices:
 *
 *     discount 5%
 *     discount anthropic 12.5%
 *     anthropic.claude-opus-5 in=4 out=20 read=0.4 write5m=5 write1h=8
 *     arn:aws:bedrock:eu-west-1:111122223333:prompt/ABCDEFGHIJ as=anthropic.claude-sonnet-5
 *     unknown in=10 out=50
 *
 * A provider's discount holds in place of the general one, not on top of it. Prices that are given here are not discounted.
 *
 * @throws PriceTableError naming the line
 */
export function parsePriceOverrides(text: string): PriceOverrides {
  const rows: string[] = [];
  const providerDiscounts = new Map<string, Ratio>();
  let discount: Ratio | undefined;
  for (const line of text.split('\n').map(each => each.trim()).filter(each => each !== '' && each !== NOTHING)) {
    const [word, ...rest] = line.split(/\s+/);
    if (word !== DISCOUNT) {
      rows.push(line);
    } else if (rest.length > 1 && /^[a-z][a-z0-9]{0,29}$/.test(rest[0])) {
      if (providerDiscounts.has(rest[0])) {
        throw rowError(line, TWICE);
      }
      providerDiscounts.set(rest[0], remaining(rest.slice(1).join(''), line));
    } else if (discount) {
      throw rowError(line, TWICE);
    } else {
      discount = remaining(rest.join(''), line);
    }
  }
  const { models } = parsePriceTable('overrides', rows.join('\n'));
  const unknown = models.get(UNKNOWN_MODEL_ID);
  if (unknown && (unknown.list === undefined || unknown.list.byUnitAlone)) {
    throw rowError(UNKNOWN_MODEL_ID, 'needs prices of tokens, in and out, that hold everywhere');
  }
  return { models, discount: discount ?? ONE, providerDiscounts };
}

/** What a discount leaves, exactly. */
function remaining(percent: string, line: string): Ratio {
  const [, number] = PERCENT.exec(percent) ?? [];
  if (number !== undefined) {
    const hundred = usd('100');
    return { numerator: hundred - usd(number), denominator: hundred };
  }
  throw rowError(line, 'a discount is a percentage from 0 to below 100 with at most 2 decimals, such as "discount 5%" or "discount anthropic 12.5%"');
}
