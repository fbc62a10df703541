import { PrincipalKindName } from '../../../contract';
import { Limit, limitsInForce, Thresholds } from '../budget';
import { looksLikeApiKeyUser, principalFromId } from '../principal';
import { Settings } from '../settings';

/** What is to be tried on the calls of the past. */
export interface Proposal {
  readonly settings: Settings;
  readonly timeZone: string;
  /** By principal id. */
  readonly orders: ReadonlyMap<string, ProposedOrders>;
  /** What holds for everybody to whom the orders give no limit. @default - those of the settings: API-key users and AgentCore runtimes have one */
  readonly defaultLimit?: Limit;
  /** The account whose principals can be restricted. @default - the account that a principal called in */
  readonly ownAccountId?: string;
  /**
   * What passes between a decision and the deny's effect, in milliseconds: the log's delivery, the decision, and what IAM takes. It comes on top of the
   * grace period.
   */
  readonly blockDelayMs: number;
  /** What passes between the turn of a window and the effect of the restoration, in milliseconds. */
  readonly restoreDelayMs: number;
}

/** What a budget file says of a principal. */
export interface ProposedOrders {
  readonly kind?: PrincipalKindName;
  /** Empty or absent: the default. */
  readonly limits?: readonly Limit[];
  readonly thresholds?: Thresholds;
  readonly enforcement?: 'enforced' | 'observe';
  readonly labels?: Readonly<Record<string, string>>;
  /** Of an AgentCore runtime: principal id of its execution role. */
  readonly role?: string;
  /** Of a budget that runtimes share: their principal ids. */
  readonly runtimes?: readonly string[];
}

/** Where a principal has its limits from. */
export type LimitSource = 'own' | 'default' | 'none';

/** The longest delays that make sense: after that the product starts its workflows anew. */
export const MAX_DELAY_MS = 10 * 60 * 1000;

/** The kind of a principal, as far as names and orders tell: who else holds an API key only IAM knows. */
export function kindOf(principalId: string, orders: ProposedOrders | undefined): PrincipalKindName {
  const principal = principalFromId(principalId);
  if (!principal) {
    throw new TypeError(`"${principalId.slice(0, 120)}" is no principal id`);
  }
  return orders?.kind ?? (looksLikeApiKeyUser(principal) ? PrincipalKindName.API_KEY_USER : principal.kind);
}

/** The limits that a principal gets, and where from. Those of the settings are left to the decision, which knows them. */
export function limitsFor(
  principalId: string, { orders, defaultLimit, settings }: Proposal,
): { readonly limits?: readonly Limit[]; readonly source: LimitSource } {
  const own = orders.get(principalId);
  if (own?.limits && own.limits.length > 0) {
    return { limits: own.limits, source: 'own' };
  }
  if (defaultLimit) {
    return { limits: [defaultLimit], source: 'default' };
  }
  return { source: limitsInForce({ kind: kindOf(principalId, own), runtimes: own?.runtimes }, settings).length > 0 ? 'default' : 'none' };
}
