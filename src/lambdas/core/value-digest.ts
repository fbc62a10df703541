import { createHash } from 'node:crypto';

/** The beginning of a hash over a value, in which the order of keys does not matter. */
export function digestOf(value: unknown, length: number): string {
  return createHash('sha256').update(JSON.stringify(sorted(value)) ?? '').digest('hex').slice(0, length);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, sorted(part)]))
    : value;
}
