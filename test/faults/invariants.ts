import { isDeepStrictEqual } from 'node:util';
import { EventType, Metric } from '../../src/contract';
import { ACCOUNT } from '../lambdas/core/builders';
import { World } from './world';

/** What must hold, whatever failed. */
export const INVARIANTS = {
  spend: 'every call is charged once: each budget is the sum of its calls, and so is the ledger',
  agreement: 'the table and IAM agree: whoever is suspended is denied, nobody else is, and nothing hangs in between',
  reason: 'nobody is denied without a budget over its limit, or an order',
  events: 'every change is on the bus under one id, and in the audit trail once; a change of IAM that is not is counted',
  records: 'every record is charged, or kept in a queue and counted',
} as const;
export type Invariant = keyof typeof INVARIANTS;

export type Violation = readonly [Invariant, string];

/** What does not hold of a world in which everything has come to rest. */
export function violations(world: World, denied: readonly string[]): readonly Violation[] {
  // With the stack go the tables' meaning and the bus: what stays are charges and IAM.
  return [...spend(world), ...reason(world), ...world.isRemoved ? [] : [...agreement(world, denied), ...events(world), ...records(world)]];
}

function* spend(world: World): Iterable<Violation> {
  const expected = world.expected();
  for (const [where, sums] of [['the ledger', world.inLedger()], ['the budgets', world.inBudgets()]] as const) {
    if (!isDeepStrictEqual(sorted(sums), sorted(expected))) {
      yield ['spend', `${where} have ${JSON.stringify(sums)}, spent was ${JSON.stringify(expected)}`];
    }
  }
}

function* agreement(world: World, denied: readonly string[]): Iterable<Violation> {
  const items = world.cloud.tables.items('Budgets');
  const restricted = items.filter(({ status }) => status?.S === 'suspended').map(({ principalId, role }) => entityOf(role?.S ?? principalId.S!));
  const suspended = [...new Set(restricted)].sort();
  const inIam = world.cloud.iam.deniedEntities();
  if (!isDeepStrictEqual(suspended, inIam)) {
    yield ['agreement', `suspended are ${suspended.join(', ')}, denied are ${inIam.join(', ')}`];
  }
  if (!isDeepStrictEqual([...denied].sort(), inIam)) {
    yield ['agreement', `denied should be ${denied.join(', ')}, denied are ${inIam.join(', ')}`];
  }
  for (const { principalId, status } of items) {
    if (status?.S === 'restoring' || status?.S === 'grace_period') {
      yield ['agreement', `${principalId.S} hangs in ${status.S}`];
    }
  }
}

function* reason(world: World): Iterable<Violation> {
  for (const deny of world.unjust) {
    yield ['reason', `denied without a reason: ${deny}`];
  }
}

/** Which event tells of a status. */
const TOLD_BY: Readonly<Record<string, readonly string[]>> = {
  grace_period: [EventType.GRACE_PERIOD_STARTED, EventType.STATUS_CHANGED],
  suspended: [EventType.PRINCIPAL_SUSPENDED],
  restoring: [EventType.RESTORATION_STARTED],
  deleted: [EventType.PRINCIPAL_GONE],
};

function* events(world: World): Iterable<Violation> {
  const { bus, changes, tables, metrics } = world.cloud;
  const byId = new Map<string, { readonly type: string; readonly detail: unknown }>();
  for (const { type, detail } of bus) {
    const known = byId.get(detail.eventId);
    if (known && (known.type !== type || !isDeepStrictEqual(known.detail, detail))) {
      yield ['events', `two events under the id ${detail.eventId}: ${JSON.stringify(known.detail)} and ${JSON.stringify(detail)}`];
    }
    byId.set(detail.eventId, { type, detail });
  }
  for (const { eventID: id, eventName: name, dynamodb } of changes) {
    const before = dynamodb!.OldImage?.status?.S ?? 'active';
    const after = dynamodb!.NewImage?.status?.S ?? 'active';
    const principalId = dynamodb!.Keys!.principalId.S!;
    const types = [...byId].filter(([eventId]) => eventId.includes(`-${id}/`)).map(([, { type }]) => type);
    const wanted = name === 'INSERT' ? [EventType.PRINCIPAL_REGISTERED] : before === 'restoring' && after !== 'suspended' && after !== 'deleted'
      ? [EventType.PRINCIPAL_RESTORED] : TOLD_BY[after] ?? types;
    const isTold = types.some(type => (wanted as readonly string[]).includes(type));
    if (!principalId.startsWith('deployment/') && name !== 'REMOVE' && (name === 'INSERT' || before !== after) && !isTold) {
      yield ['events', `${principalId} went from ${before} to ${after}, and no event tells of it`];
    }
  }
  const rows = tables.items('Audit').map(row => row.eventKey.S!.split('#').slice(1).join('#'));
  for (const id of byId.keys()) {
    if (rows.filter(row => row === id).length !== 1) {
      yield ['events', `event ${id} is in the audit trail ${rows.filter(row => row === id).length} times`];
    }
  }
  const untold = changesNotTold(world);
  const counted = metrics.get(Metric.UNAUDITED_CHANGES) ?? 0;
  if (untold.length > counted) {
    yield ['events', `no event tells of ${untold.map(({ entity, denied }) => `${entity} ${denied ? 'denied' : 'freed'}`).join(', ')}, and the metric counts ${counted}`];
  }
}

/** Changes of IAM that no event tells of: each takes an event of its own, of its kind, about whoever was denied or freed, and sent after it. */
function changesNotTold(world: World): World['cloud']['attachments'] {
  const { bus, attachments } = world.cloud;
  // A step that is repeated sends its event again: it is one event, and tells of what was done until then.
  const lastSent = new Map(bus.map(event => [event.detail.eventId as string, event]));
  return attachments.filter(({ entity, denied, at }) => {
    const type = denied ? EventType.DENY_ATTACHED : EventType.DENY_DETACHED;
    // A deny that no budget holds is taken off the user or role itself.
    const principals = [...world.principalsOf(entity), World.ownId(entity)];
    const telling = [...lastSent].filter(([, event]) => event.type === type && event.at >= at && principals.includes(event.detail.principalId)
      && event.detail.after.denied === denied).sort(([, a], [, b]) => a.at - b.at)[0];
    return !(telling && lastSent.delete(telling[0]));
  });
}

function* records(world: World): Iterable<Violation> {
  const aside = world.putAside();
  for (const line of world.poison) {
    if (!aside.has(line)) {
      yield ['records', `"${line}" is nowhere`];
    }
  }
  if ((world.cloud.metrics.get(Metric.RECORDS_UNREADABLE) ?? 0) < world.poison.length) {
    yield ['records', 'a record that cannot be read was not counted'];
  }
  const left = world.cloud.queues.names().filter(name => name.endsWith('-failures') && world.cloud.queues.bodies(name).length > 0);
  if (left.length > 0) {
    yield ['records', `after the replay there is still something in ${left.join(', ')}`];
  }
}

function entityOf(principalId: string): string {
  return principalId.replace(/^iam-(user|role)\//, '$1/').replace(`/${ACCOUNT}/`, '/');
}

function sorted(sums: Readonly<Record<string, Readonly<Record<string, string>>>>): unknown {
  return Object.entries(sums).map(([principalId, days]) => [
    principalId, Object.entries(days).filter(([, amount]) => amount !== '0').sort(([a], [b]) => (a < b ? -1 : 1)),
  ] as const).filter(([, days]) => days.length > 0).sort(([a], [b]) => (a < b ? -1 : 1));
}
