import { AttributeValue } from '@aws-sdk/client-dynamodb';
import { awsError } from './adapters/aws-error';
import { ScaledDecimal } from './scaled-decimal';

export type Attributes = Record<string, AttributeValue>;

export interface Placeholders {
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue>;
}

const COMPARATORS = ['=', '<>', '<', '<=', '>', '>='];

const FUNCTIONS: Readonly<Record<string, (found: AttributeValue | undefined, operand: string) => boolean>> = {
  attribute_exists: found => found !== undefined,
  attribute_not_exists: found => found === undefined,
  attribute_type: (found, type) => found !== undefined && type in found,
  begins_with: (found, prefix) => found?.S?.startsWith(prefix) ?? false,
};

/**
 * Evaluates DynamoDB's expressions: those that the product writes, and no others. What DynamoDB refuses (placeholders that nothing uses, unknown syntax) is
 * refused here.
 */
export class Expression {
  private readonly used = new Set<string>();
  private tokens: string[] = [];

  constructor(private readonly input: Placeholders) {}

  public holds(condition: string, item: Attributes): boolean {
    this.tokens = tokensOf(condition);
    const result = this.or(item);
    if (this.tokens.length > 0) {
      throw awsError('ValidationException');
    }
    return result;
  }

  /** The item after `SET … REMOVE … ADD …`. */
  public applied(update: string, item: Attributes): Attributes {
    const after = { ...item };
    this.tokens = tokensOf(update);
    while (this.tokens.length > 0) {
      const clause = this.tokens.shift()!;
      do {
        const attribute = this.name(this.tokens.shift()!);
        if (clause === 'SET') {
          after[attribute] = this.assigned(item);
        } else if (clause === 'REMOVE') {
          delete after[attribute];
        } else if (clause === 'ADD') {
          after[attribute] = { N: ScaledDecimal.sum(item[attribute]?.N ?? '0', this.value(this.tokens.shift()!).N!) };
        } else {
          fail(clause);
        }
      } while (this.tokens[0] === ',' && this.tokens.shift());
    }
    return after;
  }

  /** The attributes that a projection names. */
  public projected(projection: string | undefined, item: Attributes): Attributes {
    const names = projection === undefined ? Object.keys(item) : tokensOf(projection).filter(token => token !== ',').map(token => this.name(token));
    return Object.fromEntries(names.filter(name => item[name] !== undefined).map(name => [name, item[name]]));
  }

  public refuseUnused(): void {
    const given = [...Object.keys(this.input.ExpressionAttributeNames ?? {}), ...Object.keys(this.input.ExpressionAttributeValues ?? {})];
    if (given.some(placeholder => !this.used.has(placeholder))) {
      throw awsError('ValidationException');
    }
  }

  private assigned(item: Attributes): AttributeValue {
    this.expect('=');
    const token = this.tokens.shift()!;
    if (token !== 'if_not_exists') {
      return this.value(token);
    }
    this.expect('(');
    const attribute = this.name(this.tokens.shift()!);
    this.expect(',');
    const initial = this.value(this.tokens.shift()!);
    this.expect(')');
    return item[attribute] ?? initial;
  }

  private or(item: Attributes): boolean {
    let result = this.and(item);
    while (this.tokens[0] === 'OR') {
      this.tokens.shift();
      result = this.and(item) || result;
    }
    return result;
  }

  private and(item: Attributes): boolean {
    let result = this.term(item);
    while (this.tokens[0] === 'AND') {
      this.tokens.shift();
      result = this.term(item) && result;
    }
    return result;
  }

  private term(item: Attributes): boolean {
    const token = this.tokens.shift()!;
    if (token === 'NOT') {
      return !this.term(item);
    }
    if (token === '(') {
      const result = this.or(item);
      this.expect(')');
      return result;
    }
    if (token in FUNCTIONS) {
      this.expect('(');
      const found = this.path(this.tokens.shift()!, item);
      const operand = this.tokens[0] === ',' ? (this.expect(','), this.value(this.tokens.shift()!).S!) : '';
      this.expect(')');
      return FUNCTIONS[token](found, operand);
    }
    const found = this.path(token, item);
    const comparator = this.tokens.shift()!;
    if (comparator === 'BETWEEN') {
      const least = this.value(this.tokens.shift()!);
      this.expect('AND');
      const most = this.value(this.tokens.shift()!);
      return found !== undefined && compares(found, '>=', least) && compares(found, '<=', most);
    }
    if (!COMPARATORS.includes(comparator)) {
      fail(comparator);
    }
    const value = this.value(this.tokens.shift()!);
    // As in DynamoDB, what is not there is other than everything, and neither less nor more.
    return found === undefined ? comparator === '<>' : compares(found, comparator, value);
  }

  private path(token: string, item: Attributes): AttributeValue | undefined {
    const [first, ...rest] = token.split('.').map(name => this.name(name));
    return rest.reduce<AttributeValue | undefined>((value, name) => value?.M?.[name], item[first]);
  }

  private name(token: string): string {
    this.used.add(token);
    return this.input.ExpressionAttributeNames?.[token] ?? fail(token);
  }

  private value(token: string): AttributeValue {
    this.used.add(token);
    return this.input.ExpressionAttributeValues?.[token] ?? fail(token);
  }

  private expect(token: string): void {
    if (this.tokens.shift() !== token) {
      fail(token);
    }
  }
}

function compares(found: AttributeValue, comparator: string, value: AttributeValue): boolean {
  if (comparator === '=' || comparator === '<>') {
    return (JSON.stringify(normal(found)) === JSON.stringify(normal(value))) === (comparator === '=');
  }
  const order = found.N !== undefined && value.N !== undefined ? ScaledDecimal.compare(found.N, value.N)
    : found.S !== undefined && value.S !== undefined ? Math.sign(Buffer.compare(Buffer.from(found.S), Buffer.from(value.S))) : undefined;
  return order !== undefined && { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[comparator]!;
}

function fail(token: string): never {
  throw Object.assign(awsError('ValidationException'), { message: `near ${token}` });
}

function tokensOf(expression: string): string[] {
  return expression.match(/<=|>=|<>|[()=,<>]|[^\s()=,<>]+/g) ?? [];
}

/** Numbers by their value, maps in one order: as DynamoDB compares. */
function normal(value: AttributeValue): unknown {
  if (value.N !== undefined) {
    return { N: ScaledDecimal.sum(value.N, '0') };
  }
  if (value.L) {
    return { L: value.L.map(normal) };
  }
  return value.M ? { M: Object.entries(value.M).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, normal(part)]) } : value;
}
