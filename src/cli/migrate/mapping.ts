import { MAX_LABEL_VALUE_LENGTH } from '../../lambdas/core/label-rule';
import { plainText } from '../../lambdas/core/plain-text';
import { principalFromId, runtimePrincipalId } from '../../lambdas/core/principal';
import { Labels } from '../budget/arguments/labels';
import { principalIdOf } from '../budget/arguments/principal';
import { UsageError } from '../usage-error';
import { PredecessorItem, textOf } from './items';
import { limitOf } from './limit-of-item';
import { Mapped, MappingOptions, NO_LIMIT, unfit, UnfitError, without } from './mapped';
import { KNOWN_ATTRIBUTES, LABELS, NO_LABEL, POOLS } from './predecessor';
import { withSharedRoles } from './shared-roles';

/** Says for each item what it becomes. Nothing is asked of anybody: whether the principals are still there is found out elsewhere. */
export function mapItems(items: readonly PredecessorItem[], options: MappingOptions): readonly Mapped[] {
  const seen = new Map<string, Mapped>();
  const mapped = items.map(item => {
    const one = mapItem(item, options);
    const first = one.principalId === undefined ? undefined : seen.get(one.principalId);
    if (first) {
      return sameItem(first.item, item)
        ? { ...without(one), leftOut: `the same as ${first.item.place}` }
        : unfit(one, `${one.principalId} is in ${first.item.place} already, and says something else: leave one of them`);
    }
    if (one.principalId !== undefined) {
      seen.set(one.principalId, one);
    }
    return one;
  });
  return withSharedRoles(mapped);
}

function mapItem(item: PredecessorItem, options: MappingOptions): Mapped {
  const status = textOf(item, 'status');
  const isPool = POOLS.includes(item.id);
  const bare = { item, notes: notesOn(item), isSuspended: !isPool && (status === 'suspended' || item.attributes.has('policy_snapshot')) };
  if (isPool) {
    const limit = textOf(item, 'budget_limit_usd');
    return {
      ...bare,
      leftOut: `a pool${limit === undefined ? '' : ` of $${plainText(limit, 40)}`} that principals without a limit of their own share has no counterpart: `
      + 'give each a default limit (defaultApiKeyBudgetUsd, agentBudgets), see docs/migration.md',
    };
  }
  let principalId: string | undefined;
  try {
    principalId = item.table === 'keys' ? keyPrincipal(item, options) : runtimePrincipal(item, options);
    const known = { ...bare, principalId };
    if (status === 'deleted') {
      return { ...known, leftOut: 'deleted' };
    }
    if (!item.attributes.has('budget_limit_usd')) {
      return { ...known, leftOut: NO_LIMIT };
    }
    if (item.attributes.get('auto_created') === true && item.attributes.get('has_carveout') !== true && !options.autoCreated) {
      return { ...known, leftOut: 'its limit is a default that nobody ordered and the predecessor never enforced: take it over by --auto-created' };
    }
    const { limit, notes } = limitOf(item, options.period);
    const labels = labelsOf(item);
    return {
      ...known,
      notes: [...known.notes, ...notes, ...labels.notes],
      row: { principalId, limits: [limit], labels: labels.labels, ...(options.thresholds ? { thresholds: options.thresholds } : {}) },
    };
  } catch (error) {
    if (!(error instanceof UnfitError)) {
      throw error;
    }
    return unfit({ ...bare, ...(principalId === undefined ? {} : { principalId }) }, error.message);
  }
}

/** Users of API keys stand there by their names, others perhaps by their ARNs. */
function keyPrincipal({ id }: PredecessorItem, { account }: MappingOptions): string {
  try {
    return principalIdOf(id.startsWith('arn:') ? id : `iam-user/${account}/${id}`);
  } catch (error) {
    throw asUnfit(error, `"${plainText(id, 100)}" is no name of an IAM user, and no ARN`);
  }
}

function runtimePrincipal(item: PredecessorItem, { account, region }: MappingOptions): string {
  const arn = textOf(item, 'runtime_arn');
  if (arn) {
    try {
      return principalIdOf(arn);
    } catch (error) {
      throw asUnfit(error, `runtime_arn "${plainText(arn, 150)}" is no ARN of an AgentCore runtime`);
    }
  }
  const id = region === undefined ? undefined : principalFromId(runtimePrincipalId(account, region, item.id))?.id;
  if (id === undefined) {
    throw new UnfitError(region === undefined ? 'it has no runtime_arn, and so no region: write --region' : `"${plainText(item.id, 100)}" is no id of an AgentCore runtime`);
  }
  return id;
}

function asUnfit(error: unknown, why: string): unknown {
  return error instanceof UsageError ? new UnfitError(why) : error;
}

function labelsOf(item: PredecessorItem): { readonly labels: Labels; readonly notes: readonly string[] } {
  const labels: [string, string][] = [];
  const notes: string[] = [];
  for (const [attribute, label] of Object.entries(LABELS)) {
    const text = textOf(item, attribute);
    if (text !== undefined && plainText(text, MAX_LABEL_VALUE_LENGTH) !== text) {
      notes.push(`${attribute} is not carried over: a label is printable, and has at most ${MAX_LABEL_VALUE_LENGTH} characters`);
    } else if (text !== undefined && !NO_LABEL.includes(text)) {
      labels.push([label, text]);
    }
  }
  return { labels: Object.fromEntries(labels), notes };
}

/** What was there and is not taken over, apart from bookkeeping. */
function notesOn(item: PredecessorItem): readonly string[] {
  const spent = textOf(item, 'spent_usd');
  const unknown = [...item.attributes.keys()].filter(name => !KNOWN_ATTRIBUTES.includes(name));
  return [
    ...(spent !== undefined && !/^-?0*(\.0*)?(E[+-]?\d+)?$/i.test(spent) ? [`$${plainText(spent, 40)} that it is said to have spent are not carried over: calls are metered anew`] : []),
    ...(textOf(item, 'status') === 'grace_period' ? ['its grace period is not carried over'] : []),
    ...(unknown.length > 0 ? [`not known, and not carried over: ${unknown.slice(0, 10).map(name => plainText(name, 60)).join(', ')}${unknown.length > 10 ? `, and ${unknown.length - 10} more` : ''}`] : []),
  ];
}

function sameItem(a: PredecessorItem, b: PredecessorItem): boolean {
  return contentsOf(a) === contentsOf(b);
}

function contentsOf({ attributes }: PredecessorItem): string {
  return JSON.stringify([...attributes].map(([name, value]) => [name, value ?? null] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}
