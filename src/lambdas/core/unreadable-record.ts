export type UnreadableCode = 'not-json' | 'wrong-shape' | 'absurd-value' | 'unknown-identity' | 'future-timestamp';

/** Thrown for a record that cannot be charged; the message tells an operator why and never quotes bodies. */
export class UnreadableRecordError extends Error {
  public readonly name = 'UnreadableRecordError';

  constructor(public readonly code: UnreadableCode, message: string) {
    super(message);
  }
}
