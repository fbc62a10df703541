import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { BudgeteerValidationError, shown } from '../validation/problem';
import { BudgetPrincipal } from './budget-principal';

/** The name at the end of an ARN of IAM, and whose it is. */
const IAM_ARN = /^arn:[\w-]+:iam::\d*:(user|role)\/(?:.*\/)?([^/]+)$/;

/** A `BudgetPrincipal`, of whichever copy of this library. */
export function checkPrincipal(scope: IConstruct, prop: string, given: unknown): void {
  if (typeof (given as Partial<BudgetPrincipal> | null | undefined)?._constructId !== 'function') {
    throw new BudgeteerValidationError(scope, { prop, given: shown(given), allowed: 'a BudgetPrincipal', remedy: `write ${principalMeant(given)}` });
  }
}

/** What was meant, as code. */
function principalMeant(given: unknown): string {
  if (typeof given === 'object' && given !== null) {
    if ('roleName' in given) {
      return 'BudgetPrincipal.role(…) around it';
    }
    if ('userName' in given) {
      return 'BudgetPrincipal.user(…) around it';
    }
  }
  if (typeof given === 'string' && !Token.isUnresolved(given)) {
    const [, kind = 'user', name = given] = IAM_ARN.exec(given) ?? [];
    return `BudgetPrincipal.${kind}Name("${name}")${IAM_ARN.test(given) ? '' : `, or BudgetPrincipal.roleName("${name}") where it is a role`}`;
  }
  return 'BudgetPrincipal.userName("alice"), BudgetPrincipal.roleName("batch") or another function of it';
}
