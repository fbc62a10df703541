import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { ACCOUNT, REGION } from '../../lambdas/core/builders';

/** Items as the code of the predecessor writes them, in the notation of DynamoDB: each builder is one of its functions. */
export type RawItem = Record<string, AttributeValue>;

/** `_register_key_budget` of user_setup.py, for a key with tags. */
export function provisionedKey(name: string, changes: RawItem = {}): RawItem {
  return {
    principal_id: { S: name },
    account_type: { S: 'bedrock_api_key' },
    spent_usd: { N: '0' },
    status: { S: 'active' },
    threshold_state: { S: 'normal' },
    has_carveout: { BOOL: true },
    team: { S: 'data' },
    purpose: { S: 'reports' },
    budget_tier: { S: 'medium' },
    provisioned_by: { S: 'script' },
    budget_period_start: { S: '2026-02-20T09:30:12.123456+00:00' },
    budget_refresh_date: { S: '2026-03-22T09:30:12.123456+00:00' },
    created_epoch: { N: '1771579812' },
    last_updated_epoch: { N: '1771579812' },
    budget_limit_usd: { N: '5' },
    ...changes,
  };
}

/** The same for a key that somebody made by hand: it has no limit of its own. */
export function rogueKey(name: string): RawItem {
  const { budget_limit_usd: _, ...item } = provisionedKey(name, {
    has_carveout: { BOOL: false }, team: { S: 'unassigned' }, purpose: { S: 'unassigned' }, budget_tier: { S: 'low' }, provisioned_by: { S: 'manual' },
  });
  return item;
}

/** `create_basic_budget_record` of usage_calculator.py. */
export function autoCreatedKey(name: string): RawItem {
  return {
    principal_id: { S: name },
    account_type: { S: 'bedrock_api_key' },
    budget_limit_usd: { N: '1' },
    spent_usd: { N: '0.000303' },
    status: { S: 'active' },
    threshold_state: { S: 'normal' },
    time_window_start: { S: '2026-03-01T00:00:00+00:00' },
    last_updated_epoch: { N: '1772323200' },
    model_spend_breakdown: { M: { 'anthropic.claude-sonnet-4-5-20250929-v1:0': { N: '0.000303' } } },
    anomaly_score: { N: '0' },
    created_epoch: { N: '1772323200' },
    grace_deadline_epoch: { NULL: true },
    budget_period_start: { S: '2026-03-01T00:00:00+00:00' },
    budget_refresh_date: { S: '2026-03-31T00:00:00+00:00' },
    refresh_period_days: { N: '30' },
    refresh_count: { N: '0' },
    auto_created: { BOOL: true },
  };
}

/** `_ensure_global_api_key_pool`. */
export function keyPool(): RawItem {
  return {
    principal_id: { S: 'GLOBAL_API_KEY_POOL' },
    account_type: { S: 'api_key_pool' },
    budget_limit_usd: { N: '500' },
    spent_usd: { N: '12.5' },
    status: { S: 'active' },
    threshold_state: { S: 'normal' },
    refresh_period_days: { N: '30' },
    budget_refresh_date: { S: '2026-03-22T09:30:12+00:00' },
    created_epoch: { N: '1771579812' },
    last_updated_epoch: { N: '1771579812' },
  };
}

/** `handle_create_runtime` of agentcore_setup.py. */
export function runtime(id: string, role: string, changes: RawItem = {}): RawItem {
  return {
    runtime_id: { S: id },
    runtime_name: { S: id.split('-')[0] },
    role_arn: { S: `arn:aws:iam::${ACCOUNT}:role/${role}` },
    runtime_arn: { S: `arn:aws:bedrock-agentcore:${REGION}:${ACCOUNT}:runtime/${id}` },
    budget_limit_usd: { N: '40' },
    spent_usd: { N: '0' },
    status: { S: 'active' },
    threshold_state: { S: 'normal' },
    refresh_period_days: { N: '30' },
    budget_refresh_date: { S: '2026-03-22T09:30:12+00:00' },
    creator_arn: { S: `arn:aws:iam::${ACCOUNT}:user/dev` },
    created_at: { S: '2026-02-20T09:30:12+00:00' },
    ...changes,
  };
}

/** What `apply_agentcore_restriction` adds. */
export function suspendedRuntime(id: string, role: string, snapshot: unknown, at = '2026-03-05T10:00:00+00:00'): RawItem {
  return runtime(id, role, { status: { S: 'suspended' }, policy_snapshot: { S: JSON.stringify(snapshot) }, snapshot_timestamp: { S: at } });
}

/** As `aws dynamodb scan --output json` writes it. */
export function scanOf(...items: readonly unknown[]): string {
  return JSON.stringify({ Items: items, Count: items.length, ScannedCount: items.length, ConsumedCapacity: null }, undefined, 2);
}
