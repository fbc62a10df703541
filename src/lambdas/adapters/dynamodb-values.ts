import { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { Item, NumberText } from '../core/budget-item';

/** Items of DynamoDB as the core knows them: a number stays the text that DynamoDB wrote, since a JavaScript number cannot hold its 38 digits. */
export function toItem(attributes: Record<string, AttributeValue>): Item {
  return unmarshall(attributes, { wrapNumbers: digits => new NumberText(digits) });
}

export function fromItem(item: Item): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined).map(([name, value]) => [name, toAttribute(value)]));
}

export function toAttribute(value: unknown): AttributeValue {
  if (value instanceof NumberText) {
    return { N: value.value };
  }
  switch (typeof value) {
    case 'string': return { S: value };
    case 'boolean': return { BOOL: value };
    case 'object':
      if (value === null) {
        return { NULL: true };
      }
      return Array.isArray(value) ? { L: value.map(toAttribute) } : { M: fromItem(value as Item) };
    default:
      // A JavaScript number among them is a mistake of ours: it might have lost digits on its way here.
      throw new TypeError(`a value of type ${typeof value} cannot be stored`);
  }
}
