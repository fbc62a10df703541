/** Thrown where a command could not do what it was asked for, through no fault of its arguments: says what happened and what to do. */
export class CommandFailure extends Error {
  public readonly name: string = 'CommandFailure';
}
