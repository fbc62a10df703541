/**
 * Whether an event matches an event pattern: of EventBridge's operators only equality, which is all that the product uses.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
 */
export function matches(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) {
    if (pattern.some(value => typeof value === 'object')) {
      throw new TypeError('only equality is understood here');
    }
    return [event].flat().some(value => pattern.includes(value));
  }
  return typeof event === 'object' && event !== null
    && Object.entries(pattern as object).every(([field, part]) => field in event && matches(part, (event as Record<string, unknown>)[field]));
}
