import { PrincipalKindName } from '../../../contract';
import { isAgentKind, Principal, principalFromId } from '../principal';

/** What a pseudonym's name begins with. */
const PREFIX = 'erased-';

/** As `randomHex` gives them: nobody can try them all, and nothing leads back from them. */
const DIGITS = 32;

const NAME = new RegExp(`^${PREFIX}[0-9a-f]{${DIGITS}}$`);

/** Thrown for a principal that cannot be erased, with what to do. */
export class ErasureRefusedError extends Error {
  public readonly name = 'ErasureRefusedError';
}

/**
 * The id that stands in the place of an erased one: of the same kind and account, so that reports share the cost out as before, and of a random name.
 * It is no hash of the name: whoever has a list of employees could hash them all.
 */
export function pseudonymOf({ kind, accountId }: Principal, randomHex: string): string {
  return `${kind}/${accountId}/${PREFIX}${randomHex.slice(0, DIGITS).padStart(DIGITS, '0')}`;
}

/** The name in it, without kind and account. */
export function nameIn(principalId: string): string {
  return principalId.split('/').at(-1)!;
}

/** What stands in the place of a label that named the person: of each person another one, so that groups of a report do not run into each other. */
export function labelOf(pseudonym: string): string {
  return nameIn(pseudonym).slice(0, PREFIX.length + 8);
}

/**
 * Whose id can be erased: users, roles and federated users.
 *
 * @throws ErasureRefusedError
 */
export function erasable(principalId: string): Principal {
  const principal = principalFromId(principalId);
  if (principal === undefined) {
    throw new ErasureRefusedError(`"${principalId.slice(0, 200)}" is no principal id`);
  }
  if (principal.kind === PrincipalKindName.ROOT) {
    throw new ErasureRefusedError('the root user has no name: its id is the number of the account, which is nobody\'s personal data');
  }
  if (isAgentKind(principal.kind)) {
    throw new ErasureRefusedError(
      'an AgentCore runtime is no person, and its id is in the keys of ledger rows, which must stay so that no hour is charged twice: delete the runtime, and its rows '
      + 'expire with the ledger; change its labels with "budgeteer budget set", or the tags of the runtime',
    );
  }
  if (NAME.test(principal.name!)) {
    throw new ErasureRefusedError(`${principalId} is a pseudonym already: it names nobody`);
  }
  return principal;
}
