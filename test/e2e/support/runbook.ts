import * as fs from 'node:fs';
import * as path from 'node:path';
import { AttributeValue } from '@aws-sdk/client-dynamodb';

const OPERATIONS = path.resolve(__dirname, '..', '..', '..', 'docs', 'operations.md');

/** What `aws dynamodb update-item` is told to do. */
export interface Order {
  readonly expression: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, AttributeValue>>;
}

/** The order that docs/operations.md gives for a task, to the letter: what it tells operators is what is tested. */
export function documentedOrder(heading: string, command: 'first' | 'second' = 'first'): Order {
  const commands = section(heading).match(/^```console\n[^]*?^```$/gm) ?? [];
  return orderIn(commands[command === 'first' ? 0 : 1] ?? '', `docs/operations.md, "${heading}"`);
}

/** Reads the options of an `aws dynamodb update-item` out of a text for people. */
export function orderIn(text: string, where: string): Order {
  const [, expression] = /--update-expression '([^']+)'/.exec(text) ?? missing(where);
  const [, names] = /--expression-attribute-names '([^']+)'/.exec(text) ?? [];
  const [, values] = /--expression-attribute-values '([^']+)'/.exec(text) ?? missing(where);
  return { expression, ...(names ? { names: JSON.parse(names) as Record<string, string> } : {}), values: JSON.parse(values) as Record<string, AttributeValue> };
}

/** The key of the item that an `aws dynamodb update-item` in a text for people is about. */
export function keyIn(text: string, where: string): { readonly table: string; readonly principalId: string } {
  const [, table, key] = /--table-name '([^']+)' --key '([^']+)'/.exec(text) ?? missing(where);
  return { table, principalId: (JSON.parse(key) as { principalId: { S: string } }).principalId.S };
}

function section(heading: string): string {
  const sections = fs.readFileSync(OPERATIONS, 'utf8').split(/^## /m);
  return sections.find(text => text.startsWith(`${heading}\n`)) ?? missing(`docs/operations.md: there is no section "${heading}"`);
}

function missing(where: string): never {
  throw new Error(`${where}: no such command`);
}
