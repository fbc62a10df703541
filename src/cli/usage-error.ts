/** Thrown where a command was asked for something that it cannot do: says what was given, what is possible, and what to do. */
export class UsageError extends Error {
  public readonly name = 'UsageError';
}
