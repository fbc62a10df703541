import { AttributeValue } from '@aws-sdk/client-dynamodb';

/**
 * Bytes of an item, by which DynamoDB charges writes and storage: names and values, numbers at two digits a byte.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemBytes(item: Readonly<Record<string, AttributeValue>>): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

/** A write unit is a kilobyte; a transaction takes two for each. */
export function writeUnits(bytes: number, { transactional = false } = {}): number {
  return Math.ceil(bytes / 1024) * (transactional ? 2 : 1);
}

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) {
    return Buffer.byteLength(value.S);
  }
  if (value.N !== undefined) {
    return numberBytes(value.N);
  }
  if (value.M !== undefined) {
    return 3 + Object.values(value.M).length + itemBytes(value.M);
  }
  if (value.L !== undefined) {
    return 3 + value.L.reduce((sum, each) => sum + 1 + valueBytes(each), 0);
  }
  if (value.BOOL !== undefined || value.NULL !== undefined) {
    return 1;
  }
  throw new Error(`the size of ${Object.keys(value).join()} is not known here`);
}

/** One byte for two significant digits, and one; another for what is below zero. */
function numberBytes(text: string): number {
  const digits = text.replace(/^[+-]/, '').replace('.', '').replace(/^0+/, '').replace(/0+$/, '');
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}
