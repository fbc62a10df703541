import { plainText } from '../../lambdas/core/plain-text';
import { KEY_ATTRIBUTE, PredecessorTable } from './predecessor';

/** An item of the predecessor: texts and numbers as text, so that no digit is lost; what is of another type is there, but has no value. */
export interface PredecessorItem {
  /** Where it stands, as in `scan.json, item 3`. */
  readonly place: string;
  readonly table: PredecessorTable;
  /** The value of its key. */
  readonly id: string;
  readonly attributes: ReadonlyMap<string, Value>;
}

export type Value = string | boolean | undefined;

/** Something that is no item of the predecessor. */
export interface NoItem {
  readonly place: string;
  readonly problem: string;
}

/**
 * Reads an item as DynamoDB gives it (`{ "principal_id": { "S": "…" }, … }`), whoever wrote it: files come from anywhere.
 */
export function readItem(place: string, item: unknown): PredecessorItem | NoItem {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    return { place, problem: 'this is no item: an item is an object such as { "principal_id": { "S": "…" }, … }' };
  }
  const attributes = new Map(Object.entries(item).map(([name, value]) => [name, valueOf(value)] as const));
  const tables = (Object.keys(KEY_ATTRIBUTE) as PredecessorTable[]).filter(table => attributes.has(KEY_ATTRIBUTE[table]));
  if (tables.length !== 1) {
    const keys = Object.values(KEY_ATTRIBUTE).join('" or "');
    return { place, problem: `this is no item of the predecessor: it has ${tables.length === 0 ? 'no' : 'more than one of'} "${keys}"` };
  }
  const [table] = tables;
  const id = attributes.get(KEY_ATTRIBUTE[table]);
  return typeof id === 'string' && id !== '' && plainText(id, 2048) === id
    ? { place, table, id, attributes }
    : { place, problem: `${KEY_ATTRIBUTE[table]} is no printable text: write it like { "S": "BedrockAPIKey-data-reports" }` };
}

/** Of `{ "S": "…" }`, `{ "N": "…" }` and `{ "BOOL": … }`. */
function valueOf(value: unknown): Value {
  const { S: text, N: digits, BOOL: flag } = (value ?? {}) as { readonly S?: unknown; readonly N?: unknown; readonly BOOL?: unknown };
  return [text, digits].find(candidate => typeof candidate === 'string') as string | undefined ?? (typeof flag === 'boolean' ? flag : undefined);
}

/** The text or number of an attribute; `undefined` where it has none. */
export function textOf({ attributes }: PredecessorItem, name: string): string | undefined {
  const value = attributes.get(name);
  return typeof value === 'string' ? value : undefined;
}
