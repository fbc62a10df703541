/** The codes under which a request is refused, and the HTTP status of each. */
export const REFUSALS = {
  BadRequest: 400,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  Conflict: 409,
  IdempotencyConflict: 409,
  TooLarge: 413,
} as const;
export type RefusalCode = keyof typeof REFUSALS;

/** Thrown where a request is refused: the message says what was given, what is allowed, and what to do. */
export class AdministrationError extends Error {
  public readonly name = 'AdministrationError';

  /** @param field the argument that is wrong, such as `limits[0].limitUsd` */
  constructor(public readonly code: RefusalCode, message: string, public readonly field?: string) {
    super(message);
  }

  public get status(): number {
    return REFUSALS[this.code];
  }
}
