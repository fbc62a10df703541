/** How the predecessor, the Python application bedrock-budgeteer, names its things. Nothing here is ours to change. */

/** Its two tables of budgets, in an environment. */
export function budgetTables(environment: string): { readonly keys: string; readonly runtimes: string } {
  return { keys: `bedrock-budgeteer-${environment}-user-budgets`, runtimes: `bedrock-budgeteer-${environment}-agentcore-budgets` };
}

/** Keys of its tables: they tell which of the two an item is of. */
export const KEY_ATTRIBUTE = { keys: 'principal_id', runtimes: 'runtime_id' } as const;
export type PredecessorTable = keyof typeof KEY_ATTRIBUTE;

/** Items that are no principal: what everybody without a limit of its own may spend together. */
export const POOLS: readonly string[] = ['GLOBAL_API_KEY_POOL', 'GLOBAL_POOL'];

/** Where an item and the settings do not tell: its default. */
export const DEFAULT_PERIOD_DAYS = 30;

/** What it takes away from the user of an API key, and all that it knows how to give back. */
export const KEY_POLICY = 'AmazonBedrockLimitedAccess';

/** The inline policy that shuts the role of a suspended runtime. */
export const DENY_ALL_POLICY = 'BedrockBudgeteerDenyAll';

/** Its marks on those whom it suspended. */
export const RESTRICTION_TAGS = ['BedrockBudgeteerRestricted', 'BedrockBudgeteerRestrictionLevel', 'BedrockBudgeteerRestrictionTimestamp'] as const;

/** What it writes where nobody said whose a key is. */
export const NO_LABEL: readonly string[] = ['', 'unknown', 'unassigned'];

/** Labels that its items carry, by their attribute. */
export const LABELS = { team: 'team', purpose: 'purpose', budget_tier: 'budget-tier' } as const;

/** Everything that its own code writes; what else stands in an item was put there by somebody else, and is told of. */
export const KNOWN_ATTRIBUTES: readonly string[] = [
  'principal_id', 'runtime_id', 'runtime_name', 'role_arn', 'runtime_arn', 'account_type', 'budget_limit_usd', 'spent_usd', 'status', 'threshold_state',
  'has_carveout', 'team', 'purpose', 'budget_tier', 'provisioned_by', 'budget_period_start', 'budget_refresh_date', 'refresh_period_days', 'refresh_count',
  'created_epoch', 'created_at', 'updated_at', 'deleted_at', 'last_updated_epoch', 'time_window_start', 'model_spend_breakdown', 'anomaly_score', 'auto_created',
  'grace_deadline_epoch', 'grace_period_seconds', 'creator_arn', 'policy_snapshot', 'snapshot_timestamp', 'suspension_timestamp', 'suspension_reason',
  'restoration_timestamp', 'last_restoration_timestamp', 'restoration_status', 'restoration_start_epoch',
];
