import { addUsd, Usd, ZERO_USD } from '../money';
import { principalFromId } from '../principal';
import { isMeteredCall } from './billed-model';
import { Comparison, comparisonOf } from './compare-costs';
import { TaggedCharge } from './ports';

export interface PrincipalComparison {
  /** Everybody who is on both sides, in order of ids. */
  readonly principals: readonly Comparison[];
  /** What is billed for whoever does not carry the tag, or carries what is nobody's name here. */
  readonly billedToNobody: Usd;
  /** What was metered of whoever the bill does not tell. */
  readonly meteredOfOthers: Usd;
}

/**
 * Compares what principals were charged with what AWS bills for those who carry their names. Only whoever is on both sides can differ: who is not may
 * not carry the tag, or not since the whole day. Agents are on no bill: AWS bills the role that they run as.
 *
 * @param metered by principal id
 */
export function comparePrincipals(metered: ReadonlyMap<string, Usd>, charges: readonly TaggedCharge[], region: string): PrincipalComparison {
  const billed = new Map<string, { readonly unblended: Usd; readonly net: Usd }>();
  for (const { value, usageType, unblended, net } of charges) {
    if (isMeteredCall(usageType, region)) {
      const before = billed.get(value) ?? { unblended: ZERO_USD, net: ZERO_USD };
      billed.set(value, { unblended: addUsd(before.unblended, unblended), net: addUsd(before.net, net) });
    }
  }
  const named = new Map<string, { readonly ids: string; readonly metered: Usd }>();
  let meteredOfOthers = ZERO_USD;
  for (const [id, cost] of [...metered].sort(([one], [another]) => (one < another ? -1 : 1))) {
    const name = principalFromId(id)?.name;
    if (name === undefined || !billed.has(name)) {
      meteredOfOthers = addUsd(meteredOfOthers, cost);
    } else {
      // A user and a role may have one name: the tag does not tell them apart.
      const before = named.get(name);
      named.set(name, before ? { ids: `${before.ids} and ${id}`, metered: addUsd(before.metered, cost) } : { ids: id, metered: cost });
    }
  }
  return {
    principals: [...named].map(([name, { ids, metered: cost }]) =>
      comparisonOf(ids, { metered: cost, ...billed.get(name)! }, { unknownBilled: false, unknownMetered: false })),
    billedToNobody: addUsd(...[...billed].filter(([name]) => !named.has(name)).map(([, { unblended }]) => unblended)),
    meteredOfOthers,
  };
}
