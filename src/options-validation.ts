import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { closest } from './closest';
import { optionsOf, StructName } from './known-options';
import { BudgeteerValidationError } from './validation/problem';
import { checkObject } from './validation/shapes';

/** Options that must be there. */
export function requireOptions(scope: IConstruct | undefined, place: string, given: object | null | undefined, struct: StructName, remedy: string): void {
  if (given === undefined) {
    throw new BudgeteerValidationError(scope, { prop: place, given: 'left out', allowed: 'an object of options', remedy });
  }
  checkOptions(scope, place, given, struct, remedy);
}

/**
 * Options of the user's, or nothing where they are left out: an object that has names of its struct alone. A misspelt one would be left out silently by
 * plain JavaScript.
 *
 * What is there without a value is left out by whoever wrote it; names that are symbols are somebody else's.
 *
 * @param place where they stand, such as `budgets[0]`; empty for the props of the construct
 * @param remedy what to write in place of something that is no object
 */
export function checkOptions(scope: IConstruct | undefined, place: string, given: object | null | undefined, struct: StructName, remedy: string): void {
  checkObject(scope, place || 'props', given, remedy);
  if (given === undefined) {
    return;
  }
  if (Token.isUnresolved(given)) {
    // Nobody could read its options here: all of them would be left out.
    throw new BudgeteerValidationError(scope, { prop: place || 'props', given: 'a token', allowed: 'an object of options', remedy });
  }
  const known = optionsOf(struct);
  const unknown = Object.entries(given!).find(([name, value]) => value !== undefined && !known.includes(name))?.[0];
  if (unknown !== undefined) {
    const meant = closest(unknown, known);
    throw new BudgeteerValidationError(scope, {
      prop: place === '' ? unknown : `${place}.${unknown}`,
      given: `no option of ${struct}${meant === undefined ? '' : ` (did you mean "${meant}"?)`}`,
      allowed: `only ${known.join(', ')}`,
      remedy: 'correct its name, or take it out',
    });
  }
}
