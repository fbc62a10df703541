import { IConstruct } from 'constructs';

/*
 * How a value is refused. The checks of this folder pass tokens through wherever the value is not needed before the deployment: the handlers check it again.
 */

/** A prop with a value that is not allowed: says what was given, what is allowed and what to do. */
export class BudgeteerValidationError extends Error {
  public readonly name = 'BudgeteerValidationError';

  constructor(scope: IConstruct | undefined, problem: Problem) {
    const where = scope ? `${scope.node.path}: ` : '';
    super(`${where}${problem.prop} is ${problem.given}, allowed is ${problem.allowed}: ${problem.remedy}`);
  }
}

/** What is wrong with a prop. */
export interface Problem {
  /** Name of the prop, as the user wrote it. */
  readonly prop: string;
  /** The value, or what is wrong about it; a text of the user's in quotes. */
  readonly given: string | number | boolean;
  readonly allowed: string;
  readonly remedy: string;
}

/** A value of any type as it stands in messages: texts in quotes. Values from context and configuration files have no type. */
export function shown(value: unknown): string | number | boolean {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
    case 'boolean':
      return value;
    case 'undefined':
      return 'left out';
    default:
      return value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
  }
}

/** A text of the user's, as it stands in messages. */
export function quoted(text: string): string {
  return `"${text}"`;
}
