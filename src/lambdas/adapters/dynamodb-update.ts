import { AttributeValue } from '@aws-sdk/client-dynamodb';
import { Item, NumberText } from '../core/budget-item';
import { formatUsd, Usd } from '../core/money';
import { toAttribute } from './dynamodb-values';

/** Collects the names and values of an expression: attributes are always named by placeholder, so that none can be a reserved word. */
export class Placeholders {
  private readonly names = new Map<string, string>();
  private readonly values: Record<string, AttributeValue> = {};

  /** The placeholder of an attribute. */
  public name(attribute: string): string {
    const known = this.names.get(attribute);
    if (known) {
      return known;
    }
    const placeholder = `#n${this.names.size}`;
    this.names.set(attribute, placeholder);
    return placeholder;
  }

  /** The placeholder of a value. */
  public value(value: unknown): string {
    const placeholder = `:v${Object.keys(this.values).length}`;
    this.values[placeholder] = toAttribute(value);
    return placeholder;
  }

  /** The parts of a request that say what the placeholders stand for. */
  public get bindings() {
    return {
      ExpressionAttributeNames: Object.fromEntries([...this.names].map(([attribute, placeholder]) => [placeholder, attribute])),
      ...(Object.keys(this.values).length > 0 ? { ExpressionAttributeValues: this.values } : {}),
    };
  }
}

/** `a = :a, b = :b` */
export function assignments(placeholders: Placeholders, set: Item): string {
  return Object.entries(set).map(([attribute, value]) => `${placeholders.name(attribute)} = ${placeholders.value(value)}`).join(', ');
}

/** `a = if_not_exists(a, :a), …`: what is there already stays. */
export function defaults(placeholders: Placeholders, set: Item): string {
  return Object.entries(set).map(([attribute, value]) => {
    const name = placeholders.name(attribute);
    return `${name} = if_not_exists(${name}, ${placeholders.value(value)})`;
  }).join(', ');
}

/** `ADD a :a, b :b` */
export function additions(placeholders: Placeholders, amounts: readonly (readonly [attribute: string, amount: Usd])[]): string {
  return `ADD ${amounts.map(([attribute, amount]) => `${placeholders.name(attribute)} ${placeholders.value(new NumberText(formatUsd(amount)))}`).join(', ')}`;
}

/** `SET … REMOVE …`, without a clause that would be empty. */
export function updateExpression(placeholders: Placeholders, set: string, remove: readonly string[]): string {
  return [set && `SET ${set}`, remove.length > 0 && `REMOVE ${remove.map(attribute => placeholders.name(attribute)).join(', ')}`].filter(Boolean).join(' ');
}
