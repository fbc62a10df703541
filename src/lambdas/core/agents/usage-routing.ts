import { PrincipalKindName } from '../../../contract';
import { forEachConcurrently } from '../ordered-batch';
import { RuntimeDirectory } from '../ports';
import { Principal } from '../principal';
import { chargedScope } from './charged-scope';

/** Which AgentCore runtimes there are, and where. */
export interface RoutingPorts {
  readonly runtimes: Pick<RuntimeDirectory, 'runtimesOf'>;
  /** Of the deployment, whose runtimes these are. */
  readonly region: string;
}

/** A delivery of the log seldom has more roles than this; each is asked about once. */
const CONCURRENCY = 10;

/**
 * Who pays for the calls of some identities, by their ids: an execution role's calls are charged to its AgentCore runtime, or to the budget that several
 * runtimes share; everybody else pays for themselves, and is not in the answer.
 *
 * @throws whatever the directory throws: a call that were charged to another budget meanwhile would stay there for good
 */
export async function payersOf(principals: Iterable<Principal>, { runtimes, region }: RoutingPorts): Promise<ReadonlyMap<string, Principal>> {
  const roles = new Map([...principals].filter(({ kind }) => kind === PrincipalKindName.IAM_ROLE).map(role => [role.id, role]));
  const payers = new Map<string, Principal>();
  await forEachConcurrently(roles.values(), CONCURRENCY, async role => {
    const payer = chargedScope(role, await runtimes.runtimesOf(role.id), region);
    if (payer !== role) {
      payers.set(role.id, payer);
    }
  });
  return payers;
}
