import { PrincipalKindName } from '../../../contract';
import { plainText } from '../plain-text';
import { Principal, principalFromArn, principalFromId, UnknownIdentityError } from '../principal';
import { AdministrationError } from './errors';

/** Who asks. The ARN comes from the signature of the request, never from its body. */
export interface Caller {
  readonly arn: string;
  /** Absent for an identity of a form that calls of Bedrock never have. */
  readonly principal?: Principal;
}

/** @throws AdministrationError where nobody signed */
export function callerFrom(arn: string | undefined): Caller {
  if (!arn) {
    throw new AdministrationError('Forbidden', 'the request carries no caller: sign it with AWS credentials (SigV4, service lambda)');
  }
  try {
    return { arn, principal: principalFromArn(arn) };
  } catch (error) {
    if (error instanceof UnknownIdentityError) {
      return { arn: plainText(arn, 300) };
    }
    throw error;
  }
}

/**
 * Refuses changes of a budget that the caller's own calls are charged to, or whose restriction the caller would feel.
 *
 * @param role principal id of the target's execution role, where it is a runtime and the role is known
 * @throws AdministrationError
 */
export function refuseOwnBudget(caller: Caller, principalId: string, role?: string): void {
  const { principal } = caller;
  // A federated session is named by the user who makes it, and does not tell who that is: it may be whose budget is to be raised.
  if (!principal || principal.kind === PrincipalKindName.FEDERATED_USER) {
    throw new AdministrationError('Forbidden', `${caller.arn} does not tell whose calls it makes: change budgets as an IAM user or role`);
  }
  if ([principalId, roleBehind(principalId), role].some(id => id !== undefined && isSame(id, principal.id))) {
    throw new AdministrationError('Forbidden', `${caller.arn} makes the calls that are charged to ${principalId}: somebody else has to change this budget`);
  }
}

/** The role whose name stands in the id of a budget that its runtimes share. */
function roleBehind(principalId: string): string | undefined {
  const target = principalFromId(principalId);
  return target?.kind === PrincipalKindName.AGENT_ROLE ? `${PrincipalKindName.IAM_ROLE}/${target.accountId}/${target.name}` : undefined;
}

/** IAM does not tell names apart by case. */
function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
