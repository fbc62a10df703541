/**
 * Bodies of calls, as far as metering looks into them. They are written by callers and models: whatever is read from them is of the shape that
 * is expected or not there at all.
 */

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value under a path of keys, or `undefined`. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((holder, key) => (isObject(holder) ? holder[key] : undefined), value);
}

/** Text of a form that is expected. */
export function textLike(value: unknown, form: RegExp): string | undefined {
  return typeof value === 'string' && form.test(value) ? value : undefined;
}

/** A count that can be believed: whole, not negative, and not beyond what a call can have. */
export function countUpTo(max: number, value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max ? value : undefined;
}

/** A measure that can be believed, of which a part counts as a whole: `5.4` seconds are 6. */
export function roundedUpTo(max: number, value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= max ? Math.ceil(value) : undefined;
}
