/**
 * Whether an event matches an event pattern: of EventBridge's operators only equality, prefixes and absence, which is all that the product uses.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
 */
export function matches(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) {
    return pattern.some(wanted => [event].flat().some(value => (typeof wanted === 'object' ? hasPrefix(wanted, value) : wanted === value)));
  }
  return typeof event === 'object' && event !== null
    && Object.entries(pattern as object).every(([field, part]) => {
      const value = (event as Record<string, unknown>)[field];
      return isAbsence(part) ? value === undefined : field in event && matches(part, value);
    });
}

function isAbsence(part: unknown): boolean {
  return JSON.stringify(part) === '[{"exists":false}]';
}

function hasPrefix({ prefix, ...others }: { readonly prefix?: string }, value: unknown): boolean {
  if (prefix === undefined || Object.keys(others).length > 0) {
    throw new TypeError('only equality, prefixes and absence are understood here');
  }
  return typeof value === 'string' && value.startsWith(prefix);
}
